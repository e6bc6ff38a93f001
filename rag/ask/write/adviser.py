"""The optional chat model as adviser: which asks a message holds, and which of the clauses found answer each.

It names and orders, it writes nothing that is shown. Each step is checked: an ask is a piece of the message word for word, its
brief wording brings in no number and no instruction, a clause is one of those it was given. What does not pass is as if it had
not been said, and the caller goes on with the local models. Nothing here raises to the asker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field

from rag.ask.guard.inspect import Screening, inspect
from rag.ask.understand.parts import MAX_PARTS
from rag.ask.write.prompts import CHOOSE, SPLIT
from rag.ask.write.writer import as_data
from rag.content import Operator
from rag.ground import ChatModelError, mask, normalize
from rag.index import Chunk
from rag.llm import ADDRESS, ChatClient, Meter, Reply, data, messages

MOST = 4  # clauses named for one ask; a reply that names more has not chosen
LONGEST = 80  # characters of a brief wording
ECHO = (
    8  # characters in a row that a brief wording may not have from the instructions: small models repeat them
)
_NUMBER = re.compile(
    r"\d+(?:\.\d+)?|[〇零一二三四五六七八九十百千万亿两]+(?=[元块年月天日倍个岁单条件次折斤克盒箱瓶户人家])"
)


class Ask(BaseModel):
    """One ask of a message: its own words, and the same said briefly and in the terms of the trade."""

    asked: str
    brief: str


class Asks(Reply):
    """A message taken apart."""

    asks: list[Ask] = Field(min_length=1, max_length=MAX_PARTS)


class Choice(BaseModel):
    """What was chosen for one ask, by the numbers of the clauses: those that answer, those that belong, the nearest."""

    ask: int
    answers: list[int] = Field(max_length=MOST)
    belongs: list[int] = Field(default_factory=list, max_length=MOST)
    nearest: int | None = None


class Choices(Reply):
    """What was chosen for every ask."""

    asks: list[Choice]


@dataclass(frozen=True)
class Chosen:
    """For one ask the clauses that answer it, best first, those that belong to the answer, and the nearest where none answers."""

    answers: tuple[Chunk, ...] = ()
    belongs: tuple[Chunk, ...] = ()
    nearest: Chunk | None = None


@dataclass(frozen=True)
class Adviser:
    """Takes messages apart and chooses clauses with one chat model. Thread-safe."""

    client: ChatClient
    operators: Mapping[str, str]

    @property
    def meter(self) -> Meter:
        """Counters, a prometheus_client collector."""
        return self.client.meter

    def split(self, message: str) -> list[Ask] | None:
        """The asks of a message in their order; None where the model does not say or what it says does not hold."""
        try:
            said = self.client.ask(
                messages(SPLIT, f"<message>{data(mask(message))}</message>"), Asks, purpose="split"
            )
        except ChatModelError:
            return None
        own = _bare(message)
        pieces = [_bare(a.asked) for a in said.asks]
        if len(pieces) > 1 and (
            len(set(pieces)) < len(pieces) or any(len(p) < 2 or p not in own for p in pieces)
        ):
            return None
        asks = [Ask(asked=a.asked.strip(" ,，。;；"), brief=_held(a.brief, message)) for a in said.asks]
        return [Ask(asked=message, brief=asks[0].brief)] if len(asks) == 1 else asks

    def choose(
        self, message: str, operator: str | None, asks: Sequence[Ask], clauses: Sequence[Chunk]
    ) -> list[Chosen] | None:
        """For every ask what was chosen among ``clauses``; None where the model does not say or names what is not there."""
        asked = "\n".join(
            f"[{n}] {data(mask(a.asked))}（{data(mask(a.brief))}）" for n, a in enumerate(asks, 1)
        )
        prompt = messages(
            CHOOSE,
            f"<message>{data(mask(message))}</message>\n<role>{data(self.operators.get(operator or '', '未说明'))}</role>\n"
            f"<asks>\n{asked}\n</asks>\n<clauses>\n{as_data(clauses, self.operators)}\n</clauses>",
        )
        try:
            said = self.client.ask(prompt, Choices, purpose="choose").asks
        except ChatModelError:
            return None
        named = [n for c in said for n in (*c.answers, *c.belongs, *([c.nearest] if c.nearest else []))]
        if sorted(c.ask for c in said) != list(range(1, len(asks) + 1)) or any(
            not 1 <= n <= len(clauses) for n in named
        ):
            return None
        at = {c.ask: c for c in said}
        return [self._chosen(at[n], clauses) for n in range(1, len(asks) + 1)]

    @staticmethod
    def _chosen(choice: Choice, clauses: Sequence[Chunk]) -> Chosen:
        answers = list(dict.fromkeys(choice.answers))
        belongs = [n for n in dict.fromkeys(choice.belongs) if n not in answers]
        near = clauses[choice.nearest - 1] if choice.nearest and not answers else None
        return Chosen(tuple(clauses[n - 1] for n in answers), tuple(clauses[n - 1] for n in belongs), near)


def open_adviser(client: ChatClient | None, operators: Iterable[Operator], *, wanted: bool) -> Adviser | None:
    """The adviser over a chat model; None where there is none or none is wanted."""
    return Adviser(client, {o.id: o.name for o in operators}) if client and wanted else None


def _bare(text: str) -> str:
    """A text by its letters alone."""
    return re.sub(r"[\W_]", "", normalize(text))


def _held(brief: str, message: str) -> str:
    """A brief wording, or nothing where it brings in a number, an address or an instruction, is not brief or repeats what was asked of the model."""
    known = set(_NUMBER.findall(normalize(message)))
    runs = (brief[i : i + ECHO] for i in range(len(brief) - ECHO + 1))
    fine = (
        len(brief) <= LONGEST
        and set(_NUMBER.findall(normalize(brief))) <= known
        and inspect(brief) is Screening.FINE
        and not ADDRESS.search(brief)
        and not any(run in SPLIT for run in runs)
    )
    return brief.strip() if fine else ""
