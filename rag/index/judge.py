"""The trained judge: question and clause read together, run by onnxruntime. Trained by `bench.training`.

The files lie in ``weights/``: ``judge.onnx`` (8-bit), ``tokenizer.json``, ``evidence.json`` (what the assistant makes of the
judge's word, see `rag.ask.judge`) and ``digests.json``. A file that is missing, broken or another one is an
`EmbeddingError`; who opens the judge then goes on without it.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from rag.ground import EmbeddingError

WEIGHTS = Path(__file__).parent / "weights"
JUDGE, TOKENIZER, EVIDENCE, DIGESTS = "judge.onnx", "tokenizer.json", "evidence.json", "digests.json"
LENGTH = 112  # tokens of a question, and of a clause
THREADS = 2
_ADVICE = "重新取一份完整的程序（或运行 make train）；设 HEGUI_JUDGE=none 则不用评判模型。"


class Judge(Protocol):
    """Reads a question with clauses."""

    evidence: Mapping[str, Any]

    def judge(self, question: str, texts: Sequence[str]) -> np.ndarray:
        """Probabilities (texts, 3): that a text does not answer, belongs to the answer, answers."""
        ...


def read_verified(folder: Path, name: str) -> bytes:
    """The bytes of a file of the model, if they are those that ``digests.json`` names.

    Raises:
        EmbeddingError: the file or the list is missing, or the bytes are others.
    """
    try:
        data = (folder / name).read_bytes()
        wanted = json.loads((folder / DIGESTS).read_text("utf-8"))[name]
    except (OSError, ValueError, KeyError) as error:
        raise EmbeddingError(f"读不了模型文件 {folder / name}：{error}。", _ADVICE) from error
    if hashlib.sha256(data).hexdigest() != wanted:
        raise EmbeddingError(f"模型文件 {folder / name} 和 digests.json 里的摘要对不上。", _ADVICE)
    return data


class TrainedJudge:
    """The project's own cross-encoder. Thread-safe: onnxruntime's sessions are, the tokenizer is locked.

    The lower layers read question and clause apart, the upper ones together; the graph makes both masks from the
    segments (1 question, 2 clause, 0 padding).
    """

    def __init__(self, folder: Path = WEIGHTS, threads: int = THREADS) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # it would burn a core
        model, pieces = read_verified(folder, JUDGE), read_verified(folder, TOKENIZER)
        self.evidence: Mapping[str, Any] = json.loads(read_verified(folder, EVIDENCE))
        try:
            self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
            self._tokenizer = Tokenizer.from_str(pieces.decode())
        except Exception as error:  # onnxruntime and tokenizers raise bare exceptions of their own kinds
            raise EmbeddingError(f"载入不了模型 {folder / JUDGE}：{error}。", _ADVICE) from error
        self._tokenizer.enable_truncation(LENGTH)
        self._lock = threading.Lock()

    def judge(self, question: str, texts: Sequence[str]) -> np.ndarray:
        """Probabilities (texts, 3): that a text does not answer, belongs to the answer, answers."""
        if not texts:
            return np.zeros((0, 3), np.float32)
        with self._lock:
            asked = self._tokenizer.encode(f"query: {question}").ids
            clauses = [e.ids for e in self._tokenizer.encode_batch([f"passage: {t}" for t in texts])]
        width = len(asked) + max(map(len, clauses))
        ids = np.ones((len(clauses), width), np.int64)  # 1 is the padding piece
        segments, positions = np.zeros_like(ids), np.zeros_like(ids)
        for row, clause in enumerate(clauses):
            both = len(asked) + len(clause)
            ids[row, :both] = [*asked, *clause]
            segments[row, :both] = [1] * len(asked) + [2] * len(clause)
            positions[row, :both] = [*range(len(asked)), *range(len(clause))]
        (logits,) = self._session.run(None, {"ids": ids, "segments": segments, "positions": positions})
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: np.ndarray = odds / odds.sum(axis=1, keepdims=True)
        return shares


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
