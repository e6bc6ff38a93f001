"""How the desk names things in words, and reads what officers paste."""

import re

from rag.content import clause_name, namer, titles_by_role

__all__ = ["clause_name", "clause_place", "namer", "titles_by_role"]

_PASTED = re.compile(r"([a-z0-9-]+/[a-z0-9-]+)/(?:\d{4}-\d\d-\d\d/)?#([a-z]+-\d+)$", re.ASCII)


def clause_place(text: str) -> str:
    """``anchor/price-talk#faq-1`` for what was typed or for a clause's whole address, pasted from the site."""
    text = text.strip()
    found = _PASTED.search(text)
    return f"{found[1]}#{found[2]}" if found else text
