"""Vectors that fail, belong to another model or another generation; going back; builds that are killed anywhere."""

import os
import resource
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest

from rag.content.corpus import load_corpus
from rag.ground.errors import IndexBuildError, IndexMissingError, VectorStoreError
from rag.ground.settings import Settings
from rag.index import vectors
from rag.index.build import BuildReport, build_index
from rag.index.chunks import chunk_corpus
from rag.index.models import Chunk
from rag.index.probe import model_stamp
from rag.index.publish import read_pointer, roll_back
from rag.index.read import SearchIndex
from tests.conftest import ChromaServer
from tests.index.test_index import DAY, WORDS, HashEmbeddings, build
from tests.killed import HEGUI, LEAST, Work, points
from tests.servers import Process

pytestmark = pytest.mark.timeout(1800)  # a busy machine is slow, not wrong


class OtherEmbeddings(HashEmbeddings):
    """Another model of the same dimensions."""

    def embed_query(self, text: str) -> list[float]:
        return super().embed_query(text)[::-1]


class WideEmbeddings(HashEmbeddings):
    """Another model of more dimensions."""

    def embed_query(self, text: str) -> list[float]:
        return [*super().embed_query(text), 0.5]


@pytest.fixture
def chunks(indexed: Settings) -> list[Chunk]:
    return chunk_corpus(load_corpus(indexed.guidelines))


def changed(chunks: list[Chunk], number: int) -> list[Chunk]:
    return [chunks[0].model_copy(update={"digest": f"{number:016d}"}), *chunks[1:]]


def build_from(folder: Path, chunks: list[Chunk], model: HashEmbeddings, target: Path) -> BuildReport:
    """Build with a model that stands in ``folder``."""
    name = f"sentence-transformers:{folder}"
    return build_index(chunks, target, words=WORDS, embedding=name, open_model=lambda: model)


@pytest.mark.parametrize("other", [OtherEmbeddings(), WideEmbeddings()])
def test_a_model_replaced_under_its_name_makes_all_vectors_anew(
    chunks: list[Chunk], tmp_path: Path, other: HashEmbeddings
) -> None:
    model, index = tmp_path / "model", tmp_path / "index"
    model.mkdir()
    (model / "weights").write_bytes(b"one")
    first = build_from(model, chunks, HashEmbeddings(), index)
    assert first.embedded > 0
    assert build_from(model, chunks, HashEmbeddings(), index).generation == first.generation
    (model / "weights").write_bytes(b"another")
    with closing(SearchIndex(index)) as opened:
        assert opened.made_by(HashEmbeddings())
        assert not opened.made_by(other)
    again = build_from(model, chunks, other, index)
    assert (again.generation, again.embedded) == (2, first.embedded)
    with closing(SearchIndex(index)) as opened:
        assert opened.made_by(other)
        [(_, (cosine, _))] = list(opened.nearest(other.embed_query(chunks[0].text), DAY, 1).items())[:1]
        assert cosine > 0.5
    (model / "weights").write_bytes(b"one")  # and back: the first one's vectors are still known
    assert build_from(model, chunks, HashEmbeddings(), index).embedded == 0


def test_the_same_weights_copied_anew_keep_their_vectors(chunks: list[Chunk], tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "weights").write_bytes(b"one")
    build_from(model, chunks, HashEmbeddings(), tmp_path / "index")
    before = model_stamp(f"sentence-transformers:{model}")
    os.utime(model / "weights", (1, 1))
    assert model_stamp(f"sentence-transformers:{model}") != before
    again = build_from(model, chunks, HashEmbeddings(), tmp_path / "index")
    assert (again.generation, again.embedded) == (2, 0)


def test_a_query_of_another_size_is_a_fault_and_not_an_exception(chunks: list[Chunk], tmp_path: Path) -> None:
    build(chunks, tmp_path)
    with closing(SearchIndex(tmp_path)) as index:
        assert index.nearest([0.1] * 7, DAY, 5) == {}
        assert "hegui index" in str(index.fault)


def test_a_cache_that_is_damaged_is_put_aside_and_computed_anew(chunks: list[Chunk], tmp_path: Path) -> None:
    first = build(chunks, tmp_path)
    (tmp_path / "vectors.sqlite3").write_bytes(b"no database" * 100)
    again = build(changed(chunks, 1), tmp_path)
    assert again.embedded == first.embedded
    assert (tmp_path / "vectors.damaged").exists()


def test_force_builds_anew_without_computing(chunks: list[Chunk], tmp_path: Path) -> None:
    build(chunks, tmp_path)
    report = build_index(
        chunks, tmp_path, words=WORDS, embedding="test", open_model=HashEmbeddings, force=True
    )
    assert (report.generation, report.embedded, report.unchanged) == (2, 0, len(chunks))


def test_a_generation_is_never_taken_for_another_of_its_number(chunks: list[Chunk], tmp_path: Path) -> None:
    build(chunks, tmp_path)
    before = read_pointer(tmp_path)
    with closing(SearchIndex(tmp_path)):  # a service that has it open
        shutil.rmtree(tmp_path)
        build(changed(chunks, 1), tmp_path)
        after = read_pointer(tmp_path)
        assert before is not None
        assert after is not None
        assert (before.generation, after.generation) == (1, 1)
        assert before.name != after.name
        with closing(
            SearchIndex(tmp_path)
        ) as index:  # Chroma keeps one system a path: the old one is not met
            assert index.fault is None
            assert index.nearest(HashEmbeddings().embed_query("刷单"), DAY, 5)


# --- going back ------------------------------------------------------------------------------------------------


