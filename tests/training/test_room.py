"""A session from its code to its report: who may do what, what is kept, what comes twice or late."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import inspect, text

from api.app import create_app
from api.store.connect import connect
from api.training.certificates import kind_of
from api.training.services import WRONG_BEHIND, WRONG_CODES
from api.training.web import code_picture
from rag.ground.settings import Settings
from tests.training.holding import Held, fields, hold


@pytest.fixture
def settings(configure: Callable[..., Settings]) -> Settings:
    return configure(rate_limit=60)


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def held(app: FastAPI) -> Iterator[Held]:
    with TestClient(app) as trainer:
        yield hold(trainer)


def answers(held: Held) -> list[int]:
    """The right answers, as the trainer's side knows them."""
    app: Any = held.trainer.app
    return [e.answer for e in app.state.hegui.training.rooms.get(held.room).session.exercises]


def me(held: Held, phone: TestClient) -> Any:
    return phone.get(f"/api/room/{held.room}/me").json()


def test_a_session_from_code_to_certificate(app: FastAPI, held: Held) -> None:
    right = answers(held)
    good, bad = held.phone(app), held.phone(app)
    assert held.choose(good, 0, right[0]).status_code == 409  # not put yet
    for number, answer in enumerate(right):
        assert held.step("lobby" if not number else "shown", max(0, number - 1)) == 204
        assert held.choose(good, number, answer).json() == {"state": "kept"}
        held.choose(bad, number, (answer + 1) % 3)
        assert held.step("ask", number) == 204
    so_far = f"/training/rooms/{held.room}/report"
    assert so_far in held.trainer.get(f"/training/rooms/{held.room}").text
    assert "要再讲" in held.trainer.get(so_far).text  # while the room is still open
    assert held.step("shown", len(right) - 1) == 204
    mine = me(held, good)
    assert (mine["result"]["right"], mine["result"]["total"]) == (len(right), len(right))
    assert mine["result"]["items"][0]["text"]
    assert me(held, bad)["result"]["right"] == 0
    assert (mine["result"]["kind"], me(held, bad)["result"]["kind"]) == ("结业证明", "参加证明")
    shown = good.get("/room/verify", params={"code": mine["certificate"].lower()}).text
    assert f"答对 {len(right)} 题" in shown
    assert "开播前一课" in shown
    assert "查不到" in good.get("/room/verify", params={"code": "0000-0000-0000-0000"}).text
    rows = list(csv.reader(io.StringIO(held.trainer.get(f"/training/rooms/{held.room}/report.csv").text)))
    total = len(right)
    each = rows.index(["题目", "作答人数", "答对人数", "答对率"])
    assert [r[1:] for r in rows[each + 1 : each + 1 + total]] == [["2", "1", "50%"]] * total
    assert "要再讲" in held.trainer.get(f"/training/rooms/{held.room}/report").text
    listed = list(
        csv.reader(io.StringIO(held.trainer.get(f"/training/rooms/{held.room}/attendance.csv").text))
    )
    assert sorted(r[3:] for r in listed[1:]) == sorted([["0", "参加证明"], [str(total), "结业证明"]])
    assert held.trainer.get(f"/training/rooms/{held.room}/report.pdf").content.startswith(b"%PDF")
    assert (
        TestClient(app).post("/api/room/join", json={"code": held.code}).status_code == 404
    )  # the code is over


def test_the_rooms_picture_leads_where_the_trainers_browser_is(app: FastAPI, held: Held) -> None:
    room = app.state.hegui.training.rooms.get(held.room)
    page = held.trainer.get(f"/training/rooms/{held.room}", headers={"Host": "192.168.1.5:8000"}).text
    assert str(code_picture(f"http://192.168.1.5:8000/room/{room.code}?k={room.key}")) in page


