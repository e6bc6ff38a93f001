"""A question or a case has been read beside its clauses: which version, which text. Only its own lines change."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from rag.content.assessments import clause_on
from rag.content.cases import CASES_FILE
from rag.content.corpus import Corpus
from rag.content.models import Clause, Guideline
from rag.content.quiz import QUIZ_FILE, digest_of, line_of
from rag.ground import ContentError, NotFoundError, load_yaml, write_whole

_TAIL = re.compile(r"(?:, version: [^,}]*)?(?:, digest: [^,}]*)?}\s*$")


def confirm_reviewed(corpus: Corpus, folder: Path, own: str, day: dt.date) -> None:
    """Write down that the question or case ``own`` was read beside its clauses as they stand on ``day``.

    Raises:
        NotFoundError: there is none of that id, or a clause does not stand on that day.
        ContentError: the entry cannot be read.
    """
    for name, change in ((QUIZ_FILE, _question), (CASES_FILE, _case)):
        path = folder / name
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        start = line_of(lines, own)
        if start is not None:
            end = next((n for n in range(start + 1, len(lines)) if lines[n].startswith("- ")), len(lines))
            lines[start:end] = [change(corpus, line, day) for line in lines[start:end]]
            write_whole(path, ("\n".join(lines) + "\n").encode())
            return
    raise NotFoundError(f"没有编号是 {own} 的题目或者情形。", f"编号在 {QUIZ_FILE}、{CASES_FILE} 里。")


def _question(corpus: Corpus, line: str, day: dt.date) -> str:
    entry = _read(line)
    ((guideline, clause),) = _clauses(corpus, [str(entry.get("clause"))], day)
    return _TAIL.sub(f", version: {guideline.version}, digest: '{digest_of(clause)}'}}", line)


def _case(corpus: Corpus, line: str, day: dt.date) -> str:
    if not line.lstrip().startswith("- {"):
        return line
    found = _clauses(corpus, [str(c) for c in _read(line.strip()).get("clauses", ())], day)
    return _TAIL.sub(f", digest: '{digest_of(*(clause for _, clause in found))}'}}", line)


def _read(line: str) -> dict[str, Any]:
    try:
        (entry,) = load_yaml(line)
        return dict(entry)
    except (ValueError, TypeError, yaml.YAMLError) as error:
        raise ContentError(f"这一行读不了：{line}", "一题写成一行，照文件开头写的格式改。") from error


def _clauses(corpus: Corpus, addresses: Sequence[str], day: dt.date) -> list[tuple[Guideline, Clause]]:
    found = []
    for address in addresses:
        clause = clause_on(corpus, address, day)
        if clause is None:
            raise NotFoundError(f"{address} 今天没有。", "换成现行版里的条款编号。")
        found.append(clause)
    return found
