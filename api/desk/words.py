"""How the desk names things in words."""

from __future__ import annotations

from rag.content import Section


def clause_name(clause: str) -> str:
    """A clause's id as people read it: ``mustnot-2`` is 不得第 2 条."""
    slug, _, number = clause.rpartition("-")
    section = next((s.value for s in Section if s.slug == slug), slug)
    return f"{section}第 {number} 条"
