"""The day a question is about."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from rag.ask.understand.intents import ASKING, DIFFERENCE, TIMES
from rag.ground import Words

_DATE = re.compile(
    r"(?P<y>20\d\d)\s*(?:年|[-/.])\s*(?P<m>1[0-2]|0?[1-9])?\s*(?:月|[-/.])?\s*(?P<d>3[01]|[12]\d|0?[1-9])?\s*[日号]?"
)
_RELATIVE = re.compile(
    r"(?P<rel>前年|去年|今年|明年|后年)(?!的(?!时候|规定|法|新?规)|就|买|进|生产|签|过期|到期|开始)(?:\s*(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])\s*月(?:份)?)?"
)
_WHEN = re.compile(r"(那个?时候?|当时|的?时候|以前|之前|之后|以后|起施行|施行[前后]|目前|现在|如今)")
_BEFORE = re.compile(r"(以前|之前|前)")


def day_of(texts: Iterable[str], as_of: dt.date | None, today: dt.date) -> tuple[dt.date, bool]:
    """The day whose rules are asked for: the parameter, else a date in the first text that has one, else today."""
    if as_of is not None:
        return as_of, as_of != today
    stated = next((day for t in texts if (day := _stated_day(t, today))), None)
    return (stated, stated != today) if stated else (today, False)


def matter_of(text: str, words: Words) -> str:
    """``text`` without dates and the words that ask for a change; the whole text if nothing would be left."""
    rest = _DATE.sub(lambda m: "" if m["m"] or "年" in m.group() else m.group(), text)
    rest = ASKING.sub("", _WHEN.sub("", _RELATIVE.sub("", rest)))
    if DIFFERENCE.search(rest) and TIMES.search(rest):
        rest = DIFFERENCE.sub("", TIMES.sub("", rest))
    return rest if words.cut(rest) else text


def _stated_day(text: str, today: dt.date) -> dt.date | None:
    match = _DATE.search(text)
    if match and (match["m"] or "年" in match.group()):
        return _complete(int(match["y"]), match["m"], match["d"], text[match.end() : match.end() + 3], today)
    match = _RELATIVE.search(text)
    if match:
        year = today.year + {"前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2}[match["rel"]]
        month = _month(match["m"]) if match["m"] else None
        if match["rel"] == "今年" and not month:
            return None
        return _complete(year, month, None, text[match.end() : match.end() + 3], today)
    return None


def _month(text: str) -> str:
    names = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
    return text if text.isdigit() else str(names.index(text) + 1)


def _complete(year: int, month: str | None, day: str | None, after: str, today: dt.date) -> dt.date | None:
    """A stated day; a month means its last day, a year its last day (or today in this year); 以前 the day before."""
    try:
        if day and month:
            found = dt.date(year, int(month), int(day))
        elif month:
            following = dt.date(year + int(month) // 12, int(month) % 12 + 1, 1)
            found = dt.date(year, int(month), 1) if _BEFORE.match(after) else following - dt.timedelta(days=1)
        else:
            found = (
                dt.date(year, 1, 1)
                if _BEFORE.match(after)
                else min(dt.date(year, 12, 31), today)
                if year <= today.year
                else dt.date(year, 1, 1)
            )
    except ValueError:
        return None
    if _BEFORE.match(after):
        found -= dt.timedelta(days=1)
    return found
