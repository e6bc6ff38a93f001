"""The word an answer opens with: 能, 不能, 要, 不用, 看情况. Told from the clause it leads with; `verify` checks it.

A Q&A opens with the word that answers its own question. It stands where the asker asks the same; where the asker asks
the reverse or for something else it is left out, and the word that follows from it is given, if one does.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from rag.ask.clauses import DEPENDS, EXCEPTION, LEAVE, grams
from rag.ask.compose.draft import split_sentences
from rag.content import Section, without_references
from rag.ground import normalize
from rag.index import Chunk

SCENE = 6  # characters from which the last stretch of a question says what it is about, without the scene before it
SHARED = 3  # character pairs that a rule has in common with the question it gives a word for
ALIKE = 0.3  # share of character pairs from which a question is about the case of another
_HINDERS = re.compile(r"拒绝|阻[碍挠]|干扰|妨碍|借口")  # a ban on hindering is a duty
_CONDITION = re.compile(
    r"虚假|误导|未经|没经|擅自|恶意|滥用|不合理|不正当|[的时]，"
)  # under which something is banned


class Kind(Enum):
    """What a question with yes or no for an answer asks: may one, must one, is it a breach, anything else."""

    CAN = "can"
    MUST = "must"
    BREACH = "breach"
    OTHER = "other"


class Asked(NamedTuple):
    """The kind of a question (None: it asks for no yes or no) and whether what it asks about is not doing something."""

    kind: Kind | None
    negated: bool


_KINDS = (
    (Kind.BREACH, r"违法|违规|犯法|犯罪|侵权|(?:会|要|得)?(?:被|挨)?罚(?=吗|么|不|没|$)|算不算(?=违|骗|欺|虚|侵)|有事(?=吗|么|不|$)|没事(?=吧|吗|$)"),
    (Kind.OTHER, r"(?:要|得|会)(?:不要)?(?:被|我|他|谁)?(?:负责|担责|负.{0,4}责|承担|赔|坐牢|判|封)|算不?算?(?!了|上).{1,12}(?:吗|么|不|吧)$|会不会|是不是|有没有|有用吗"),
    (Kind.MUST, r"要不要|需不需要|用不用|该不该|应不应该|必须|一定要|需要(?=.{0,24}[吗么不])|(?<![不只重主])要(?=.{1,24}[吗么不]$)|得(?=.{1,12}[吗么不]$)"),
    (Kind.CAN, r"能不能|可不可以|行不行|(?<![不功性])能(?=.{1,30}[吗么不吧]?$)|可以|行(?=了?[吗么不吧]|$)|允许|准不准|合法|合规|没问题|有问题"),
)  # fmt: skip
_OPEN = re.compile(r"多少|[几哪谁]|怎么|什么|多久")  # asks for more than yes or no
_TELLS = re.compile(
    r"[吗么吧不没]$|([\u4e00-\u9fff])[不没]\1(?:以|要)?$|可不可以$|(?:能不能|要不要|可不可以|有没有).{1,12}$"
)
_OUTER = re.compile(
    r"([\u4e00-\u9fff])[不没]\1(?:以|要)?|可不可以|是不是|有没有|不(?:能|行|可以|用|算|会|罚|违法|违规|需要|合法|允许)|没(?:事|问题)|[不没]$"
    r"|不(?:正当|合格|良|明|锈)|无(?:理由|人|线)|没收|未成年"
)
_CAN = {"能": True, "可以": True, "行": True, "合法": True, "没问题": True, "没事": True, "不违法": True, "不罚": True,
        "不能": False, "不可以": False, "不行": False, "违法": False, "不合法": False, "违规": False, "有事": False, "罚": False}  # fmt: skip
_MUST = {"要": True, "需要": True, "必须": True, "不用": False, "不需要": False, "不必": False}
_LEAVES = frozenset(
    w for words, leave in ((_CAN, True), (_MUST, False)) for w, truth in words.items() if truth is leave
)
_OTHER = frozenset({"是", "不是", "对", "不对", "会", "不会", "算", "不算", "有", "没有", "没用", "有用"})
_FREE = re.compile(
    r"(?:要|不用|不必|能|不能|可以|不可以|会|不会|算|不算|是|不是|有|没有)(?:[^，：；\d一二三四五六七八九十]{1,5}|，[^：；。]{1,12})"
    r"|(?:行|不行|对|不对|有事|违法|没事)，[^：；。]{1,12}"
)  # 要给, 不是必须, 不算，先核实
_LEANS = re.compile("但|不过|可是|否则|因为|而且|并且")  # a sentence that says nothing without the one before
_WORDS = {Kind.CAN: "不能。", Kind.MUST: "要。", Kind.BREACH: "不可以。"}  # where it is a ban, a duty


def asked(text: str) -> Asked:
    """What a question asks, by the last word in it that asks for yes or no; of 能卖吗，罚多少 the first half, of 多久一次 nothing."""
    plain = re.sub(r"[\s,。?!;:~…]+$", "", normalize(text))
    pieces = re.split(r"[\s,。?!;:]+", plain)
    opened = [m.end() for m in _OPEN.finditer(plain)]
    whole = _kind(plain) if not opened or _TELLS.search(plain[opened[-1] :]) else None
    kind = whole or next((k for p in reversed(pieces) if _TELLS.search(p) and (k := _kind(p))), None)
    last = pieces[-1] if len(pieces[-1]) >= SCENE or len(pieces) == 1 else pieces[-2] + pieces[-1]
    return Asked(kind, bool(re.search(r"[不没未无别]", _OUTER.sub("", last))))


def _kind(plain: str) -> Kind | None:
    """The kind of the last word in a text that asks for yes or no."""
    found = [(m.end(), -n, kind) for n, (kind, p) in enumerate(_KINDS) for m in re.finditer(p, plain)]
    return max(found, key=lambda f: f[:2])[2] if found else None


def brings_word(text: str, chunk: Chunk) -> bool:
    """Whether a clause is a Q&A that opens with the word for the asker."""
    first = split_sentences(chunk.body)[:1]
    if chunk.section is not Section.FAQ or not first or asked(text).kind is None:
        return False
    word = without_references(first[0]).strip("。 ")
    return word.startswith("看情况") or (word in _CAN.keys() | _MUST.keys() and not opening(text, chunk).skip)


class Opening(NamedTuple):
    """How an answer opens: with a word of its own, and whether the first sentence of the clause is left out."""

    word: str | None = None
    skip: bool = False


def opening(text: str, chunk: Chunk) -> Opening:
    """How the answer to ``text`` opens that leads with ``chunk``."""
    mine = asked(text)
    if chunk.section in (Section.MUST, Section.MUST_NOT):
        return Opening(_of_rule(mine, text, chunk))
    first, *rest = split_sentences(chunk.body) or [""]
    said = without_references(first).strip("。 ")
    plain = said in _CAN.keys() | _MUST.keys() | _OTHER
    if not chunk.heading or not rest or not (plain or _FREE.fullmatch(said)) or _LEANS.match(rest[0]):
        return Opening()
    theirs = asked(chunk.heading)
    same = mine == theirs and (said.split("，")[0] not in _OTHER or _outer(text) == _outer(chunk.heading))
    if not plain:
        return Opening(skip=not same)
    if (
        said in _LEAVES and _shared(text, chunk.heading) < ALIKE
    ):  # what is allowed in one case is not in every
        return Opening(DEPENDS if EXCEPTION.search(chunk.body) else None, skip=True)
    if same:
        return Opening()
    return Opening(_translated(said, mine, theirs.negated), skip=True)


def _shared(text: str, heading: str) -> float:
    """Share of the shorter question's character pairs that the other has too."""
    left, right = grams(text), grams(heading)
    return len(left & right) / (min(len(left), len(right)) or 1)