def test_what_comes_twice_or_late_counts_once(app: FastAPI, held: Held) -> None:
    right = answers(held)[0]
    phone, away = held.phone(app), held.phone(app)
    held.step("lobby", 0)
    for choice in ((right + 1) % 3, right, right):
        assert held.choose(phone, 0, choice).json() == {"state": "kept"}
    held.step("ask", 0)
    held.step("ask", 0)  # pressed twice: still question 0
    assert held.choose(phone, 0, (right + 1) % 3).json() == {"state": "late"}
    assert held.choose(away, 0, right).json() == {"state": "kept"}  # sent when the network came back
    held.step("shown", 0)
    assert held.choose(phone, 1, -1).status_code == 409  # nobody can pass what is still open
    held.step("ask", 1)
    assert held.choose(away, 1, -1).json() == {"state": "kept"}  # saw the answer
    assert held.choose(away, 1, 0).json() == {"state": "late"}
    held.step("shown", 1, end=True)
    assert me(held, phone)["result"]["right"] == 1
    assert me(held, away)["result"]["items"][1]["chosen"] == -1
    assert me(held, away)["result"]["total"] == 2
    assert held.choose(phone, 0, 7).status_code == 422


def test_a_code_gives_a_phones_rights_and_no_more(app: FastAPI, held: Held) -> None:
    phone, stranger = held.phone(app), TestClient(app)
    other = hold(TestClient(app))
    for path in ("", "/report", "/report.csv", "/report.pdf", "/attendance.csv"):
        for browser in (phone, stranger, other.trainer):
            assert browser.get(f"/training/rooms/{held.room}{path}").status_code == 403, path
    for browser in (phone, stranger, other.trainer):
        assert held.step("lobby", 0, by=browser) == 403
        assert browser.get(f"/api/training/rooms/{held.room}/events").status_code == 403
        assert browser.post(f"/api/training/rooms/{held.room}/asked/1/hide").status_code == 403
    stranger.cookies.set(f"hegui_lead_{held.room}", other.room)
    assert held.step("lobby", 0, by=stranger) == 403
    assert stranger.get(f"/training/rooms/{held.room}/lead/{held.key}").status_code == 403
    for path in ("me", "events"):  # one who knows the room but has no seat
        assert stranger.get(f"/api/room/{held.room}/{path}").status_code == 403
        assert phone.get(f"/api/room/{other.room}/{path}").status_code == 403
    assert held.choose(stranger, 0, 0).status_code == 403
    foreign = {"sec-fetch-site": "cross-site"}
    body = {"phase": "lobby", "step": 0}
    forged = held.trainer.post(f"/api/training/rooms/{held.room}/step", json=body, headers=foreign)
    assert forged.status_code == 403
    assert me(held, phone)["chosen"] == {}
    assert held.step("lobby", 0) == 204  # nothing of this moved the room


def test_the_spare_link_lets_another_device_steer(app: FastAPI, held: Held) -> None:
    secret = held.trainer.cookies[f"hegui_lead_{held.room}"]
    second = TestClient(app)
    assert second.get(f"/training/rooms/{held.room}/lead/{secret}").status_code == 200
    assert held.step("lobby", 0, by=second) == 204


@pytest.mark.parametrize(
    ("total", "answered", "right", "kind"),
    [
        (10, 10, 2, "参加证明"),
        (10, 10, 6, "结业证明"),
        (10, 7, 7, "参加证明"),
        (5, 1, 1, "参加证明"),
        (5, 4, 3, "结业证明"),
        (0, 0, 0, "参加证明"),
    ],
)
def test_completing_takes_most_answered_and_most_right(
    total: int, answered: int, right: int, kind: str
) -> None:
    assert kind_of(total, answered, right) == kind


def test_who_came_late_and_answered_nothing_has_attended_for_the_time_he_was_there(
    app: FastAPI, held: Held
) -> None:
    early = held.phone(app)
    held.step("lobby", 0)
    held.choose(early, 0, answers(held)[0])
    held.step("ask", 0)
    late = held.phone(app)
    held.step("shown", 0, end=True)
    total = len(answers(held))
    for phone, answered in ((early, 1), (late, 0)):
        mine = me(held, phone)
        assert mine["result"]["kind"] == "参加证明"
        shown = phone.get("/room/verify", params={"code": mine["certificate"]}).text
        assert f"共 {total} 题（放了 1 题），作答 {answered} 题，答对 {answered} 题" in shown
        assert "实际 不到 1 分钟，课程安排 45 分钟" in shown


