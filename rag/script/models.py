"""What the script check takes in and gives back: rules as written, findings, the report."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from pydantic import Field

from rag.ground import Frozen, HeguiError

MAX_TEXT = 20_000
"""Characters (code points) of one script."""


class ScriptError(HeguiError):
    """A script that cannot be read: too long, broken, empty, or in a form we do not know."""


class Level(StrEnum):
    """How bad a phrase is, worst first."""

    UNLAWFUL = "违法"
    RISKY = "有风险"
    EVIDENCE = "要看依据"
    NOTE = "提示"


class Softer(Frozen):
    """A lower level where one of ``when`` (patterns) stands in the sentence."""

    level: Level
    when: tuple[str, ...] = Field(min_length=1)


class Holding(Frozen):
    """When and for whom a rule holds. ``operators``: of whose speech it is a rule (operator ids; none: everybody's);
    ``since``/``until``: inclusive days, for rules that are narrower than their clause."""

    operators: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None

    def holds(self, day: dt.date, operator: str | None) -> bool:
        """Whether the rule is one of that day and of that kind of operator."""
        in_time = (self.since is None or self.since <= day) and (self.until is None or day <= self.until)
        return in_time and (operator is None or not self.operators or operator in self.operators)


class Rule(Holding):
    """One thing to look for.

    ``find`` and ``unless`` are patterns (see `rag.script.patterns`); what a group of ``find`` holds is the span, else the whole
    match. ``spare`` names exceptions beside those that always hold, ``ignore`` such as do not. ``clause`` is
    ``operator/slug#clause-id`` in the newest version of that guideline. ``goods`` limits the rule to kinds of goods
    (topic ids); ``unknown`` is the level where the text does not tell its goods, None: silent there.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: str = Field(min_length=2)
    level: Level
    clause: str = Field(pattern=r"^[a-z-]+/[a-z0-9-]+#[a-z]+-\d+$")
    find: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()
    softer: tuple[Softer, ...] = ()
    spare: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    not_goods: tuple[str, ...] = ()
    unknown: Level | None = None
    why: str = Field(min_length=4)
    say: tuple[str, ...] = ()
    ask: str | None = None

    def level_for(self, goods: frozenset[str]) -> Level | None:
        """The level for a text about ``goods`` (empty: not known); None: the rule is not about these."""
        if goods & set(self.not_goods):
            return None
        if not self.goods or goods & set(self.goods):
            return self.level
        return self.unknown if not goods else None


class Absence(Holding):
    """Something a script has to contain: where one of ``find`` stands and none of ``present`` stands anywhere."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: str = Field(min_length=2)
    level: Level
    clause: str = Field(pattern=r"^[a-z-]+/[a-z0-9-]+#[a-z]+-\d+$")
    find: tuple[str, ...] = ()
    goods: tuple[str, ...] = ()
    present: tuple[str, ...] = Field(min_length=1)
    why: str = Field(min_length=4)
    say: tuple[str, ...] = ()
    ask: str | None = None


class Exemption(Frozen):
    """A construction in which a phrase is innocent.

    ``before`` is matched up to where the span begins, ``after`` from where it ends, both inside the sentence; ``over`` has to overlap
    the span; ``sentence`` may stand anywhere in the sentence. ``turn``: what stands between it and a later phrase takes it back;
    ``never``: what the phrase must not contain. ``always``: holds for every rule that does not ignore it.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: str = Field(min_length=2)
    always: bool = False
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    sentence: tuple[str, ...] = ()
    turn: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


class ClauseAt(Frozen):
    """The clause a finding rests on, in the version in force on the day."""

    guideline: str
    title: str
    version: dt.date
    clause: str
    text: str
    url: str


class LawAt(Frozen):
    """A law article the clause cites. ``law`` is the register's short title."""

    law: str
    article: int | None
    label: str


class Missing(Frozen):
    """What the script lacks as a whole."""

    level: Level
    rule: str
    name: str
    reason: str
    better: tuple[str, ...]
    ask: str | None
    clause: ClauseAt
    laws: tuple[LawAt, ...]


class Rewording(Frozen):
    """A chat model's wording of the whole sentence, in which the check finds nothing; it takes the place of ``start:end``."""

    start: int
    end: int
    text: str


class ScriptFinding(Missing):
    """A phrase with a rule against it. ``start``, ``end``: characters (code points) of the text as sent."""

    start: int
    end: int
    text: str
    reworded: Rewording | None = Field(
        default=None,
        description="聊天模型改写的整句，已再审一遍，没有审出问题；用它换掉 start 到 end。没有请模型、模型没改好时是 null",
    )


class Report(Frozen):
    """The whole result. ``rules``: 8 hex digits that tell one state of the rules from another; ``digest``: 16 hex digits of text,
    day, roles and rules; the same report for the same digest, but for what a chat model words (``reworded``)."""

    as_of: dt.date
    rules: str
    digest: str
    characters: int
    findings: tuple[ScriptFinding, ...]
    missing: tuple[Missing, ...]
    can_reword: bool = Field(default=False, description="有没有聊天模型可以请来改写（请求里写 reword）")
