"""How the desk names things in words."""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.content import Corpus, clause_name

__all__ = ["clause_name", "namer", "titles_by_role"]

_PLACE = re.compile(
    r"(?<![\w/.-])([a-z0-9]+(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*)(?:#([a-z]+-\d+)| (?=[\u4e00-\u9fff]))?",
    re.ASCII,
)


def titles_by_role(corpus: Corpus) -> dict[str, str]:
    """Each guideline's newest title with whom it is for: 主播《账号不外借》."""
    roles = {o.id: o.short for o in corpus.registers.operators}
    return {g.id: f"{roles.get(g.operator, '')}《{g.title}》" for g in corpus.guidelines}


def namer(corpus: Corpus) -> Callable[[str], str]:
    """What says a line with its guidelines called by role and title: ``anchor/lending#must-2`` is 主播《账号不外借》要做到第 2 条."""
    titles = titles_by_role(corpus)

    def said(found: re.Match[str]) -> str:
        title = titles.get(found[1])
        return found[0] if title is None else title + (clause_name(found[2]) if found[2] else "")

    return lambda text: _PLACE.sub(said, text)
