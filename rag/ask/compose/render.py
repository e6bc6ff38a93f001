"""A draft as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rag.ask.compose.draft import Draft
from rag.ask.models import Citation


def render(
    draft: Draft, *, notes: Sequence[str] = (), word: str | None = None, after: Sequence[str] = ()
) -> str:
    """The answer as Markdown with [n] marks, then one line per source with its law articles.

    ``notes`` stand before the clauses, then the ``word`` that answers, ``after`` between clauses and sources.
    """
    parts: list[str] = [*notes, f"**{word}**"] if word else list(notes)
    for numbers, group in groupby(draft.sentences, key=lambda s: s.citations):
        sentences = list(group)
        heading = next((s.heading for s in sentences if s.heading), None)
        if heading:
            parts.append(f"**{heading}**")
        parts.append("".join(s.text for s in sentences) + "".join(f"[{n}]" for n in numbers))
    parts.extend(after)
    parts.append("\n".join(["依据：", *(f"[{c.n}] {source_line(c)}" for c in draft.citations)]))
    return "\n\n".join(parts)


def source_line(citation: Citation) -> str:
    """One source in words: laws, guideline, section, version."""
    laws = "；".join(f"《{law.law}》{law.label}" for law in citation.laws)
    place = f"{citation.title}·{citation.section}（{citation.version.isoformat()} 起施行的版本）"
    return f"{laws}——{place}" if laws else place
