"""What is still to be confirmed: dates that are assumed, laws without a text."""

from __future__ import annotations

import pytest

from rag.content.confirm import NO_TEXT, pending
from rag.content.corpus import Corpus, read_corpus
from rag.content.lawtext import LawLibrary, LawText
from rag.ground.settings import ROOT


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return read_corpus(ROOT / "guidelines")


def test_every_assumed_or_missing_date_is_listed_and_no_other(corpus: Corpus) -> None:
    doubtful = {
        (law.short_title, v.effective_from.isoformat() if v.effective_from else None)
        for law in corpus.registers.laws
        for v in law.versions
        if v.date_note or v.effective_from is None
    }
    found = pending(corpus)
    assert {(p.law, p.version) for p in found} == doubtful
    assert all(p.what for p in found)


def test_what_most_clauses_rest_on_comes_first(corpus: Corpus) -> None:
    counts = [p.clauses for p in pending(corpus)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 0


def test_laws_without_an_imported_text_are_listed_where_texts_were_imported(corpus: Corpus) -> None:
    law = corpus.registers.laws.get("直播电商监督管理办法")
    assert law is not None
    start = law.versions[0].effective_from
    text = LawText(law=law.short_title, effective_from=start, source="x", digest="x", articles={})
    missing = {p.law for p in pending(corpus, LawLibrary.of_texts([text])) if p.what == NO_TEXT}
    assert law.short_title not in missing
    assert "电子商务法" in missing


def test_every_law_says_where_its_official_text_is(corpus: Corpus) -> None:
    assert [law.short_title for law in corpus.registers.laws if not law.source] == []
