"""Cross-encoder rerankers behind the `Reranker` protocol of `rag.ask.retrieve.search`.

Names: ``none`` or ``sentence-transformers:<hub id or folder>`` (extra ``[st]``), such as bge-reranker-base.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from rag.ground import EmbeddingError


class CrossEncoderReranker:
    """A sentence-transformers CrossEncoder from a folder or the hub, on the CPU."""

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import CrossEncoder
        except ImportError as error:
            raise EmbeddingError(
                "没有安装 sentence-transformers，用不了重排模型。",
                "运行 pip install 'hegui[st]'，或设 HEGUI_RERANKER=none。",
            ) from error
        try:
            self._model = CrossEncoder(name, device="cpu")
        except Exception as error:  # the library raises OSError, ValueError and hub errors alike
            raise EmbeddingError(
                f"载入不了重排模型 {name}：{error}", "检查名称或文件夹是否正确、能否离线读取。"
            ) from error
        self._lock = threading.Lock()  # the fast tokenizers cannot be shared between threads

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """One score per text, higher is better, on the model's own scale."""
        if not texts:
            return []
        with self._lock:
            scores = self._model.predict([(question, text) for text in texts], show_progress_bar=False)
        return [float(s) for s in scores]


def open_reranker(name: str) -> CrossEncoderReranker | None:
    """The reranker of that name; None for ``none``.

    Raises:
        EmbeddingError: unknown name, missing package, or a model that does not load.
    """
    if name == "none":
        return None
    kind, _, model = name.partition(":")
    if kind == "sentence-transformers" and model:
        return CrossEncoderReranker(model)
    raise EmbeddingError(f"不认识的重排模型 {name}。", "用 none 或 sentence-transformers:<名称或文件夹>。")
