"""Do the figures and dates of a sentence agree with what it cites: value, unit, bound, and what they are said of?"""

from __future__ import annotations

import re
from itertools import pairwise

from rag.ask.verify.modes import plain
from rag.ask.verify.source import Source, content, split_parts, value_of, without_figures
from rag.ground import NUMERAL, figures, normalize

_DATE = re.compile(r"(?<!\d)(20\d\d)\s*[年./-]\s*(?:(\d{1,2})\s*[月./-]\s*(?:(\d{1,2})\s*日?)?)?")
_COUNT = re.compile(rf"({NUMERAL})(?=[个项种名人份家张件步级类周月点倍条款])")
_UPPER = re.compile(r"^(?:\)|）)?(?:以下|以内|之内|内|为限|封顶)")
_LOWER = re.compile(r"^(?:\)|）)?(?:以上|起步|起)")
_JOIN = re.compile(r"(?:以上|至|到|~|-)+")
_UPPER_BEFORE = re.compile(r"(?:不超过|不得超过|最高|最多|至多|不高于|低于|少于|上限为?)$")
# What a figure divides cases by (货值不足一万元的), never what somebody pays or how long he has.
_THRESHOLD_BEFORE = re.compile(r"(?:不足|不满|未满|不到|未达到?|(?<!不)(?<!不得)(?:低于|少于))$")
_LOWER_BEFORE = re.compile(r"(?:不少于|不低于|至少|最低|最少|超过|高于|多于|下限为?)$")


def wrong_figure(text: str, source: Source) -> str:
    """A number that no quote holds, holds with another unit, bounds the other way, or says of someone else."""
    sentence = plain(text)
    known = {normal for _, normal in figures(source.text)}
    for written, normal in figures(sentence):
        if normal not in known:
            return written
    if unknown := _unknown_number(sentence, source):
        return unknown
    return (
        _wrong_bound(sentence, source)
        or _wrong_threshold(sentence, source)
        or _figure_of_another(sentence, source)
    )


def _unknown_number(sentence: str, source: Source) -> str:
    """A bare or counted number (三份, 5) that the quotes do not name."""
    values = {value for n in re.findall(NUMERAL, source.text) if (value := value_of(n)) is not None}
    values |= {int(n) for n in re.findall(r"\d+", normalize(source.raw))}
    values |= {int(n) for _, normal in figures(source.text) if (n := normal.split()[0]).isdigit()}
    units = {int(n) for _, normal in figures(sentence) if (n := normal.split()[0]).isdigit()}
    bare = re.sub(_DATE, " ", sentence)
    for number in [*re.findall(r"\d+", bare), *_COUNT.findall(bare)]:
        value = value_of(number)
        if value is not None and value not in values | units and not (value == 1 and number == "一"):
            if any(number in written for written, _ in figures(sentence)):
                continue
            return str(number)
    return ""


def _placed(text: str) -> list[tuple[str, int, int]]:
    """The figures of a text in their order: normal form, start, end."""
    found: list[tuple[str, int, int]] = []
    end = 0
    for written, normal in figures(text):
        start = text.find(written, end)
        end = start + len(written)
        found.append((normal, start, end))
    return found


def _bounds(text: str, *, alone: bool = False) -> dict[str, set[str]]:
    """normal form of a figure -> which way it bounds: upper, lower, exact; ``alone``: of those in no range (A以上B以下)."""
    found: dict[str, set[str]] = {}
    there = _placed(text)
    joined = [False, *(bool(_JOIN.fullmatch(text[a[2] : b[1]])) for a, b in pairwise(there)), False]
    for number, (normal, start, end) in enumerate(there):
        if alone and (joined[number] or joined[number + 1]):
            continue
        before, after = text[max(0, start - 5) : start], text[end:][:5]
        upper = _UPPER.search(after) or _UPPER_BEFORE.search(before)
        lower = _LOWER.search(after) or (_LOWER_BEFORE.search(before) and not _UPPER_BEFORE.search(before))
        found.setdefault(normal, set()).add("upper" if upper else "lower" if lower else "exact")
    return found


def _ranges(text: str) -> dict[tuple[str, str], bool]:
    """Pairs of figures that make a range (A以上B以下, A到B) -> whether the second one bounds from above."""
    return {
        (first, second): _LOWER.search(text[end:]) is None
        for (first, _, stop), (second, start, end) in pairwise(_placed(text))
        if _JOIN.fullmatch(text[stop:start]) and first.split()[-1] == second.split()[-1]
    }


def _wrong_bound(sentence: str, source: Source) -> str:
    ranges = _ranges(source.text)
    for pair, upper in _ranges(sentence).items():
        if ranges.get(pair) is not upper:
            return "—".join(pair)
    return _opposite(_bounds(sentence), _bounds(source.text)) or _opposite(
        _bounds(sentence, alone=True), _bounds(source.text, alone=True)
    )


def _thresholds(text: str) -> set[str]:
    """Figures that cases are told apart by from below (不足一万元)."""
    return {
        normal
        for normal, start, _ in _placed(text)
        if _THRESHOLD_BEFORE.search(text[max(0, start - 5) : start])
    }


def _wrong_threshold(sentence: str, source: Source) -> str:
    """A threshold that the quotes hold only as something else: 不足十万元 where ten 万 is the most of a fine."""
    above = {n for n, ways in _bounds(source.text, alone=True).items() if "lower" in ways}
    return min(_thresholds(sentence) - _thresholds(source.text) - above, default="")


def _opposite(stated: dict[str, set[str]], known: dict[str, set[str]]) -> str:
    """A figure that is said to bound from above what it is known to bound from below only, or the reverse."""
    for normal, ways in stated.items():
        if any(
            way in ways and known.get(normal) == {other}
            for way, other in (("upper", "lower"), ("lower", "upper"))
        ):
            return normal
    return ""


def _figure_of_another(sentence: str, source: Source) -> str:
    """A figure that the nearest part of the source does not hold, though it holds another of the same unit."""
    for part in split_parts(sentence):
        stated = {normal for _, normal in figures(part.text)}
        near = source.nearest(content(without_figures(part.text)))
        held = {normal for p in near for _, normal in figures(p.text)}
        if wrong := _opposite(_bounds(part.text), _bounds(";".join(p.text for p in near))):
            return wrong
        for normal in stated - held:
            if any(_kind(h) == _kind(normal) for h in held):
                return normal
    return ""


def _kind(normal: str) -> str:
    """What a figure measures: its unit, or time for every unit of time (三日 is not 三年)."""
    unit = normal.split()[-1]
    return "time" if re.search(r"[日天周月年时]", unit) else unit


def wrong_date(text: str, source: Source) -> str:
    """A calendar date that neither a quote nor the version of a cited guideline names."""
    known = [_date(m) for m in _DATE.finditer(source.text)] + [
        tuple(map(int, version.split("-"))) for version in source.versions
    ]
    for match in _DATE.finditer(normalize(text)):
        date = _date(match)
        if not any(date == other[: len(date)] for other in known):
            return match.group()
    return ""


def _date(match: re.Match[str]) -> tuple[int, ...]:
    return tuple(int(g) for g in match.groups() if g)
