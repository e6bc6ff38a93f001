"""Names of rerankers; the models themselves are tested in tests/st."""

from __future__ import annotations

import importlib.util

import pytest

from rag.ground.errors import EmbeddingError
from rag.index.rerank import open_reranker


def test_none_is_no_reranker() -> None:
    assert open_reranker("none") is None


@pytest.mark.parametrize("name", ["", "bundled", "sentence-transformers:", "其他:模型"])
def test_an_unknown_name_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(EmbeddingError, match="sentence-transformers:<名称或文件夹>"):
        open_reranker(name)


@pytest.mark.skipif(
    importlib.util.find_spec("sentence_transformers") is not None, reason="the extra is installed"
)
def test_without_the_extra_the_message_says_how_to_get_it() -> None:
    with pytest.raises(EmbeddingError, match=r"hegui\[st\]"):
        open_reranker("sentence-transformers:BAAI/bge-reranker-base")
