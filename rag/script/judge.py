"""Whether a proposed phrase is meant as it stands, and what is risky although no pattern found it. Rules propose, this decides.

`RuleJudge` goes by the exceptions written in the pack; `TrainedJudge` asks it first and then a trained model.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from rag.ground import EmbeddingError
from rag.script.claims import UNSURE
from rag.script.models import Level
from rag.script.packs import Pack, ReadyRule
from rag.script.tagger import Reading, Sentence, Tagger

SHORTEST_CLAIM, LONGEST_CLAIM = 2, 60
"""Characters of a phrase that may be proposed."""
RISKY = (Level.UNLAWFUL, Level.RISKY)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Candidate:
    """A phrase that a rule found: offsets in the folded sentence (its ``number`` in the script), and the level for the goods it is about.

    ``disguised``: it was written with other characters than those that are read.
    """

    rule: ReadyRule
    number: int
    sentence: str
    start: int
    end: int
    level: Level
    disguised: bool = False

    @property
    def phrase(self) -> str:
        """The phrase as folded."""
        return self.sentence[self.start : self.end]


class Reader(Protocol):
    """Decides on the candidates of one script."""

    def decide(self, candidate: Candidate) -> Level | None:
        """The level it stands at; None if it is innocent. The same answer for the same candidate."""
        ...

    def claims(self, number: int, found: bool) -> Iterator[tuple[int, int, str]]:
        """What is risky in a sentence although no pattern may have found it: where it stands, and which claim it makes.

        ``found``: patterns found something risky in the sentence.
        """
        ...


class Judge(Protocol):
    """Reads scripts in context."""

    def read(self, sentences: Sequence[Sentence]) -> Reader:
        """Read a script, its sentences in order."""
        ...


class RuleJudge:
    """The exceptions written down in the pack."""

    def __init__(self, pack: Pack) -> None:
        self._exemptions = pack.exemptions

    def read(self, sentences: Sequence[Sentence]) -> RuleJudge:
        """See `Judge.read`: written rules look at each candidate alone."""
        return self

    def decide(self, candidate: Candidate) -> Level | None:
        """See `Reader.decide`."""
        ready, sentence = candidate.rule, candidate.sentence
        if ready.unless is not None and ready.unless.search(sentence):
            return None
        for name in ready.exemptions:
            if self._exemptions[name].holds(sentence, candidate.start, candidate.end):
                return None
        for level, when in ready.softer:
            if when.search(sentence):
                return level
        return candidate.level

    def claims(self, number: int, found: bool) -> Iterator[tuple[int, int, str]]:
        """See `Reader.claims`: written rules propose nothing of their own."""
        return iter(())


class TrainedJudge:
    """The exceptions of the pack, then a trained model: lets go what does not read like a claim, proposes what does."""

    def __init__(self, pack: Pack, tagger: Tagger) -> None:
        self._rules, self._tagger = RuleJudge(pack), tagger

    def read(self, sentences: Sequence[Sentence]) -> TrainedReader:
        """See `Judge.read`."""
        return TrainedReader(self._rules, self._tagger, sentences)


class TrainedReader:
    """What the model makes of one script."""

    def __init__(self, rules: RuleJudge, tagger: Tagger, sentences: Sequence[Sentence]) -> None:
        self._rules, self._sentences = rules, sentences
        self._known, self._bars = tagger.measured["rules"], tagger.measured["bars"]
        self._claims, self._readings = tagger.claims, tagger.read(sentences)

    def decide(self, candidate: Candidate) -> Level | None:
        """See `Reader.decide`. The pack alone decides on a rule that the model was not measured with (an officer's new one)
        and on a word in disguise."""
        level = self._rules.decide(candidate)
        if level is None or candidate.disguised or candidate.rule.rule.id not in self._known:
            return level
        reading, bar = self._readings[candidate.number], self._bars["keep"]
        return level if reading.any(candidate.start, candidate.end) >= bar else None

    def claims(self, number: int, found: bool) -> Iterator[tuple[int, int, str]]:
        """See `Reader.claims`. Beside something found or proposed the bar is higher: it colours what else the sentence says."""
        reading, text = self._readings[number], self._sentences[number].text
        risks = (
            (reading.grave(a, b), a, b)
            for a, b in reading.phrases(text, self._bars["within"])
            if SHORTEST_CLAIM <= b - a <= LONGEST_CLAIM and self._is_grave(reading, a, b)
        )
        bar = self._bars["beside" if found else "propose"]
        for risk, a, b in sorted(risks, reverse=True):
            if risk >= bar:
                place = a + int(reading.kinds[a:b, 1].argmax())
                named = self._claims[int(reading.claims[place])]
                yield a, b, named if reading.sure[place] >= self._bars["claim"] else UNSURE
                bar = self._bars["beside"]

    @staticmethod
    def _is_grave(reading: Reading, start: int, end: int) -> bool:
        """Whether a phrase is rather 违法 or 有风险 than 要看依据 or 提示."""
        _, grave, soft = reading.kinds[start:end].sum(0)
        return bool(grave >= soft)


@cache
def the_tagger() -> Tagger:
    """The model that comes with the program, opened once.

    Raises:
        EmbeddingError: a file is missing, another one, or no model.
    """
    return Tagger()


def open_judge(pack: Pack) -> Judge:
    """The trained judge; where its files do not load, what is written in the pack decides alone, and the log says so."""
    try:
        return TrainedJudge(pack, the_tagger())
    except EmbeddingError as error:
        _log.warning("审稿只按规则，不用模型：%s", error)
        return RuleJudge(pack)
