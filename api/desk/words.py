"""How the desk names things in words."""

from rag.content import clause_name, namer, titles_by_role

__all__ = ["clause_name", "namer", "titles_by_role"]
