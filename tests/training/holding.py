"""What the tests of rooms share: a course made through the form, a room opened, phones that join."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

GUIDELINES = ("live-room/genuine-trade", "live-room/digital-human")
FORM = {"operator": "live-room", "title": "开播前一课", "minutes": "45", "guidelines": list(GUIDELINES)}


def fields(client: TestClient, path: str) -> dict[str, str]:
    """The hidden token of the forms of a page."""
    found = re.search(r'name="csrf" value="(\w+)"', client.get(path).text)
    assert found, f"no form on {path}"
    return {"csrf": found[1]}


def make_course(client: TestClient, **changes: Any) -> str:
    """The path of a new course."""
    data = fields(client, "/training?operator=live-room") | FORM | changes
    answer = client.post("/training", data=data, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


@dataclass(frozen=True)
class Held:
    """A room: its trainer's browser, its id, and the code and key its screen shows."""

    trainer: TestClient
    room: str
    code: str
    key: str

    def step(self, phase: str, step: int, *, end: bool = False, by: TestClient | None = None) -> int:
        """Press the button after having seen this; the status."""
        body = {"phase": phase, "step": step, "end": end}
        return (by or self.trainer).post(f"/api/training/rooms/{self.room}/step", json=body).status_code

    def phone(self, app: FastAPI) -> TestClient:
        """Another browser that has joined."""
        phone = TestClient(app)
        answer = phone.post("/api/room/join", json={"code": self.code})
        assert answer.status_code == 200, answer.text
        assert answer.json()["room"] == self.room
        return phone

    def choose(self, phone: TestClient, question: int, choice: int) -> Any:
        """Send an answer."""
        return phone.post(f"/api/room/{self.room}/choice", json={"question": question, "choice": choice})


def hold(client: TestClient) -> Held:
    """Open a room for a new course."""
    course = make_course(client)
    answer = client.post(f"{course}/open", data=fields(client, course), follow_redirects=False)
    assert answer.status_code == 303, answer.text
    room = answer.headers["location"].rpartition("/")[2]
    screen = client.get(f"/training/rooms/{room}").text
    code = re.search(r'class="number">(\d{6})<', screen)
    assert code
    key = client.app.state.hegui.training.rooms.get(room).key  # type: ignore[attr-defined]
    return Held(client, room, code[1], key)
