"""For whom a clause holds by age: a rule for those under sixteen is none for somebody of seventeen."""

from __future__ import annotations

import re

from rag.ground import to_int

_TOLD = re.compile(r"(?<![\d十])(\d{1,2}|[二三四五六七八九]?十[一二三四五六七八九]?)(?:周?岁|来岁|岁半)")
_UNDER = re.compile(r"[不未]满(十[四六八]|1[468])")


def for_younger(question: str, clause: str) -> bool:
    """Whether ``clause`` holds only for people younger than everybody whose age the normalised ``question`` tells."""
    ages = [to_int(m[1]) for m in _TOLD.finditer(question)]
    limits = [to_int(m[1]) for m in _UNDER.finditer(clause)]
    return bool(ages and limits) and min(ages) >= max(limits)
