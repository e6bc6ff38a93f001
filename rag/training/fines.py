"""The amounts of a liability clause, each with its condition: 没有违法所得 - 五万元以上五十万元以下."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBER = r"[\d一二三四五六七八九十百千两]+(?:\.\d+)?"
_BASE = (
    "(?:上一年度)?从本单位(?:所获|所得|取得的|获得的)?收入|所获收入|营业所得或者财物价值|违法收入|少缴税款|违法所得|违法经营额|经营额|货值金额|货值|广告费用"
    "|年度营业额|年度销售额|应纳税款|价款"
)
_AMOUNT = rf"(?:百分之{_NUMBER}|\d+%|{_NUMBER}(?:[万亿]?元|倍|万))"
_RANGE = rf"(?:{_AMOUNT}至{_AMOUNT}|(?:(?:{_AMOUNT}|等值)以上)?(?:{_AMOUNT}|等值)以下)"
_NAMED = rf"(?:(?:上一)?(?:{_BASE})的?)?"
_FINE = re.compile(rf"{_NAMED}{_RANGE}(?:或者{_NAMED}{_RANGE})*(?:、最高{_AMOUNT})?")
_BASES = re.compile(rf"(?<!没收)(?:{_BASE})")
_TIMES = re.compile(rf"(?:百分之|\d+%|{_NUMBER}倍|等值)")
_LIMIT = re.compile(
    rf"(?:不足|不到|超过|满){_AMOUNT}|{_AMOUNT}以上的|拿{_AMOUNT}当|按{_AMOUNT}的|不超过{_AMOUNT}"
)
_SHARED = re.compile(r"^(?:不足|不到|\d|[一二三四五六七八九十百千]+[万亿]?元)")
_VERBS = re.compile(
    r"(?:也|还|先|但|由[^，；。]{2,12}(?:部门|机关)|均?可以|单处|或者|和|并|都?处以?|罚款?|按|一律|、|没收(?:违法|所获)(?:所得|收入)|警告|才)+$"
)
_WHEN = re.compile(
    r"((?!责令|没收).*(?:严重|不改正|不改|后果|没有违法所得|规定))(?:的|$)|(.*)的$|((?:(?:单位的)?责任人员?|对[^，]*(?:者|主|人员|代表人|负责人|单位|个人)(?=没|罚|处|可以|$)))"
)
_WORSE = re.compile(r"([^，；。]*(?:严重|年内[^，；。]*?))的")
_WHO = re.compile(r"责任人|人员|单位|个人|广告主|经营者|发布者")
MOST = 5  # on a slide; with more it says what it says in words
LONGEST = 30  # characters of a condition


def fines_of(text: str) -> tuple[tuple[str, str], ...]:
    """(condition, amount) in the order of the text: all of them, or () where one is unclear, or there are too many."""
    text = re.sub(r"^[^：。；]*：", "", text)
    found = list(dict.fromkeys(_fines(text)))
    conditions = [condition for condition, _ in found]
    clear = len(set(conditions)) == len(found) and "" not in conditions[1:] and not any(map(_odd, conditions))
    whole = not re.search(_AMOUNT, _LIMIT.sub("", _FINE.sub("", text))) and all(amount for _, amount in found)
    return tuple(found) if len(found) <= MOST and clear and whole else ()


def _odd(condition: str) -> bool:
    """Whether it is too long, or torn out of its sentence."""
    return len(condition) > LONGEST or bool(re.search("[（）]|依其|^(?:或|还)", condition))


def _fines(text: str) -> Iterator[tuple[str, str]]:
    """All there are; with no amount where it is not said of what it is a multiple."""
    for match in _FINE.finditer(text):
        before = re.split("[；。：]", text[: match.start()])[-1]
        near = before[before.rfind("，") + 1 :] + re.split("[，；。]", text[match.end() :])[0]
        if "赔" in near or not re.search("罚|处", text[: match.start()] + near):
            continue  # what a buyer may claim is no fine
        bases, amount = _BASES.findall(text[: match.start()]), match[0]
        if _TIMES.match(amount):
            amount = bases[-1] + amount if bases else ""
        yield _condition(before, bases), amount


def _condition(before: str, bases: list[str]) -> str:
    """What stands before a fine and says when, or whom: 情节严重, 对个人."""
    worse = _WORSE.match(before)
    segments = before.rpartition("（")[2].split("，")
    own = _VERBS.sub("", segments.pop())
    said = own if _WHO.search(own) and "的" not in own else _said(own)
    if not said:
        said = next((s for s in map(_said, reversed(segments)) if s), "")
    said = re.sub(r"^(?:但|而|可以|罚)", "", said)
    if _SHARED.match(said) and bases:
        said = bases[-1] + said
    return f"{worse[1]}，{said}" if worse and said and worse[1] not in said else said


def _said(segment: str) -> str:
    found = _WHEN.match(segment)
    return next((g for g in found.groups() if g), "") if found else ""
