"""Building and publishing an index: incremental, atomic, safe against a killed build, a full disk and a second build."""

import datetime as dt
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from rag.content.corpus import load_corpus
from rag.ground.errors import EmbeddingError, IndexBuildError, IndexMissingError, VectorStoreError
from rag.ground.settings import ROOT, Settings
from rag.ground.words import Words
from rag.index import store
from rag.index.build import build_index
from rag.index.chunks import chunk_corpus
from rag.index.embed import E5Embeddings, TrainedEmbeddings
from rag.index.lower import UPPER
from rag.index.models import Chunk
from rag.index.probe import ENCODER, WEIGHTS
from rag.index.publish import read_pointer
from rag.index.read import SearchIndex
from rag.index.underway import how_far
from tests.conftest import ChromaServer

DAY = dt.date(2026, 11, 24)
WORDS = Words(["小黄车", "全网最低价"])


class HashEmbeddings(Embeddings):
    """A tiny deterministic model: character counts folded into 16 dimensions. Counts its calls."""

    def __init__(self) -> None:
        self.texts = 0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.texts += len(texts)
        return [self.embed_query(t) for t in texts]

    def embed_query(self, text: str) -> list[float]:
        vector = np.ones(16)
        for char in text:
            vector[ord(char) % 16] += 1
        return (vector / np.linalg.norm(vector)).tolist()


@pytest.fixture
def chunks(indexed: Settings) -> list[Chunk]:
    return chunk_corpus(load_corpus(indexed.guidelines))


def build(chunks: list[Chunk], folder: Path, model: HashEmbeddings | None = None, url: str = ""):  # type: ignore[no-untyped-def]
    return build_index(
        chunks,
        folder,
        words=WORDS,
        embedding="test",
        open_model=lambda: model or HashEmbeddings(),
        chroma_url=url,
    )


def test_the_first_build_creates_and_the_second_does_nothing(chunks: list[Chunk], tmp_path: Path) -> None:
    first = build(chunks, tmp_path)
    assert (first.created, first.generation) == (len(chunks), 1)

    def forbidden() -> Embeddings:
        raise AssertionError("the model must not even be loaded")

    second = build_index(chunks, tmp_path, words=WORDS, embedding="test", open_model=forbidden)
    assert (second.created, second.updated, second.deleted, second.embedded) == (0, 0, 0, 0)
    assert (second.unchanged, second.generation) == (len(chunks), 1)


def test_only_what_changed_is_embedded(chunks: list[Chunk], tmp_path: Path) -> None:
    build(chunks, tmp_path)
    changed = chunks[0].model_copy(update={"body": "新的说法。", "text": "新的说法。", "digest": "0" * 16})
    report = build([changed, *chunks[1:-1]], tmp_path)
    assert (report.created, report.updated, report.deleted) == (0, 1, 1)
    assert report.embedded == 1
    assert report.generation == 2


def test_versions_are_kept_apart_by_day(chunks: list[Chunk], tmp_path: Path) -> None:
    build(chunks, tmp_path)
    index = SearchIndex(tmp_path)
    old = dt.date(2024, 8, 1)
    for day in (old, DAY):
        vector = HashEmbeddings().embed_query("刷单")
        for position in index.nearest(vector, day, 50):
            chunk = index.chunks[position]
            assert chunk.version <= day
            assert chunk.effective_to is None or day <= chunk.effective_to


def test_nothing_published_is_said_with_the_command(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="hegui index"):
        SearchIndex(tmp_path)


def test_nothing_to_index_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(IndexBuildError, match="没有可以建索引的条款"):
        build([], tmp_path)


