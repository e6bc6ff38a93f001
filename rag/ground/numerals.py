"""Chinese numerals <-> integers, as statutes write them (第一百零三条, 五千元, 百分之二十)."""

from __future__ import annotations

import re

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NAMES = "零一二三四五六七八九"
NUMERAL = r"[零〇一二三四五六七八九十百千两]+|\d+"


def to_int(text: str) -> int:
    """Read a numeral up to 亿, Chinese or Arabic.

    Raises:
        ValueError: ``text`` is not a numeral.
    """
    text = text.replace(",", "").strip()
    if text.isdigit():
        return int(text)
    for big, value in (("亿", 10**8), ("万", 10**4)):
        if big in text:
            head, _, tail = text.partition(big)
            return to_int(head or "一") * value + (to_int(tail.lstrip("零〇")) if tail.strip("零〇") else 0)
    total = digit = 0
    if not text:
        raise ValueError("empty numeral")
    if len(text) > 1 and all(c in _DIGITS for c in text):  # 二〇二六
        return int("".join(str(_DIGITS[c]) for c in text))
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _UNITS:
            total += (digit or 1) * _UNITS[char]
            digit = 0
        else:
            raise ValueError(f"not a numeral: {text!r}")
    return total + digit


def to_chinese(number: int) -> str:
    """Write 1..9999 as article numbers are written: 10 -> 十, 103 -> 一百零三, 1194 -> 一千一百九十四.

    Raises:
        ValueError: out of range.
    """
    if not 0 < number < 10_000:
        raise ValueError(f"out of range: {number}")
    parts: list[str] = []
    pending_zero = False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            if pending_zero:
                parts.append("零")
            parts.append(("" if digit == 1 and unit == 10 and not parts else _NAMES[digit]) + name)
            pending_zero = False
        elif parts and number:
            pending_zero = True
    return "".join(parts)


_FIGURE = re.compile(
    r"百分之(?P<percent>[零〇一二三四五六七八九十百千两\d]+(?:点[零〇一二三四五六七八九]+)?)"
    r"|(?P<number>\d[\d,]*(?:\.\d+)?|[零〇一二三四五六七八九十百千两]+)(?P<big>万|亿)?(?P<rest>[一二三四五六七八九]千)?"
    r"(?P<unit>个工作日|工作日|周岁|岁|元|年|个月|小时|分钟|日|天|倍|次|%|％)"
)
_SAME_UNIT = {"工作日": "个工作日", "周岁": "岁", "天": "日", "％": "%"}


def figures(text: str) -> list[tuple[str, str]]:
    """Every number with a unit in ``text`` as (as written, normal form ``value unit``).

    Amounts, days, years, percentages, multiples and counts; 三年 and 3年 share the normal form ``3 年``.
    Calendar dates (2026年2月1日) are left out.
    """
    found: list[tuple[str, str]] = []
    plain = re.sub(r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?", lambda m: "□" * len(m.group()), text)
    for match in _FIGURE.finditer(plain):
        if match["percent"]:
            try:
                found.append((match.group(), f"{to_int(match['percent'])} %"))
            except ValueError:
                continue
            continue
        try:
            digits = match["number"].replace(",", "")
            value: float = float(digits) if digits[0].isdigit() else to_int(digits)
        except ValueError:
            continue
        value *= {"万": 10_000, "亿": 10**8}.get(match["big"] or "", 1)
        if match["rest"]:
            value += to_int(match["rest"])
        unit = _SAME_UNIT.get(match["unit"], match["unit"])
        found.append((match.group(), f"{int(value) if value == int(value) else value} {unit}"))
    return found
