"""The register and every citation of the content against the official texts in ../shared/laws, where they are."""

import csv
import itertools
from pathlib import Path

import pytest

from rag.content.corpus import load_corpus, read_corpus
from rag.content.lawfile import law_files
from rag.content.laws import load_laws
from rag.content.lawtext import LawLibrary, read_law_text

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "laws"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"法律原文不在 {DATA}，跳过核对")


@pytest.fixture(scope="module")
def library() -> LawLibrary:
    register = load_laws(ROOT / "guidelines" / "laws.yml")
    return LawLibrary.of_texts(read_law_text(p, register) for p in law_files(DATA))


def test_every_text_is_read_with_all_its_articles(library: LawLibrary) -> None:
    with (DATA / "INDEX.tsv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    assert len(library) == len(rows)


def test_the_register_agrees_with_the_index() -> None:
    register = load_laws(ROOT / "guidelines" / "laws.yml")
    with (DATA / "INDEX.tsv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table, delimiter="\t"):
            law = register.get(row["short_title"])
            assert law is not None, row["short_title"]
            start = row["effective_from"] or row["effective_from_assumed"] or None
            versions = [v for v in law.versions if start is None or str(v.effective_from or "") == start]
            version = versions[0] if versions else None
            assert version is not None, row["file"]
            assert version.articles == (int(row["articles"]) or int(row["points"])), row["file"]
            assert str(version.effective_to or "") == row["effective_to"], row["file"]
            assert law.level == row["level"]
            if start is None:  # what the index does not know may be registered, but not as certain
                assert version.date_note, row["file"]


def test_every_cited_article_is_found_in_its_text(library: LawLibrary) -> None:
    corpus = load_corpus(ROOT / "guidelines")
    checked = 0
    for guideline in corpus.guidelines:
        for clause in guideline.clauses:
            for ref in clause.laws:
                law = corpus.registers.laws.get(ref.law)
                assert law is not None
                if ref.article is None:
                    continue
                article = library.article(law, ref.article, guideline.version)
                assert article is not None, f"{guideline.path}:{clause.line} {ref.law}{ref.label}"
                assert article.text
                checked += 1
    assert checked > 1000


def test_the_content_agrees_with_the_texts(library: LawLibrary) -> None:
    """Copied runs, figures, 款 and 项, tiers: the errors that `hegui check --laws` reports (notes are for an editor)."""
    from rag.content.check.texts import check_texts

    root = ROOT / "guidelines"
    problems = [
        p for p in check_texts(read_corpus(root), library, root / "derived.yml") if p.level == "error"
    ]
    assert not problems, "\n".join(map(str, problems[:20]))


def test_changed_articles_are_those_that_differ(library: LawLibrary) -> None:
    register = load_laws(ROOT / "guidelines" / "laws.yml")
    texts = {(t.law, t.effective_from): t for t in library.all_texts()}
    for law in register:
        ordered = sorted(law.versions, key=lambda v: str(v.effective_from))
        for before, after in itertools.pairwise(ordered):
            if after.changed_articles is None:
                continue
            old = texts[law.short_title, before.effective_from].articles
            new = texts[law.short_title, after.effective_from].articles
            differ = [n for n in new if n not in old or old[n].text != new[n].text]
            assert list(after.changed_articles) == differ, law.short_title
