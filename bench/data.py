"""What is measured on: STARD dev, and our own clauses in force on one day with three question sets."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from rag.content.corpus import Corpus, load_corpus
from rag.eval.questions import Item, load_items
from rag.ground.settings import ROOT, Settings
from rag.ground.words import Words
from rag.index.build import build_index
from rag.index.chunks import chunk_corpus, in_force
from rag.index.embed import CachedEmbeddings, open_embeddings
from rag.index.models import Chunk

SHARED = ROOT.parent / "shared"
WORK = ROOT / "var" / "bench"
DAY = dt.date(2026, 11, 24)
OURS, BASE = (
    "bundled",
    "e5",
)  # the encoder of the product; the one it was trained from, whose vectors come with STARD


@dataclass(frozen=True)
class Texts:
    """Documents: ``texts`` with unit ``vectors`` (n, 384); ``titles`` for engines that have a title field;
    ``groups`` the larger unit a document belongs to (law, guideline); ``model`` the name of the one that made the vectors."""

    texts: list[str]
    vectors: np.ndarray
    titles: list[str]
    bodies: list[str]
    groups: list[str]
    model: str


@dataclass(frozen=True)
class Asked:
    """Questions with their unit vectors (m, 384) and, for each, the numbers of the right documents."""

    name: str
    questions: list[str]
    vectors: np.ndarray
    relevant: list[set[int]]
    hidden: list[set[int]] = field(default_factory=list)
    roles: list[str | None] = field(default_factory=list)

    def strip(self, rankings: Sequence[Sequence[int]]) -> list[list[int]]:
        """Rankings without the documents that are held out for their question."""
        if not self.hidden:
            return [list(r) for r in rankings]
        return [[d for d in r if d not in h] for r, h in zip(rankings, self.hidden, strict=True)]


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows scaled to length 1, float32."""
    scaled: np.ndarray = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def embed_questions(questions: Sequence[str], name: str) -> np.ndarray:
    """Query vectors of the model of that name: (len(questions), 384)."""
    cache = CachedEmbeddings(_model(name), name, WORK / "questions.sqlite3")
    return unit(np.asarray(cache.embed_many(questions, "query"), np.float32))


def _model(name: str = OURS) -> Embeddings:
    model = open_embeddings(name)
    assert model is not None
    return model


# --- STARD -----------------------------------------------------------------------------------------------------


def has_stard() -> bool:
    """Whether the shared set is on this machine."""
    return (SHARED / "stard" / "corpus.jsonl").exists()


def load_stard() -> tuple[Texts, Asked]:
    """STARD dev (oneal2000/STARD, MIT): 10,000 articles, 500 lay questions. Text to index: id + " " + text."""
    folder = SHARED / "stard"
    articles = _lines(folder / "corpus.jsonl")
    queries = _lines(folder / "queries-dev.jsonl")
    place = {a["id"]: n for n, a in enumerate(articles)}
    names = [a["id"] for a in articles]
    texts = Texts(
        texts=[f"{a['id']} {a['text']}" for a in articles],
        vectors=unit(np.load(folder / "bundled-e5.f16.npy").astype(np.float32)),
        titles=names,
        bodies=[a["text"] for a in articles],
        groups=[law_of(name) for name in names],
        model=BASE,
    )
    questions = [q["question"] for q in queries]
    relevant = [{place[r] for r in q["relevant"]} for q in queries]
    return texts, Asked("STARD dev", questions, embed_questions(questions, BASE), relevant)


def law_of(article: str) -> str:
    """``产品质量法第四十条`` -> ``产品质量法``: the law of an article id."""
    return re.sub(r"第[〇零一二三四五六七八九十百千]+条.*$", "", article)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


# --- our own clauses -------------------------------------------------------------------------------------------


def bench_settings(guidelines: Path | None = None) -> Settings:
    """Settings with a data folder of the measurement's own, and the day fixed."""
    return Settings(data=WORK / "data", guidelines=guidelines or ROOT / "guidelines", today=DAY, rate_limit=0)


def publish(settings: Settings) -> Corpus:
    """Index the corpus into the measurement's data folder; vectors the project has computed are taken over."""
    folder = settings.data / "index"
    folder.mkdir(parents=True, exist_ok=True)
    known, cache = ROOT / "var" / "index" / "vectors.sqlite3", folder / "vectors.sqlite3"
    if known.exists() and not cache.exists():
        shutil.copy(known, cache)
    corpus = load_corpus(settings.guidelines)
    build_index(
        chunk_corpus(corpus),
        folder,
        words=Words(corpus.registers.known_words()),
        embedding=OURS,
        open_model=_model,
        outside=corpus.registers.outside,
    )
    return corpus


