"""What a publication puts right: clauses of a version that was published before and has other words now."""

from __future__ import annotations

import datetime as dt

from rag.content import Corpus, Correction, Guideline, Kind, diff_guidelines


def corrections(before: Corpus, after: Corpus, day: dt.date, reason: str = "") -> list[Correction]:
    """The clauses whose text changed within a version, or which went with it; a new version corrects nothing."""
    new = {g.key: g for g in after.guidelines if g.status == "published"}
    found: list[Correction] = []
    for old in before.guidelines:
        if old.status == "published":
            found += [
                Correction(
                    day=day, guideline=old.id, title=old.title, version=old.version, clause=clause, before=text, after=now,
                    reason=reason if not now else "",
                )
                for clause, text, now in _texts(old, new.get(old.key))
            ]  # fmt: skip
    return found


def _texts(old: Guideline, new: Guideline | None) -> list[tuple[str, str, str]]:
    """(clause, its text, its text now) of those that differ."""
    if new is None:
        return [(c.id, c.text, "") for c in old.clauses]
    if new.clauses == old.clauses:
        return []
    changes = [c for c in diff_guidelines(old, new).clauses if c.old and c.kind is not Kind.SAME]
    rows = [(c.old.id, c.old.text, c.new.text if c.new else "") for c in changes if c.old]
    return [row for row in rows if row[1] != row[2]]
