"""Small corpora and invented law texts for the tests of the finer check rules; the official texts where they are."""

import datetime as dt
import shutil
from functools import lru_cache
from pathlib import Path

import pytest

from rag.content.articles import parse_articles
from rag.content.corpus import Corpus, read_corpus
from rag.content.lawfile import law_files
from rag.content.laws import load_laws
from rag.content.lawtext import LawLibrary, LawText, read_law_text
from rag.content.models import Problem

ROOT = Path(__file__).resolve().parents[2]
# Beside the project; a worktree stands one folder deeper.
_PLACES = [folder / "shared" / "laws" for folder in (ROOT.parent, ROOT.parent.parent)]
DATA = next((p for p in _PLACES if p.exists()), _PLACES[0])
TODAY = dt.date(2026, 11, 26)
needs_laws = pytest.mark.skipif(not DATA.exists(), reason=f"法律原文不在 {DATA}，跳过用真条文的例子")
_HEAD = """---
title: 试验
operator: {operator}
topics: [price]
status: published
revision: 1
verified_on: 2026-11-20
summary: 试验用的一份指引
---
"""


class Content:
    """A guidelines folder under construction, with the project's registers."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("operators.yml", "topics.yml", "laws.yml"):
            shutil.copy(ROOT / "guidelines" / name, root / name)
        (root / "glossary.yml").write_text("[]\n", "utf-8")

    def add(self, body: str, *, operator: str = "merchant", slug: str = "price") -> Corpus:
        path = self.root / operator / slug / "2026-02-01.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_HEAD.format(operator=operator) + body, "utf-8")
        corpus = read_corpus(self.root)
        assert not corpus.problems, corpus.problems
        return corpus

    def liability(self, *clauses: str, operator: str = "merchant") -> Corpus:
        items = "\n".join(f"{n}. {text}" for n, text in enumerate(clauses, 1))
        return self.add(f"## 法律责任\n{items}\n", operator=operator)

    def answer(self, question: str, text: str, *, operator: str = "merchant", slug: str = "price") -> Corpus:
        return self.add(f"## 常见问题\n### {question}\n{text}\n", operator=operator, slug=slug)


def law(text: str, *, name: str = "价格法", start: dt.date | None = dt.date(1998, 5, 1)) -> LawLibrary:
    """A library with one law: ``text`` holds articles as 第四十二条 …, one 款 or 项 a line."""
    articles = parse_articles([line.strip() for line in text.strip().splitlines()])
    return LawLibrary.of_texts(
        [LawText(law=name, effective_from=start, source="x", digest="x", articles=articles)]
    )


@lru_cache(maxsize=1)
def official() -> LawLibrary:
    """The official texts; only in tests marked `needs_laws`."""
    register = load_laws(ROOT / "guidelines" / "laws.yml")
    return LawLibrary.of_texts(read_law_text(p, register) for p in law_files(DATA))


def messages(problems: list[Problem], level: str = "") -> str:
    """All messages in one text, those of one level if it is given."""
    return "\n".join(p.message for p in problems if level in ("", p.level))
