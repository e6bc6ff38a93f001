"""The day a question is about.

A day is read from 年月日, from 年月, from a year, from 2025-01-31, from Chinese numerals, and from words (去年双十一, 上个月,
三天前: counted.py). A price or a count is no date: 2000-3000元, 2088.8元. 现在, 目前, 今天 and 今年 mean today. What looks
like a date but is none is named, a time that cannot be read is told, neither is silently taken for today.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import NamedTuple

from rag.ask.understand.counted import (
    COUNTED,
    DAY,
    MONTH,
    counted_day,
    end_of,
    in_passing,
    in_years,
    is_counted,
    is_vague,
    number,
)
from rag.ask.understand.intents import ASKING, DIFFERENCE, TIMES
from rag.ground import Words

_DIGITS = str.maketrans("〇零一二三四五六七八九两", "001234567892")
_YEAR = r"(?P<y>(?<![\d.¥价])20\d\d|[二2][〇零0][二三23][〇零一二三四五六七八九\d])"
_MEASURE = r"(?!\s*\d|\s*[元块万折件张次天倍个%])"
_DATES = (
    re.compile(rf"(?<![\d.¥价])(?P<y>20\d\d)\s*([-/.])\s*(?P<m>[01]?\d)\s*\2\s*(?P<d>[0-3]?\d){_MEASURE}"),
    re.compile(rf"{_YEAR}\s*年\s*(?:\d{{1,2}}\s*[到至~-]\s*)?{MONTH}\s*月(?:份)?(?:\s*{DAY}\s*[日号])?"),
    re.compile(rf"(?P<short>(?<!\d)[23]\d)\s*年\s*{MONTH}\s*月(?:份)?(?:\s*{DAY}\s*[日号])?"),
    re.compile(
        rf"(?<![\d~到至-]){_YEAR}\s*年(?:第?(?P<q>[一二三四1-4])季度|(?P<half>[上下]半年))?(?!\s*[到至~-]\s*20\d\d)"
    ),
    re.compile(
        rf"(?<![拿用把放卖播发挂])(?P<rel>大?前年|去年|今年|明年|后年)(?!的(?!时候|规定|法|新?规|双|国庆|元旦)|就|买|进|生产|签|过期|到期|开始|被罚)\s*的?(?:(?P<feast>双十一|双11|双十二|双12|618|国庆|元旦|年?(?:底(?![价薪下线])|初(?![次中步级期版])))|第?(?P<q>[一二三四1-4])季度|(?P<half>[上下]半年)|{MONTH}\s*月(?:份)?(?:\s*{DAY}\s*[日号])?)?"
    ),
    *COUNTED,
)
NOW = re.compile(
    r"现在|目前|今天|如今|眼下|今年(?!\s*(?:[\d一二三四五六七八九十第初底]|[上下]半年|年[初底]))"
)
_WHEN = re.compile(r"(那个?时候?|当时|的?时候|以前|之前|之后|以后|起施行|施行[前后]|目前|现在|如今)")
_BEFORE = re.compile(r"\s*(以前|之前|前)")
_FEASTS = {"双十一": (11, 11), "双11": (11, 11), "双十二": (12, 12), "双12": (12, 12), "618": (6, 18), "国庆": (10, 1),
           "元旦": (1, 1), "底": (12, 31), "初": (1, 31)}  # fmt: skip
STORY = 30  # characters above which a message may tell of a year that it does not ask about
_PIECE = re.compile(r"[，,。！!？?；;\s]")
_ASKS = re.compile(
    r"[吗么呢]|多少|怎么|咋|能不能|可以|可不可|行不行|要不要|违法|违规|规定|规矩|[罚赔]|哪|几|什么|啥"
)
# What began or ended then, and is not what is asked about (有机证去年十月到期了, 主播上个月解约了).
_PASSED = re.compile(
    r"\s*份?(?:就|才|刚)?(?:已经)?(?:到期|过期|解约|离职|辞职|入职|签的?|买的?|进的?|生产的?|注册的?|办的?|开始|被罚)"
)
# A time that the asker is not sure of (好像去年吧, 两三个月前, 去年还是前年) names no day.
_UNSURE = re.compile(
    r"(?:好像|大概|大约|可能|应该|估计|记不清|不记得|差不多|似乎|也许|[一两三四五六七八几])[是在有]?$"
)
_UNSURE_AFTER = re.compile(
    r"[年月]?[初底中末]?(?:吧(?![?。!]*$)|左右|前后|上下|来着|还是|不知道?|那会|那阵|那段|这个?时候|的?样子|好像|大概|除夕|春节|过年|元宵|清明|端午|中秋|七夕|[春夏秋冬][天季]|[暑寒]假)"
)
_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2}


class Day(NamedTuple):
    """The day asked about, whether the question says it, what it says if that is no day of the calendar, whether it speaks of a
    time that it is not sure of (then the day is today), and whether it tells it in passing, as that of an act (昨天, 上周三)."""

    day: dt.date
    stated: bool
    impossible: str = ""
    unsure: bool = False
    passing: bool = False


def day_of(texts: Iterable[str], as_of: dt.date | None, today: dt.date) -> Day:
    """The day whose rules are asked for: the parameter, else what the first text that speaks of one says, else today."""
    if as_of is not None:
        return Day(as_of, as_of != today)
    for text in texts:
        found = _first_date(text)
        if found is not None and not _told_by_the_way(found[0], text):
            match, after = found
            if _unsure(match, text):
                return Day(today, False, unsure=True, passing=in_passing(match))
            try:
                day = _day(match, after, today)
            except ValueError:
                return Day(today, False, match.group().strip())
            if day is not None:
                return Day(day, day != today, passing=in_passing(match))
        if NOW.search(text):
            return Day(today, False)
    return Day(today, False)


def _told_by_the_way(match: re.Match[str], text: str) -> bool:
    """Whether a time counted from today does not say which day's rules are asked for: the text also speaks of now, or it is a
    story that names the year in passing (检测报告是去年另一个批次的，拿出来给大家看行吗)."""
    said = match.groupdict()
    if not (is_counted(match) or "rel" in said):
        return False
    if NOW.search(text) or _PASSED.match(text, match.end()):
        return True
    year = said.get("rel") and not said.get("m") and not said.get("feast")
    if not (year or in_years(match)) or len(text) <= STORY:
        return False
    before, after = _PIECE.split(text[: match.start()])[-1], _PIECE.split(text[match.end() :])[0]
    return not _ASKS.search(before + after)


def _unsure(match: re.Match[str], text: str) -> bool:
    """Whether a time counted from today is told as one that the asker is not sure of."""
    around = _UNSURE.search(text[: match.start()]) or _UNSURE_AFTER.match(text, match.end())
    return is_vague(match) or bool(around and (is_counted(match) or "rel" in match.groupdict()))


def matter_of(text: str, words: Words) -> str:
    """``text`` without dates and the words that ask for a change; the whole text if nothing would be left."""
    rest = text
    for pattern in _DATES[:5]:
        rest = pattern.sub("", rest)
    rest = ASKING.sub("", _WHEN.sub("", rest))
    if DIFFERENCE.search(rest) and TIMES.search(rest):
        rest = DIFFERENCE.sub("", TIMES.sub("", rest))
    return rest if words.cut(rest) else text


def _first_date(text: str) -> tuple[re.Match[str], str] | None:
    """The date that stands first in a text, in its fullest reading, and what follows it."""
    found = [m for pattern in _DATES if (m := pattern.search(text))]
    if not found:
        return None
    first = min(found, key=lambda m: (m.start(), -m.end()))
    return first, text[first.end() : first.end() + 3]


def _day(match: re.Match[str], after: str, today: dt.date) -> dt.date | None:
    """The day of a match; a month means its last day, a year its last (in this year: today); 以前 the day before.

    Raises:
        ValueError: the calendar has no such day.
    """
    if is_counted(match):
        day = counted_day(match, today)
        return (
            day - dt.timedelta(days=1) if day and "d" in match.groupdict() and _BEFORE.match(after) else day
        )
    said = match.groupdict()
    year = _year(said, today)
    if said.get("feast"):
        return dt.date(year, *_FEASTS[said["feast"].removeprefix("年")])
    month = number(said["m"]) if said.get("m") else None
    earlier = bool(_BEFORE.match(after))
    if month is not None:
        first = dt.date(year, month, 1)
        found = first.replace(day=number(said["d"])) if said.get("d") else first if earlier else end_of(first)
    elif said.get("q") or said.get("half"):
        size = 3 if said.get("q") else 6
        last = 3 * number(said["q"]) if said.get("q") else 6 if said["half"] == "上半年" else 12
        found = end_of(dt.date(year, last, 1))
        if dt.date(year, last - size + 1, 1) <= today <= found:
            return None
    elif said.get("rel") == "今年":
        return None
    elif earlier or year > today.year:
        found = dt.date(year, 1, 1)
    else:
        found = min(dt.date(year, 12, 31), today)
    return found - dt.timedelta(days=1) if earlier else found


def _year(said: dict[str, str | None], today: dt.date) -> int:
    if rel := said.get("rel"):
        return today.year + _YEARS[rel]
    if short := said.get("short"):
        return 2000 + int(short)
    return int((said["y"] or "").translate(_DIGITS))
