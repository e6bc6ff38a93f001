"""What a sentence does: forbid, permit, exempt, oblige."""

from __future__ import annotations

import re
from enum import Enum

from rag.content import without_references
from rag.ground import NUMERAL, normalize


class Mode(Enum):
    """What a part of a sentence does: forbid, permit, exempt, oblige."""

    FORBID = "forbid"
    PERMIT = "permit"
    EXEMPT = "exempt"
    OBLIGE = "oblige"


MODES: dict[Mode, re.Pattern[str]] = {
    Mode.EXEMPT: re.compile(
        r"可以?不(?!得|能|许|准|以)|不用|不必|不需|无需|无须|免于|免予|免除|没有义务|没义务|不强制|不要求|不罚|不予处罚"
    ),
    Mode.FORBID: re.compile(
        r"(?<!能)不得(?!不)|(?<!能)不能(?!不|没)|不可(?!避免|抗力|少)|禁止|不许|不准|不允许|不要(?!求)|严禁|违法(?!所得|行为|成本)|违规(?!行为)|不行|不应|不该|构成欺诈"
        r"|(?<![特级性识分区个类鉴差判辨告离])别(?![人家的处称名针类号致])"
    ),
    Mode.PERMIT: re.compile(
        r"可以(?!不|(?:依法|根据情节|对\w{1,8})?(?:并处|处|罚|没收|吊销|责令|约谈))"
        r"|(?<!不)允许|没问题|不违法|不违规|合法|随便|放心|没事|不用担心|不受限制"
        r"|(?<![不可才功智性职效潜只未何机产动技])能(?!力|否|源|量|耗|效|不能)|(?<![不进执施发银同流先])行(?=[。,;!]|$)"
    ),
    Mode.OBLIGE: re.compile(
        r"应当|应该|(?<!无)必须|务必|有义务|得先|(?<![无必])须(?!知)|(?<![不只重主必摘纲需简概])要(?![求素点件是么领闻挟])|(?<!不)需要"
    ),
}


CONFLICTS: dict[Mode, frozenset[Mode]] = {
    Mode.PERMIT: frozenset({Mode.FORBID, Mode.OBLIGE}),
    Mode.EXEMPT: frozenset({Mode.FORBID, Mode.OBLIGE, Mode.PERMIT}),
    Mode.FORBID: frozenset({Mode.PERMIT, Mode.EXEMPT, Mode.OBLIGE}),
    Mode.OBLIGE: frozenset({Mode.PERMIT, Mode.EXEMPT, Mode.FORBID}),
}
_RANGE = re.compile(rf"(?<!\d)({NUMERAL})(万|亿)?([至到~-])(?=(?:{NUMERAL})(万|亿)?(元|日|天|倍|年))")
HAN = re.compile(r"[\u4e00-\u9fffa-z0-9]+")


def plain(text: str) -> str:
    """Normal form without law references, the units of ranges written out (5到50万元 -> 5万元到50万元).

    The Chinese comma becomes a semicolon so that it joins no digits.
    """
    return _RANGE.sub(
        lambda m: f"{m[1]}{m[2] or m[4] or ''}{m[5]}{m[3]}",
        normalize(without_references(text).replace("，", "；")),
    )


def modes_of(text: str) -> frozenset[Mode]:
    """What a normalised part does by its own words. 不用 in front of a verb exempts, so it is looked for first."""
    rest, found = text, set()
    for mode, pattern in MODES.items():
        if pattern.search(rest):
            found.add(mode)
            rest = pattern.sub("□", rest)
    return frozenset(found)


def lead_of(text: str) -> Mode | None:
    """The first thing a normalised part does by its own words, None if it has no modal word."""
    starts: dict[Mode, int] = {}
    for mode, pattern in MODES.items():
        if match := pattern.search(text):
            starts[mode] = match.start()
            text = pattern.sub(lambda m: "□" * len(m.group()), text)
    return min(starts, key=lambda mode: starts[mode], default=None)


def bigrams(text: str) -> frozenset[str]:
    """Character pairs of every run of letters, digits and Han characters in a normalised text."""
    return frozenset(run[i : i + 2] for run in HAN.findall(text) for i in range(len(run) - 1))
