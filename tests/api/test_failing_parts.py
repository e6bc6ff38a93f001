"""The running service when what it stands on fails: it answers by words, says so, and is mended without a restart."""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import chromadb
import httpx2
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from rag.content import load_corpus
from rag.ground import Words
from rag.ground.settings import Settings
from rag.index import bring_up_to_date, read_pointer, vectors
from rag.index.build import build_index
from rag.index.chunks import chunk_corpus
from tests.conftest import ChromaServer, publish
from tests.index.test_index import HashEmbeddings
from tests.servers import Postgres, Process, serving

QUESTION = "刷单罚多少"
NOTICE = "暂时只按字词查找"


@pytest.fixture
def mine(configure: Callable[..., Settings], indexed: Settings, tmp_path: Path) -> Settings:
    """A copy of content and index that a test may destroy."""
    shutil.copytree(indexed.guidelines, tmp_path / "guidelines")
    shutil.copytree(indexed.data / "index", tmp_path / "var" / "index")
    return configure(guidelines=tmp_path / "guidelines", data=tmp_path / "var")


@pytest.fixture
def service(mine: Settings) -> Iterator[TestClient]:
    with local(mine) as client:
        yield client


def local(settings: Settings) -> TestClient:
    """A client on the server's own machine, which may measure."""
    return TestClient(create_app(settings), client=("127.0.0.1", 50_000))


def degraded(client: TestClient) -> tuple[str, set[str]]:
    """What mends it as readiness says, "" if all is well, and the parts that the metrics call broken."""
    ready = client.get("/readyz")
    assert ready.status_code == 200
    broken = set(re.findall(r'^hegui_degraded{part="(\w+)"} 1.0$', client.get("/metrics").text, re.M))
    assert (ready.json()["status"] == "degraded") == bool(broken)
    return ready.json().get("detail", ""), broken


def ask(client: TestClient | httpx2.Client, question: str = QUESTION) -> dict:  # type: ignore[type-arg]
    response = client.post("/api/ask", json={"question": question})
    assert response.status_code == 200
    answer = response.json()
    assert answer["status"] == "answered"
    return answer  # type: ignore[no-any-return]


def reword(settings: Settings, title: str) -> None:
    source = next(settings.guidelines.glob("live-room/*/*.md"))
    source.write_text(source.read_text("utf-8").replace("title: ", f"title: {title}", 1), "utf-8")


def test_vectors_gone_at_the_start_are_degraded_and_mended_by_hegui_index(mine: Settings) -> None:
    shutil.rmtree(next(mine.data.glob("index/gen-*/chroma")))
    with TestClient(create_app(mine)) as client:
        assert ask(client)["notice"].startswith(NOTICE)
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        assert "hegui index" in ready.json()["detail"]
        assert NOTICE in client.get("/api/options").json()["limits"]
        publish(mine)
        assert NOTICE not in ask(client)["notice"]
        assert client.get("/readyz").json() == {"status": "ok"}


def test_an_index_run_with_another_store_never_gives_500(
    mine: Settings, service: TestClient, chroma_server: ChromaServer
) -> None:
    ask(service)
    reword(mine, "换名")
    publish(mine.model_copy(update={"chroma_url": chroma_server.url}))
    assert ask(service)["notice"].startswith(NOTICE)  # its vectors are where this service does not look
    assert service.get("/readyz").json()["status"] == "degraded"
    publish(mine)
    assert NOTICE not in ask(service, f"想问{QUESTION}")["notice"]
    assert service.get("/readyz").json() == {"status": "ok"}


def test_a_disk_that_is_full_is_degraded(service: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    full = shutil.disk_usage("/")._replace(free=3 * 2**20)
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "disk_usage", lambda folder: full)
        ready = service.get("/readyz").json()
    assert ready["status"] == "degraded"
    assert "只剩 3 MB" in ready["detail"]
    assert service.get("/readyz").json() == {"status": "ok"}


