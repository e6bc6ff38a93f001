"""Does a message ask several things, or one thing behind a scene? Told by its form and by what is found for its pieces."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag.ask.models import Finding
from rag.ask.understand.parts import joints

# Logistic regression fitted by bench/training/several.py on the train split of bench/relevance.
FEATURES = ("mean", "least", "distinct", "more", "joined", "marked", "leaning", "whole")
BIAS = -13.30
COEFFICIENTS = {
    "mean": 11.84,
    "least": -2.80,
    "distinct": 2.64,
    "more": 2.11,
    "joined": 2.74,
    "marked": 1.17,
    "leaning": -1.41,
    "whole": 2.23,
}
SEVERAL_AT = 0.1  # an eighth of the messages it was fitted on ask several things; of those people send, more
# What stands for a chance where nobody has judged: a question about a law by its name, a follow-up, no judge at all.
UNJUDGED = {Finding.DIRECT: 0.6, Finding.NEAREST: 0.35, Finding.NONE: 0.15}


@dataclass(frozen=True)
class Found:
    """What was found for a piece or for the whole: the chance that its first clause answers (None: nobody has judged), that
    clause, and whether the piece had to be completed with the one before."""

    kind: Finding
    chance: float | None
    lead: str | None
    leans: bool = False

    @property
    def sure(self) -> float:
        """The chance, or what stands for it."""
        return UNJUDGED[self.kind] if self.chance is None else self.chance


def features(text: str, whole: Found, pieces: Sequence[Found]) -> list[float]:
    """What tells several asks from one, in the order of `FEATURES`.

    The mean and the least chance of the pieces, the share of different clauses among their leads, how many more pieces than
    two, how often one is joined to the next (还有, 另外) and how often a question
    mark stands between them (at most 2 each), the share of later pieces that lean on an earlier one, and
    the chance of the message as a whole. Its length is not read: that of our data says nothing of others.
    """
    chances = [p.sure for p in pieces]
    leads = {p.lead for p in pieces if p.kind is not Finding.NONE}
    later = pieces[1:]
    return [
        sum(chances) / len(pieces),
        min(chances),
        len(leads) / len(pieces),
        len(pieces) - 2.0,
        *(float(min(n, 2)) for n in joints(text)),
        sum(p.leans for p in later) / len(later),
        whole.sure,
    ]


def asks_several(text: str, whole: Found, pieces: Sequence[Found]) -> bool:
    """Whether the pieces of a message are questions of their own."""
    values = zip(COEFFICIENTS.values(), features(text, whole, pieces), strict=True)
    return 1 / (1 + math.exp(-BIAS - sum(c * v for c, v in values))) >= SEVERAL_AT
