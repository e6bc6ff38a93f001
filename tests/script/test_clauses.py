"""Every finding's clause: it was in force on the day, and the site has the page its address names."""

from __future__ import annotations

import datetime as dt

import pytest

from rag.content.corpus import Corpus
from rag.content.lawtext import LawLibrary
from rag.ground.settings import ROOT
from rag.script.basis import Basis
from rag.script.packs import load_pack
from rag.site import SiteOptions, build_pages
from tests.script.conftest import TODAY

PACK = load_pack(ROOT / "guidelines" / "rules")
CLAUSES = sorted({r.rule.clause for r in (*PACK.rules, *PACK.absences)})


@pytest.fixture(scope="module")
def pages(corpus: Corpus) -> set[str]:
    """The addresses of the project's own site."""
    made = build_pages(corpus, LawLibrary(ROOT / "none"), SiteOptions(day=TODAY))
    return {f"/{name.removesuffix('index.md')}" for name in made if name.endswith("index.md")}


@pytest.mark.parametrize("name", CLAUSES)
def test_a_clause_was_in_force_on_the_day_and_has_a_page(name: str, corpus: Corpus, pages: set[str]) -> None:
    versions = corpus.versions(name.partition("#")[0])
    days = {g.version for g in versions} | {g.version - dt.timedelta(days=1) for g in versions} | {TODAY}
    for day in sorted(days):
        found = Basis(corpus, day, TODAY).cited(name)
        if found is None:  # the rule did not exist yet
            assert day != TODAY
            continue
        at, _ = found
        version = corpus.get(at.guideline, version=at.version, day=day)
        assert version.in_force(day)
        clause = version.clause(at.clause)
        assert clause is not None
        assert clause.text.startswith(at.text[:10])
        page, _, anchor = at.url.partition("#")
        assert page in pages
        assert anchor == at.clause