def _outer(text: str) -> bool:
    """Whether a question expects a no (就不能退吧)."""
    return bool(
        re.search(r"不(?:能|行|可以|用|算|会|罚|需要|违法|违规|犯法).{0,12}吧|没(?:事|问题)", normalize(text))
    )


def _translated(said: str, mine: Asked, negated: bool) -> str | None:
    """The word for the asker where a Q&A about doing (``negated``: about not doing) something opens with ``said``.

    Only from a ban to a ban (违法 -> 不能): that something is allowed is not concluded (留着 is allowed, 删掉 is not).
    """
    if mine.kind not in _WORDS or said in _OTHER:
        return None
    duty = said in _MUST
    about, allowed = (not negated, not _MUST[said]) if duty else (negated, _CAN[said])
    wanted = mine.negated is not (mine.kind is Kind.MUST)
    return None if allowed or about is not wanted else _WORDS[mine.kind]


def _of_rule(mine: Asked, text: str, chunk: Chunk) -> str | None:
    """The word that follows from a duty or a ban; the reverse of neither follows."""
    if mine.kind not in _WORDS or _HINDERS.search(chunk.body):
        return None
    wanted, ban = mine.negated is not (mine.kind is Kind.MUST), chunk.section is Section.MUST_NOT
    if wanted is ban:  # the ban is of what they would not do, the duty of what they would
        return DEPENDS if not ban and LEAVE.search(chunk.body) else None
    if EXCEPTION.search(chunk.body):
        return DEPENDS
    if ban and _CONDITION.search(chunk.body):
        return None
    return _WORDS[mine.kind] if len(grams(text) & grams(chunk.body)) >= SHARED else None
