"""The trained models, run by onnxruntime: an encoder of questions and clauses, and a judge of both together.

A file that is missing, broken or not the one of ``digests.json`` is an `EmbeddingError`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings
from tokenizers import Encoding

from rag.index.judge import JUDGE, open_model, probabilities, read_verified

QUERY_PREFIX, PASSAGE_PREFIX = (
    "query: ",
    "passage: ",
)  # what the e5 models tell questions and passages apart by
ENCODER, BARS, HEAD = "encoder.onnx", "bars.json", "head.npz"
LENGTH = 224
PAD = 1
BATCH = 32
ADVICE = "重新运行 make train。"


@dataclass(frozen=True)
class Bars:
    """Probabilities from which a clause counts: as the answer, as the nearest rule, as part of an answer."""

    direct: float
    nearest: float
    belongs: float


class _Onnx:
    """A session and the tokenizer. Thread-safe: onnxruntime's sessions are, the tokenizer is only read."""

    def __init__(self, folder: Path, name: str, threads: int) -> None:
        self._session, self._tokenizer = open_model(folder, name, threads, ADVICE)
        self._tokenizer.enable_truncation(LENGTH)
        self._lock = threading.Lock()

    def run(self, texts: Sequence[str] | Sequence[tuple[str, str]]) -> np.ndarray:
        """The output for every text or pair: float32 of shape (texts, width)."""
        with self._lock:
            encodings = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(encodings)), key=lambda i: len(encodings[i].ids))
        rows: list[np.ndarray | None] = [None] * len(encodings)
        for start in range(0, len(order), BATCH):
            places = order[start : start + BATCH]
            for place, row in zip(places, self._batch([encodings[i] for i in places]), strict=True):
                rows[place] = row
        return np.stack([r for r in rows if r is not None])

    def _batch(self, encodings: Sequence[Encoding]) -> np.ndarray:
        width = max(len(e.ids) for e in encodings)
        ids = np.full((len(encodings), width), PAD, np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        output: np.ndarray = self._session.run(None, {"ids": ids, "mask": mask})[0]
        return output


class TrainedEmbeddings(Embeddings):
    """The encoder: 384 dimensions, unit length, trained on questions of this trade."""

    def __init__(self, folder: Path, threads: int = 2) -> None:
        self._model = _Onnx(folder, ENCODER, threads)

    def run(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of texts that bring their prefix: (texts, 384)."""
        return self._model.run(texts)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Passage vectors, one of 384 floats per text."""
        vectors: list[list[float]] = self.run([PASSAGE_PREFIX + t for t in texts]).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Query vector of 384 floats."""
        vector: list[float] = self.run([QUERY_PREFIX + text])[0].tolist()
        return vector


class TrainedJudge:
    """The cross-encoder: how likely a clause answers a question, and how likely it at least belongs to the answer."""

    def __init__(self, folder: Path, threads: int = 2) -> None:
        self._model = _Onnx(folder, JUDGE, threads)
        self.bars = Bars(**json.loads(read_verified(folder, BARS, ADVICE)))

    def judge(self, question: str, texts: Sequence[str]) -> np.ndarray:
        """Probabilities (texts, 2): that it answers, that it answers or belongs."""
        if not texts:
            return np.zeros((0, 2), np.float32)
        logits = self._model.run([(question, t) for t in texts])
        shares = probabilities(logits)
        return np.stack([shares[:, 2], shares[:, 1] + shares[:, 2]], axis=1)
