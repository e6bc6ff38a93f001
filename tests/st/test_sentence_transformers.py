"""The sentence-transformers path: embeddings and reranker, from the setting to the answer."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from rag.ask.assistant import Assistant
from rag.ask.models import Question
from rag.content.corpus import load_corpus
from rag.ground.errors import EmbeddingError
from rag.ground.settings import Settings
from rag.index.embed import open_embeddings
from rag.index.rerank import open_reranker
from tests.conftest import publish

TEXTS = ["好评返现可以吗", "直播间刷单罚多少钱", "数字人要标识"]


def test_vectors_have_unit_length_and_tell_queries_from_passages(embedder: str) -> None:
    model = open_embeddings(embedder)
    assert model is not None
    passages = np.array(model.embed_documents(TEXTS))
    query = np.array(model.embed_query(TEXTS[0]))
    assert passages.shape == (3, 32)
    assert np.allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-5)
    assert np.isclose(np.linalg.norm(query), 1, atol=1e-5)
    assert not np.allclose(query, passages[0])  # each has its own prompt
    assert np.allclose(query, model.embed_query(TEXTS[0]))


def test_a_reranker_scores_each_text(crossencoder: str) -> None:
    reranker = open_reranker(crossencoder)
    assert reranker is not None
    scores = reranker.score("好评返现可以吗", TEXTS)
    assert len(scores) == 3
    assert all(isinstance(s, float) for s in scores)
    assert len(set(scores)) == 3
    assert scores == pytest.approx(reranker.score("好评返现可以吗", TEXTS))
    assert reranker.score("好评返现可以吗", []) == []


def test_models_bear_several_askers_at_once(embedder: str, crossencoder: str) -> None:
    model, reranker = open_embeddings(embedder), open_reranker(crossencoder)
    assert model is not None
    assert reranker is not None
    failures: list[BaseException] = []

    def use() -> None:
        try:
            for n in range(20):
                model.embed_query(TEXTS[n % 3] * (1 + n % 5))
                reranker.score(TEXTS[n % 3], [t * (1 + n % 4) for t in TEXTS])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_an_assistant_answers_with_both(
    embedder: str, crossencoder: str, indexed: Settings, tmp_path: Path
) -> None:
    settings = indexed.model_copy(update={"data": tmp_path, "embedding": embedder, "reranker": crossencoder})
    publish(settings)
    assistant = Assistant.open(settings, load_corpus(settings.guidelines))
    plain = Assistant.open(settings.model_copy(update={"reranker": "none"}), load_corpus(settings.guidelines))
    try:
        asked = "用返现、红包、卡券利诱买家作出指定好评可以吗？"
        answer = assistant.ask(Question(question=asked))
        quotes = "".join(c.quote for c in answer.citations)
        assert all(s.text in quotes for s in answer.sentences)
        reranked = assistant.retriever(limit=10).invoke("刷单罚款")
        ranked = plain.retriever(limit=10).invoke("刷单罚款")
        assert {d.id for d in reranked} == {d.id for d in ranked}
        assert [d.id for d in reranked] != [d.id for d in ranked]
        assert any(d.metadata["cosine"] > 0 for d in ranked)
    finally:
        assistant.close()
        plain.close()


@pytest.mark.parametrize("opener", [open_embeddings, open_reranker])
def test_a_folder_that_is_no_model_is_named(opener: object, tmp_path: Path) -> None:
    assert callable(opener)
    with pytest.raises(EmbeddingError, match="载入不了") as caught:
        opener(f"sentence-transformers:{tmp_path / 'none'}")
    assert str(tmp_path) in caught.value.message
