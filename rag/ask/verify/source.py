"""The cited clauses, prepared for comparison part by part."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.ask.models import Citation
from rag.ask.verify.modes import MODES, Mode, bigrams, lead_of, modes_of, plain
from rag.ground import figures, normalize, to_int

ALIKE = 0.5
CLOSE = 0.1
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
SPLIT_PARTS = re.compile(r"[,;:]")


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


def split_parts(text: str, *, prohibited: bool = False) -> Iterator[Part]:
    """The parts of every sentence, what governs an enumeration handed on. ``prohibited``: a clause under 不得."""
    for sentence in _SPLIT_SENTENCES.split(plain(text)):
        modes: frozenset[Mode] = frozenset({Mode.FORBID}) if prohibited else frozenset()
        subject: str | None = None
        for piece in SPLIT_PARTS.split(sentence):
            modes, subject = modes_of(piece) or modes, subject_of(piece) or subject
            yield Part(piece, content(piece), modes, subject, lead_of(piece))


def content(text: str) -> frozenset[str]:
    """Character pairs of a normalised text, its modal words and roles left out."""
    for pattern in (*MODES.values(), *_ROLES.values()):
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