def test_a_generation_deleted_under_the_service_never_gives_500(mine: Settings, service: TestClient) -> None:
    ask(service)
    shutil.rmtree(next(mine.data.glob("index/gen-*")))
    for number in range(5):
        ask(service, f"{'请问' * number}{QUESTION}")
    publish(mine)
    assert NOTICE not in ask(service, f"想问{QUESTION}")["notice"]
    assert service.get("/readyz").json() == {"status": "ok"}


def test_the_whole_index_deleted_under_the_service_is_replaced_by_the_next(
    mine: Settings, service: TestClient
) -> None:
    ask(service)
    shutil.rmtree(mine.data / "index")
    ask(service)
    reword(mine, "换名")
    publish(mine)
    pointer = read_pointer(mine.data / "index")
    assert pointer is not None
    assert pointer.generation == 1  # the number it had before: only the identity tells them apart
    ask(service)
    titles = {g["title"] for g in service.get("/api/guidelines").json()["guidelines"]}
    assert any(title.startswith("换名") for title in titles)


def test_a_damaged_store_is_answered_around(mine: Settings) -> None:
    for file in mine.data.glob("index/gen-*/chroma/*.sqlite3"):
        file.write_bytes(b"broken" * 1000)
    with TestClient(create_app(mine)) as client:
        assert ask(client)["notice"].startswith(NOTICE)
        assert client.get("/readyz").json()["status"] == "degraded"


def test_a_chroma_server_emptied_under_the_service_is_said_and_mended_by_hegui_index(
    mine: Settings, chroma_server: ChromaServer
) -> None:
    settings = mine.model_copy(update={"chroma_url": chroma_server.url})
    chroma = chromadb.HttpClient("127.0.0.1", chroma_server.port)
    publish(settings)

    def emptied(name: str) -> None:
        collection = chroma.get_collection(name)
        collection.delete(ids=collection.get()["ids"])

    with local(settings) as client:
        for ruin in (emptied, chroma.delete_collection):
            assert NOTICE not in ask(client)["notice"]
            assert degraded(client) == ("", set())
            ruin(f"hegui-{read_pointer(settings.data / 'index').name}")  # type: ignore[union-attr]
            assert ask(client, f"请问{QUESTION}")["notice"].startswith(NOTICE)
            detail, broken = degraded(client)
            assert ("hegui index" in detail, broken) == (True, {"search"})
            publish(settings)


