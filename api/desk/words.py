"""How the desk names things in words."""

from rag.content import clause_name

__all__ = ["clause_name"]
