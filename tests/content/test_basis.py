"""What has to be looked at when a law changes: shown on the case in the register, the trademark law of 2027-01-01."""

import datetime as dt
from pathlib import Path

import pytest

from rag.content import Corpus, LawLibrary, affected_clauses, read_corpus
from rag.content.corpus import _with_ends
from rag.content.lawfile import law_files
from rag.content.lawtext import LawText, parse_articles, read_law_text
from rag.ground import NotFoundError
from tests.content.checking import DATA, needs_laws

CONTENT = Path(__file__).resolve().parents[2] / "guidelines"
DAY, BEFORE = dt.date(2027, 1, 1), dt.date(2019, 11, 1)
NO_TEXTS = LawLibrary.of_texts([])


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return read_corpus(CONTENT)


@pytest.fixture(scope="module")
def unprepared(corpus: Corpus) -> Corpus:
    """The content before anybody wrote the versions of that day."""
    older = [g for g in corpus.guidelines if g.version < DAY]
    return Corpus(corpus.registers, tuple(_with_ends(older, corpus.registers)))


def text(start: dt.date, articles: dict[int, str]) -> LawText:
    lines = [f"第{number}条　{words}" for number, words in articles.items()]
    return LawText(law="商标法", effective_from=start, source="x", digest="x", articles=parse_articles(lines))


def test_every_guideline_on_the_old_trademark_law_is_listed(unprepared: Corpus) -> None:
    listed = affected_clauses(unprepared, NO_TEXTS, "商标法", DAY)
    assert {a.guideline.key for a in listed} == {
        "platform/ip-notices@2026-02-01", "live-room/ip@2026-02-01", "live-room/second-hand@2026-02-01",
        "live-room/product-selection@2026-02-01",
        "anchor/ip-likeness@2026-02-01", "merchant/ip@2024-07-01", "park/ip-counterfeit@2025-10-15",
        "live-room/account-transfer@2026-02-01", "live-room/fair-competition@2026-02-01", "merchant/liquor@2026-02-01",
        "merchant/product-quality@2026-02-01", "merchant/promotion@2026-02-01",
    }  # fmt: skip
    assert all("《商标法》" in a.clause.text and a.ref.law == "商标法" for a in listed)


def test_a_guideline_with_its_new_version_is_done(corpus: Corpus) -> None:
    assert affected_clauses(corpus, NO_TEXTS, "商标法", DAY) == []


def test_of_a_new_version_those_that_stand_as_they_stood_are_listed(
    corpus: Corpus, unprepared: Corpus
) -> None:
    def listed(content: Corpus) -> set[str]:
        affected = affected_clauses(content, NO_TEXTS, "商标法", DAY)
        return {a.clause.id for a in affected if a.guideline.id == "live-room/ip"}

    old = next(g for g in unprepared.guidelines if g.key == "live-room/ip@2026-02-01")
    copied = old.model_copy(update={"version": DAY})
    both = Corpus(corpus.registers, tuple(_with_ends([*unprepared.guidelines, copied], corpus.registers)))
    assert listed(both) == listed(unprepared) != set()


def test_both_texts_stand_beside_and_an_article_that_reads_the_same_is_left_out(unprepared: Corpus) -> None:
    everything = affected_clauses(unprepared, NO_TEXTS, "商标法", DAY)
    cited = sorted({a.ref.article for a in everything if a.ref.article})
    same = dict.fromkeys(cited, "同样的话。")
    library = LawLibrary.of_texts([text(BEFORE, same), text(DAY, {**same, cited[0]: "改了的话。"})])
    listed = [a for a in affected_clauses(unprepared, library, "商标法", DAY) if a.ref.article]
    assert {(a.ref.article, a.before, a.after) for a in listed} == {(cited[0], "同样的话。", "改了的话。")}
    assert len(cited) > 1


def test_a_version_that_is_not_registered(corpus: Corpus) -> None:
    with pytest.raises(NotFoundError, match="没有《商标法》2030-01-01"):
        affected_clauses(corpus, NO_TEXTS, "商标法", dt.date(2030, 1, 1))


@needs_laws
def test_with_the_real_texts_every_listed_article_has_both_and_the_moved_ones_are_found(
    corpus: Corpus, unprepared: Corpus
) -> None:
    files = [p for p in law_files(DATA) if p.name.startswith("商标法")]
    library = LawLibrary.of_texts(read_law_text(p, corpus.registers.laws) for p in files)
    listed = [a for a in affected_clauses(unprepared, library, "商标法", DAY) if a.ref.article]
    assert all(a.before and a.after for a in listed)
    moved = {a.ref.article: a.moved for a in listed}
    assert {57: 72, 60: 74, 64: 78}.items() <= moved.items()  # infringing acts, their fine, who did not know
    assert affected_clauses(corpus, library, "商标法", DAY) == []
