"""Does a sentence rest on what it cites? The last step before anything is shown, for extracts and models alike.

A sentence passes if every citation exists, it gives the assistant no orders, and either it is a whole sentence of a
cited clause word for word, or it carries no markup and its figures, dates, articles, modality, subject and wording
agree with the cited clauses (`agree`, `figures`). Nothing is repaired: a sentence that fails is dropped by the caller.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from rag.ask.clauses import DEPENDS, EXCEPTION, LEAVE
from rag.ask.guard.inspect import Screening, inspect
from rag.ask.models import Citation, Sentence
from rag.ask.verify.agree import wrong_article, wrong_claim, wrong_modality, wrong_negation, wrong_subject
from rag.ask.verify.figures import wrong_date, wrong_figure
from rag.ask.verify.source import Source, is_verdict, support_score
from rag.content import parse_references

__all__ = ["MIN_SUPPORT", "Fault", "Finding", "support_score", "verify_sentence", "verify_word"]
MIN_SUPPORT = 0.5


class Fault(StrEnum):
    """Why a sentence was dropped."""

    NO_CITATION = "no_citation"
    UNKNOWN_CITATION = "unknown_citation"
    FIGURE = "figure"
    DATE = "date"
    ARTICLE = "article"
    MODALITY = "modality"
    SUBJECT = "subject"
    CLAIM = "claim"
    SUPPORT = "support"
    MARKUP = "markup"
    INSTRUCTION = "instruction"


class Finding(BaseModel):
    """The outcome for one sentence; ``support`` is the share of its character bigrams found in the quotes."""

    model_config = ConfigDict(frozen=True)

    fault: Fault | None
    support: float
    detail: str = ""


# In order of how much harm the fault does; each check names what disagrees, or "" if nothing does.
_CHECKS = (
    (Fault.FIGURE, wrong_figure),
    (Fault.DATE, wrong_date),
    (Fault.ARTICLE, wrong_article),
    (Fault.MODALITY, wrong_modality),
    (Fault.MODALITY, wrong_negation),
    (Fault.SUBJECT, wrong_subject),
    (Fault.CLAIM, wrong_claim),
)
_MARKUP = re.compile(
    r"<\s*[a-z/!?]|&[a-z]{2,8};|&#|\b[a-z]{2,12}://|javascript:|data:|www\.|\bon[a-z]{3,12}\s*=|\]\s*[(:]|!\[|```|\{\{"
    r"|[\w-]+\.(?:com|cn|net|org|gov|top|xyz|io|cc)\b|[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]",
    re.I | re.A,
)
_SENTENCE_END = re.compile(r"[。！？\n][”’」』）]*")
_TRAIL = "\n \u3000、和及，。；"


def verify_sentence(
    sentence: Sentence, citations: Mapping[int, Citation], *, min_support: float = MIN_SUPPORT
) -> Finding:
    """Check one sentence against the clauses it cites.

    Args:
        sentence: text without [n] marks, and the citation numbers.
        citations: number -> citation.
        min_support: least share of the sentence's bigrams that must occur in the quotes, 0..1.
    """
    text = sentence.text
    if not sentence.citations:
        return Finding(fault=Fault.NO_CITATION, support=0.0)
    unknown = [n for n in sentence.citations if n not in citations]
    if unknown:
        return Finding(fault=Fault.UNKNOWN_CITATION, support=0.0, detail=f"[{unknown[0]}]")
    if _gives_orders(text):
        return Finding(fault=Fault.INSTRUCTION, support=0.0)
    cited = [citations[n] for n in sentence.citations]
    if any(is_extract(text, c.quote) for c in cited):
        return Finding(fault=None, support=1.0)
    if _MARKUP.search(text):
        return Finding(fault=Fault.MARKUP, support=0.0)
    source = Source.of(cited)
    support = support_score(text, [c.quote for c in cited])
    for fault, check in _CHECKS:
        if detail := check(text, source):
            return Finding(fault=fault, support=support, detail=detail)
    if support < min_support and not is_verdict(text):
        return Finding(fault=Fault.SUPPORT, support=support)
    return Finding(fault=None, support=support)


@lru_cache(maxsize=4096)
def _gives_orders(text: str) -> bool:
    """Whether a sentence tries to steer the assistant; remembered, since answers repeat the same clauses."""
    return inspect(text) is Screening.TAKEOVER


def is_extract(text: str, quote: str) -> bool:
    """Whether ``text`` is one or more whole sentences of ``quote``, word for word.

    A mere substring is not enough: 可以。 is a piece of 不可以。 and 虚构原价 a piece of 不得虚构原价.
    """
    ends = {0, *(m.end() for m in _SENTENCE_END.finditer(quote)), *(r.end for r in parse_references(quote))}
    stops = {len(quote), *(m.start() for m in _SENTENCE_END.finditer(quote))}
    stops |= {r.start for r in parse_references(quote)}
    place = quote.find(text)
    while text and place >= 0:
        start, end = place, place + len(text)
        while start not in ends and quote[start - 1] in _TRAIL:
            start -= 1
        if start in ends and (end in stops or end in ends):
            return True
        place = quote.find(text, place + 1)
    return False


def verify_word(word: str, citation: Citation) -> bool:
    """Whether the word an answer opens with (不能。 看情况：) rests on the clause it leads with."""
    if word == DEPENDS:
        return bool(EXCEPTION.search(citation.quote) or LEAVE.search(citation.quote))
    return verify_sentence(Sentence(text=word, citations=(citation.n,)), {citation.n: citation}).fault is None
