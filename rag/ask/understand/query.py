"""A question as the later stages see it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Intent(StrEnum):
    """What the asker wants to know."""

    PENALTY = "penalty"
    PERMISSION = "permission"
    DUTY = "duty"
    FIGURE = "figure"
    WHO = "who"
    HOWTO = "howto"
    LISTING = "listing"
    START = "start"
    CHANGE = "change"
    ARTICLE = "article"
    PREMISE = "premise"


@dataclass(frozen=True)
class Named:
    """A law article that the question names: register short title, article number (None: the law as a whole)."""

    law: str
    article: int | None


@dataclass(frozen=True)
class Query:
    """A question as the later stages see it.

    ``text`` stands alone (a follow-up is completed from the history); ``matter`` is that text without dates and
    without the words that ask for a difference, which would drown what it is about; ``operator`` is the chosen role or the one
    the asker states; ``subject`` the role the question is about; ``day`` the day whose rules apply; ``names_only``
    whether laws or their articles are all it is about (广告法第九条说什么); ``goods`` the kinds of goods it names (topic ids)
    and ``other_goods`` those that share no rules with them; ``impossible`` a date it names that no calendar has; ``unsure`` whether it speaks of a past time that it does not know for sure,
    ``passing`` whether it tells its day in passing, as that of an act (昨天).
    """

    text: str
    matter: str
    original: str
    day: dt.date
    operator: str | None = None
    subject: str | None = None
    day_stated: bool = False
    intents: frozenset[Intent] = frozenset()
    laws: tuple[Named, ...] = ()
    names_only: bool = False
    goods: frozenset[str] = frozenset()
    other_goods: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    expansions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    followup: bool = False
    guideline: str | None = None
    impossible: str = ""
    unsure: bool = False
    passing: bool = False

    @property
    def article_only(self) -> bool:
        """Whether a law article is all it is about (广告法第九条说什么)."""
        return self.names_only and any(n.article is not None for n in self.laws)

    @property
    def judged(self) -> str:
        """What the judge reads: the words without the day asked about, which no clause speaks of."""
        return self.matter.strip(" ,;。") if self.day_stated and not self.passing else self.text

    def timed_as(self, message: Query) -> Query:
        """This query with what ``message``, of which it is a piece, says of the time."""
        return replace(self, day_stated=message.day_stated, unsure=message.unsure, passing=message.passing)
