"""Penalty articles, read: which acts, which fines in which tier and branch, which bans.

A 款 is one or more sentences; each sentence that names a fine is a `Penalty` (an act with its tiers). Its parts are
separated by semicolons; the words before an amount say on what condition it is due.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rag.content.articles import Article
from rag.content.check.common import paragraphs
from rag.ground import to_int

QuestionKind = Literal["base", "threshold", "severe", "refuse", "person", "floor", "other"]

_NUMBER = r"(?:\d[\d,]*(?:\.\d+)?[百千]?[万亿]?|[零〇一二三四五六七八九十百千两万亿]+)"
_PERCENT = r"百分之[零〇一二三四五六七八九十百点]+"
_RANGE = re.compile(
    rf"(?:(?:(?P<low>{_PERCENT}|{_NUMBER})(?P<lowunit>元|倍|%|％)?(?:以上|至|到|[-—–~～]+|，?直至)))?"
    rf"(?:(?P<high>{_PERCENT})|(?P<number>{_NUMBER})(?P<unit>元|倍|%|％)|(?P<same>等值))"
    r"(?P<bound>以下|以内|以上|起)?"
)
SEVERE = re.compile(r"情节(?:特别)?(?:严重|较重)|严重情节|严重后果|后果(?:特别)?严重")
REFUSE = re.compile(r"拒不|逾期(?:不|未|仍)|仍不改正|未改正|不停止|经责令")
_PERSON = re.compile(r"直接负责|责任人员|主要负责人|法定代表人|主管人员|对个人|个人负有")
_THRESHOLD = re.compile(
    r"不足|不满|没有违法|没有(?:违法)?(?:所得|经营额)|无法计算|难以计算|明显偏低|[元]以上的|达到|无违法所得|违法所得的"
)
_FINE_AFTER = re.compile(r"^(?:以下)?的?(?:的)?罚款")
_FINE_BEFORE = re.compile(r"罚款(?:人民币)?$|^处以$")
_FLOOR = re.compile(rf"按(?P<number>{_NUMBER})元计算")
_JOINED = re.compile(r"^(?:情节|拒不|逾期|造成|并|对其|对直接|对单位|对法定|违法所得|货值|没有违法)")
# 有前款规定的违法行为，情节严重的: a 款 that goes on with the act of the one before.
_CONTINUED = re.compile(r"^有前款[^，。；]{0,16}行为，?[^，。；]{0,6}情节(?:特别)?严重")
OTHER_LAW = re.compile(r"属于[^，。；]{2,16}的，依照[^。；]*")
YIELDS = re.compile(r"(?:法律|法规)[^，。；]{0,24}(?:有规定|未作规定|没有规定)的")
MEASURES: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "吊销": (
        re.compile(r"吊销|取消.{0,8}资格"),
        re.compile(r"吊销|吊照|取消|执照|许可证(?:也)?(?:保不住|没)|撤销"),
    ),
    "停业": (
        re.compile(r"停业|停产|关闭网站|暂停相关"),
        re.compile(r"停业|停产|停播|关停|关闭|暂停|整顿|吊销"),
    ),
    "从业禁止": (
        re.compile(r"禁止(?:其)?(?:在一定|从事)|(?:年内|终身)(?:不得|禁止)"),
        re.compile(r"禁止|不得|不能|不准|禁业|终身|不许"),
    ),
    "拘留": (re.compile(r"拘留"), re.compile(r"拘留")),
}


@dataclass(frozen=True)
class Range:
    """An amount: ``low`` and ``high`` as ``value unit``; one of them may be None (以下 alone; 起, 以上 alone)."""

    low: str | None
    high: str | None
    written: str
    start: int = 0
    end: int = 0

    @property
    def key(self) -> tuple[str | None, str | None]:
        return self.low, self.high


@dataclass(frozen=True)
class Fine:
    """One fine of an act. ``severe``/``refuse``: due only then; ``quote`` shows it in the article's words."""

    range: Range
    kind: QuestionKind
    severe: bool
    refuse: bool
    quote: str


@dataclass(frozen=True)
class Penalty:
    """A sentence of a penalty article: the act and all that follows from it. ``paragraph`` counts 款 from 1."""

    paragraph: int
    text: str
    fines: tuple[Fine, ...]
    words: str

    @property
    def has_upper_tier(self) -> bool:
        """Whether something heavier is provided for grave cases alone."""
        return any(SEVERE.search(s) and not REFUSE.search(s) for s in _segments(self.text)[1:]) or any(
            f.severe and not f.refuse for f in self.fines
        )

    def forfeits(self, first: Range) -> bool:
        """Whether something is confiscated before the fine ``first`` comes."""
        return "没收" in self.text[: max(0, self.text.find(first.written))]

    def measures(self) -> list[str]:
        """The measures beside fines: 吊销, 停业, 从业禁止, 拘留."""
        return [name for name, (law, _) in MEASURES.items() if law.search(self.text)]


