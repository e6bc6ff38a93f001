"""Days counted from today or told without a year: 昨天, 上周三, 三天前, 半年前, 上半年, 11月3日.

What is told so is mostly the day of an act (昨天直播说了全网最低价). A number before an event is none (开播三天前公示,
提前几天), nor is the age of a thing (三年前的检测报告).
"""

from __future__ import annotations

import calendar
import datetime as dt
import re

MONTH = r"(?P<m>[01]?\d|十[一二]?|[一二三四五六七八九])"
DAY = r"(?P<d>[0-3]?\d|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_NO_THING = r"(?!的(?!时候|规定|法|新?规))"
_NO_GOODS = r"(?!的(?!时候|规定|法|新?规|直播|视频|场))"  # 昨天的直播 is an act, 三年前的视频 a thing
_NUMBER = "一二两三四五六七八九十百几多好"
_EVENT = "播期满效行施费款续架始束售货收动约业每第提促节"
COUNTED = (
    re.compile(
        rf"(?<![\d月年{_NUMBER}{_EVENT}])(?P<back>半|[\d{_NUMBER}]{{1,3}}?)(?P<unit>个半月|个?多月|个?月|天|周|个?星期|个?礼拜|多?年)(?:之?前|以前){_NO_THING}"
    ),
    re.compile(r"(?P<word>上上个?月|(?<![以网线早晚马])上个?月(?![销均付薪租供])|(?<![以线])下个?月)"),
    re.compile(
        rf"(?P<days>大?(?<![提以之从目])前天(?![天猫])|昨[天日晚儿]|(?<![说注标写声证])明[天晚儿](?!数(?!字))|大?(?<![以之最售])后天(?![天猫]|数(?!字))){_NO_GOODS}"
    ),
    re.compile(
        rf"(?P<week>上上|(?<![以网线早晚马])上|(?<![以线])下|[这本](?=个?(?:周|星期|礼拜)[一二三四五六日末]))个?(?:周|星期|礼拜)(?![边转期年岁围全到报])(?P<weekday>[一二三四五六日末]?){_NO_GOODS}"
    ),
    re.compile(r"(?<![以年])(?P<span>[上下]半年|[上下]个?季度(?!收入)|第[一二三四]季度)"),
    re.compile(rf"(?<![\d年月.每]){MONTH}\s*月\s*{DAY}\s*[日号]"),
    re.compile(rf"(?<![\d年月.每个]){MONTH}\s*月份"),
    re.compile(
        rf"(?:^|(?<=[\s,，。;；!！?？、我们家店他她在就是从]))(?P<vague>前(?:几[天周年]|几个月|两天|些[天日年]|阵子|阵|段时间|段|不久)|不久前|早前){_NO_GOODS}"
    ),
)
_LONG = ("前几个月", "前几年", "前些年")
_DAYS = {"大前天": -3, "前天": -2, "昨": -1, "明": 1, "大后天": 3, "后天": 2}
_WEEKDAYS = "一二三四五六日"
_DIGITS = str.maketrans("〇零一二三四五六七八九两", "001234567892")
_LONGEST = 20  # years back that somebody counts so; 25年前 may be meant as 2025年前


def is_counted(match: re.Match[str]) -> bool:
    """Whether a match is one of these."""
    return match.re in COUNTED


def in_passing(match: re.Match[str]) -> bool:
    """Whether it is a day or a week, or a day of this year: that of an act, which needs no word where no rule changed since."""
    said = match.groupdict()
    unit = said.get("unit") or ""
    far = "年" in unit or ("月" in unit and "半" not in f"{said['back']}{unit}")
    return is_counted(match) and not (far or said.keys() & {"word", "span"} or said.get("vague") in _LONG)


def in_years(match: re.Match[str]) -> bool:
    """Whether it counts years: 三年前, 半年前."""
    return "年" in (match.groupdict().get("unit") or "")


