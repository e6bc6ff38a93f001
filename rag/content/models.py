"""What content is made of: registers, laws, guidelines, clauses, findings. Frozen; no behaviour beyond small derived properties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from pydantic import Field

from rag.ground import Frozen


class Operator(Frozen):
    """An operator type of the field: who a guideline is for."""

    id: str = Field(pattern=r"^[a-z][a-z-]*$")
    name: str
    short: str
    definition: str
    source: str


class Topic(Frozen):
    """A matter that is regulated (theme) or a kind of goods and services (goods; ordinary: without rules of their own).

    ``words`` name goods of the kind in a question, so that the rules of other goods do not answer it; the first of them is what
    the kind is called. ``names`` are goods of the kind whose name does not say so (布洛芬). Kinds of one ``family`` share rules.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: str
    kind: Literal["theme", "goods", "ordinary"]
    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    family: str = ""


class Term(Frozen):
    """A glossary entry: the word the guidelines use, its plain meaning, and what people type instead."""

    term: str
    meaning: str
    slang: tuple[str, ...] = ()


class Outside(Frozen):
    """A matter that people ask about although it is not ours: how they put it, and who deals with it."""

    matter: str
    ask: str = ""
    wordings: tuple[str, ...] = Field(min_length=1)


class LawVersion(Frozen):
    """One version of a law. ``effective_from`` None: the date is not verified. Bounds are inclusive days.

    ``changed_articles`` lists the articles whose text differs from the version before, where the numbering was
    kept; None: the version is new or renumbered, so that every citation of its predecessor has to be looked at.
    ``document_number`` is this version's own, where it has one.
    """

    effective_from: dt.date | None
    effective_to: dt.date | None = None
    articles: int = Field(ge=0)
    first_article: int = Field(default=1, ge=1)
    unit: Literal["条", "点"] = "条"
    date_note: str | None = None
    document_number: str | None = None
    changed_articles: tuple[int, ...] | None = None

    def in_force(self, day: dt.date) -> bool:
        """Whether the version applies on ``day``; an unverified start counts as in force."""
        started = self.effective_from is None or self.effective_from <= day
        return started and (self.effective_to is None or day <= self.effective_to)

    def has_article(self, number: int) -> bool:
        """Whether article ``number`` exists in this version."""
        return self.first_article <= number < self.first_article + self.articles


class Law(Frozen):
    """A law, regulation, rule, guidance or plan that guidelines may cite. ``source``: where its official text is, by name."""

    title: str
    short_title: str
    aliases: tuple[str, ...] = ()
    issuer: str
    document_number: str | None = None
    level: Literal["法律", "行政法规", "部门规章", "规范性文件", "司法解释", "工作方案"]
    source: str | None = None
    versions: tuple[LawVersion, ...] = Field(min_length=1)

    def version_on(self, day: dt.date) -> LawVersion | None:
        """The version in force on ``day``, or None."""
        return next((v for v in self.versions if v.in_force(day)), None)


class LawRef(Frozen):
    """One cited article as parsed out of the prose.

    ``law`` is the register's short title; ``article`` None cites the whole text. ``paragraphs`` (款) and ``items``
    (项) narrow it. ``start``/``end`` are character offsets of the reference in the clause text.
    """

    law: str
    article: int | None = None
    paragraphs: tuple[int, ...] = ()
    items: tuple[int, ...] = ()
    label: str = ""
    start: int
    end: int


class Section(StrEnum):
    """The fixed sections of a guideline, in their order; the value is the heading, ``slug`` the id prefix."""

    MUST = "要做到"
    MUST_NOT = "不得"
    HOWTO = "怎么做"
    CHECKLIST = "自查清单"
    LIABILITY = "法律责任"
    FAQ = "常见问题"

    @property
    def slug(self) -> str:
        return _SECTION_SLUGS[self]


_SECTION_SLUGS: Mapping[Section, str] = MappingProxyType(
    {
        Section.MUST: "must",
        Section.MUST_NOT: "mustnot",
        Section.HOWTO: "howto",
        Section.CHECKLIST: "check",
        Section.LIABILITY: "liability",
        Section.FAQ: "faq",
    }
)


def clause_name(clause: str) -> str:
    """A clause's id as people read it: ``mustnot-2`` is 不得第 2 条."""
    slug, _, number = clause.rpartition("-")
    section = next((s.value for s in Section if s.slug == slug), slug)
    return f"{section}第 {number} 条"


class Clause(Frozen):
    """The unit that is indexed, cited, linked and compared: a numbered item, a checklist item, a paragraph, a Q&A.

    ``id`` is ASCII and unique in its guideline version (``must-3``). ``heading`` is the question of a Q&A or the
    group heading of a step. ``text`` is the source text, law references included; ``line`` counts from 1.
    ``asked`` are other wordings of the question it answers (see `rag.content.wordings`); they are matched, never shown.
    """

    id: str
    section: Section
    ordinal: int
    heading: str | None = None
    text: str
    line: int
    laws: tuple[LawRef, ...] = ()
    asked: tuple[str, ...] = ()


UNPUBLISHED = ("draft", "review")  # what nobody publishes yet


class Guideline(Frozen):
    """One version of one guideline. ``effective_to`` is the last day before the next version, None if none follows."""

    operator: str
    slug: str
    version: dt.date
    effective_to: dt.date | None = None
    title: str
    topics: tuple[str, ...]
    status: Literal["draft", "review", "published", "withdrawn"]
    revision: int
    verified_on: dt.date
    summary: str
    changes: str | None = None
    path: str
    clauses: tuple[Clause, ...]

    @property
    def id(self) -> str:
        """``operator/slug``, the same for all versions."""
        return f"{self.operator}/{self.slug}"

    @property
    def key(self) -> str:
        """``operator/slug@version``, unique."""
        return f"{self.id}@{self.version.isoformat()}"

    def in_force(self, day: dt.date) -> bool:
        """Whether this version applies on ``day`` (status is not looked at)."""
        return self.version <= day and (self.effective_to is None or day <= self.effective_to)

    def clause(self, clause_id: str) -> Clause | None:
        """The clause of that id, or None."""
        return next((c for c in self.clauses if c.id == clause_id), None)


class Problem(Frozen):
    """A finding of ``hegui check``. ``line`` counts from 1; ``level`` error fails the check, note does not."""

    path: str
    line: int
    code: str
    message: str
    fix: str
    level: Literal["error", "note"] = "error"

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: [{self.code}] {self.message} → {self.fix}"
