"""Vectors that come with the program: what is found there is what the encoder makes, and the rest is computed."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from rag.content import load_corpus
from rag.ground import Settings, Words
from rag.index.build import build_index, texts_to_embed
from rag.index.chunks import chunk_corpus
from rag.index.embed import TrainedEmbeddings
from rag.index.precomputed import FILE, Precomputed, key_of, write_precomputed
from rag.index.probe import WEIGHTS
from rag.index.store import PASSAGE, QUESTION

KNOWN = 0.75  # share of the content's texts below which a first index takes long again


def test_most_of_the_content_need_not_be_computed() -> None:
    corpus = load_corpus(Settings().guidelines)
    passages, questions, foreign = texts_to_embed(chunk_corpus(corpus), corpus.registers.outside)
    ready = Precomputed.open("bundled")
    known = len(ready.find(passages, PASSAGE)) + len(ready.find([*questions, *foreign], QUESTION))
    share = known / (len(passages) + len({*questions, *foreign}))
    assert share >= KNOWN, f"only {share:.0%}: run python -m bench.training.vectors and commit the file"


def test_they_are_what_the_encoder_makes() -> None:
    corpus = load_corpus(Settings().guidelines)
    passages, questions, _ = texts_to_embed(chunk_corpus(corpus), ())
    ready, model = Precomputed.open("bundled"), TrainedEmbeddings()
    for texts, kind, embed in (
        (passages, PASSAGE, model.embed_documents),
        (questions, QUESTION, model.embed_queries),
    ):
        found = ready.find(random.Random(1).sample(texts, 40), kind)
        computed = np.array(embed(list(found)))
        cosines = (computed * np.array(list(found.values()))).sum(axis=1)
        assert cosines.min() >= 0.98


def test_a_text_is_known_by_its_words_and_its_kind(tmp_path: Path) -> None:
    vectors = np.random.default_rng(1).normal(size=(3, 8)).astype(np.float32)
    write_precomputed(tmp_path, [("甲", PASSAGE), ("乙", PASSAGE), ("甲", QUESTION)], vectors)
    with np.load(tmp_path / FILE) as stored:
        ready = Precomputed(stored["keys"], stored["codes"])
    assert list(ready.find(["甲", "丙"], PASSAGE)) == ["甲"]
    assert ready.find(["乙"], QUESTION) == {}
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    assert ready.find(["甲"], PASSAGE)["甲"] @ unit[0] == pytest.approx(1, abs=1e-3)
    assert ready.find(["甲"], QUESTION)["甲"] @ unit[2] == pytest.approx(1, abs=1e-3)
    assert key_of("甲", PASSAGE) != key_of("甲", QUESTION)


def test_an_index_computes_only_what_is_not_there(tmp_path: Path) -> None:
    corpus = load_corpus(Settings().guidelines)
    chunks = chunk_corpus(corpus)[:20]
    ready = Precomputed.open("bundled")
    passages, questions, _ = texts_to_embed(chunks, ())
    known = len(ready.find(passages, PASSAGE)) + len(ready.find(questions, QUESTION))
    assert known > 0
    report = build_index(
        chunks, tmp_path / "index", words=Words(), embedding="bundled", open_model=TrainedEmbeddings
    )
    assert report.embedded == len(passages) + len(questions) - known


@pytest.mark.parametrize("fault", ["missing", "broken"])
def test_without_a_good_file_all_is_computed(
    fault: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copytree(WEIGHTS / "encoder", tmp_path / "encoder")
    if fault == "missing":
        (tmp_path / "encoder" / FILE).unlink()
    else:
        (tmp_path / "encoder" / FILE).write_bytes(b"PK\x03\x04")
    ready = Precomputed.open("bundled", tmp_path / "encoder")
    assert ready.find(["直播间"], PASSAGE) == {}
    assert "没有现成的向量" in caplog.text


def test_other_models_have_none() -> None:
    assert Precomputed.open("none").find(["直播间"], PASSAGE) == {}
