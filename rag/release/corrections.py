"""What a publication puts right: clauses of a version that was published before and has other words now."""

from __future__ import annotations

from rag.content import Corpus, Kind, diff_guidelines
from rag.release.models import Correction


def corrections(before: Corpus, after: Corpus) -> tuple[Correction, ...]:
    """The clauses whose text changed within a version, or which went with it; a new version corrects nothing."""
    new = {g.key: g for g in after.guidelines if g.status == "published"}
    found: list[Correction] = []
    for old in before.guidelines:
        if old.status != "published":
            continue
        now = new.get(old.key)
        if now is None:
            gone = (Correction(guideline=old.id, version=old.version, clause=c.id, before=c.text, after="") for c in old.clauses)  # fmt: skip
            found.extend(gone)
        elif now.clauses != old.clauses:
            for change in diff_guidelines(old, now).clauses:
                if (
                    change.old
                    and change.kind is not Kind.SAME
                    and change.old.text != (change.new and change.new.text)
                ):
                    text = change.new.text if change.new else ""
                    found.append(
                        Correction(guideline=old.id, version=old.version, clause=change.old.id, before=change.old.text, after=text)
                    )  # fmt: skip
    return tuple(found)