def _value(number: str) -> float:
    number = number.replace(",", "")
    if match := re.match(r"(\d+(?:\.\d+)?)([百千]?)([万亿]?)$", number):
        scale = {"": 1, "百": 100, "千": 1000}[match[2]] * {"": 1, "万": 10_000, "亿": 10**8}[match[3]]
        return float(match[1]) * scale
    return float(to_int(number))


def _amount(number: str, unit: str | None) -> str | None:
    try:
        if number.startswith("百分之"):
            return f"{to_int(number[3:])} %"
        value = _value(number)
    except ValueError:
        return None
    return f"{int(value) if value == int(value) else value} {'%' if unit == '％' else unit}"


def ranges(text: str) -> list[Range]:
    """Amounts, multiples and percentages in ``text`` with their bounds; 五万元以上的 and 五万元起 have no ``high``."""
    found: list[Range] = []
    for match in _RANGE.finditer(text):
        unit = match["unit"] or ("%" if match["high"] else None)
        if match["same"]:
            high: str | None = "等值"
        else:
            high = _amount(match["high"] or match["number"], unit)
        low = _amount(match["low"], match["lowunit"] or unit) if match["low"] else None
        if high is None:
            continue
        if match["bound"] in ("以上", "起") and low is None:
            low, high = high, None
        found.append(Range(low, high, match.group(), match.start(), match.end()))
    return found


def _segments(text: str) -> list[str]:
    return [s for s in re.split(r"[；;]", text) if s]


def penalties(article: Article) -> list[Penalty]:
    """The acts of an article that names fines, in order."""
    found: list[Penalty] = []
    for number, (line, items) in enumerate(paragraphs(article), 1):
        if found and _CONTINUED.match(line) and (more := _fines(line)):
            last = found[-1]
            found[-1] = Penalty(
                last.paragraph, f"{last.text}；{line}", last.fines + tuple(more), last.words + line
            )
            continue
        for sentence in _sentences(line):
            if fines := _fines(sentence):
                found.append(Penalty(number, sentence, tuple(fines), sentence + "".join(items)))
        for item in items:
            if fines := _fines(item):
                found.append(Penalty(number, line + item, tuple(fines), item))
    return found


def _sentences(line: str) -> list[str]:
    found: list[str] = []
    for sentence in (s for s in line.split("。") if s.strip()):
        if found and _JOINED.match(sentence):
            found[-1] += "；" + sentence
        else:
            found.append(sentence)
    return found


def _fines(sentence: str) -> list[Fine]:
    found: list[Fine] = []
    for order, segment in enumerate(_segments(sentence)):
        position = 0
        for amount in ranges(segment):
            before, after = segment[position : amount.start], segment[amount.end :]
            if not _FINE_AFTER.match(after) and not _FINE_BEFORE.search(before):
                continue
            found.append(_fine(segment, before, amount, first=order == 0 and not position))
            position = amount.end
        for match in _FLOOR.finditer(segment):
            floor = Range(_amount(match["number"], "元"), None, match.group())
            quote = _quote(segment, match.end())
            found.append(Fine(floor, "floor", bool(SEVERE.search(segment)), False, quote))
    return found


def _fine(segment: str, before: str, amount: Range, *, first: bool) -> Fine:
    up_to = segment[: amount.start]
    severe, refuse = bool(SEVERE.search(up_to)), bool(REFUSE.search(up_to))
    if _PERSON.search(before):
        kind: QuestionKind = "person"
    elif severe and not refuse:
        kind = "severe"
    elif _THRESHOLD.search(before):
        kind = "threshold"
    elif refuse:
        kind = "refuse"
    elif first or not re.search(r"的，|^对", before):
        kind = "base"
    else:
        kind = "other"
    return Fine(amount, kind, severe, refuse, _quote(segment, amount.end))


def _quote(segment: str, end: int) -> str:
    """The condition and the amount, as short as they can be shown."""
    part = segment[:end]
    cut = max((m.start() for m in re.finditer(r"[，；：](?=[^，；：]{2,40}的，)", part)), default=-1)
    part = part[cut + 1 :]
    if len(part) <= 48:
        return part
    condition = re.match(r"[^，；：]{2,24}的，", part)
    return f"{condition.group()}…{part[-24:]}" if condition else f"…{part[-44:]}"
