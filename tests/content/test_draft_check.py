"""A draft in memory is checked as a file would be, and each finding names the row or the field."""

import datetime as dt

import pytest

from rag.content import (
    Corpus,
    Document,
    Remark,
    Row,
    Section,
    check_draft,
    read_basis,
    read_corpus,
    read_document,
)
from tests.content.test_document import CONTENT, PRICE, changed

TODAY, VERSION = dt.date(2026, 11, 26), dt.date(2026, 2, 1)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return read_corpus(CONTENT)


@pytest.fixture(scope="module")
def form() -> Document:
    return read_document(PRICE)


def remarks(corpus: Corpus, form: Document, version: dt.date = VERSION) -> list[Remark]:
    found = check_draft(form, corpus, "live-room/price", version, today=TODAY)
    return [r for r in found if r.level == "error"]


def test_what_is_published_has_no_errors(corpus: Corpus, form: Document) -> None:
    assert remarks(corpus, form) == []


def test_an_article_that_does_not_exist_is_found_at_its_row(corpus: Corpus, form: Document) -> None:
    bad = changed(form, "must-5", "直播间要写清价格。《价格法》第三百二十条")
    assert {(r.place, r.code) for r in remarks(corpus, bad)} == {
        ("must-5", "article-missing"), ("must-5", "no-basis")}  # fmt: skip


def test_a_row_put_in_keeps_its_own_name(corpus: Corpus, form: Document) -> None:
    row = Row(id="r-77", section=Section.MUST, text="直播间要标价。")
    bad = form.model_copy(update={"rows": (form.rows[0], row, *form.rows[1:])})
    (only,) = remarks(corpus, bad)
    assert (only.place, only.code) == ("r-77", "no-basis")
    assert only.message == "没有法律依据"


def test_a_field_of_the_head_is_named(corpus: Corpus, form: Document) -> None:
    bad = form.model_copy(update={"topics": ("no-such",)})
    assert [(r.place, r.code) for r in remarks(corpus, bad)] == [("topics", "unknown-topic")]
    short = form.model_copy(update={"summary": "短"})
    assert [r.place for r in remarks(corpus, short)] == ["summary"]


def test_a_law_not_in_force_any_more_on_the_draft_s_day(corpus: Corpus) -> None:
    path = "live-room/price"
    form = changed(read_document(PRICE), "must-1", "直播间卖货要标价。《商标法》第八十七条")
    day = dt.date(2027, 1, 1)
    now = {
        r.place for r in check_draft(form, corpus, path, VERSION, today=TODAY) if r.code == "article-missing"
    }
    later = {
        r.place for r in check_draft(form, corpus, path, day, today=TODAY) if r.code == "article-missing"
    }
    assert (now, later) == ({"must-1"}, set())


@pytest.mark.parametrize(
    "typed",
    ["广告法第9条、电子商务法第38条", "广告法9条和电子商务法三十八条", "《广告法》第九条；电子商务法38条"],
)
def test_bases_are_recognised_however_they_are_typed(corpus: Corpus, typed: str) -> None:
    found, wrong = read_basis(typed, corpus.registers.laws, None, TODAY)
    assert ([b.cite for b in found], wrong) == (["《广告法》第九条", "《电子商务法》第三十八条"], [])
