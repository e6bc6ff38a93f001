"""Several real processes: on PostgreSQL and a Chroma server as one service, and on one folder without harm."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from api.store.connect import open_database
from rag.ground.settings import ROOT, Settings
from rag.index import read_pointer
from tests.api.problems import assert_problem
from tests.api.test_mcp import call, talk
from tests.conftest import ChromaServer, publish
from tests.fakes.chat_server import FakeChat
from tests.servers import Postgres, Process, environment, serving

QUESTION = {"question": "好评返现可以吗"}
WORDS = ("热身", "开场", "预热")


@pytest.fixture
def mine(indexed: Settings, tmp_path: Path) -> Settings:
    """The small corpus in a folder of the test's own, with its vectors computed."""
    shutil.copytree(indexed.guidelines, tmp_path / "guidelines")
    (tmp_path / "var" / "index").mkdir(parents=True)
    shutil.copy(indexed.data / "index" / "vectors.sqlite3", tmp_path / "var" / "index")
    changes = {"guidelines": tmp_path / "guidelines", "data": tmp_path / "var", "database_url": ""}
    return indexed.model_copy(update={**changes, "log_level": "info"})


@pytest.fixture
def shared(mine: Settings, postgres: Postgres, chroma_server: ChromaServer) -> Settings:
    """The same on a PostgreSQL server and a Chroma server, indexed."""
    servers = {"database_url": postgres.database(), "chroma_url": chroma_server.url}
    settings = mine.model_copy(update=servers)
    publish(settings)
    return settings


def reworded(settings: Settings) -> Iterator[str]:
    """Each time a question of the content is worded anew; gives the new word, not yet indexed."""
    file = settings.guidelines / "anchor" / "fake-popularity" / "2026-02-01.md"
    before = "暖场"
    for word in WORDS:
        text = file.read_text("utf-8")
        assert before in text
        file.write_text(text.replace(before, word), "utf-8")
        yield word
        before = word


def finds(http: httpx2.Client, word: str) -> bool:
    found = (
        http.get("/api/search", params={"q": f"开播先刷几单{word}，没事吧"})
        .raise_for_status()
        .json()["results"]
    )
    return word in (found[0]["heading"] or "")


def test_two_processes_on_postgresql_and_a_chroma_server_are_one_service(
    shared: Settings, tmp_path: Path
) -> None:
    settings = shared.model_copy(update={"rate_limit": 3})
    with serving(settings, tmp_path / "one.log") as one, serving(settings, tmp_path / "two.log") as two:
        answer = one.post("/api/ask", json=QUESTION)
        assert answer.json()["status"] == "answered"
        kept = two.get(f"/api/answers/{answer.json()['id']}")
        assert kept.json()["question"] == QUESTION["question"]
        two.cookies.update(one.cookies)
        assert [http.post("/api/ask", json=QUESTION).status_code for http in (two, one)] == [200, 200]
        for http in (one, two):
            assert_problem(http.post("/api/ask", json=QUESTION), 429)
        first = read_pointer(settings.data / "index")
        for word in reworded(settings):
            assert Process(settings, tmp_path / "index.log", "index").finished() == 0
            assert [finds(http, word) for http in (one, two)] == [True, True]
        last = read_pointer(settings.data / "index")
        assert first is not None
        assert last is not None
        assert last.generation - first.generation == len(WORDS)
        assert [http.get("/readyz").json()["status"] for http in (one, two)] == ["ok", "ok"]
    assert "Traceback" not in (tmp_path / "one.log").read_text() + (tmp_path / "two.log").read_text()


def test_workers_behind_one_port_share_limits_and_metrics(shared: Settings, tmp_path: Path) -> None:
    settings = shared.model_copy(update={"rate_limit": 12})
    log = tmp_path / "serve.log"
    with serving(settings, log, "--workers", "2") as http:
        session = http.get("/api/options").headers["set-cookie"].partition(";")[0]
        base = str(http.base_url)

        def ask(number: int) -> int:  # a connection each, so that both processes get some
            headers = {"Cookie": session}
            return httpx2.post(f"{base}/api/ask", json=QUESTION, headers=headers, timeout=120).status_code

        with ThreadPoolExecutor(8) as phones:
            codes = list(phones.map(ask, range(20)))
        assert sorted(codes) == [200] * 12 + [429] * 8
        pages = [httpx2.get(f"{base}/metrics", timeout=120).text for _ in range(6)]
        for page in pages:
            assert 'hegui_answers_total{generated_by="extractive",status="answered"} 12.0' in page
            assert re.search(r'hegui_requests_total\{[^}]*route="/api/ask",status="429"\} 8\.0', page)


def test_processes_that_start_together_on_a_new_database_migrate_it_once(
    postgres: Postgres, tmp_path: Path
) -> None:
    for url in (postgres.database(), f"sqlite:///{tmp_path / 'app.sqlite3'}"):

        def start(number: int, url: str = url) -> list[str]:
            engine = open_database(url)
            with engine.connect() as connection:
                found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
            engine.dispose()
            return list(found)

        with ThreadPoolExecutor(6) as processes:
            found = list(processes.map(start, range(6)))
        assert len(found[0]) == 1
        assert found == found[:1] * 6


