"""Where a paraphrase can go wrong: articles, modality, negation, who, and claims out of nothing (figures: `rag.agree_figures`).

Each check takes the sentence and the `Source` it cites and returns what disagrees, or "". Sentences are compared part by
part (split at commas), each part with the parts of the source that share most of its character pairs, so that the
不得 of one duty does not excuse the 可以 of another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from rag.citations import parse_references, without_references
from rag.laws import normal_title
from rag.lexical import normalize
from rag.models import Citation
from rag.numerals import NUMERAL, figures, to_int

ALIKE = 0.5
CLOSE = 0.1
LEAST_PART = 0.34
LONG_PART = 6
SAME_PART = 0.7


class Mode(Enum):
    """What a part of a sentence does: forbid, permit, exempt, oblige."""

    FORBID = "forbid"
    PERMIT = "permit"
    EXEMPT = "exempt"
    OBLIGE = "oblige"


_MODES: dict[Mode, re.Pattern[str]] = {
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
_CONFLICTS: dict[Mode, frozenset[Mode]] = {
    Mode.PERMIT: frozenset({Mode.FORBID, Mode.OBLIGE}),
    Mode.EXEMPT: frozenset({Mode.FORBID, Mode.OBLIGE, Mode.PERMIT}),
    Mode.FORBID: frozenset({Mode.PERMIT, Mode.EXEMPT, Mode.OBLIGE}),
    Mode.OBLIGE: frozenset({Mode.PERMIT, Mode.EXEMPT, Mode.FORBID}),
}
_ROLES: dict[str, re.Pattern[str]] = {
    "platform": re.compile(r"平台(?!内)"),
    "live-room": re.compile(r"直播间|直播账号|运营者"),
    "anchor": re.compile(r"主播|达人|直播营销人员"),
    "mcn": re.compile(r"mcn|服务机构|签约机构|公会"),
    "merchant": re.compile(r"商家|卖家|销售者|网店|供货商|商户|平台内经营者"),
    "park": re.compile(r"园区|产业园|基地"),
    "consumer": re.compile(r"消费者|买家|用户|顾客|粉丝"),
}
_BOUND = re.compile(r"以[上下内]|之内")
_SPLIT_SENTENCES = re.compile(r"[。!?\n]")
_SPLIT_PARTS = re.compile(r"[,;:]")
_RANGE = re.compile(rf"(?<!\d)({NUMERAL})(万|亿)?([至到~-])(?=(?:{NUMERAL})(万|亿)?(元|日|天|倍|年))")
_HAN = re.compile(r"[\u4e00-\u9fffa-z0-9]+")


@dataclass(frozen=True)
class Part:
    """A stretch between commas. ``modes`` and ``subject`` are its own or, where it has none, those before it.

    ``lead`` is the modal word that governs it: its first one, whatever the words under it say (不得说能治病).
    """

    text: str
    grams: frozenset[str]
    modes: frozenset[Mode]
    subject: str | None
    lead: Mode | None = None


@dataclass(frozen=True)
class Source:
    """The cited clauses, prepared: ``text`` is normalised, without law references; ``leads`` begin the clauses."""

    raw: str
    text: str
    parts: tuple[Part, ...]
    leads: tuple[Part, ...]
    operators: frozenset[str]
    versions: frozenset[str]

    @classmethod
    def of(cls, citations: Sequence[Citation]) -> Source:
        """Prepare the quotes of ``citations``; at least one."""
        raw = "\n".join(c.quote for c in citations)
        clauses = [list(split_parts(c.quote, prohibited=c.section == "不得")) for c in citations]
        return cls(
            raw=raw,
            text=plain(raw),
            parts=tuple(p for parts in clauses for p in parts),
            leads=tuple(parts[0] for parts in clauses),
            operators=frozenset(c.operator for c in citations),
            versions=frozenset(c.version.isoformat() for c in citations),
        )

    def nearest(self, grams: frozenset[str]) -> list[Part]:
        """The parts that share the most with ``grams``, if they share enough; several if they are about as near."""
        shares = [(len(grams & p.grams) / len(grams), p) for p in self.parts] if grams else []
        best = max((s for s, _ in shares), default=0.0)
        return [p for s, p in shares if s >= best - CLOSE] if best >= ALIKE else []


def plain(text: str) -> str:
    """Normal form without law references, the units of ranges written out (5到50万元 -> 5万元到50万元).

    The Chinese comma becomes a semicolon so that it joins no digits.
    """
    return _RANGE.sub(
        lambda m: f"{m[1]}{m[2] or m[4] or ''}{m[5]}{m[3]}",
        normalize(without_references(text).replace("，", "；")),
    )


def split_parts(text: str, *, prohibited: bool = False) -> Iterator[Part]:
    """The parts of every sentence, what governs an enumeration handed on. ``prohibited``: a clause under 不得."""
    for sentence in _SPLIT_SENTENCES.split(plain(text)):
        modes: frozenset[Mode] = frozenset({Mode.FORBID}) if prohibited else frozenset()
        subject: str | None = None
        for piece in _SPLIT_PARTS.split(sentence):
            modes, subject = modes_of(piece) or modes, subject_of(piece) or subject
            yield Part(piece, content(piece), modes, subject, lead_of(piece))


def modes_of(text: str) -> frozenset[Mode]:
    """What a normalised part does by its own words. 不用 in front of a verb exempts, so it is looked for first."""
    rest, found = text, set()
    for mode, pattern in _MODES.items():
        if pattern.search(rest):
            found.add(mode)
            rest = pattern.sub("□", rest)
    return frozenset(found)


def lead_of(text: str) -> Mode | None:
    """The first thing a normalised part does by its own words, None if it has no modal word."""
    starts: dict[Mode, int] = {}
    for mode, pattern in _MODES.items():
        if match := pattern.search(text):
            starts[mode] = match.start()
            text = pattern.sub(lambda m: "□" * len(m.group()), text)
    return min(starts, key=lambda mode: starts[mode], default=None)


def content(text: str) -> frozenset[str]:
    """Character pairs of a normalised text, its modal words and roles left out."""
    for pattern in (*_MODES.values(), *_ROLES.values()):
        text = pattern.sub(" ", text)
    return bigrams(text)


def subject_of(text: str) -> str | None:
    """Who a normalised part is about: the role it begins with, or the one right before its modal word."""
    first: tuple[int, str] | None = None
    for role, pattern in _ROLES.items():
        match = pattern.search(text)
        if match is None or (first is not None and match.start() >= first[0]):
            continue
        after = text[match.end() : match.end() + 6]
        if match.start() <= 2 or modes_of(after):
            first = (match.start(), role)
    return first[1] if first else None


def bigrams(text: str) -> frozenset[str]:
    """Character pairs of every run of letters, digits and Han characters in a normalised text."""
    return frozenset(run[i : i + 2] for run in _HAN.findall(text) for i in range(len(run) - 1))


def without_figures(text: str) -> str:
    """A normalised text without its figures and what bounds them."""
    for written, _ in figures(text):
        text = text.replace(written, " ")
    return _BOUND.sub(" ", text)


def is_verdict(text: str) -> bool:
    """Whether a sentence only says 可以, 不行, 要 and the like, so that there are no words to look for."""
    sentence = plain(text)
    return not content(sentence) and bool(modes_of(sentence))


def support_score(text: str, quotes: Sequence[str]) -> float:
    """Share of the character bigrams of ``text`` that occur in ``quotes``: 0..1.

    Law references are left out and figures count as found: both are checked by value.
    """
    sentence = plain(text)
    grams = bigrams(without_figures(sentence))
    known = bigrams(normalize("\n".join(quotes)))
    stated = sum(len(written) for written, _ in figures(sentence))
    return (len(grams & known) + stated) / ((len(grams) + stated) or 1)


def value_of(numeral: str) -> int | None:
    """The number a numeral names, or None."""
    try:
        return to_int(numeral)
    except ValueError:
        return None


# --- articles --------------------------------------------------------------------------------------------------


def wrong_article(text: str, source: Source) -> str:
    """A law or article that the quotes do not cite; title and number must stand together there as well."""
    refs = parse_references(source.raw)
    known = {(normal_title(r.title), r.article) for r in refs}
    titles = {title for title, _ in known}
    for ref in parse_references(text):
        title = normal_title(ref.title)
        if title not in titles or (ref.article is not None and (title, ref.article) not in known):
            return f"《{ref.title}》{ref.label}"
    numbers = {r.article for r in refs}
    for written in re.findall(rf"第\s*({NUMERAL})\s*条", text):
        if value_of(written) not in numbers:
            return f"第{written}条"
    return ""


# --- modality, negation, subject, claims -----------------------------------------------------------------------

_NEGATION = re.compile(
    r"不得|不能|不可以|不可|不许|不准|不要|禁止|严禁|不用|不必|无需|无须|不|没有|没|未|无|勿"
)
_CONSEQUENCE = re.compile(r"罚|责令|没收|吊销|赔|处分|追究|违法|违规|欺诈|属于|构成|算")
_GROUPS = (
    r"刑|坐牢|入狱|犯罪|监禁", r"拘留", r"吊销", r"没收", r"关停|停业|关闭", r"拉黑|封号|封禁|清退", r"赔偿|赔付|退一赔|假一赔",
    r"免责|不承担|不担责|不负责", r"连带", r"强制执行|查封|扣押", r"信用|失信|黑名单", r"公示|公开|曝光", r"举报|投诉", r"罚",
)  # fmt: skip
_LATIN = re.compile(r"[a-z][a-z0-9_-]{2,}")
_COMMON_LATIN = frozenset(["mcn", "app", "ai", "vip", "12315"])


def wrong_modality(text: str, source: Source) -> str:
    """A permission out of a ban or a duty, an exemption or a ban out of neither, and so on, part by part."""
    everywhere = frozenset().union(*(p.modes for p in source.parts))
    alone = is_verdict(text)
    for part in split_parts(text):
        own = modes_of(part.text)
        near = source.leads if alone else source.nearest(part.grams)
        for mode in own:
            if mode not in everywhere:
                return part.text
            if near and all(mode not in p.modes and p.modes & _CONFLICTS[mode] for p in near):
                return part.text
        if near and all(_turned(part, p) for p in near):
            return part.text
    return ""


def _turned(part: Part, source: Part) -> bool:
    """Whether ``part`` says nearly what ``source`` says under the opposite modal word, or a ban without its ban."""
    if len(part.grams & source.grams) < SAME_PART * len(part.grams | source.grams):
        return False
    if part.lead is None:
        return source.lead is Mode.FORBID and not _NEGATION.search(part.text)
    return source.lead is not None and source.lead in _CONFLICTS[part.lead]


def wrong_negation(text: str, source: Source) -> str:
    """A negation that was lost or added: 不得虚构原价 -> 虚构原价, 公示 -> 不公示."""
    sentence = plain(text)
    for match in _NEGATION.finditer(source.text):
        before, after = source.text[: match.start()][-2:], source.text[match.end() :][:4]
        if _joined(before, after[:2], sentence, source.text) or _lost(after, sentence, source.text):
            return match.group() + after
    for match in _NEGATION.finditer(sentence):
        object_ = sentence[match.end() : match.end() + 2]
        if len(object_) == 2 and _HAN.fullmatch(object_) and _only_affirmed(object_, source.text):
            return match.group() + object_
    return ""


def _only_affirmed(words: str, source: str) -> bool:
    """Whether the source holds ``words`` and negates them nowhere, or only some way off while it permits or demands them."""
    if words not in source or re.search(rf"(?:{_NEGATION.pattern}).{{0,2}}{re.escape(words)}", source):
        return False
    if re.search(rf"(?:可以|应当|必须|能|要){re.escape(words)}", source):
        return True
    return not re.search(rf"[不没未无禁勿].{{0,6}}{re.escape(words)}", source)


def _joined(before: str, after: str, sentence: str, source: str) -> bool:
    """Whether what stands around a negation of the source stands side by side in the sentence only."""
    whole = before + after
    return len(whole) == 4 and _HAN.match(after) is not None and whole in sentence and whole not in source


def _lost(after: str, sentence: str, source: str) -> bool:
    """Whether four characters negated in the source come without a negation, and no consequence is drawn."""
    if (
        len(after) < 4
        or not _HAN.fullmatch(after)
        or _CONSEQUENCE.search(sentence)
        or _affirmed(after, source)
    ):
        return False
    return any(after in p and not _NEGATION.search(p) for p in _SPLIT_PARTS.split(sentence))


def _affirmed(words: str, text: str) -> bool:
    """Whether ``words`` also occur without a negation close before them."""
    return any(
        not _NEGATION.search(text[max(0, m.start() - 4) : m.start()])
        for m in re.finditer(re.escape(words), text)
    )


def wrong_subject(text: str, source: Source) -> str:
    """A duty, right or consequence ascribed to another role than the clause ascribes it to."""
    for part in split_parts(text):
        near = source.nearest(part.grams) if part.subject and subject_of(part.text) else []
        subjects = {p.subject for p in near if p.subject}
        if subjects and part.subject not in subjects:
            return part.text
        if near and not subjects and part.subject != "consumer":
            named = {p.subject for p in source.parts} | source.operators
            if "common" not in named and part.subject not in named:
                return part.text
    return ""


def wrong_claim(text: str, source: Source) -> str:
    """A consequence or a foreign word that no quote speaks of, or a long part that hardly any of it supports."""
    sentence = plain(text)
    for group in _GROUPS:
        if (found := re.search(group, sentence)) and not re.search(group, source.text):
            return found.group()
    for word in _LATIN.findall(sentence):
        if word not in _COMMON_LATIN and word not in normalize(source.raw):
            return str(word)
    known = bigrams(source.text)
    for part in split_parts(text):
        grams = bigrams(without_figures(part.text))
        if len(grams) >= LONG_PART and len(grams & known) / len(grams) < LEAST_PART:
            return part.text
    return ""
