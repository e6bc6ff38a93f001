"""Corpus -> response bodies. Pure."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from langchain_core.documents import Document

from api.schemas.responses import (
    ClauseOut,
    GuidelineDetail,
    GuidelineOut,
    LawOut,
    LawVersionOut,
    SearchHit,
    VersionOut,
)
from rag.ask import cited_laws
from rag.content import Clause, Corpus, Guideline, Law, LawVersion
from rag.index import digest


def guideline_url(guideline: Guideline, today: dt.date) -> str:
    """Where the site shows this version: in force today at the plain address, else under its date."""
    place = guideline.id if guideline.in_force(today) else f"{guideline.id}/{guideline.version.isoformat()}"
    return f"/{place}/"


def clause_out(clause: Clause, page: str) -> ClauseOut:
    """A clause; ``page`` is the address of its guideline version."""
    return ClauseOut(
        id=clause.id,
        section=clause.section.value,
        ordinal=clause.ordinal,
        heading=clause.heading,
        text=clause.text,
        url=f"{page}#{clause.id}",
        digest=digest(clause.text),
        laws=list(cited_laws(clause.laws)),
    )


def guideline_out(guideline: Guideline, page: str) -> GuidelineOut:
    """A guideline as listed."""
    return GuidelineOut(
        id=guideline.id,
        operator=guideline.operator,
        slug=guideline.slug,
        title=guideline.title,
        summary=guideline.summary,
        topics=list(guideline.topics),
        version=guideline.version,
        effective_to=guideline.effective_to,
        verified_on=guideline.verified_on,
        clause_count=len(guideline.clauses),
        url=page,
    )


def guideline_detail(
    guideline: Guideline, corpus: Corpus, *, day: dt.date, today: dt.date
) -> GuidelineDetail:
    """A guideline version with its clauses and all versions, newest first, their states as of ``day``."""
    page = guideline_url(guideline, today)
    versions = [version_out(v, guideline_url(v, today), day) for v in reversed(corpus.versions(guideline.id))]
    return GuidelineDetail(
        **guideline_out(guideline, page).model_dump(),
        revision=guideline.revision,
        changes=guideline.changes,
        as_of=day,
        clauses=[clause_out(c, page) for c in guideline.clauses],
        versions=versions,
    )


def version_out(guideline: Guideline, page: str, day: dt.date) -> VersionOut:
    """One version of a guideline, its state as of ``day``."""
    state: Literal["in_force", "superseded", "upcoming"] = "in_force"
    if not guideline.in_force(day):
        state = "upcoming" if guideline.version > day else "superseded"
    return VersionOut(
        version=guideline.version,
        effective_to=guideline.effective_to,
        title=guideline.title,
        changes=guideline.changes,
        revision=guideline.revision,
        state=state,
        url=page,
    )


def search_hit(found: Document) -> SearchHit:
    """A clause as our langchain retriever returns it, as the API shows it."""
    shown = {k: v for k, v in found.metadata.items() if k in SearchHit.model_fields}
    return SearchHit.model_validate({**shown, "text": found.page_content})


def law_version_out(version: LawVersion) -> LawVersionOut:
    """One version of a law."""
    return LawVersionOut(
        effective_from=version.effective_from,
        effective_to=version.effective_to,
        articles=version.articles,
        first_article=version.first_article,
    )


def law_out(law: Law, clause_count: int) -> LawOut:
    """A law of the register."""
    return LawOut(
        short_title=law.short_title,
        title=law.title,
        aliases=list(law.aliases),
        issuer=law.issuer,
        document_number=law.document_number,
        level=law.level,
        versions=[law_version_out(v) for v in law.versions],
        clause_count=clause_count,
    )
