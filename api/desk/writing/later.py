"""A correction whose slip stands in a later published version too: where, and the same change filled in there."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.desk.roles import User
from api.desk.writing.begin import correction, source_of
from api.desk.writing.drafts import Draft
from api.desk.writing.overtaken import FIELDS, Missing, named_like, places
from api.desk.writing.states import DraftState
from api.problems import ProblemError
from rag.content import Document, Guideline, Row, read_document
from rag.ground import ContentError

if TYPE_CHECKING:
    from api.state import State

KEPT = "以后的版本不用改"  # what the log calls it, and by what it is known


@dataclass(frozen=True)
class Later:
    """A later version with the text that a correction mends; ``draft``: one of it that somebody has begun."""

    correction: int
    guideline: str
    title: str
    version: dt.date
    places: tuple[Missing, ...]
    draft: int | None


def later(state: State, draft: Draft) -> tuple[Later, ...]:
    """The later published versions with the same text as a correction mends, but for those that were said to stay."""
    if draft.kind != "correction" or draft.state is DraftState.WITHDRAWN:
        return ()
    known = state.engine.corpus().versions(draft.guideline)
    found = ((g, _same(state, draft, g)) for g in known if g.version > draft.version)
    return tuple(_later(state, draft, g, same) for g, same in found if same and not _stays(state, draft, g))


def pending(state: State) -> list[Later]:
    """What is left of that on the whole desk: for versions that do not apply yet."""
    today = state.settings.current_day()
    keys = sorted({g.id for g in state.engine.corpus().guidelines if g.version > today})
    drafts = (d for key in keys for d in state.desk.drafts.find(guideline=key, open_only=False))
    left = [one for d in drafts for one in later(state, d) if one.version > today]
    return list({(one.guideline, one.version, one.places): one for one in left}.values())


def carry(state: State, number: int, version: dt.date, user: User) -> int:
    """Open a correction of the later version (or the draft of it that is open) with the same change in it.

    Returns:
        The draft's number.

    Raises:
        ProblemError: 404 nothing to do there; 409 its draft is under review.
    """
    draft = state.desk.drafts.get(number)
    todo = next((one for one in later(state, draft) if one.version == version), None)
    if todo is None:
        raise ProblemError(404, "not-found", "那一版不用跟着改", "它已经改过了，或者已经撤下。")
    target = state.desk.drafts.get(correction(state, draft.guideline, version, user))
    if not target.state.editable:
        raise ProblemError(
            409, "not-editable", f"那一版有一稿正在办（{target.state.label}），现在加不进去",
            "等它发布，或者请审核的同事退回修改，再加。",
        )  # fmt: skip
    document = _changed(read_document(draft.source), draft.document, target.document)
    state.desk.drafts.save(target.id, document, target.version, target.lock, user)
    return target.id


def keep(state: State, number: int, version: dt.date, user: User) -> None:
    """The later version stays as it is: nobody is asked about it any more."""
    draft = state.desk.drafts.get(number)
    state.desk.audit.record(user, KEPT, f"{draft.guideline}@{version}", _mark(draft))


def _same(state: State, draft: Draft, version: Guideline) -> tuple[Missing, ...]:
    """The places that a correction changes and that read in a later version as they did before it; none where the
    version cannot be read."""
    try:
        base, theirs = read_document(draft.source), read_document(source_of(state, version))
    except ContentError:
        return ()
    was, now, other, same = _alike(base, draft.document, theirs)
    return tuple(
        Missing(p, FIELDS.get(p) or (now.get(p) or was[p]).section.value, was.get(p), now.get(p), clash=False)
        for p in same
        if not _has(other, now.get(p))
    )


def _alike(
    base: Document, mine: Document, theirs: Document
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any], list[str]]:
    """The places of a version before a correction, after it, and of another version, by the names of the first; and which of
    them the correction changes that read in the other as they did before it."""
    there = theirs.model_copy(update={"rows": named_like(theirs.rows, base.rows, "v")})
    was, now, other = (places(d) for d in (base, mine, there))
    same = [p for p in {**was, **now} if was.get(p) != now.get(p) and other.get(p) == was.get(p)]
    return was, now, other, same


def _has(other: dict[str, Any], now: Any) -> bool:
    """Whether a row that was put in stands there already."""
    same = (r for r in other.values() if isinstance(r, Row))
    return isinstance(now, Row) and any(
        (r.section, r.heading, r.text) == (now.section, now.heading, now.text) for r in same
    )


def _later(state: State, draft: Draft, version: Guideline, same: tuple[Missing, ...]) -> Later:
    begun = state.desk.drafts.find(guideline=draft.guideline)
    own = next((d.id for d in begun if d.version == version.version), None)
    return Later(draft.id, draft.guideline, version.title, version.version, same, own)


def _stays(state: State, draft: Draft, version: Guideline) -> bool:
    said = state.desk.audit.entries(subject=f"{draft.guideline}@{version.version}")
    return any((e.action, e.detail) == (KEPT, _mark(draft)) for e in said)


def _mark(draft: Draft) -> str:
    return f"更正 {draft.id}"


def _changed(base: Document, mine: Document, theirs: Document) -> Document:
    """A form with the changes of another, where it reads as that one did before."""
    was, now, other, same = _alike(base, mine, theirs)
    named = named_like(theirs.rows, base.rows, "v")
    rows: list[tuple[str, Row]] = []
    for name, row in zip((r.id for r in named), theirs.rows, strict=True):
        new = now.get(name) if name in same else row
        if new is not None:
            rows.append((name, row.model_copy(update={"heading": new.heading, "text": new.text})))
    for row in (r for r in mine.rows if r.id in same and r.id not in was and not _has(other, r)):
        fresh = row.model_copy(update={"id": f"{row.section.slug}-n{secrets.token_hex(4)}"})
        rows.insert(_behind(row, mine.rows, [name for name, _ in rows]), (row.id, fresh))
    fields = {name: now[name] for name in FIELDS if name in same}
    return theirs.model_copy(update={**fields, "rows": tuple(row for _, row in rows)})


def _behind(row: Row, rows: Sequence[Row], there: Sequence[str]) -> int:
    """Where a new row goes among others: behind the one that it follows."""
    before = [r.id for r in rows[: [r.id for r in rows].index(row.id)] if r.id in there]
    return there.index(before[-1]) + 1 if before else 0
