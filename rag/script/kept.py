"""Whether a sentence that was worded anew says nothing that it did not say before."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.ground import Words, normalize

#: Words that say nothing of the goods or the offer, and may come in with a new wording.
PLAIN = frozenset([
    "挺", "蛮", "很", "还", "也", "都", "就", "自己", "我们", "咱们", "大家", "朋友", "朋友们", "家人", "觉得", "感觉", "喜欢",
    "可以", "参考", "看看", "看", "了解", "了解一下", "选", "选择", "适合", "比较", "不错", "因人而异", "个人", "款", "些", "点",
    "来", "试试", "试", "建议", "需要", "按需", "理性", "以", "为准", "详情", "详情页", "页面", "链接", "说明", "说明书", "标签",
    "写", "请", "欢迎", "介绍", "好",
])  # fmt: skip
_FIGURE = re.compile(r"(?:\d+(?:[.,:]\d+)*|[零〇一二三四五六七八九十百千万亿两半]+)[%\u4e00-\u9fff]?")
_IDLE = re.compile(r"十分(?!之|钟)|一(?=[款起些点下样种直边般])|千万(?=别|不|要)|万一")
_NOT = r"不|没有|没|未|无|非|勿|别"
_NEGATED = re.compile(rf"(?:{_NOT})(?=([\u4e00-\u9fff]{{2}}))")
_STRANGE = re.compile(r"[<>〈〉\n\r]|://|www\.|[\[\]{}]")
LONGER, ROOM = 1.5, 12
"""A wording may be so many times as long as the sentence, and so many characters more."""


def adds_nothing(new: str, sentence: str, advised: Iterable[str], words: Words) -> bool:
    """Whether ``new`` is a wording of ``sentence``: not the same, of fair length, no figure or negation of its own, and no word but
    those of the sentence, of the rule's wordings (``advised``) and `PLAIN` ones."""
    if not new or _STRANGE.search(new) or len(new) > LONGER * len(sentence) + ROOM:
        return False
    now, before = normalize(new), normalize(sentence)
    known = "\n".join([before, *map(normalize, advised)])
    return (
        now != before
        and any(c.isalnum() for c in now)
        and _figures(now) <= _figures(before)
        and not _turned(before, now)
        and not _turned(now, before)
        and all(word in known or word in PLAIN for word in words.cut(now))
    )


def _figures(text: str) -> set[str]:
    """The figures with what follows each, so that 3天 is not 3年."""
    return set(_FIGURE.findall(_IDLE.sub("", text)))


def _turned(a: str, b: str) -> bool:
    """Whether ``b`` states what ``a`` denies."""
    denied = {m[1] for m in _NEGATED.finditer(a)}
    return any(
        re.search(f"(?<!不)(?<!没)(?<!有)(?<!未)(?<!无)(?<!非)(?<!勿)(?<!别){word}", b) for word in denied
    )
