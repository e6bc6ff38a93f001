"""A past answer, and what became of the clauses it cites."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from api.app import create_app
from rag.ground.settings import Settings
from tests.api.problems import assert_problem
from tests.conftest import copy_corpus, publish

QUESTION = "好评返现可以吗？"


def ask(client: TestClient, **body: Any) -> Any:
    return client.post("/api/ask", json=body)


def test_a_past_answer_is_masked_and_unchanged_at_first(client: TestClient) -> None:
    answer = ask(client, question="好评返现可以吗？电话13800138000").json()
    past = client.get(f"/api/answers/{answer['id']}").json()
    assert past["question"] == "好评返现可以吗？电话[手机号]"
    assert past["answer"]["citations"] == answer["citations"]
    assert past["changed"] is False
    assert {c["state"] for c in past["citations"]} == {"unchanged"}


def test_an_unknown_answer_is_a_problem(client: TestClient) -> None:
    assert_problem(client.get("/api/answers/nothing"), 404)


def test_a_past_answer_tells_what_became_of_its_clauses(
    configure: Callable[..., Settings], tmp_path: Path
) -> None:
    content = copy_corpus(tmp_path / "guidelines")
    mine = configure(guidelines=content, data=tmp_path / "var")
    publish(mine)
    with TestClient(create_app(mine)) as client:
        corrected = ask(client, question=QUESTION, operator="live-room").json()["id"]
        superseded = ask(client, question="数字人直播一定要标AI生成吗", as_of="2026-01-31").json()["id"]
        removed = ask(client, question="开播先刷几单暖场，没事吧？", operator="anchor").json()["id"]
    file = content / "live-room" / "genuine-trade" / "2026-02-01.md"
    file.write_text(file.read_text("utf-8").replace("卡券利诱", "优惠券利诱"), "utf-8")
    (content / "anchor" / "fake-popularity" / "2026-02-01.md").unlink()
    publish(mine)
    with TestClient(create_app(mine)) as client:
        first = client.get(f"/api/answers/{corrected}").json()
        assert first["citations"][0]["state"] == "corrected"
        assert "优惠券" in first["citations"][0]["text_now"]
        second = client.get(f"/api/answers/{superseded}").json()
        assert second["citations"][0]["state"] == "unchanged"
        assert second["citations"][0]["superseded_by"] == "2026-02-01"
        assert second["changed"] is True
        third = client.get(f"/api/answers/{removed}").json()
        assert third["citations"][0]["state"] == "removed"
        assert third["citations"][0]["text_now"] is None


def test_a_clause_that_moved_is_found_by_its_words(
    configure: Callable[..., Settings], tmp_path: Path
) -> None:
    """A new item before it shifts the numbers; the neighbour that took its number is not what was cited."""
    content = copy_corpus(tmp_path / "guidelines")
    mine = configure(guidelines=content, data=tmp_path / "var")
    publish(mine)
    with TestClient(create_app(mine)) as client:
        answer = ask(client, question=QUESTION, operator="live-room").json()
    assert answer["citations"][0]["clause"] == "faq-1"
    file = content / "live-room" / "genuine-trade" / "2026-02-01.md"
    new = "## 常见问题\n\n### 送小样换评价可以吗？\n不可以，要求写好评就是诱导评价。《网络反不正当竞争暂行规定》第九条\n"
    file.write_text(file.read_text("utf-8").replace("## 常见问题\n", new, 1), "utf-8")
    publish(mine)
    with TestClient(create_app(mine)) as client:
        past = client.get(f"/api/answers/{answer['id']}").json()
    state = past["citations"][0]
    assert (state["state"], state["changed"]) == ("moved", False)
    assert state["url_now"] == "/live-room/genuine-trade/#faq-2"
    assert "返现" in state["text_now"]
    assert "小样" not in state["text_now"]
