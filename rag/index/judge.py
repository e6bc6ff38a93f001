"""The trained judge: question and clause read together, run by onnxruntime. How it was made: weights/README.md.

The files lie in ``weights/judge``: ``upper.onnx`` (8-bit), ``evidence.json`` (what the assistant makes of the judge's word, see
`rag.ask.judge`) and ``digests.json``; the lower half is shared with the encoder (`rag.index.lower`). A file that is missing, broken or
another one is an `EmbeddingError`; who opens the judge then goes on without it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from rag.ground import EmbeddingError, open_graph, probabilities, read_verified
from rag.index.lower import UPPER, open_lower
from rag.index.probe import WEIGHTS

FOLDER, EVIDENCE = "judge", "evidence.json"
THREADS = 2  # pairs read at a time
KEPT = 1024  # clauses whose lower half is kept: about 70 kB each
ASKED = 16  # questions whose lower half is kept
PAIRS = 512  # pairs whose reading is kept: what leads and what belongs are asked one after the other
_OPENING = re.compile(r"^(?:(?:您好|你好|老师好|请问|请教|想问|咨询)(?:一下|下|啊|呀)?[，,。！!、\s]*)+")


class Judge(Protocol):
    """Reads a question with clauses."""

    evidence: Mapping[str, Any]

    def judge(self, question: str, texts: Sequence[str]) -> np.ndarray:
        """Probabilities (texts, 3): that a text does not answer, belongs to the answer, answers."""
        ...


def asked_by(question: str, role: str | None) -> str:
    """A question as it is judged: without greetings before it, with the role of who asks (short name, such as 主播), if known."""
    plain = _OPENING.sub("", question) or question
    return f"{role}：{plain}" if role else plain


class TrainedJudge:
    """The project's own cross-encoder. Thread-safe.

    The lower half reads question and clause apart, so what it makes of a clause is kept for the next question; the upper
    half reads both together, and what it says of the last pairs is kept, too. Every pair is run on its own: no padding, and
    what is said of a clause does not depend on the others.
    """

    def __init__(self, weights: Path = WEIGHTS, threads: int = THREADS) -> None:
        """Raises: EmbeddingError: a file is missing, another one, or no model."""
        folder = weights / FOLDER
        self.evidence: Mapping[str, Any] = json.loads(read_verified(folder, EVIDENCE))
        self._lower, self._upper = open_lower(weights), open_graph(folder, UPPER)
        self._clause = lru_cache(maxsize=KEPT)(self._read)
        self._asked = lru_cache(maxsize=ASKED)(self._read)
        self._pair = lru_cache(maxsize=PAIRS)(self._logits)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="judge")

    def judge(self, question: str, texts: Sequence[str]) -> np.ndarray:
        """Probabilities (texts, 3): that a text does not answer, belongs to the answer, answers."""
        if not texts:
            return np.zeros((0, 3), np.float32)
        self._asked(f"query: {question}")  # once, before the pairs are read side by side
        return probabilities(
            np.concatenate(list(self._pool.map(lambda text: self._pair(question, text), texts)))
        )

    def _read(self, text: str) -> np.ndarray:
        """States of a text read alone: float16 (tokens, width)."""
        return self._lower.read(text).astype(np.float16)

    def _logits(self, question: str, text: str) -> np.ndarray:
        """Logits (1, 3) of one pair."""
        asked, clause = self._asked(f"query: {question}"), self._clause(f"passage: {text}")
        states = np.concatenate([asked, clause]).astype(np.float32)
        segments = np.array([[1] * len(asked) + [2] * len(clause)], np.int64)
        (logits,) = self._upper.run(None, {"states": states[None], "segments": segments})
        found: np.ndarray = logits
        return found


def open_judge(name: str) -> Judge | None:
    """The judge of that name: ``trained``, or None for ``none``.

    Raises:
        EmbeddingError: unknown name, or files that do not load.
    """
    if name == "none":
        return None
    if name == "trained":
        return TrainedJudge()
    raise EmbeddingError(f"不认识的评判模型 {name}。", "用 trained 或 none。")
