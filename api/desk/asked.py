"""What is asked of both states before a publication, beside the questions that people asked last."""

from __future__ import annotations

import json
from pathlib import Path

from api.problems import ProblemError
from rag.content import Corpus, Section

MAX_WORDINGS = 300


def wordings(corpus: Corpus, guidelines: set[str]) -> list[str]:
    """How people put what the newest versions of these guidelines answer."""
    newest = [corpus.versions(name)[-1] for name in sorted(guidelines) if corpus.versions(name)]
    clauses = [c for g in newest for c in g.clauses]
    asked = [
        q for c in clauses for q in ((c.heading,) if c.section is Section.FAQ and c.heading else ()) + c.asked
    ]
    return asked[:MAX_WORDINGS]


def kept_questions(file: Path) -> list[str]:
    """The questions of a set that is asked before every publication; none if there is no such file.

    Raises:
        ProblemError: 422, it is broken.
    """
    try:
        lines = file.read_text("utf-8").splitlines() if file.is_file() else []
        return [str(json.loads(line)["question"])[:500] for line in lines if line.strip()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ProblemError(
            422,
            "invalid",
            "发布前要问的题集读不了",
            f"请管理员核对设置 HEGUI_COMPARE_QUESTIONS（{file.name}）。",
        ) from error
