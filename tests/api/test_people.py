"""Feedback and handover, and what the database keeps."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.store import Store
from rag.ask.models import Answer, Question, Sentence, Status
from rag.ground.contact import Contact
from rag.ground.errors import StorageError
from rag.ground.settings import Settings
from tests.api.problems import assert_problem

QUESTION = "好评返现可以吗？"


def rows(path: Path, table: str) -> list[dict[str, Any]]:
    with sqlite3.connect(path) as connection:
        connection.row_factory = sqlite3.Row
        found = [dict(r) for r in connection.execute(f"SELECT * FROM {table}")]
    connection.close()
    return found


def make_answer(answer_id: str = "a1", text: str = "不可以。") -> Answer:
    return Answer(
        id=answer_id, status=Status.ANSWERED, answer=text, as_of=dt.date(2026, 11, 24),
        sentences=(Sentence(text=text, citations=()),), contact=Contact(name="联络员", text="请拨打 12315。"),
    )  # fmt: skip


def test_feedback_is_kept_and_replaced(client: TestClient, tmp_path: Path) -> None:
    answer_id = client.post("/api/ask", json={"question": QUESTION}).json()["id"]
    for helpful, comment in ((True, None), (False, "没说清楚，打我电话13800138000")):
        response = client.post(
            "/api/feedback", json={"answer_id": answer_id, "helpful": helpful, "comment": comment}
        )
        assert response.status_code == 201
        assert response.json()["stored"] is True
    (kept,) = rows(tmp_path / "app.sqlite3", "feedback")
    assert (kept["helpful"], kept["comment"]) == (0, "没说清楚，打我电话[手机号]")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"answer_id": "nothing", "helpful": True}, 404),
        ({"answer_id": "", "helpful": True}, 422),
        ({"helpful": True}, 422),
        ({"answer_id": "x", "helpful": "yes"}, 422),
        ({"answer_id": "x", "helpful": True, "comment": "长" * 1001}, 422),
        ({"answer_id": "x", "helpful": True, "extra": 1}, 422),
        ({"answer_id": "x", "helpful": True, "comment": "  "}, 404),
    ],
)
def test_bad_feedback_is_refused(client: TestClient, body: dict[str, Any], status: int) -> None:
    assert_problem(client.post("/api/feedback", json=body), status)


PAGE = "page:live-room/genuine-trade@2026-02-01"


def test_a_page_that_did_not_help_is_kept_under_its_version(client: TestClient, tmp_path: Path) -> None:
    for helpful, comment in ((True, None), (False, "没写罚多少，打我电话13800138000")):
        response = client.post(
            "/api/feedback", json={"answer_id": PAGE, "helpful": helpful, "comment": comment}
        )
        assert response.status_code == 201
        assert response.json() == {"stored": True, "message": "谢谢，已经记下。"}
    (kept,) = rows(tmp_path / "app.sqlite3", "page_feedback")  # the same reader's second word
    assert (kept["guideline"], kept["version"], kept["revision"]) == (
        "live-room/genuine-trade",
        "2026-02-01",
        1,
    )
    assert (kept["helpful"], kept["comment"]) == (0, "没写罚多少，打我电话[手机号]")
    client.cookies.clear()  # another reader
    client.post("/api/feedback", json={"answer_id": PAGE, "helpful": False})
    assert len(rows(tmp_path / "app.sqlite3", "page_feedback")) == 2


@pytest.mark.parametrize(
    "page",
    ["page:", "page:live-room/genuine-trade", "page:live-room/genuine-trade@2019-01-01", "page:nothing/here@2026-02-01",
     "page:live-room/genuine-trade@today", f"page:{'x' * 190}"],
)  # fmt: skip
def test_a_page_that_is_not_there_is_said_to_be(client: TestClient, page: str) -> None:
    problem = assert_problem(client.post("/api/feedback", json={"answer_id": page, "helpful": True}), 404)
    assert problem["title"] == "没有这一页"


def test_with_retention_zero_a_page_is_told_the_truth(
    configure: Callable[..., Settings], tmp_path: Path
) -> None:
    with TestClient(create_app(configure(retention_days=0))) as client:
        response = client.post("/api/feedback", json={"answer_id": PAGE, "helpful": False})
        assert response.json()["stored"] is False
        assert "没有留下" in response.json()["message"]
    assert rows(tmp_path / "app.sqlite3", "page_feedback") == []


def test_a_question_is_handed_over_with_consent(client: TestClient, tmp_path: Path) -> None:
    body = {
        "question": "身份证11010519491231002X 要公示吗",
        "contact": "13800138000",
        "operator": "anchor",
        "consent": True,
    }
    response = client.post("/api/handover", json=body)
    assert response.status_code == 201
    assert "服务联络员" in response.json()["message"]
    (kept,) = rows(tmp_path / "app.sqlite3", "handovers")
    assert kept["question"] == "身份证[身份证号] 要公示吗"
    assert kept["contact"] == "13800138000"  # given in order to be used


@pytest.mark.parametrize(
    "change",
    [
        {"consent": False}, {"consent": None}, {"consent": "true"}, {"question": ""}, {"operator": "seller"},
        {"contact": "联" * 201},
    ],
)  # fmt: skip
def test_nothing_is_kept_without_consent_or_sense(
    client: TestClient, tmp_path: Path, change: dict[str, Any]
) -> None:
    assert_problem(client.post("/api/handover", json={"question": "问", "consent": True, **change}), 422)
    assert rows(tmp_path / "app.sqlite3", "handovers") == []


def test_with_retention_zero_nothing_is_kept(configure: Callable[..., Settings], tmp_path: Path) -> None:
    with TestClient(create_app(configure(retention_days=0))) as client:
        answer_id = client.post("/api/ask", json={"question": QUESTION}).json()["id"]
        assert_problem(client.get(f"/api/answers/{answer_id}"), 404)
        feedback = client.post("/api/feedback", json={"answer_id": answer_id, "helpful": True})
        assert feedback.json()["stored"] is False
        problem = assert_problem(client.post("/api/handover", json={"question": "问", "consent": True}), 503)
        assert "12315" in problem["detail"]
        assert client.get("/api/options").json()["handover"] is False
    for table in ("answers", "feedback", "handovers"):
        assert rows(tmp_path / "app.sqlite3", table) == []


def test_a_broken_database_does_not_fail_the_answer(
    configure: Callable[..., Settings], tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with TestClient(create_app(configure(database_url=f"sqlite:///{blocked}/app.sqlite3"))) as client:
        assert client.post("/api/ask", json={"question": QUESTION}).status_code == 200
        assert_problem(client.post("/api/feedback", json={"answer_id": "x", "helpful": True}), 503)


def test_a_locked_database_does_not_fail_the_answer(client: TestClient, tmp_path: Path) -> None:
    lock = sqlite3.connect(tmp_path / "app.sqlite3", isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    try:
        assert client.post("/api/ask", json={"question": QUESTION}).status_code == 200
        assert_problem(client.post("/api/handover", json={"question": "问", "consent": True}), 503)
    finally:
        lock.close()
    assert client.post("/api/handover", json={"question": "问", "consent": True}).status_code == 201


def test_a_full_disk_does_not_fail_the_answer(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'full.sqlite3'}", 30)
    store.purge()
    store.close()
    with sqlite3.connect(tmp_path / "full.sqlite3") as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.close()
    from sqlalchemy import event

    assert store._open()
    event.listen(store._open(), "connect", lambda c, _: c.execute(f"PRAGMA max_page_count={pages}"))
    store._open().dispose()
    store.save_answer(Question(question="问"), make_answer(text="答" * 200_000))
    with pytest.raises(StorageError, match="数据库暂时不能用"):
        store.save_handover("问" * 100_000, contact=None, answer_id=None, operator=None)
    store.close()


def test_old_data_is_deleted(tmp_path: Path) -> None:
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    store = Store(f"sqlite:///{tmp_path / 'old.sqlite3'}", 30, now=lambda: now)
    store.save_answer(Question(question="问"), make_answer("old"))
    now += dt.timedelta(days=29)
    store.save_answer(Question(question="问"), make_answer("new"))
    store.purge()
    assert store.answer("old") is not None
    now += dt.timedelta(days=2)
    store.purge()
    assert store.answer("old") is None
    kept = store.answer("new")
    assert kept is not None
    assert kept.created == dt.datetime(2026, 1, 30, tzinfo=dt.UTC)
    store.close()


def test_an_answer_that_repeats_personal_data_is_masked(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'mask.sqlite3'}", 30)
    store.save_answer(Question(question="问"), make_answer(text="您的电话13800138000。"))
    kept = store.answer("a1")
    assert kept is not None
    assert "13800138000" not in kept.answer.model_dump_json()
    store.close()


def test_one_clause_is_wrong(client: TestClient, tmp_path: Path) -> None:
    for clause, comment in (("mustnot-1", "少了网络"), ("mustnot-1", "少了例外"), ("liability-1", None)):
        body = {
            "answer_id": f"{PAGE}#{clause}",
            "helpful": False,
            **({"comment": comment} if comment else {}),
        }
        assert client.post("/api/feedback", json=body).status_code == 201
    client.post("/api/feedback", json={"answer_id": PAGE, "helpful": True})
    kept = {
        (r["clause"], r["helpful"], r["comment"]) for r in rows(tmp_path / "app.sqlite3", "page_feedback")
    }
    assert kept == {("mustnot-1", 0, "少了例外"), ("liability-1", 0, None), (None, 1, None)}
    for place in (f"{PAGE}#mustnot-99", f"{PAGE}#<script>"):
        refused = client.post("/api/feedback", json={"answer_id": place, "helpful": False})
        assert refused.status_code == 404
        assert "#must-3" in refused.json()["detail"]