def test_rolling_back_serves_the_generation_before(chunks: list[Chunk], tmp_path: Path) -> None:
    build(chunks, tmp_path)
    first = read_pointer(tmp_path)
    build(changed(chunks, 1), tmp_path)
    back = roll_back(tmp_path, "")
    assert back == read_pointer(tmp_path)
    assert back.model_copy(update={"undone": ""}) == first
    with closing(SearchIndex(tmp_path)) as index:
        assert index.fault is None
        assert index.chunks[0].digest == chunks[0].digest
    with pytest.raises(IndexBuildError, match="没有更早的"):
        roll_back(tmp_path, "")
    assert read_pointer(tmp_path) == back
    build(chunks, tmp_path)  # the content is put back: nothing is undone any more
    assert read_pointer(tmp_path) == first
    assert build(changed(chunks, 2), tmp_path).generation == 2
    assert len(list(tmp_path.glob("gen-*"))) == 2


def test_rolling_back_passes_over_a_generation_that_is_not_whole(chunks: list[Chunk], tmp_path: Path) -> None:
    for number in range(2):
        build(changed(chunks, number), tmp_path)
    shutil.rmtree(next(tmp_path.glob("gen-1-*/chroma")))
    with pytest.raises(IndexBuildError, match="没有更早的"):
        roll_back(tmp_path, "")
    with pytest.raises(IndexMissingError):
        roll_back(tmp_path / "nothing", "")


# --- Chroma servers --------------------------------------------------------------------------------------------


def test_a_chroma_server_that_hangs_costs_seconds_once_and_comes_back(
    chunks: list[Chunk], tmp_path: Path, chroma_server: ChromaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(chunks, tmp_path, url=chroma_server.url)
    vector = HashEmbeddings().embed_query("刷单")
    with closing(SearchIndex(tmp_path, chroma_url=chroma_server.url)) as index:
        assert index.nearest(vector, DAY, 5)
        chroma_server.pause()
        assert index.nearest(vector, DAY, 5) == {}
        assert "HEGUI_CHROMA_URL" in str(index.fault)
        asked = time.monotonic()
        for _ in range(50):
            assert index.nearest(vector, DAY, 5) == {}
        assert time.monotonic() - asked < vectors.RETRY  # nobody waits for it again
        chroma_server.go_on()
        monkeypatch.setattr(vectors, "RETRY", 0.0)
        index.vectors._not_before = 0.0  # type: ignore[union-attr]
        assert index.nearest(vector, DAY, 5)
        assert index.fault is None


def test_builds_leave_no_more_collections_on_a_server_than_generations(
    chunks: list[Chunk], tmp_path: Path, chroma_server: ChromaServer
) -> None:
    import chromadb

    for number in range(4):
        build(changed(chunks, number), tmp_path, url=chroma_server.url)
    left = {c.name for c in chromadb.HttpClient("127.0.0.1", chroma_server.port).list_collections()}
    assert left == {f"hegui-{p.name}" for p in tmp_path.glob("gen-*")}
    assert len(left) == 2


# --- killed anywhere -------------------------------------------------------------------------------------------


def test_an_index_run_killed_at_ten_points_loses_nothing(indexed: Settings, tmp_path: Path) -> None:
    """Every run is of other content, so that a generation that were half old and half new would be found."""
    data, guidelines = tmp_path / "var", tmp_path / "guidelines"
    shutil.copytree(indexed.data / "index", data / "index")
    shutil.copytree(indexed.guidelines, guidelines)
    settings = indexed.model_copy(update={"data": data, "guidelines": guidelines})
    source = guidelines / "live-room" / "genuine-trade" / "2026-02-01.md"
    text = source.read_text("utf-8")

    def write(number: int) -> list[Chunk]:
        source.write_text(text.replace("虚构交易", f"虚构交易 qz{number}x"), "utf-8")
        return chunk_corpus(load_corpus(guidelines))

    served, work = write(0), Work(HEGUI, data, ("index",), settings)
    touches, killed, switched = work.measured(), 0, 0
    for number, point in enumerate(points(touches, 10, seed=11), 1):
        new = write(number)
        killed += work.kill(*point)
        with closing(SearchIndex(data / "index")) as index:
            assert index.fault is None
            assert index.chunks in (served, new), point
            switched += index.chunks == new
            served = index.chunks
            for word in (f"qz{n}x" for n in range(number + 1)):
                assert (index.lexical_scores(word).max() > 0) == any(word in c.body for c in served), point
            found = index.nearest(list(np.ones(384) / 384**0.5), DAY, len(served))
            assert set(found) == set(np.flatnonzero(index.in_force(DAY))), point
    assert killed >= LEAST
    assert switched < 10
    assert Process(settings, tmp_path / "log", "index").finished() == 0
    with closing(SearchIndex(data / "index")) as index:
        assert index.chunks == new
    assert len(list((data / "index").glob("gen-*"))) <= 2


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process may grow beyond so many bytes: what a full disk looks like to whoever writes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 3_000, 30_000, 120_000])
def test_without_room_on_the_disk_a_build_is_told_and_the_old_index_serves(
    chunks: list[Chunk], tmp_path: Path, size: int
) -> None:
    build(chunks, tmp_path)
    before = read_pointer(tmp_path)
    with room_for(size), pytest.raises((IndexBuildError, VectorStoreError)) as told:
        build(changed(chunks, 7), tmp_path)
    assert "hegui index" in told.value.hint
    assert read_pointer(tmp_path) == before
    with closing(SearchIndex(tmp_path)) as index:
        assert len(index.chunks) == len(chunks)
    assert build(changed(chunks, 7), tmp_path).updated == 1
