"""Two officers at one draft: their changes put together; where both changed the same place, both texts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rag.content import Document, Row

FIELDS = tuple(
    name for name in Document.model_fields if name not in ("rows", "operator", "status", "revision")
)


@dataclass(frozen=True)
class Conflict:
    """A place (a row's id, or a field's name) that both changed, each otherwise. None: the row was deleted."""

    place: str
    mine: Any
    theirs: Any

    @property
    def is_row(self) -> bool:
        """Whether it is a row, not a field of the head."""
        return self.place not in FIELDS


def merge(base: Document, mine: Document, theirs: Document) -> tuple[Document, tuple[Conflict, ...]]:
    """Both changes of ``base`` together. Where they clash the result has ``theirs``, and the clash is told."""
    conflicts: list[Conflict] = []
    values: dict[str, Any] = {}
    for name in FIELDS:
        was, own, other = (getattr(d, name) for d in (base, mine, theirs))
        values[name] = _one(name, was, own, other, conflicts)
    first, second, third = ({r.id: r for r in d.rows} for d in (base, mine, theirs))
    kept: dict[str, Row] = {}
    for key in dict.fromkeys((*third, *second, *first)):
        row = _one(key, first.get(key), second.get(key), third.get(key), conflicts)
        if row is not None:
            kept[key] = row
    order = _order(list(first), list(second), list(third))
    values["rows"] = tuple(kept[key] for key in order if key in kept)
    return theirs.model_copy(update=values), tuple(conflicts)


def chosen(document: Document, choices: dict[str, Any], mine: Document) -> Document:
    """The merged document with a value put in for each clash: a row (None deletes it), or a field's value."""
    fields = {k: v for k, v in choices.items() if k in FIELDS}
    rows = {r.id: r for r in document.rows} | {k: v for k, v in choices.items() if k not in FIELDS}
    order = _order([], [r.id for r in mine.rows], [r.id for r in document.rows])
    return document.model_copy(
        update={**fields, "rows": tuple(r for key in order if (r := rows.get(key)) is not None)}
    )


def _one(place: str, base: Any, mine: Any, theirs: Any, conflicts: list[Conflict]) -> Any:
    if mine in (theirs, base):
        return theirs
    if theirs == base:
        return mine
    conflicts.append(Conflict(place, mine, theirs))
    return theirs


def _order(old: list[str], own: list[str], other: list[str]) -> list[str]:
    """The order of the one who moved rows, with the other's new rows behind what they stood behind."""
    shared = [k for k in old if k in own]
    moved = [k for k in own if k in old] != shared
    first, second = (own, other) if moved else (other, own)
    order = list(first)
    for index, key in enumerate(second):
        if key not in order:
            before = next((k for k in reversed(second[:index]) if k in order), None)
            order.insert(order.index(before) + 1 if before else 0, key)
    return order
