"""The models that come with the program: ONNX graphs with their tokenizers, checked against ``digests.json`` when opened."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.ground.errors import EmbeddingError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

TOKENIZER, DIGESTS = "tokenizer.json", "digests.json"
_ADVICE = "重新取一份完整的程序；设 HEGUI_JUDGE=none、HEGUI_EMBEDDING=none 则不用自带的模型。"


def read_verified(folder: Path, name: str) -> bytes:
    """The bytes of a file of a model, if they are those that ``digests.json`` names.

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


def open_graph(folder: Path, name: str) -> InferenceSession:
    """A model, run by the thread that asks. Thread-safe.

    Raises:
        EmbeddingError: a file is missing, another one, or no model.
    """
    import onnxruntime  # takes its time, and most commands read no text with a model

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # texts are read side by side instead
    options.log_severity_level = 3
    data = read_verified(folder, name)
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises bare exceptions of its own kinds
        raise EmbeddingError(f"载入不了模型 {folder / name}：{error}。", _ADVICE) from error


def open_tokenizer(folder: Path, length: int) -> Tokenizer:
    """The tokenizer of a model, cutting texts at ``length`` tokens. Not thread-safe.

    Raises:
        EmbeddingError: as `open_graph`.
    """
    from tokenizers import Tokenizer

    data = read_verified(folder, TOKENIZER)
    try:
        tokenizer = Tokenizer.from_str(data.decode())
    except Exception as error:  # so does tokenizers
        raise EmbeddingError(f"载入不了模型 {folder / TOKENIZER}：{error}。", _ADVICE) from error
    tokenizer.enable_truncation(length)
    return tokenizer


def probabilities(logits: np.ndarray) -> np.ndarray:
    """Softmax of each row: (rows, kinds) -> the same shape, rows that sum to 1."""
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: np.ndarray = odds / odds.sum(axis=1, keepdims=True)
    return shares
