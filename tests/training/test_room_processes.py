"""A room that two processes on one PostgreSQL hold together: what one is told the other shows, and limits count once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import httpx2
import pytest

from api.training.services import ACTS, WRONG_CODES
from rag.ground.settings import Settings
from tests.servers import Postgres, serving
from tests.training.holding import fields, make_course


@pytest.fixture(scope="module")
def both(
    indexed: Settings, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[httpx2.Client, httpx2.Client]]:
    """Two of them."""
    folder = tmp_path_factory.mktemp("room")
    changes = {"data": folder / "var", "database_url": postgres.database(), "rate_limit": 60}
    settings = indexed.model_copy(update=changes)
    with serving(settings, folder / "one.log") as one, serving(settings, folder / "two.log") as two:
        yield one, two
    assert "Traceback" not in (folder / "one.log").read_text() + (folder / "two.log").read_text()


@pytest.fixture
def room(both: tuple[httpx2.Client, httpx2.Client]) -> tuple[str, str]:
    """A room opened at the first: its id and code."""
    trainer, _ = both
    course = make_course(trainer)
    answer = trainer.post(f"{course}/open", data=fields(trainer, course), follow_redirects=False)
    path = answer.headers["location"]
    code = re.search(r'class="number">(\d{6})<', trainer.get(path).text)
    assert code
    return path.rpartition("/")[2], code[1]


def phone(at: httpx2.Client) -> httpx2.Client:
    """Another browser that came to this process."""
    return httpx2.Client(base_url=at.base_url, timeout=60)


def test_who_is_at_the_other_process_sees_the_question_and_is_counted(
    both: tuple[httpx2.Client, httpx2.Client], room: tuple[str, str]
) -> None:
    trainer, two = both
    number, code = room
    with phone(two) as guest:
        assert guest.post("/api/room/join", json={"code": code}).json()["room"] == number
        with guest.stream("GET", f"/api/room/{number}/events") as events:
            pictures = (json.loads(line[6:]) for line in events.iter_lines() if line.startswith("data: "))
            assert next(pictures)["phase"] == "lobby"
            seen = {"phase": "lobby", "step": 0, "end": False}
            assert trainer.post(f"/api/training/rooms/{number}/step", json=seen).status_code == 204
            assert next(p for p in pictures if p["phase"] != "lobby")["phase"] == "ask"
        with trainer.stream("GET", f"/api/training/rooms/{number}/events") as events:
            pictures = (json.loads(line[6:]) for line in events.iter_lines() if line.startswith("data: "))
            assert sum(next(pictures)["counts"]) == 0
            chosen = guest.post(f"/api/room/{number}/choice", json={"question": 0, "choice": 1})
            assert chosen.json() == {"state": "kept"}
            assert next(p["counts"] for p in pictures if sum(p["counts"])) == [0, 1, 0]


def test_wrong_codes_and_acts_count_for_both_together(
    both: tuple[httpx2.Client, httpx2.Client], room: tuple[str, str]
) -> None:
    number, code = room
    wrong = f"{(int(code) + 1) % 10**6:06}"
    with phone(both[0]) as here, phone(both[1]) as there:
        assert here.post("/api/room/join", json={"code": code}).status_code == 200
        there.cookies.update(here.cookies)
        turns = [here, there] * ACTS
        acts = [p.post(f"/api/room/{number}/asked/1/raise").status_code for p in turns[: ACTS + 2]]
        assert acts[ACTS:] == [429, 429]
        assert 429 not in acts[:ACTS]
        tried = [p.post("/api/room/join", json={"code": wrong}).status_code for p in turns[:WRONG_CODES]]
        assert tried == [404] * WRONG_CODES
        for at in (here, there):
            assert at.post("/api/room/join", json={"code": code}).status_code == 429