def is_vague(match: re.Match[str]) -> bool:
    """Whether nobody can tell the day: 前几天, 好几年前, 两三个月前."""
    said = match.groupdict()
    if back := said.get("back"):
        several = re.search(r"[几多好]|[一两二三四五六七八九]{2}", f"{back}{said['unit']}")
        return bool(several) or (_months(said) >= 12 * _LONGEST)
    return bool(said.get("vague"))


def counted_day(match: re.Match[str], today: dt.date) -> dt.date | None:
    """The day of a match; a week, a month, a quarter and a half year mean their last day, None if today is in it.

    Raises:
        ValueError: the calendar has no such day.
    """
    said = match.groupdict()
    if said.get("back"):
        return _back(said, today)
    if word := said.get("word"):
        return end_of(months_from(today.replace(day=1), 1 if word[0] == "下" else -word.count("上")))
    if word := said.get("days"):
        return today + dt.timedelta(days=next(n for w, n in _DAYS.items() if w in word))
    if week := said.get("week"):
        weekday = _WEEKDAYS.find((said["weekday"] or "日").replace("末", "日"))
        ahead = -len(week) if week[0] == "上" else week == "下"
        return today + dt.timedelta(days=weekday - today.weekday() + 7 * ahead)
    if span := said.get("span"):
        return _span(span, today)
    return _this_year(number(said["m"]), number(said["d"]) if said.get("d") else None, today)


def _back(said: dict[str, str | None], today: dt.date) -> dt.date:
    """So many days, weeks, months or years before today."""
    if months := _months(said):
        return months_from(today, -months)
    unit, half = said["unit"] or "", said["back"] == "半"
    if "月" in unit:
        return months_from(today, -number(said["back"])) - dt.timedelta(
            days=15 if half or "半" in unit else 0
        )
    return today - dt.timedelta(days=number(said["back"]) * (1 if unit == "天" else 7))


def _months(said: dict[str, str | None]) -> int:
    """How many months 三个月前, 半年前, 两年前 go back; 0: it is counted otherwise."""
    back, unit = said.get("back"), said.get("unit") or ""
    if not back or unit not in ("个月", "月", "个多月", "多月", "年", "多年"):
        return 0
    if back == "半":
        return 6 if "年" in unit else 0
    return number(back) * (12 if "年" in unit else 1)


def _span(span: str, today: dt.date) -> dt.date | None:
    """The last day of a half year or quarter of this year, or of the quarter before or after this one."""
    size = 6 if "半" in span else 3
    mine = (today.month - 1) // size
    if "半" in span:
        asked = "上下".index(span[0])
    elif span[0] in "上下":
        asked = mine + (1 if span[0] == "下" else -1)
    else:
        asked = number(span.removeprefix("第")[0]) - 1
    return (
        None if asked == mine else end_of(months_from(today.replace(month=1, day=1), (asked + 1) * size - 1))
    )


def _this_year(month: int, day: int | None, today: dt.date) -> dt.date | None:
    """The day of this year, of last year if it is more than half a year ahead; of a month its last day, None if it is this one.

    Raises:
        ValueError: the calendar has no such day.
    """
    if day is None and month == today.month:
        return None
    ahead = dt.date(today.year, month, 1) > months_from(today, 6)
    first = dt.date(today.year - ahead, month, 1)
    return end_of(first) if day is None else first.replace(day=day)


def number(text: str | None) -> int:
    """31, 十, 十一, 二十, 三十一 as a number; 半, 几 as none."""
    said = re.sub("[半几多好百]", "", text or "") or "0"
    if said.isdigit() and said.isascii():
        return int(said)
    if "十" in said:
        tens, ones = said.split("十", 1)
        return int(tens.translate(_DIGITS) or 1) * 10 + int(ones.translate(_DIGITS) or 0)
    return int(said.translate(_DIGITS))


def months_from(day: dt.date, months: int) -> dt.date:
    """The same day so many months later (or earlier), or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def end_of(day: dt.date) -> dt.date:
    """The last day of its month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
