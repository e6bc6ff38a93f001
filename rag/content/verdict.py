"""What a question asks and what verdict an answer opens with, in plain words: no model, no retrieval."""

from __future__ import annotations

import re
from typing import Literal

Verdict = Literal["yes", "no", "depends"]

_YES_NO = re.compile(
    r"(?:吗|吧|(?<![什怎])么|嘛)[？?]?$|(.)不\1|能不能|可不可以|有没有|合不合法|需不需要|是否|可否|能否|[管罚退赔给算行]不[管罚退赔给算行]"
)
_CONSEQUENCE = re.compile(
    r"罚多少(?![天日年])|罚几(?![天日年])|怎么罚|怎样罚|罚什么|多少罚款|什么后果|啥后果|后果是|怎么处罚|什么处罚|处罚是|什么责任|会怎样|会怎么样|会有什么|怎么处理"
)
_QUANTITY = re.compile(r"多少(?!人知)|几[天年个次倍日月小]|多久|多长时间|多高|几小时|几份")
_DEPENDS = re.compile(
    r"^(?:要?先?看|看情|不一定|未必|视|分(?:情况|两|三|几)|可能|一般|多数|通常|不全|不是(?:都|全|一律)|不都|大多|得看|两种|有的|多半|按情况|区分)"
)
_NO = re.compile(
    r"^(?:不|别|没(?!.{1,10}(?:可以|才))|无|违法|违规|禁止|严禁|有事|有问题|有风险|错|否|免谈|也(?:不|没)|都不|仍不|还是不|照罚)"
)
_YES = re.compile(
    r"^(?:能|可|行|要|会|算|是|有|合法|管|对|得|应|必须|需|该|归|属于|允许|受|也|照|都|两边|还|仍|一样|同样|当然|当场|照样|全|继续|适用|构成|违反)"
)
_LATER_NO = re.compile(
    r"不能|不可以|不得|不用|不会|不算|不是|不必|不准|不行|不受|不需要|不应|不合|不属|违法|没有|不|无"
)
_LATER_YES = re.compile(
    r"能|可以|要|会|算|是|应当|必须|得|需|该|有|都|才|归|管|行|适用|负责|承担|罚|属于|照|就|仍|找|打|按"
)


def first_sentence(answer: str) -> str:
    """The answer up to its first full stop, colon or semicolon."""
    return re.split(r"[。！？；：\n]", answer.strip().replace("**", ""), maxsplit=1)[0]


def opening(answer: str) -> Verdict | None:
    """The verdict in the first words of an answer: yes (能、要、会、算…), no (不能、不用、违法…), depends (看情况…)."""
    sentence = first_sentence(answer)
    return next((value for pattern, value in _OPENINGS if pattern.match(sentence)), None)


def verdict(answer: str) -> Verdict | None:
    """The verdict of the first sentence, where a subject may stand before it (平台不得…); None: it gives none."""
    if value := opening(answer):
        return value
    head = first_sentence(answer)[:24]
    no, yes = _LATER_NO.search(head), _LATER_YES.search(head)
    if no and (not yes or no.start() <= yes.start()):
        return "no"
    return "yes" if yes else None


_OPENINGS: tuple[tuple[re.Pattern[str], Verdict], ...] = ((_DEPENDS, "depends"), (_NO, "no"), (_YES, "yes"))


def _parts(question: str) -> list[str]:
    return [p for p in re.split(r"[？?，,；]", question.strip()) if p]


def asks_yes_no(question: str) -> bool:
    """Whether a part of the question wants yes or no (…吗, 能不能…)."""
    return any(_YES_NO.search(p) for p in _parts(question))


def asks_consequence(question: str) -> bool:
    """Whether it asks what follows from a breach (罚多少, 什么后果)."""
    return bool(_CONSEQUENCE.search(question))


def asks_quantity(question: str) -> bool:
    """Whether it asks for a number (多少, 几天, 多久)."""
    return bool(_QUANTITY.search(question))


def ask_kind(question: str) -> tuple[str, bool]:
    """What a yes/no question asks (may, must, counts, happens, other) and whether a yes means no (不用…吧, 违法吗)."""
    last = next((p for p in reversed(_parts(question)) if _YES_NO.search(p)), question)
    kind = next((name for name, pattern in _KINDS if pattern.search(last)), "other")
    return kind, bool(_NEGATED.search(re.sub(r"(.)不\1", r"\1", last)[-9:]))


_KINDS = (
    ("happens", re.compile(r"会|罚|受")),
    ("may", re.compile(r"能|可以|行[吗不吧]|可不|允许|合法|犯法|违法|没事|没问题")),
    ("counts", re.compile(r"算|是不是|属于|是[^，]{0,8}吗")),
    ("must", re.compile(r"要|用[吗不]|必须|需|得|强制|赔|退|留|管")),
)
_NEGATED = re.compile(
    r"没关系|不用|不算|不罚|能不|不会|不赔|不退|免责|不归|不管|不能|违法|犯法|不是|不要|可以不|不需|不必"
)