def test_serving_asking_and_indexing_at_once_on_one_folder(mine: Settings, tmp_path: Path) -> None:
    """Embedded Chroma and SQLite: two services, `hegui mcp`, the command line and three new generations."""
    publish(mine)
    logs = [tmp_path / f"{name}.log" for name in ("one", "two", "ask", "index")]
    with serving(mine, logs[0]) as one, serving(mine, logs[1]) as two:
        going = True

        def keep_asking(http: httpx2.Client) -> set[int]:
            seen = set()
            while going:
                seen.add(http.post("/api/ask", json=QUESTION).status_code)
            return seen

        async def converse(client: Client) -> None:
            while going:
                assert (await call(client, "ask", **QUESTION))["status"] == "answered"
                await anyio.sleep(0.5)
            found = await call(client, "search", query=f"开播先刷几单{WORDS[-1]}，没事吧")
            assert WORDS[-1] in found["results"][0]["heading"]

        command = ["-c", "from rag.cli import main; main()", "mcp"]
        mcp = StdioServerParameters(command=sys.executable, args=command, env=environment(mine), cwd=ROOT)
        with ThreadPoolExecutor(3) as readers:
            asking = [readers.submit(keep_asking, http) for http in (one, two)]
            program = readers.submit(talk, mcp, converse)
            try:
                for word in reworded(mine):
                    assert Process(mine, logs[3], "index").finished() == 0
                    assert Process(mine, logs[2], "ask", "好评返现可以吗").finished() == 0
                    with httpx2.Client(base_url=one.base_url, timeout=120) as other:
                        assert finds(other, word)
            finally:
                going = False
            assert [a.result() for a in asking] == [{200}, {200}]
            program.result()
        assert finds(two, WORDS[-1])
    written = "".join(log.read_text("utf-8") for log in logs)
    assert "Traceback" not in written
    assert "locked" not in written


def test_a_database_another_process_writes_is_waited_for(mine: Settings, tmp_path: Path) -> None:
    engine = open_database(mine.effective_database_url)
    with serving(mine, tmp_path / "serve.log") as http, ThreadPoolExecutor(1) as reader:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            waiting = reader.submit(http.post, "/api/handover", json={"question": "问", "consent": True})
            with pytest.raises(TimeoutError):
                waiting.result(2)
            connection.rollback()
        assert waiting.result(60).status_code == 201
    engine.dispose()


def test_several_processes_need_a_database_server(mine: Settings, tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert Process(mine, log, "serve", "--no-build", "--port", "0", "--workers", "2").finished() == 2
    said = log.read_text("utf-8")
    assert "PostgreSQL" in said
    assert "HEGUI_DATABASE_URL=postgresql://" in said


PHONE, PLATE = "13912345678", "粤B12345"


def test_a_connection_that_a_proxy_keeps_is_not_closed_under_its_next_question(
    mine: Settings, tmp_path: Path
) -> None:
    publish(mine)
    with serving(mine, tmp_path / "serve.log") as http:
        host, port = http.base_url.host, http.base_url.port
        with closing(HTTPConnection(host, port, timeout=30)) as kept:
            for pause in (0, 7):  # longer than the 5 s of the server's default
                time.sleep(pause)
                kept.request("POST", "/api/ask", json.dumps(QUESTION), {"content-type": "application/json"})
                kept.auto_open = 0  # the second must go over the same connection
                answer = kept.getresponse()
                assert answer.status == 200
                answer.read()


def test_a_phone_number_in_a_question_never_reaches_the_log(
    mine: Settings, chat: FakeChat, tmp_path: Path
) -> None:
    """At the finest level, by every way in, with a chat model, and when the database fails with the row in its hands."""
    publish(mine)
    words = f"我的电话{PHONE}，车牌{PLATE}，好评返现可以吗"
    settings = mine.model_copy(
        update={"log_level": "debug", "llm_model": "fake-1", "llm_base_url": chat.url, "llm_timeout": 20.0}
    )
    log = tmp_path / "serve.log"
    with serving(settings, log) as http:
        asked = http.post("/api/ask", json={"question": words, "history": [{"question": words}]})
        assert asked.status_code == 200
        assert http.post("/api/ask/stream", json={"question": words}).status_code == 200
        http.get("/api/search", params={"q": words})
        http.get(f"/{PHONE}")
        http.get(f"/api/answers/{PHONE}")
        chatting = {"model": "hegui", "messages": [{"role": "user", "content": words}]}
        assert http.post("/v1/chat/completions", json=chatting).status_code == 200
        http.post("/v1/chat/completions", json={**chatting, "n": PHONE})
        http.post("/api/feedback", json={"answer_id": asked.json()["id"], "helpful": False, "comment": words})
        engine = open_database(mine.effective_database_url)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE handovers")
            connection.exec_driver_sql("DROP TABLE answers")
        engine.dispose()
        handed = {"question": words, "contact": PHONE, "consent": True}
        assert http.post("/api/handover", json=handed).status_code == 503
        assert http.post("/api/ask", json={"question": words}).status_code == 200
    written = log.read_text("utf-8")
    assert "GET /api/search 200" in written
    assert "no such table" in written
    assert PHONE not in written
    assert PHONE[3:] not in written
    assert PLATE not in written
    assert "好评返现可以吗" not in written  # of questions not even the rest


def test_a_database_locked_at_its_first_opening_is_waited_for(tmp_path: Path) -> None:
    """SQLite does not wait while it turns a file to WAL, so the program does."""
    file = tmp_path / "app.sqlite3"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE t (x)")
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.5, other.rollback)
    release.start()
    engine = open_database(f"sqlite:///{file}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    engine.dispose()
    release.join()
    other.close()