def test_whoever_verifies_sees_what_was_attended_and_cannot_print_it(app: FastAPI, held: Held) -> None:
    phone, other = held.phone(app), TestClient(app)
    held.step("lobby", 0, end=True)
    mine = me(held, phone)
    code, paper = {"code": mine["certificate"]}, "/room/certificate"
    for page in (
        other.get("/room/verify", params=code),
        other.get(paper, params=code),
        other.get(paper, params=code | {"own": "错" * 32}),
    ):
        assert page.url.path == "/room/verify"
        assert "查验有效" in page.text
        assert mine["seat"] in page.text
        assert not {'id="name"', 'id="print"'} & set(page.text.split())
        assert "持有人姓名" not in page.text
    own = other.get(paper, params=code | {"own": mine["own"]})  # the holder's computer
    assert "持有人姓名" in own.text
    assert mine["seat"] in own.text
    assert mine["own"] not in own.text.partition("</article>")[0]  # nothing on the paper opens it again


def test_the_certificate_is_a_pdf_and_the_name_on_it_is_kept_nowhere(
    app: FastAPI, held: Held, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="hegui")
    phone, other = held.phone(app), TestClient(app)
    held.step("lobby", 0, end=True)
    mine = me(held, phone)
    code = {"code": mine["certificate"], "own": mine["own"]}
    page = f"/room/certificate?{urlencode(code)}"
    form = fields(phone, page) | code | {"name": " 欧阳  娜娜 "}
    paper = phone.post("/room/certificate.pdf", data=form)
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.headers["cache-control"] == "no-store"
    assert len(re.findall(rb"/Type /Page\b", paper.content)) == 1
    assert set("欧阳娜参加证明" + mine["seat"]) <= characters(paper.content)
    assert not set("欧阳娜") & characters(
        phone.post("/room/certificate.pdf", data=form | {"name": ""}).content
    )
    kept = b"".join(p.read_bytes() for p in settings.data.rglob("*") if p.is_file())
    assert "欧阳".encode() not in kept
    assert "欧阳" not in dump(settings) + caplog.text
    for name, said in (("长" * 31, "姓名太长"), ("小😀", "“😀”印不出来")):
        assert said in phone.post("/room/certificate.pdf", data=form | {"name": name}).text
    assert phone.post("/room/certificate.pdf", data=code).status_code == 403  # no form of ours
    forged = fields(other, page) | code | {"own": "错" * 32}
    assert other.post("/room/certificate.pdf", data=forged).url.path == "/room/verify"


def characters(body: bytes) -> set[str]:
    """What a PDF writes, by the tables that say which letter each of its shapes is."""
    return {chr(int(code, 16)) for code in re.findall(rb"<[0-9A-Fa-f]{2,4}> <([0-9A-Fa-f]{4})>", body)}


def test_there_is_a_list_to_sign(app: FastAPI, held: Held) -> None:
    code = me(held, held.phone(app))["seat"]
    rooms = held.trainer.app.state.hegui.training  # type: ignore[attr-defined]
    rows = [b.cells for b in rooms.reports.report(held.room).to_sign().blocks if b.kind == "row"]
    assert rows[0] == ("座位码", "姓名", "单位、签名")
    assert rows[1][0].strip() == code
    course = rooms.rooms.get(held.room).course
    for path in (f"/training/{course}/signin.pdf", f"/training/rooms/{held.room}/signin.pdf"):
        assert held.trainer.get(path).content.startswith(b"%PDF"), path
    assert TestClient(app).get(f"/training/rooms/{held.room}/signin.pdf").status_code == 403


def test_each_score_counts_for_itself_and_nothing_is_no_feedback(app: FastAPI, held: Held) -> None:
    one, two = held.phone(app), held.phone(app)
    path = f"/api/room/{held.room}/feedback"
    assert one.post(path, json={"clear": None, "useful": None, "comment": " "}).status_code == 422
    assert one.post(path, json={"clear": 3, "useful": None, "comment": ""}).status_code == 204
    for said in ({"clear": 4, "useful": 2}, {"comment": "再讲一次"}):  # a word more takes nothing back
        assert two.post(path, json=said).status_code == 204
    facts = dict(held.trainer.app.state.hegui.training.reports.report(held.room).facts())  # type: ignore[attr-defined]
    assert facts["反馈"] == "讲得清楚 3.5 分（2 人评）、用得上 2.0 分（1 人评），满分 5"