def test_two_builds_at_once_are_refused(chunks: list[Chunk], tmp_path: Path) -> None:
    with (tmp_path / "build.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(IndexBuildError, match="另一个"):
            build(chunks, tmp_path)


def test_a_failing_model_leaves_the_old_index_serving(chunks: list[Chunk], tmp_path: Path) -> None:
    build(chunks, tmp_path)

    class Broken(HashEmbeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            raise OSError(28, "No space left on device")

    changed = chunks[0].model_copy(update={"text": "别的", "digest": "1" * 16})
    with pytest.raises(IndexBuildError, match="磁盘"):
        build([changed, *chunks[1:]], tmp_path, Broken())
    assert len(SearchIndex(tmp_path).chunks) == len(chunks)
    assert len(list(tmp_path.glob("gen-*"))) == 1


def test_a_pointer_that_cannot_be_written_changes_nothing(chunks: list[Chunk], tmp_path: Path) -> None:
    build(chunks, tmp_path)
    pointer = read_pointer(tmp_path)
    (tmp_path / ".current.json.new").mkdir()  # the pointer cannot be written
    changed = chunks[0].model_copy(update={"digest": "2" * 16})
    with pytest.raises(IndexBuildError, match="写不了索引"):
        build([changed, *chunks[1:]], tmp_path)
    assert read_pointer(tmp_path) == pointer


def test_a_damaged_pointer_means_no_index_and_a_rebuild_mends_it(chunks: list[Chunk], tmp_path: Path) -> None:
    build(chunks, tmp_path)
    (tmp_path / "current.json").write_text("{", "utf-8")
    with pytest.raises(IndexMissingError):
        SearchIndex(tmp_path)
    assert build(chunks, tmp_path).generation >= 1
    assert len(SearchIndex(tmp_path).chunks) == len(chunks)


def test_old_generations_are_removed_but_not_the_one_before(chunks: list[Chunk], tmp_path: Path) -> None:
    for number in range(4):
        changed = chunks[0].model_copy(update={"digest": f"{number:016d}"})
        build([changed, *chunks[1:]], tmp_path)
    assert sorted(p.name.rpartition("-")[0] for p in tmp_path.glob("gen-*")) == ["gen-3", "gen-4"]


def test_a_killed_build_leaves_the_old_index_serving(indexed: Settings, tmp_path: Path) -> None:
    """`hegui index` is killed while it computes vectors; the index published before still answers."""
    data = tmp_path / "var"
    shutil.copytree(indexed.data / "index", data / "index")
    guidelines = tmp_path / "guidelines"
    shutil.copytree(indexed.guidelines, guidelines)
    before = read_pointer(data / "index")
    source = next((guidelines / "live-room").glob("*/*.md"))
    for number in range(40):  # enough new text to be still at work when the kill comes
        target = guidelines / "live-room" / f"copy-{number}" / source.name
        target.parent.mkdir()
        target.write_text(source.read_text("utf-8").replace("title: ", f"title: 副本{number}", 1), "utf-8")
    environment = {**os.environ, "HEGUI_GUIDELINES": str(guidelines), "HEGUI_DATA": str(data)}
    process = subprocess.Popen(
        [sys.executable, "-c", "from rag.cli import main; main()", "index"],
        env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not list((data / "index").glob(f"gen-{(before.generation if before else 0) + 1}-*")):
        assert time.monotonic() < deadline, "the build did not start"
        assert process.poll() is None, "the build ended before it was killed"
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    assert read_pointer(data / "index") == before
    assert SearchIndex(data / "index").lexical_scores("刷单").max() > 0
    again = build_index(
        chunk_corpus(load_corpus(indexed.guidelines)),
        data / "index",
        words=WORDS,
        embedding="test",
        open_model=HashEmbeddings,
    )
    assert before is not None
    assert again.generation > before.generation


# --- a Chroma server -------------------------------------------------------------------------------------------


def test_a_chroma_server_gives_the_same_neighbours_as_the_embedded_store(
    chunks: list[Chunk], tmp_path: Path, chroma_server: ChromaServer
) -> None:
    build(chunks, tmp_path / "embedded")
    build(chunks, tmp_path / "server", url=chroma_server.url)
    vector = HashEmbeddings().embed_query("刷单怎么罚")
    embedded = SearchIndex(tmp_path / "embedded").nearest(vector, DAY, 10)
    with closing(SearchIndex(tmp_path / "server", chroma_url=chroma_server.url)) as index:
        remote = index.nearest(vector, DAY, 10)
    assert {k: np.round(v, 4).tolist() for k, v in embedded.items()} == {
        k: np.round(v, 4).tolist() for k, v in remote.items()
    }


def test_a_chroma_server_that_is_not_there_is_a_clear_error(chunks: list[Chunk], tmp_path: Path) -> None:
    with pytest.raises(VectorStoreError, match="Chroma"):
        build(chunks, tmp_path, url="http://127.0.0.1:1")


def test_vectors_that_were_lost_leave_the_words_to_readers_and_the_next_build_restores_them(
    chunks: list[Chunk], tmp_path: Path
) -> None:
    build(chunks, tmp_path)
    for folder in tmp_path.glob("gen-*/chroma"):
        shutil.rmtree(folder)
    with closing(SearchIndex(tmp_path)) as index:
        assert "hegui index" in str(index.fault)
        assert index.nearest(HashEmbeddings().embed_query("刷单"), DAY, 5) == {}
        assert index.lexical_scores("刷单").max() > 0
    assert not list(tmp_path.glob("gen-*/chroma"))  # looking makes no empty one
    assert build(chunks, tmp_path).generation == 2
    assert SearchIndex(tmp_path).nearest(HashEmbeddings().embed_query("刷单"), DAY, 5)


def test_vectors_lost_on_a_server_are_restored_by_the_next_build(
    chunks: list[Chunk], tmp_path: Path, chroma_server: ChromaServer
) -> None:
    build(chunks, tmp_path / "index", url=chroma_server.url)
    [first] = (tmp_path / "index").glob("gen-1-*")
    store.drop(first, chroma_server.url)
    with closing(SearchIndex(tmp_path / "index", chroma_url=chroma_server.url)) as index:
        assert "hegui index" in str(index.fault)
    assert build(chunks, tmp_path / "index", url=chroma_server.url).generation == 2


# --- words -----------------------------------------------------------------------------------------------------


def test_a_new_word_of_the_glossary_makes_a_new_index(chunks: list[Chunk], tmp_path: Path) -> None:
    build(chunks, tmp_path)
    more = Words([*WORDS.known, "显著方式展示"])
    report = build_index(chunks, tmp_path, words=more, embedding="test", open_model=HashEmbeddings)
    assert (report.generation, report.embedded) == (2, 0)


def test_an_index_keeps_the_words_it_was_built_with(chunks: list[Chunk], tmp_path: Path) -> None:
    words = Words(["显著方式展示"])
    build_index(chunks, tmp_path, words=words, embedding="none", open_model=lambda: None)
    index = SearchIndex(tmp_path)
    assert index.words.digest == words.digest
    assert index.words.cut("要用显著方式展示价格") == ["显著方式展示", "价格"]
    assert Words().cut("要用显著方式展示价格") != ["显著方式展示", "价格"]


# --- how far a build is ------------------------------------------------------------------------------------------


def test_a_build_may_wait_for_the_one_that_is_running(chunks: list[Chunk], tmp_path: Path) -> None:
    begun, done = threading.Event(), threading.Event()

    class Slow(HashEmbeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            begun.set()
            done.wait(30)
            return super().embed_documents(texts)

    first = threading.Thread(target=build, args=(chunks, tmp_path, Slow()))
    first.start()
    assert begun.wait(30)
    with pytest.raises(IndexBuildError, match="另一个"):
        build(chunks, tmp_path)
    threading.Timer(0.3, done.set).start()
    second = build_index(
        chunks, tmp_path, words=WORDS, embedding="test", open_model=HashEmbeddings, wait=True
    )
    first.join(30)
    assert (second.generation, second.embedded, second.unchanged) == (1, 0, len(chunks))


def test_others_can_read_how_far_a_build_is_as_long_as_it_lasts(chunks: list[Chunk], tmp_path: Path) -> None:
    seen = []

    def watch(step: str, done: int, total: int) -> None:
        if step == "计算向量":
            seen.append((how_far(tmp_path), done, total))

    build_index(chunks, tmp_path, words=WORDS, embedding="test", open_model=HashEmbeddings, progress=watch)
    assert seen
    assert all(far is not None and (far.done, far.total) == (done, total) for far, done, total in seen)
    assert how_far(tmp_path) is None


def test_a_word_of_long_ago_is_no_progress(tmp_path: Path) -> None:
    file = tmp_path / "underway.json"
    file.write_text('{"done": 3, "total": 9}', "utf-8")
    assert how_far(tmp_path) is not None
    os.utime(file, (0, 0))
    assert how_far(tmp_path) is None
    file.write_text("{", "utf-8")
    assert how_far(tmp_path) is None


def test_questions_embedded_together_get_the_vectors_they_get_alone() -> None:
    texts = ["卖假货罚多少", "七天无理由退货运费谁出", "可以吗"]
    for model in (TrainedEmbeddings(), E5Embeddings()):
        assert np.allclose(model.embed_queries(texts), [model.embed_query(t) for t in texts], atol=1e-5)


def test_the_clause_a_question_in_slang_is_about_is_nearest() -> None:
    model = TrainedEmbeddings()
    clauses = [
        "七日无理由退货的退回运费由消费者承担。",
        "不得以返现诱导消费者给好评。",
        "直播间应当公示营业执照。",
    ]
    passages = np.array(model.embed_documents(clauses))
    for place, question in enumerate(
        ["不想要了退回去邮费谁掏啊", "晒图五星返五块中不中", "个体户开播要亮证不"]
    ):
        assert (passages @ np.array(model.embed_query(question))).argmax() == place
    assert np.allclose(np.linalg.norm(passages, axis=1), 1, atol=1e-5)


def test_a_broken_encoder_names_the_file(tmp_path: Path) -> None:
    shutil.copytree(WEIGHTS, tmp_path, dirs_exist_ok=True)
    (tmp_path / ENCODER / UPPER).write_bytes(b"no model")
    with pytest.raises(EmbeddingError, match=f"{ENCODER}/{UPPER}"):
        TrainedEmbeddings(tmp_path)
