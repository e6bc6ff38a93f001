"""What is wrong with a register, in plain Chinese."""

from __future__ import annotations

from pydantic import ValidationError

_FAULTS = {"missing": "没有写", "extra_forbidden": "没有这样一项，或者写错了名字"}
_MOST = 3  # faults that are named; the rest come after these are mended


def said(error: Exception) -> str:
    """What is wrong with a register, in plain words: which entry, which key."""
    if isinstance(error, UnicodeDecodeError):
        return "不是 UTF-8 编码，请用记事本另存为 UTF-8"
    if isinstance(error, ValidationError):
        faults = [(f["loc"], _FAULTS.get(f["type"], "写法不对")) for f in error.errors()]
        return "；".join(f"{_place(loc)}{fault}" for loc, fault in faults[:_MOST])
    mark = getattr(error, "problem_mark", None)
    return f"第 {mark.line + 1} 行附近格式不对（缩进、冒号、引号、括号要成对）" if mark else "格式不对"


def _place(loc: tuple[int | str, ...]) -> str:
    """第 3 条的 name: where a fault is."""
    entries = [f"第 {part + 1} 条" for part in loc[:1] if isinstance(part, int)]
    keys = [str(part) for part in loc if isinstance(part, str)]
    return "的 ".join([*entries, *(".".join(keys),) * bool(keys)]) + " "
