"""Graded questions: a clause is favoured by what it was to questions like the one asked."""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path

import numpy as np
import pytest

from bench.relevance.read import read_families
from rag.content import load_corpus
from rag.ground import DIGESTS, Settings
from rag.index.chunks import chunk_corpus, digest, in_force
from rag.index.embed import TrainedEmbeddings
from rag.index.graded import FILE, Graded, write_graded
from rag.index.precomputed import LARGEST

LICENCE, REFUND, OTHER = digest("要办营业执照"), digest("七日内退货"), digest("没有人评过")


def sign(folder: Path) -> None:
    """Write the digests that the file is checked against."""
    found = hashlib.sha256((folder / FILE).read_bytes()).hexdigest()
    (folder / DIGESTS).write_text(json.dumps({FILE: found}), "utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two questions at a right angle: the first is answered by one clause and not by the other, the second the other way round."""
    vectors = np.eye(2, 8, dtype=np.float32)
    pairs = [(LICENCE, 0, True), (REFUND, 0, False), (LICENCE, 1, False), (REFUND, 1, True)]
    write_graded(tmp_path, vectors, pairs)
    sign(tmp_path)
    return tmp_path


def test_the_nearer_question_decides(folder: Path) -> None:
    graded = Graded.open("bundled", folder)
    assert graded is not None
    first, second = np.eye(2, 8)
    assert graded.favour(first, LICENCE) > 1 > -1 > graded.favour(first, REFUND)
    assert graded.favour(second, REFUND) > 1 > -1 > graded.favour(second, LICENCE)
    between = (first + second) / np.sqrt(2)
    assert graded.favour(between, LICENCE) == pytest.approx(0, abs=1e-3)


def test_a_clause_that_nobody_graded_is_neither_favoured_nor_doubted(folder: Path) -> None:
    graded = Graded.open("bundled", folder)
    assert graded is not None
    assert graded.favour(np.eye(2, 8)[0], OTHER) == 0


def test_what_cannot_be_read_is_said_once_and_left_out(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / FILE).write_bytes(b"no archive")
    with caplog.at_level(logging.WARNING):
        assert Graded.open("bundled", folder) is None
        sign(folder)
        assert Graded.open("bundled", folder) is None
        assert Graded.open("bundled", folder / "nowhere") is None
    assert len(caplog.records) == 3


def test_vectors_of_another_model_are_not_compared() -> None:
    assert Graded.open("e5") is None
    assert Graded.open("none") is None


def test_the_shipped_ones_know_most_clauses_in_force_and_nothing_of_dev_and_test() -> None:
    settings = Settings()
    chunks = [
        c for c in chunk_corpus(load_corpus(settings.guidelines)) if in_force(c, settings.current_day())
    ]
    graded = Graded.open("bundled")
    assert graded is not None
    probe = np.ones(384) / np.sqrt(384)
    known = sum(graded.favour(probe, c.digest) != 0 for c in chunks)
    assert known >= len(chunks) / 2, f"{known} of {len(chunks)}: run python -m bench.training.graded"
    held = [f.questions[0] for f in read_families("dev", "test", kinds=("answer",))[::40]]
    train = {q for f in read_families("train", kinds=("answer", "near", "open")) for q in f.questions}
    rows = graded._vectors.astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    near = (np.array(TrainedEmbeddings().embed_queries(held)) @ rows.T).max(axis=1)
    assert all(cosine < 0.999 for q, cosine in zip(held, near, strict=True) if q not in train)
    assert np.abs(graded._vectors).max() == LARGEST