def test_a_chroma_server_that_hangs_is_not_waited_for_and_comes_back(
    mine: Settings, chroma_server: ChromaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = mine.model_copy(update={"chroma_url": chroma_server.url})
    publish(settings)
    monkeypatch.setattr(vectors, "RETRY", 1.0)
    with local(settings) as client:
        ask(client)
        chroma_server.pause()
        assert ask(client)["notice"].startswith(NOTICE)
        detail, broken = degraded(client)
        assert ("HEGUI_CHROMA_URL" in detail, broken) == (True, {"search"})
        chroma_server.go_on()
        time.sleep(vectors.RETRY)
        assert NOTICE not in ask(client)["notice"]
        assert degraded(client) == ("", set())


class OtherModel(HashEmbeddings):
    """Another model of as many dimensions as ours."""

    def embed_query(self, text: str) -> list[float]:
        return super().embed_query(text) * 24


def test_vectors_of_another_model_are_not_used_and_the_command_that_is_named_mends_it(mine: Settings) -> None:
    corpus = load_corpus(mine.guidelines)
    registers = corpus.registers
    build_index(
        chunk_corpus(corpus), mine.data / "index", words=Words(registers.known_words()), embedding=mine.embedding,
        open_model=OtherModel, outside=registers.outside, force=True,
    )  # fmt: skip
    with local(mine) as client:
        assert ask(client)["notice"].startswith(NOTICE)
        detail, broken = degraded(client)
        assert ("hegui index --force" in detail, broken) == (True, {"search"})
        bring_up_to_date(mine, corpus, force=True)
        assert NOTICE not in ask(client, f"请问{QUESTION}")["notice"]
        assert degraded(client) == ("", set())


def test_after_hegui_rollback_the_old_answers_are_given_and_it_is_said(
    mine: Settings, service: TestClient, tmp_path: Path
) -> None:
    source = mine.guidelines / "live-room" / "genuine-trade" / "2026-02-01.md"
    text, old, new = source.read_text("utf-8"), "用返现、红包、卡券利诱", "拿返现、礼金、卡券利诱"
    question = "好评返现可以吗"
    assert old in ask(service, question)["answer"]
    source.write_text(text.replace(old, new), "utf-8")
    publish(mine)
    assert new in ask(service, question)["answer"]
    assert degraded(service) == ("", set())
    assert Process(mine, tmp_path / "log", "rollback").finished() == 0
    assert Process(mine, tmp_path / "log", "rollback").finished() != 0
    log = (tmp_path / "log").read_text("utf-8")
    assert [line in log for line in ("已退回第 1 代", "没有更早的", "Traceback")] == [True, True, False]
    with local(mine) as restarted:
        for client in (service, restarted):
            assert old in ask(client, question)["answer"]
            detail, broken = degraded(client)
            assert (re.search("退回的第 1 代索引.*hegui index", detail) is not None, broken) == (
                True,
                {"index"},
            )
    source.write_text(text, "utf-8")
    publish(mine)
    assert old in ask(service, question)["answer"]
    assert degraded(service) == ("", set())


def test_a_database_deleted_under_the_service_is_made_anew_and_written(
    mine: Settings, service: TestClient, tmp_path: Path
) -> None:
    ask(service)
    for file in tmp_path.glob("app.sqlite3*"):
        file.unlink()
    handed = service.post("/api/handover", json={"question": QUESTION, "consent": True})
    assert handed.status_code == 201
    assert (tmp_path / "app.sqlite3").exists()
    assert service.get("/readyz").json() == {"status": "ok"}


def test_a_database_server_that_stops_is_degraded_and_answers_go_on(
    mine: Settings, postgres: Postgres, tmp_path: Path
) -> None:
    settings = mine.model_copy(update={"database_url": postgres.database()})
    with serving(settings, tmp_path / "log") as http:
        ask(http)
        postgres.stop()
        try:
            ask(http)
            assert http.post("/api/handover", json={"question": QUESTION, "consent": True}).status_code == 503
            ready = http.get("/readyz")
            assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
            assert "数据库" in ready.json()["detail"]
        finally:
            postgres.start()
        assert http.get("/readyz").json() == {"status": "ok"}
        assert http.post("/api/handover", json={"question": QUESTION, "consent": True}).status_code == 201


def held_below(folder: Path) -> set[str]:
    """The files of a folder that this process holds open, deleted ones too; what other tests have open does not count, nor how
    many connections Chroma has to one file."""
    places = []
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            places.append(str(link.readlink()))
    return {place for place in places if place.startswith(str(folder))}


def test_republications_leave_no_files_open(mine: Settings, service: TestClient) -> None:
    def republish(times: int) -> int:
        for number in range(times):
            reword(mine, str(number))
            publish(mine)
            ask(service, f"{'请问' * number}{QUESTION}")
        return len(held_below(mine.data / "index"))

    before = republish(3)  # from then on one generation serves and one is retired
    assert before > 0
    assert republish(5) <= before


def test_what_a_publication_replaced_is_closed_after_a_while(
    mine: Settings, service: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(service)
    before = held_below(mine.data / "index")
    reword(mine, "换名")
    publish(mine)
    ask(service, f"请问{QUESTION}")
    assert held_below(mine.data / "index") & before, "a question may be half-way through it"
    monkeypatch.setattr("rag.ask.assistant.QUESTION_LASTS", 0.0)
    ask(service, f"想问{QUESTION}")
    assert not held_below(mine.data / "index") & before
