"""Whether a proposed phrase is meant as it stands, and what is risky although no pattern found it. Rules propose, this decides.

`RuleJudge` goes by the exceptions written in the pack; `TrainedJudge` asks it first and then a model of clauses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from rag.script.clauses import LONGEST_CLAIM, SHORTEST_CLAIM, ClauseModel, clauses
from rag.script.models import Level
from rag.script.packs import Pack, ReadyRule


@dataclass(frozen=True)
class Candidate:
    """A phrase that a rule found: offsets in the folded sentence, and the level for the goods it is about.

    ``disguised``: it was written with other characters than those that are read.
    """

    rule: ReadyRule
    sentence: str
    start: int
    end: int
    level: Level
    disguised: bool = False

    @property
    def phrase(self) -> str:
        """The phrase as folded."""
        return self.sentence[self.start : self.end]


class Judge(Protocol):
    """Decides on a candidate in its context."""

    def decide(self, candidate: Candidate) -> Level | None:
        """The level it stands at; None if it is innocent. The same answer for the same candidate."""
        ...

    def claims(self, sentence: str, found: bool) -> Iterator[tuple[int, int, str]]:
        """What is risky in a sentence although no pattern may have found it: where it stands, and which claim it makes.

        ``found``: patterns found something else in the sentence.
        """
        ...


class RuleJudge:
    """The default: the exceptions written down in the pack."""

    def __init__(self, pack: Pack) -> None:
        self._exemptions = pack.exemptions

    def decide(self, candidate: Candidate) -> Level | None:
        """See `Judge.decide`."""
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

    def claims(self, sentence: str, found: bool) -> Iterator[tuple[int, int, str]]:
        """See `Judge.claims`: written rules propose nothing of their own."""
        return iter(())


class TrainedJudge:
    """The exceptions of the pack, then a trained model: lets go what does not read like a claim, proposes what does."""

    def __init__(self, pack: Pack, model: ClauseModel | None = None) -> None:
        self._rules = RuleJudge(pack)
        self._model = model or ClauseModel()

    def decide(self, candidate: Candidate) -> Level | None:
        """See `Judge.decide`. The pack alone decides on a rule that the model was not measured with (an officer's new one)
        and on a word in disguise."""
        level = self._rules.decide(candidate)
        if level is None or candidate.disguised or candidate.rule.rule.id not in self._model.known:
            return level
        sentence, keep = candidate.sentence, self._model.keep
        around = (
            sentence[a:b] for a, b in clauses(sentence) if min(b, candidate.end) > max(a, candidate.start)
        )
        return level if any(self._model.read(c, sentence).stands >= keep for c in around) else None

    def claims(self, sentence: str, found: bool) -> Iterator[tuple[int, int, str]]:
        """See `Judge.claims`. Beside something found or proposed the bar is higher: it colours what else the sentence says."""
        risks = ((self._model.read(sentence[a:b], sentence).risky, a, b) for a, b in clauses(sentence))
        bar = self._model.beside if found else self._model.propose
        for risk, a, b in sorted(risks, reverse=True):
            clause = sentence[a:b]
            if risk >= bar and SHORTEST_CLAIM <= len(clause.strip()) <= LONGEST_CLAIM:
                yield a, b, self._model.claim(clause)
                bar = self._model.beside
