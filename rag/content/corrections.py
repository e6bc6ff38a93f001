"""The register of corrections (``corrections.yml``), written by publishing: clauses of a published version whose text was
put right, or which were withdrawn, with the reason if one was given. Newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import yaml

from rag.ground import ContentError, Frozen

CORRECTIONS_FILE = "corrections.yml"


class Correction(Frozen):
    """A clause of a version that was put right on ``day``; an empty ``after`` means that it was withdrawn."""

    day: dt.date
    guideline: str
    title: str
    version: dt.date
    clause: str
    before: str
    after: str
    reason: str = ""

    @property
    def notice(self) -> str:
        """What a reader of an earlier answer is told."""
        if not self.after:
            why = f"（{self.reason}）" if self.reason else ""
            return f"更正（{self.day}）：这一条已撤下{why}，原来写的是“{self.before}”。"
        return f"更正（{self.day}）：原来写的“{self.before}”改为“{self.after}”。"


def read_corrections(root: Path) -> tuple[Correction, ...]:
    """All corrections below the guidelines folder, newest first.

    Raises:
        ContentError: the register is damaged.
    """
    path = root / CORRECTIONS_FILE
    if not path.exists():
        return ()
    try:
        return tuple(
            Correction.model_validate(item) for item in yaml.safe_load(path.read_text("utf-8")) or ()
        )
    except (ValueError, TypeError, yaml.YAMLError) as error:
        raise ContentError(f"{CORRECTIONS_FILE} 读不了：{error}", "从备份或 git 恢复这个文件。") from error


def write_corrections(corrections: Iterable[Correction]) -> bytes:
    """The register as a file."""
    items = [c.model_dump(exclude_defaults=True) for c in corrections]
    return yaml.safe_dump(items, allow_unicode=True, sort_keys=False, width=1000).encode()
