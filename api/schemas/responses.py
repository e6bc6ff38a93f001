"""Response bodies beside `rag.ask.Answer`."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, Field

from rag.ask import Answer, CitedLaw, Status
from rag.ground import Contact


class SearchHit(BaseModel):
    """A clause that matches a search."""

    guideline: str
    title: str
    operator: str
    version: dt.date
    clause: str
    section: str
    heading: str | None
    text: str
    url: str
    laws: list[CitedLaw]
    score: float


class SearchResult(BaseModel):
    """Clauses in force on ``as_of``, best first."""

    query: str
    as_of: dt.date
    count: int
    results: list[SearchHit]


class ClauseOut(BaseModel):
    """A clause with its legal basis."""

    id: str
    section: str
    ordinal: int
    heading: str | None
    text: str
    url: str
    digest: str
    laws: list[CitedLaw]


class VersionOut(BaseModel):
    """One version of a guideline."""

    version: dt.date
    effective_to: dt.date | None
    title: str
    changes: str | None
    revision: int
    state: Literal["in_force", "superseded", "upcoming"]
    url: str


class GuidelineOut(BaseModel):
    """A guideline as listed."""

    id: str
    operator: str
    slug: str
    title: str
    summary: str
    topics: list[str]
    version: dt.date
    effective_to: dt.date | None
    verified_on: dt.date
    clause_count: int
    url: str


class GuidelineDetail(GuidelineOut):
    """A guideline version with its clauses and all versions, newest first."""

    revision: int
    changes: str | None
    as_of: dt.date
    clauses: list[ClauseOut]
    versions: list[VersionOut]


class GuidelineList(BaseModel):
    """Guidelines in force on ``as_of``."""

    as_of: dt.date
    count: int
    guidelines: list[GuidelineOut]


class LawVersionOut(BaseModel):
    """One version of a law; ``effective_from`` None: not verified."""

    effective_from: dt.date | None
    effective_to: dt.date | None
    articles: int
    first_article: int


class LawOut(BaseModel):
    """A law of the register; ``clause_count``: clauses in force today that cite it."""

    short_title: str
    title: str
    aliases: list[str]
    issuer: str
    document_number: str | None
    level: str
    versions: list[LawVersionOut]
    clause_count: int


class LawList(BaseModel):
    """The register of laws."""

    as_of: dt.date
    count: int
    laws: list[LawOut]


class ArticleClause(ClauseOut):
    """A clause that rests on the article, with its guideline."""

    guideline: str
    title: str
    operator: str
    version: dt.date
    label: str


class ArticleOut(BaseModel):
    """A law article and the clauses in force on ``as_of`` that rest on it. ``article_text``: if imported."""

    law: str
    title: str
    article: int
    label: str
    as_of: dt.date
    law_version: LawVersionOut
    article_text: str | None
    count: int
    clauses: list[ArticleClause]


class CitationState(BaseModel):
    """What became of a cited clause since the answer was given."""

    n: int
    state: Literal["unchanged", "moved", "corrected", "removed"] = Field(
        description="moved：原文没变，换了序号，见 url_now"
    )
    changed: bool
    superseded_by: dt.date | None = Field(description="今天施行的是另一版本时，那一版的施行日期")
    text_now: str | None
    url_now: str | None = Field(default=None, description="这一条现在的地址")
    notice: str | None = Field(default=None, description="更正公告：原来怎么写，改成了什么")


class PastAnswer(BaseModel):
    """A past answer. ``question`` has personal data masked."""

    created: dt.datetime
    question: str
    answer: Answer
    citations: list[CitationState]
    changed: bool = Field(description="有任何一处依据改过、撤下或被新版取代")


class Stored(BaseModel):
    """Acknowledges feedback or a handover."""

    stored: bool
    message: str


class HandedOver(Stored):
    """Acknowledges a handover: the code of the reply, and the page that shows it."""

    code: str
    url: str


class OperatorOption(BaseModel):
    """A role to choose, with questions the guidelines answer."""

    id: str
    name: str
    short: str
    definition: str
    examples: list[str]


class Options(BaseModel):
    """What a chat front end needs at its start. ``limits``: a sentence to show while only words are searched, else empty."""

    today: dt.date
    limits: str = ""
    operators: list[OperatorOption]
    examples: list[str]
    contact: Contact
    handover: bool
    retention_days: int
    statuses: list[Status]
