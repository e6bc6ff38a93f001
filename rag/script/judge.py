"""Whether a proposed phrase is meant as it stands. Rules propose, this decides.

`Judge` is the one place where a trained model of context may be put in: it sees what `RuleJudge` sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from rag.script.models import Level
from rag.script.packs import Pack, ReadyRule


@dataclass(frozen=True)
class Candidate:
    """A phrase that a rule found: offsets in the folded sentence, and the level for the goods it is about."""

    rule: ReadyRule
    sentence: str
    start: int
    end: int
    level: Level

    @property
    def phrase(self) -> str:
        """The phrase as folded."""
        return self.sentence[self.start : self.end]


class Judge(Protocol):
    """Decides on a candidate in its context."""

    def decide(self, candidate: Candidate) -> Level | None:
        """The level it stands at; None if it is innocent. The same answer for the same candidate."""
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
