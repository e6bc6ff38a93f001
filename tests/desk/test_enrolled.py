"""The list of 诚信直播间: kept by officers, public only room by room."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from api.desk.roles import Role
from tests.desk.signing import account, post, sign_in

ROOM = {"name": "甲直播间", "platform": "某平台", "room_state": "growing", "since": "2026-11-01"}


@pytest.fixture
def desk(client: TestClient) -> TestClient:
    account(client.app, "wang", Role.WRITER)  # type: ignore[arg-type]
    sign_in(client, "wang")
    return client


def test_a_room_is_public_only_if_said_so_and_not_after_it_left(desk: TestClient) -> None:
    assert post(desk, "/desk/rooms", **ROOM, note="<b>底账</b>").status_code == 303
    assert "还没有公开的名单" in desk.get("/honest-rooms").text
    assert "&lt;b&gt;底账" in desk.get("/desk/rooms").text
    number = desk.app.state.hegui.desk.rooms.all()[0].id  # type: ignore[attr-defined]
    post(desk, "/desk/rooms", **ROOM, number=number, shown="true", note="底账")
    page = desk.get("/honest-rooms").text
    assert "甲直播间" in page
    assert '<td data-label="状态">培育中</td>' in page  # on a phone every value has its name before it
    assert "底账" not in page
    post(desk, "/desk/rooms", **ROOM | {"room_state": "left"}, number=number, shown="true")
    assert "甲直播间" not in desk.get("/honest-rooms").text
    assert post(desk, f"/desk/rooms/{number}/delete").status_code == 303
    assert desk.app.state.hegui.desk.rooms.all() == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"room_state": "best"}, {"since": "2026-13-01"}, {"number": "9"}]
)
def test_what_is_wrong_is_said_and_nothing_kept(desk: TestClient, wrong: dict[str, str]) -> None:
    answer = post(desk, "/desk/rooms", **ROOM | wrong)
    assert answer.status_code in (404, 422)
    assert any(said in answer.text for said in ("照平台上的名称写", "再选", "写成"))
    assert desk.app.state.hegui.desk.rooms.all() == []  # type: ignore[attr-defined]
