"""A new version whose forerunner was corrected after it was begun: what it would undo, and the corrections brought in.

Rows are paired by likeness, not by name: a correction that puts a clause in shifts the numbers of those below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.desk.roles import User
from api.desk.writing.begin import source_of
from api.desk.writing.drafts import Draft
from api.desk.writing.merge import chosen, merge
from api.problems import ProblemError
from rag.content import Document, Row, read_document
from rag.ground import ContentError

if TYPE_CHECKING:
    from api.state import State

SAME_ROW = 0.45
FIELDS = {"title": "标题", "topics": "主题", "summary": "摘要"}


@dataclass(frozen=True)
class Missing:
    """A correction that the draft has not: the text as the draft was begun from, and as it stands now. None: there is
    no such row. ``clash``: the writer changed the place too."""

    place: str
    label: str
    was: Any
    now: Any
    clash: bool


def overtaken(state: State, draft: Draft, text: str = "") -> tuple[Missing, ...]:
    """The corrections of the version before that a new version has not.

    Args:
        state: the application.
        draft: any draft; only new versions are overtaken.
        text: the file of the version before as it will be; as it is published by default.
    """
    text = text or _forerunner(state, draft)
    if not text or text == draft.source:
        return ()
    base, now = _forms(draft, text)
    was, new, mine = (places(d) for d in (base, now, draft.document))
    changed = [p for p in {**was, **new} if was.get(p) != new.get(p) and mine.get(p) != new.get(p)]
    return tuple(
        Missing(p, FIELDS.get(p) or (new.get(p) or was[p]).section.value, was.get(p), new.get(p),
                mine.get(p) != was.get(p))
        for p in changed
    )  # fmt: skip


def refuse_overtaken(state: State, draft: Draft, text: str = "") -> None:
    """Stop a new version that would undo corrections.

    Raises:
        ProblemError: 409, says what to do.
    """
    missing = overtaken(state, draft, text)
    if missing:
        todo = "在稿子上方按“把更正合进来”" if draft.state.editable else "退回修改，请作者按“把更正合进来”"
        raise ProblemError(
            409, "overtaken", f"“{draft.document.title}”前一版更正过 {len(missing)} 处，这一稿里还没有",
            f"照这样发布，更正会在 {draft.version} 被改回去。{todo}。",
        )  # fmt: skip


def refuse_undoing(state: State, numbers: Sequence[int]) -> None:
    """Stop a publication of new versions that would undo corrections, those published with them among them.

    Raises:
        ProblemError: 409.
    """
    going = [state.desk.drafts.get(d.id) for d in state.desk.states.approved() if d.id in numbers]
    for draft in going:
        refuse_overtaken(state, draft)
        for other in going:
            if other.kind == "correction" and other.guideline == draft.guideline and _before(state, draft) == other.version:  # fmt: skip
                refuse_overtaken(state, draft, other.data.decode())


def bring_in(state: State, number: int, user: User) -> None:
    """Put the corrections into a draft. Where the writer changed the same place his text stays, with a remark that says
    what the correction says.

    Raises:
        ProblemError: 404; 409 it is under review, or was changed meanwhile.
    """
    draft = state.desk.drafts.get(number)
    text = _forerunner(state, draft)
    if not overtaken(state, draft):
        return
    base, now = _forms(draft, text)
    merged, clashes = merge(base, draft.document, now)
    document = chosen(merged, {c.place: c.mine for c in clashes}, draft.document)
    state.desk.drafts.rebase(draft, document, text, user)
    for clash in clashes:
        said = clash.theirs.text if isinstance(clash.theirs, Row) else clash.theirs or "（删去了）"
        place = clash.place if clash.mine is not None else ""
        remark = f"前一版的这一处更正过，这一稿也改了它，留的是这一稿的文字。更正后是：{said}"
        state.desk.remarks.add(number, place, remark, user)


def _before(state: State, draft: Draft) -> Any:
    """The day of the version before a new version, None if it is none."""
    earlier = [g for g in state.engine.corpus().versions(draft.guideline) if g.version < draft.version]
    return earlier[-1].version if earlier and draft.kind == "version" else None


def _forerunner(state: State, draft: Draft) -> str:
    """The file of the version before as it is published; empty where there is none, and where the one that the draft
    was begun from has been taken down."""
    day = _before(state, draft)
    if day is None:
        return ""
    found = next(g for g in state.engine.corpus().versions(draft.guideline) if g.version == day)
    folder = state.settings.guidelines / draft.guideline
    down = [f for f in folder.glob("*.md") if str(day) < f.stem < str(draft.version)]
    begun = read_document(draft.source).rows
    if any(_rows(f) == begun for f in down):
        return ""
    return source_of(state, found)


def _rows(file: Path) -> tuple[Row, ...]:
    """The rows of a file; none if it cannot be read."""
    try:
        return read_document(file.read_bytes().decode()).rows
    except (ContentError, OSError, ValueError):
        return ()


def _forms(draft: Draft, text: str) -> tuple[Document, Document]:
    """What the draft was begun from and what stands there now, rows named as their likes in the draft; what the desk
    sets by itself is the draft's."""
    old, new = read_document(draft.source), read_document(text)
    first = named_like(old.rows, draft.document.rows, "b")
    second = named_like(new.rows, first, "c")

    def form(read: Document, rows: tuple[Row, ...]) -> Document:
        return draft.document.model_copy(update={**{n: getattr(read, n) for n in FIELDS}, "rows": rows})

    return form(old, first), form(new, second)


def named_like(rows: Sequence[Row], like: Sequence[Row], mark: str) -> tuple[Row, ...]:
    """Rows with the names of their likes, each name once; others get a name of their own."""
    names: dict[int, str] = {}
    for fits in (_equal, _alike):
        free = [r for r in like if r.id not in names.values()]
        left = [(n, row) for n, row in enumerate(rows) if n not in names]
        pairs = [(fits(row, other), n, other.id) for n, row in left for other in free]
        for fit, n, key in sorted(pairs, key=lambda pair: -pair[0]):
            if fit >= SAME_ROW and n not in names and key not in names.values():
                names[n] = key
    taken = {r.id for r in like}
    spare = (f"{mark}{n}" for n in range(len(rows) + len(like) + 1))
    named = []
    for n, row in enumerate(rows):
        key = names.get(n) or next(k for s in spare if (k := f"{row.section.slug}-{s}") not in taken)
        named.append(row.model_copy(update={"id": key}))
    return tuple(named)


def _equal(row: Row, other: Row) -> float:
    return (row.section, row.heading, row.text) == (other.section, other.heading, other.text)


def _alike(row: Row, other: Row) -> float:
    if row.section is not other.section:
        return 0
    return SequenceMatcher(None, row.heading + row.text, other.heading + other.text, autojunk=False).ratio()


def places(document: Document) -> dict[str, Any]:
    """By field and row: what is compared."""
    return {**{n: getattr(document, n) for n in FIELDS}, **{r.id: r for r in document.rows}}