def load_clauses(settings: Settings, corpus: Corpus) -> tuple[Texts, list[Chunk]]:
    """The clauses in force on `DAY`, with the vectors the index holds."""
    chunks = [c for c in chunk_corpus(corpus) if in_force(c, DAY)]
    cache = CachedEmbeddings(_model(), OURS, settings.data / "index" / "vectors.sqlite3")
    texts = Texts(
        texts=[c.text for c in chunks],
        vectors=unit(np.asarray(cache.embed_many([c.text for c in chunks], "passage"), np.float32)),
        titles=[f"{c.title} {c.heading or c.section.value}" for c in chunks],
        bodies=[c.body for c in chunks],
        groups=[c.guideline for c in chunks],
        model=OURS,
    )
    return texts, chunks


def gold_questions(path: Path, chunks: Sequence[Chunk], name: str) -> Asked:
    """Answerable and false-premise questions asked today without history, with gold articles.

    A clause is right if it rests on a gold article. Questions whose articles no clause rests on stay in: a gap in
    the content is a miss for every system.
    """
    items = [
        i
        for i in load_items(path)
        if i.kind in ("answerable", "false_premise") and i.gold and not i.as_of and not i.history
    ]
    relevant = [{n for n, c in enumerate(chunks) if rests_on(c, i)} for i in items]
    questions = [i.question for i in items]
    return Asked(
        name, questions, embed_questions(questions, OURS), relevant, roles=[i.operator for i in items]
    )


def rests_on(chunk: Chunk, item: Item) -> bool:
    """Whether the clause cites one of the item's gold articles (article null: any article of that law)."""
    return any(
        ref.law == law and (article is None or ref.article == article)
        for ref in chunk.laws
        for law, article in item.gold
    )


_WORDING = (
    ("可不可以", "能不能"),
    ("可以", "能"),
    ("需要", "要"),
    ("是否", "是不是"),
    ("怎么办", "咋办"),
    ("怎么", "咋"),
    ("如何", "怎么"),
    ("什么", "啥"),
    ("多少钱", "多少"),
    ("商品", "东西"),
    ("消费者", "顾客"),
    ("必须", "得"),
    ("吗", ""),
    ("呢", ""),
)


def paraphrase(heading: str) -> str:
    """A heading as one might type it: everyday words for formal ones, no punctuation, no question particle."""
    text = re.sub(r"[，。、；：？！“”‘’（）《》?,!\"' ]", "", heading)
    for formal, plain in _WORDING:
        text = text.replace(formal, plain)
    return text


def heading_questions(chunks: Sequence[Chunk], limit: int) -> tuple[Asked, Asked]:
    """Two question sets from the FAQ headings, every n-th of them.

    known: the paraphrased heading, right is that very Q&A.
    held out: the same questions with that Q&A taken out of every ranking; right is any other clause of the same
    operator's guidelines or the common ones that rests on one of its articles (the rule behind the answer).
    """
    faqs = [n for n, c in enumerate(chunks) if c.heading and c.clause.startswith("faq") and c.laws]
    faqs = faqs[:: max(1, len(faqs) // limit)][:limit]
    questions = [paraphrase(chunks[n].heading or "") for n in faqs]
    vectors = embed_questions(questions, OURS)
    behind = [_rules_behind(chunks, n) for n in faqs]
    known = Asked("FAQ paraphrased", questions, vectors, [{n} for n in faqs])
    kept = [i for i, rules in enumerate(behind) if rules]
    held = Asked(
        "FAQ held out",
        [questions[i] for i in kept],
        vectors[kept],
        [behind[i] for i in kept],
        hidden=[{faqs[i]} for i in kept],
    )
    return known, held


def _rules_behind(chunks: Sequence[Chunk], number: int) -> set[int]:
    asked = chunks[number]
    articles = {(r.law, r.article) for r in asked.laws if r.article is not None}
    return {
        n
        for n, c in enumerate(chunks)
        if n != number
        and c.operator in (asked.operator, "common")
        and any((r.law, r.article) in articles for r in c.laws)
    }


# --- the machine -----------------------------------------------------------------------------------------------


def machine() -> dict[str, str | int | float]:
    """Where and when: processor, cores, load at the start, Python, date."""
    info = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    model = re.search(r"model name\s*:\s*(.+)", info)
    return {
        "cpu": model.group(1) if model else platform.processor(),
        "cores": os.cpu_count() or 0,
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="minutes"),
    }
