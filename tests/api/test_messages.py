"""What a request that is not understood is told: which field, what is wrong, what to write instead."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.problems import assert_problem


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({}, "问题：缺少这一项。"),
        ([], "请求正文：要写成 JSON 对象，并带上 Content-Type: application/json。"),
        ({"question": 5}, "问题：要写成文字。"),
        ({"question": " "}, "问题是空的，请写下要问的事。"),
        (
            {"question": "问", "as_of": "2026-02-30"},
            "日期：要写成真实存在的日期（年-月-日），如 2026-02-01。",
        ),
        ({"question": "问", "as_of": "2026/2/1"}, "日期：要写成真实存在的日期（年-月-日），如 2026-02-01。"),
        ({"question": "问", "as_of": "1900-01-01"}, "日期要在 1949 年到 2099 年之间。"),
        ({"question": "问", "history": [5]}, "对话历史的第 1 项：要写成 JSON 对象。"),
        (
            {"question": "问", "history": [{"question": "问"}, {"q": 1}]},
            "对话历史的第 2 项的问题：缺少这一项；对话历史的第 2 项的q：不认识的字段，请删去。",
        ),
        ({"question": "问", "foo": 1}, "foo：不认识的字段，请删去。"),
    ],
)
def test_a_question_that_is_not_understood(client: TestClient, body: Any, detail: str) -> None:
    assert assert_problem(client.post("/api/ask", json=body), 422)["detail"] == detail


def test_a_body_that_is_no_json(client: TestClient) -> None:
    headers = {"Content-Type": "application/json"}
    broken = assert_problem(client.post("/api/ask", content=b"{", headers=headers), 422)
    assert broken["detail"] == "请求正文：不是正确的 JSON。"


@pytest.mark.parametrize(
    ("content", "more", "detail"),
    [
        (5, {}, "对话消息的第 1 项的消息内容：要写成文字，或者要写成列表。"),
        ([{"type": "image_url", "image_url": {"url": "x"}}], {}, "请把图片、文件里要问的事写成文字。"),
        ("问", {"tool_choice": 5}, "tool_choice：要写成文字，或者要写成 JSON 对象。"),
        ("问", {"n": 0}, "回答个数 n：要不小于 1。"),
        ("问", {"as_of": "去年"}, "日期：要写成真实存在的日期（年-月-日），如 2026-02-01。"),
    ],
)
def test_a_chat_that_is_not_understood(client: TestClient, content: Any, more: Any, detail: str) -> None:
    body = {"messages": [{"role": "user", "content": content}], **more}
    problem = assert_problem(client.post("/v1/chat/completions", json=body), 422)
    assert problem["detail"] == detail
    assert problem["error"]["message"].endswith(detail)


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("", "问题：缺少这一项。"),
        ("?q=x&limit=1.5", "条数：要写成整数。"),
        ("?q=x&limit=51", "条数：要不大于 50。"),
        ("?q=x&as_of=2026-13-01", "日期：要写成真实存在的日期（年-月-日），如 2026-02-01。"),
    ],
)
def test_a_search_that_is_not_understood(client: TestClient, query: str, detail: str) -> None:
    assert assert_problem(client.get(f"/api/search{query}"), 422)["detail"] == detail