def test_codes_cannot_be_tried_one_after_the_other(app: FastAPI, held: Held) -> None:
    guessing = TestClient(app)
    for number in range(WRONG_CODES + 1):
        code = f"{(int(held.code) + 1 + number) % 10**6:06}"
        tried = guessing.post("/api/room/join", json={"code": code})
        assert tried.status_code == (404 if number < WRONG_CODES else 429)
    assert guessing.post("/api/room/join", json={"code": held.code}).status_code == 429
    held.phone(app)  # another phone behind the same address gets in
    limiter = held.trainer.app.state.hegui.training.wrong_behind  # type: ignore[attr-defined]
    while not limiter.hit("testclient"):
        pass  # a guesser that throws its cookie away each time
    late = TestClient(app).post("/api/room/join", json={"code": held.code})
    assert late.status_code == 429
    assert late.headers["retry-after"]
    scanned = TestClient(app).post("/api/room/join", json={"code": held.code, "key": held.key})
    assert scanned.status_code == 200


def test_a_room_that_mistypes_is_let_in(app: FastAPI, held: Held) -> None:
    phones = [TestClient(app) for _ in range(65)]  # more wrong codes than one phone may have, one each
    wrong = f"{(int(held.code) + 1) % 10**6:06}"
    for code, status in ((wrong, 404), (held.code, 200)):
        assert {p.post("/api/room/join", json={"code": code}).status_code for p in phones} == {status}
    assert len(phones) < WRONG_BEHIND


def test_two_hundred_phones_behind_one_address(app: FastAPI, held: Held) -> None:
    phones = [held.phone(app) for _ in range(200)]
    held.step("lobby", 0)
    assert {held.choose(p, 0, n % 3).status_code for n, p in enumerate(phones)} == {200}
    picture = held.trainer.app.state.hegui.training.rooms.picture(held.room)  # type: ignore[attr-defined]
    assert (picture.seats, picture.counts) == (200, (67, 67, 66))


def test_questions_are_raised_hidden_and_masked_and_nothing_personal_is_kept(
    app: FastAPI, held: Held, settings: Settings
) -> None:
    phone, other = held.phone(app), held.phone(app)
    asked = {"client": "a" * 24, "text": "请打 13812345678 给我，样品要标价吗"}
    for _ in range(2):
        assert phone.post(f"/api/room/{held.room}/ask", json=asked).status_code == 204
    rooms = held.trainer.app.state.hegui.training.rooms  # type: ignore[attr-defined]
    [one] = rooms.picture(held.room).asked
    assert "13812345678" not in one.text
    for _ in range(2):
        assert other.post(f"/api/room/{held.room}/asked/{one.id}/raise").status_code == 204
    assert rooms.picture(held.room).asked[0].raised == 1
    said = {"clear": 5, "useful": 4, "comment": "张三 13812345678 说好"}
    assert phone.post(f"/api/room/{held.room}/feedback", json=said).status_code == 204
    held.trainer.post(f"/api/training/rooms/{held.room}/asked/{one.id}/hide")
    assert rooms.picture(held.room).asked == ()
    session = phone.cookies["hegui_session"].partition(".")[0]
    stored = dump(settings)
    for secret in (session, "13812345678", held.trainer.cookies[f"hegui_lead_{held.room}"], "testclient"):
        assert secret not in stored
    columns = {c["name"] for c in inspect(connect(settings.effective_database_url)).get_columns("room_seats")}
    assert columns == {"id", "room", "session", "code", "joined", "certificate", "clear", "useful", "comment"}


def dump(settings: Settings) -> str:
    """Everything in the tables of rooms."""
    engine = connect(settings.effective_database_url)
    with engine.connect() as connection:
        tables = ("rooms", "room_seats", "room_choices", "room_asked", "room_raised", "courses")
        return "\n".join(str(list(connection.execute(text(f"SELECT * FROM {t}")))) for t in tables)


def test_phones_see_no_answer_before_it_is_shown(app: FastAPI, held: Held) -> None:
    held.phone(app)
    held.step("lobby", 0)
    rooms = held.trainer.app.state.hegui.training.rooms  # type: ignore[attr-defined]
    assert not {"answer", "counts", "text", "clause"} & set(rooms.picture(held.room).for_phones)
    assert "counts" in rooms.picture(held.room).for_lead
    held.step("ask", 0)
    assert {"answer", "counts", "text", "clause"} <= set(rooms.picture(held.room).for_phones)
