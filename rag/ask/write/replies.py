"""What the chat model writes, read strictly: sentences with their citations, a verdict, a completed question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, Self

from pydantic import BaseModel, Field

from rag.ask.compose.draft import Draft
from rag.ask.models import Citation, Sentence
from rag.ask.verify.modes import Mode, modes_of, plain
from rag.llm import Reply

NO_BASIS = "无依据"

_MARK = re.compile(r"\[(\d{1,3})\]")

_END = re.compile(r"(?<=[。！？])(?!(?:\s*\[\d+\])|[”’」』）])|(?<=\])(?=[^\[。！？，；])|\n")


class WrittenSentence(BaseModel):
    """A sentence and the numbers of the clauses it rests on."""

    text: str
    citations: list[int]


class Written(Reply):
    """An answer as the model returns it."""

    verdict: Literal["可以", "不可以", "应当", "不需要", "看情况", "无依据"]
    sentences: list[WrittenSentence]

    @classmethod
    def from_prose(cls, text: str) -> Self:
        """Sentences that carry their [n] marks, from models that return no JSON."""
        pieces = [p for p in _END.split(text) if p and p.strip()]
        return cls(verdict="看情况", sentences=[WrittenSentence(text=p, citations=[]) for p in pieces])


class Rewritten(Reply):
    """A follow-up as a question that stands alone."""

    question: str = Field(min_length=2, max_length=200)

    @classmethod
    def from_prose(cls, text: str) -> Self:
        """A model that returns the question itself."""
        return cls(question=text)


MAX_CHARACTERS = 400


def as_sentences(written: Iterable[WrittenSentence]) -> list[Sentence]:
    """Sentences without [n] marks in their text; the marks count as citations."""
    found = []
    for sentence in written:
        numbers = [*sentence.citations, *map(int, _MARK.findall(sentence.text))]
        text = " ".join(_MARK.sub("", sentence.text).split())
        if text.strip("。，；！？ "):
            ended = text if text[-1] in "。！？”’）" else text.rstrip("，；.,; ") + "。"
            found.append(Sentence(text=ended, citations=tuple(dict.fromkeys(numbers))))
    return found


def lead_joined(sentences: Sequence[Sentence]) -> list[Sentence]:
    """A first sentence that is a bare verdict (不可以。) joined with the one that says of what."""
    if len(sentences) < 2 or len(sentences[0].text) > 6:
        return list(sentences)
    first, second = sentences[:2]
    citations = tuple(dict.fromkeys([*first.citations, *second.citations]))
    return [Sentence(text=first.text + second.text, citations=citations), *sentences[2:]]


def contradicts(verdict: str, first: str) -> bool:
    """Whether the first sentence says the opposite of the verdict the model gave."""
    modes = modes_of(plain(first))
    if verdict == "可以":
        return Mode.FORBID in modes and not modes & {Mode.PERMIT, Mode.EXEMPT}
    if verdict == "不可以":
        return bool(modes & {Mode.PERMIT, Mode.EXEMPT}) and Mode.FORBID not in modes
    return verdict in ("应当", "不需要") and modes == ({Mode.EXEMPT} if verdict == "应当" else {Mode.OBLIGE})


def within_length(sentences: Sequence[Sentence]) -> list[Sentence]:
    """The first sentences that fit a phone screen; at least one."""
    kept: list[Sentence] = []
    for sentence in sentences:
        if kept and sum(len(s.text) for s in kept) + len(sentence.text) > MAX_CHARACTERS:
            break
        kept.append(sentence)
    return kept


def numbered(sentences: Sequence[Sentence], citations: Mapping[int, Citation]) -> Draft:
    """A draft whose citations are numbered from 1 in the order of their first use."""
    order = list(dict.fromkeys(n for s in sentences for n in s.citations))
    new = {old: n for n, old in enumerate(order, 1)}
    return Draft(
        sentences=[s.model_copy(update={"citations": tuple(new[n] for n in s.citations)}) for s in sentences],
        citations=[citations[old].model_copy(update={"n": n}) for old, n in new.items()],
    )
