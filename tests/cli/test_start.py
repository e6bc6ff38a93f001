"""The first start, as real processes with the real embedder: words at once, vectors and site behind, nothing lost."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

from rag.ask import Assistant, Question
from rag.cli.doctor import examine
from rag.cli.start import FEW
from rag.content import load_corpus
from rag.ground.settings import Settings
from rag.index import bring_up_to_date, missing_vectors, publish_words, read_pointer
from tests.conftest import TODAY, copy_corpus
from tests.servers import PATIENCE, Process, free_port

pytestmark = pytest.mark.timeout(900)
COPIES = 60


@pytest.fixture
def fresh(tmp_path: Path) -> Settings:
    """A machine where nothing has been built, with more to compute than is waited for."""
    guidelines = copy_corpus(tmp_path / "guidelines")
    sources = sorted(guidelines.glob("*/*/*.md"))
    for number in range(COPIES):
        for source in sources:
            target = source.parent.with_name(f"{source.parent.name}-{number}") / source.name
            target.parent.mkdir(exist_ok=True)
            target.write_text(
                source.read_text("utf-8").replace("title: ", f"title: 副本{number}", 1), "utf-8"
            )
    return Settings(
        guidelines=guidelines, data=tmp_path / "var", site=tmp_path / "site", today=TODAY, rate_limit=0, _env_file=None
    )  # fmt: skip


@contextmanager
def started(settings: Settings, log: Path) -> Iterator[tuple[Process, httpx2.Client]]:
    """``hegui serve`` with everything it builds, once it answers."""
    port = str(free_port())
    process = Process(settings, log, "serve", "--port", port)
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as http:
            process.wait_for(http)
            yield process, http
    finally:
        with suppress(ProcessLookupError):
            process.end()


def until(true: Any, what: str) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + 600
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def stored(settings: Settings) -> int:
    """How many vectors the cache holds."""
    with suppress(sqlite3.Error), sqlite3.connect(settings.data / "index" / "vectors.sqlite3") as db:
        return int(db.execute("SELECT count(*) FROM vectors").fetchone()[0])
    return 0


def _is_dead(pids: str) -> bool:
    """Whether all of these processes have ended (their parent may not have asked for it yet)."""
    return all(Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z" for pid in pids.split())


def wanted(log: Path) -> list[int]:
    """The counts of missing vectors that starts have told."""
    return [int(n) for n in re.findall(r"还差 (\d+) 个向量", log.read_text("utf-8"))]


def test_a_fresh_machine_answers_by_words_and_goes_on_after_a_kill_until_vectors_take_over(
    fresh: Settings, tmp_path: Path
) -> None:
    log = tmp_path / "serve.log"
    everything = missing_vectors(fresh, load_corpus(fresh.guidelines))
    assert everything > FEW
    with started(fresh, log) as (process, http):
        ready = http.get("/readyz").json()
        assert (ready["status"], ready["search"]) == ("ok", "words")
        assert "只按字词" in http.get("/api/options").json()["limits"]
        answer = http.post("/api/ask", json={"question": "好评返现可以吗"}).json()
        assert answer["status"] == "answered"
        assert answer["citations"]
        until(lambda: stored(fresh) >= 32, "no vectors were computed")
        assert (fresh.site / "index.html").exists(), "the site comes before the vectors"
        assert re.search(r"准备（\d+/\d+）", http.get("/readyz").json()["detail"])
        index = next(f for f in examine(fresh) if f.what == "索引")
        assert index.fine
        assert "正在计算" in index.text
        os.kill(process.pid, signal.SIGKILL)
    kept = stored(fresh)
    assert read_pointer(fresh.data / "index").vectors == 0  # type: ignore[union-attr]
    with started(fresh, log) as (process, http):
        assert wanted(log)[0] == everything
        assert wanted(log)[1] <= everything - 32, "what was computed is not computed again"
        assert stored(fresh) >= kept
        until(lambda: http.get("/readyz").json() == {"status": "ok"}, "it never switched over")
        assert http.get("/api/options").json()["limits"] == ""
        assert http.post("/api/ask", json={"question": "好评返现可以吗"}).json()["status"] == "answered"
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        until(
            lambda: not children.read_text() or _is_dead(children.read_text()),
            "the process behind did not end",
        )
    assert "Fatal" not in log.read_text("utf-8"), "the process behind did not end in peace"
    assert missing_vectors(fresh, load_corpus(fresh.guidelines)) == 0
    assert next(f for f in examine(fresh) if f.what == "索引").text.endswith("条")


def test_a_restart_does_not_undo_a_rollback_until_the_content_changes(tmp_path: Path) -> None:
    settings = Settings(
        guidelines=copy_corpus(tmp_path / "guidelines"), data=tmp_path / "var", site=tmp_path / "site", today=TODAY,
        rate_limit=0, embedding="none", _env_file=None,
    )  # fmt: skip
    source, log = settings.guidelines / "live-room" / "genuine-trade" / "2026-02-01.md", tmp_path / "log"
    text, words = source.read_text("utf-8"), ("用返现", "拿返现", "靠返现")

    def write(word: str) -> None:
        source.write_text(text.replace(words[0], word), "utf-8")

    def start() -> str:
        with started(settings, log) as (process, http):
            until(lambda: (settings.site / "index.html").exists(), "no site was built")
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            until(lambda: _is_dead(children.read_text()), "the process behind did not end")
            answer = http.post("/api/ask", json={"question": "好评返现可以吗"}).json()["answer"]
            return next(w for w in words if w in answer)

    for word in words[:2]:
        write(word)
        bring_up_to_date(settings, load_corpus(settings.guidelines))
    assert Process(settings, log, "rollback").finished() == 0
    assert start() == words[0]
    assert log.read_text("utf-8").count("停在退回的第 1 代") == 2, (
        "told by both processes: a site was to be built"
    )
    assert "hegui index" in next(f.text for f in examine(settings) if f.what == "索引")
    write(words[2])
    assert start() == words[2]
    assert "现在按指引更新" in log.read_text("utf-8")


def test_doctor_says_when_nobody_computes_the_vectors(fresh: Settings) -> None:
    publish_words(fresh, load_corpus(fresh.guidelines))
    finding = next(f for f in examine(fresh) if f.what == "索引")
    assert not finding.fine
    assert "hegui index" in finding.text


def test_where_the_model_does_not_load_words_answer_and_it_is_said(fresh: Settings) -> None:
    settings = fresh.model_copy(update={"embedding": "sentence-transformers:/nirgends"})
    corpus = load_corpus(settings.guidelines)
    publish_words(settings, corpus)
    assistant = Assistant.open(settings, corpus)
    assert "载入不了向量模型" in assistant.limits
    assert assistant.ask(Question(question="好评返现可以吗")).citations
    assistant.close()


def test_words_alone_by_setting_are_nothing_to_tell(fresh: Settings) -> None:
    settings = fresh.model_copy(update={"embedding": "none"})
    corpus = load_corpus(settings.guidelines)
    assert missing_vectors(settings, corpus) == 0
    publish_words(settings, corpus)
    assistant = Assistant.open(settings, corpus)
    assert assistant.limits == ""
    assistant.close()
    shutil.rmtree(settings.data)
