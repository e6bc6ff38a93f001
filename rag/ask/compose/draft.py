"""An answer in the making."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.ask.clauses import cited_laws, clause_url, grams
from rag.ask.models import Citation, Sentence
from rag.content import parse_references, without_references
from rag.ground import figures
from rag.index import Chunk

SAME, SHORT = (
    0.8,
    6,
)  # share of a sentence's character pairs that another has; fewer pairs (看情况。) may recur
_RULING = re.compile(r"不得|不能|不可以?|可以|不用|不必|禁止|应当|必须|不罚|免")
_END = re.compile(r"(?<=[。！？])(?![”’」』）])")


@dataclass
class Draft:
    """An answer in the making: sentences and the citations they use, in order of first use; ``words``: for each ask the
    word its answer opens with and the citation it rests on, None where the first sentence brings it.
    """

    sentences: list[Sentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    words: list[tuple[str, int] | None] = field(default_factory=list)


def split_sentences(body: str) -> list[str]:
    """The sentences of a clause, each a literal piece of it, without the law references that trail a sentence."""
    found: list[str] = []
    for number, piece in enumerate(p for line in body.split("\n") for p in _END.split(line)):
        text = piece.strip()
        if number:
            for ref in parse_references(text):  # references after a full stop belong to the sentence before
                if ref.start == 0 or not text[: ref.start].strip("\0、和及，以"):
                    text = text[: ref.start] + "\0" * (ref.end - ref.start) + text[ref.end :]
            text = text.replace("\0", "").lstrip("、和及，。；") if "\0" in text else text
        text = text.strip()
        if text and without_references(text).strip("。，；"):
            found.append(text)
    return found


def make_citation(number: int, chunk: Chunk, today: dt.date) -> Citation:
    """The citation of a whole clause, as seen on ``today``."""
    return Citation(
        n=number,
        guideline=chunk.guideline,
        title=chunk.title,
        operator=chunk.operator,
        version=chunk.version,
        clause=chunk.clause,
        section=chunk.section.value,
        quote=chunk.body,
        start=0,
        end=len(chunk.body),
        digest=chunk.digest,
        url=clause_url(chunk, today),
        laws=cited_laws(chunk.laws),
    )


def said_before(text: str, told: Sequence[Sentence]) -> bool:
    """Whether a sentence told before says it all: four fifths of the character pairs, every figure, every 可以 and 不得."""
    pairs = grams(text)
    if len(pairs) < SHORT:
        return False
    amounts, rulings = {value for _, value in figures(text)}, set(_RULING.findall(text))
    return any(
        len(pairs & grams(s.text)) >= SAME * len(pairs)
        and amounts <= {value for _, value in figures(s.text)}
        and rulings <= set(_RULING.findall(s.text))
        for s in told
    )


def append(
    draft: Draft, chunk: Chunk, heading: str | None, today: dt.date, skip: int = 0, *, once: bool = False
) -> None:
    """Add a clause to a draft: its citation and its sentences after the first ``skip`` (``once``: but those that were said before),
    the first of them with ``heading`` unless it was just shown.
    """
    number = len(draft.citations) + 1
    shown = next((s.heading for s in reversed(draft.sentences) if s.heading), None)
    told = tuple(draft.sentences) if once else ()
    texts = [t for t in split_sentences(chunk.body)[skip:] if not said_before(t, told)]
    draft.citations.append(make_citation(number, chunk, today))
    for place, text in enumerate(texts):
        draft.sentences.append(
            Sentence(
                text=text, citations=(number,), heading=heading if place == 0 and heading != shown else None
            )
        )
