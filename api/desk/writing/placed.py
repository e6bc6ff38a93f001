"""A draft as part of the content: checked, compared, shown, asked; the articles that its clauses rest on."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.desk.writing.drafts import Draft
from api.desk.writing.form import too_long
from api.problems import ProblemError
from rag.ask import Answer, Pipeline, Question
from rag.content import (
    Basis,
    Corpus,
    Document,
    Guideline,
    GuidelineDiff,
    Remark,
    Section,
    check_draft,
    diff_guidelines,
    read_basis,
    with_draft,
)  # fmt: skip
from rag.site import draft_page, draft_slides, site_options

if TYPE_CHECKING:
    from api.state import State

KEPT_TRIALS = 2  # indexes in memory, some 30 MB each


def findings(state: State, draft: Draft, document: Document | None = None) -> list[Remark]:
    """What the rules say of a draft, each thing once at its place; library texts are looked at where they were imported."""
    found = check_draft(
        document or draft.document, state.engine.corpus(), draft.guideline, draft.version,
        today=state.settings.current_day(), library=state.laws if len(state.laws) else None,
    )  # fmt: skip
    return list(dict.fromkeys([*too_long(document or draft.document), *_past(state, draft), *found]))


def _past(state: State, draft: Draft) -> list[Remark]:
    """A new version that takes effect on a day that has passed: what follows from it."""
    if draft.kind != "version" or draft.version >= state.settings.current_day():
        return []
    later = [g.version for g in state.engine.corpus().versions(draft.guideline) if g.version > draft.version]
    until = f"，到 {later[0]} 的那一版施行为止" if later else ""
    return [
        Remark(
            place="version", code="past", level="note", message=f"施行日期 {draft.version} 已经过去",
            fix=f"发布后，问到那一天以后的事都按这一稿答{until}。日期填错了请改；只是改错字，请用“更正”。",
        )
    ]  # fmt: skip


def bases(state: State, document: Document, day: dt.date) -> dict[str, list[Basis]]:
    """By row: the articles it rests on."""
    laws = state.engine.corpus().registers.laws
    return {
        row.id: read_basis(row.text, laws, state.laws, day)[0] for row in document.rows if "《" in row.text
    }


def placed(state: State, draft: Draft) -> tuple[Corpus, Guideline]:
    """The content with the draft in its place, and the draft.

    Raises:
        ProblemError: 422, the head is unusable yet.
    """
    corpus, guideline = with_draft(
        state.engine.corpus(), draft.document, draft.source, draft.guideline, draft.version
    )
    if guideline is None:
        raise ProblemError(422, "invalid", "还看不了", "先把标题、摘要、主题填好，再看预览、对比或者试问。")
    return corpus, guideline


@dataclass(frozen=True)
class Comparison:
    """The draft beside the version that it replaces or follows; ``difference`` is None where there is none."""

    difference: GuidelineDiff | None
    before: Guideline | None
    draft: Guideline

    def place(self, clause: str) -> int:
        """The position of a clause among those of its section, from 1."""
        return int(clause.rpartition("-")[2])


def compared(state: State, draft: Draft) -> Comparison:
    """The draft beside the version of its day, or else the one before."""
    _, guideline = placed(state, draft)
    earlier = [g for g in state.engine.corpus().versions(draft.guideline) if g.version <= draft.version]
    before = earlier[-1] if earlier else None
    return Comparison(diff_guidelines(before, guideline) if before else None, before, guideline)


def row_of_clause(document: Document) -> dict[str, str]:
    """Clause id (``must-3``) -> row id."""
    found: dict[str, str] = {}
    for section in Section:
        rows = [r.id for r in document.rows if r.section is section]
        found.update((f"{section.slug}-{n}", key) for n, key in enumerate(rows, 1))
    return found


def page_html(state: State, draft: Draft) -> str:
    """The draft as its page on the site: the page's content as HTML."""
    corpus, guideline = placed(state, draft)
    return draft_page(corpus, state.laws, site_options(state.settings), guideline, state.settings.base_path)


def slides_html(state: State, draft: Draft, assets: str) -> str:
    """The draft as slides: a whole page."""
    corpus, guideline = placed(state, draft)
    options, base = site_options(state.settings), state.settings.base_path
    return draft_slides(corpus, state.laws, options, guideline, base, assets)


class Trials:
    """Drafts that were asked lately: the pipeline over the content with the draft in its place."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, int], Pipeline] = OrderedDict()
        self._lock = threading.Lock()

    def ask(self, state: State, draft: Draft, question: str) -> Answer:
        """What the assistant would answer if the draft were published, on the day it takes effect or today.

        Raises:
            HeguiError: no index has been built.
        """
        day = max(draft.version, state.settings.current_day())
        with self._lock:  # one index at a time is built
            key = draft.id, draft.lock
            if key not in self._kept:
                corpus, _ = placed(state, draft)
                self._kept[key] = state.engine.assistant().trial(corpus, day)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT_TRIALS:
                self._kept.popitem(last=False)
            pipeline = self._kept[key]
        return pipeline.answer(Question(question=question, operator=draft.operator, as_of=day))
