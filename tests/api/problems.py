"""What every error of the API has to be."""

from __future__ import annotations

from typing import Any


def assert_problem(response: Any, status: int) -> dict[str, Any]:
    """RFC 9457, in Chinese, saying what to do."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail", "instance"} <= body.keys()
    assert body["status"] == status
    assert any("\u4e00" <= c <= "\u9fff" for c in body["title"])
    assert any("\u4e00" <= c <= "\u9fff" for c in body["detail"])
    return body
