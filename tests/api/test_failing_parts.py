"""The running service when what it stands on fails: it answers by words, says so, and is mended without a restart."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from rag.ground.settings import Settings
from rag.index import read_pointer, roll_back
from tests.conftest import ChromaServer, publish
from tests.servers import Postgres, serving

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
    with TestClient(create_app(mine)) as client:
        yield client


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


def test_going_back_a_generation_reaches_the_service_at_once(mine: Settings, service: TestClient) -> None:
    first = read_pointer(mine.data / "index")
    reword(mine, "换名")
    publish(mine)
    assert ask(service)["citations"][0]["title"]
    assert roll_back(mine.data / "index", "") == first
    ask(service)
    assert service.get("/readyz").json() == {"status": "ok"}


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
