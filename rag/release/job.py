"""A publication as a process of its own, with its progress in a file that any process can read.

The process reads a `Job` as JSON from its input. It writes ``releases/progress.json``; killed, it leaves it as it was,
and the dead process id tells.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, SecretStr

from rag.ground import HeguiError, Settings, write_whole
from rag.release.compare import Difference, answers_that_change
from rag.release.history import folder_of, read
from rag.release.journal import Step, recover
from rag.release.models import Change
from rag.release.publish import publish, roll_back


class Job(BaseModel):
    """What the process is to do: compare or publish ``changes``, or roll back to the publication before."""

    kind: Literal["publish", "compare", "roll_back"] = "publish"
    settings: dict[str, Any]
    changes: list[Change] = Field(default_factory=list)
    author: str
    email: str = ""
    message: str = ""
    reason: str = ""
    reference: dict[str, Any] = Field(default_factory=dict)
    questions: list[str] = Field(default_factory=list)


class Progress(BaseModel):
    """How far the last job is."""

    state: Literal["running", "done", "failed"] = "running"
    pid: int = 0
    kind: str = "publish"
    reference: dict[str, Any] = Field(default_factory=dict)
    differences: list[Difference] = Field(default_factory=list)
    asked: int = 0
    author: str = ""
    message: str = ""
    step: str = ""
    done: int = 0
    total: int = 0
    error: str = ""
    publication: str = ""


def read_progress(settings: Settings) -> Progress | None:
    """How far the last job is; one whose process has ended without a word has failed. None if there was none."""
    text = read(folder_of(settings, "progress.json"))
    if text is None:
        return None
    found = Progress.model_validate_json(text)
    if found.state == "running" and not _alive(found.pid):
        finished = recover(settings)
        state: Literal["done", "failed"] = "done" if finished else "failed"
        error = "" if finished else "发布的程序中途被终止，什么都没有变。再发布一次。"
        found = found.model_copy(
            update={"state": state, "error": error, "publication": finished.id if finished else ""}
        )
        write_whole(folder_of(settings, "progress.json"), found.model_dump_json().encode())
    return found


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace")
        return stat.rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except OSError:
        return True


def start_job(settings: Settings, job: Job) -> subprocess.Popen[bytes]:
    """Start the process; whoever starts it need not wait."""
    process = subprocess.Popen(
        [sys.executable, "-m", "rag.release"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    begun = _begun(job, process.pid)
    write_whole(folder_of(settings, "progress.json"), begun.model_dump_json().encode())
    assert process.stdin is not None
    with process.stdin:
        process.stdin.write(job.model_dump_json().encode())
    return process


def settings_for(settings: Settings) -> dict[str, Any]:
    """The settings as they go to the process, without secrets: publishing needs none."""
    secret = {name for name, value in settings if isinstance(value, SecretStr)}
    return settings.model_dump(mode="json", exclude=secret)


def run(job: Job) -> int:
    """Do it, and write down how far it is; the exit code."""
    settings = Settings(**job.settings)
    place = folder_of(settings, "progress.json")
    now = _begun(job, os.getpid())

    def tell(step: str, done: int, total: int) -> None:
        nonlocal now
        now = now.model_copy(update={"step": step, "done": done, "total": total})
        write_whole(place, now.model_dump_json().encode(), lasting=False)

    try:
        now = now.model_copy(update={**_do(job, settings, tell), "state": "done"})
    except HeguiError as error:
        now = now.model_copy(update={"state": "failed", "error": str(error)})
    except Exception as error:
        now = now.model_copy(
            update={
                "state": "failed",
                "error": f"程序出了意外（{type(error).__name__}），现在的内容没有变。再试一次；还不行，请把发生的时间告诉管理员。",
            }
        )
        raise
    finally:
        write_whole(place, now.model_dump_json().encode())
    return 0 if now.state == "done" else 1


def _do(job: Job, settings: Settings, tell: Step) -> dict[str, Any]:
    """What the job adds to its progress at the end."""
    if job.kind == "compare":
        found = answers_that_change(job.changes, job.questions, settings, tell)
        return {"differences": found, "asked": len(set(job.questions))}
    if job.kind == "roll_back":
        made = roll_back(
            settings, job.author, email=job.email, reference=job.reference, wait=True, progress=tell
        )
    else:
        made = publish(
            job.changes, job.author, job.message, settings, email=job.email, reference=job.reference, reason=job.reason,
            wait=True, progress=tell,
        )  # fmt: skip
    return {"publication": made.id}


def _begun(job: Job, pid: int) -> Progress:
    return Progress(
        pid=pid, kind=job.kind, author=job.author, message=job.message, reference=job.reference, step="准备"
    )
