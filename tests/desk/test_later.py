"""A correction whose slip stands in a later version: the officer is told, and the same change is filled in there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.desk.roles import Role
from api.desk.writing.later import pending
from api.desk.writing.states import DraftState
from rag.ground.settings import Settings
from tests.desk.signing import account, post, sign_in, with_real_guideline
from tests.desk.test_writing import PRICE, begun, fields, office, other, sent

FUTURE, TODAYS = dt.date(2027, 3, 1), "2026-02-01"


@pytest.fixture
def two(configure: Callable[..., Settings], tmp_path: Path) -> Iterator[TestClient]:
    """A guideline with a published version to come, which has another duty above those of today."""
    root = with_real_guideline(configure(), tmp_path / "guidelines")
    folder = root / "live-room" / "price"
    text = max(folder.glob("2*.md")).read_text("utf-8")
    head, found, rest = text.partition("## 要做到\n")
    assert found
    new = "1. 直播间要在开播前公示价格规则。《电子商务法》第十七条\n"
    numbered = rest.split("\n## ", 1)
    duties = "\n".join(_next(line) for line in numbered[0].splitlines())
    later = f"{head}{found}\n{new}{duties.lstrip()}\n## {numbered[1]}"
    (folder / f"{FUTURE}.md").write_text(later, "utf-8")
    with TestClient(create_app(configure(guidelines=root))) as client:
        for name, role in (("li", Role.WRITER), ("zhao", Role.REVIEWER)):
            account(client.app, name, role)  # type: ignore[arg-type]
        sign_in(client, "li")
        yield client


def _next(line: str) -> str:
    number, dot, rest = line.partition(". ")
    return f"{int(number) + 1}{dot}{rest}" if dot and number.isdigit() else line


def corrected(desk: TestClient) -> int:
    """A draft of a correction of today's version: one clause mended, one put in."""
    number = begun(desk, version=TODAYS, guideline=PRICE)
    data = fields(desk, number)
    data["text:must-1"] = f"凡{data['text:must-1']}"
    sent(desk, number, data, "add:mustnot")
    added = next(k for k in fields(desk, number)["rows"] if k.startswith("mustnot-n"))
    sent(desk, number, fields(desk, number) | {f"text:{added}": "直播间不得一价两卖。《电子商务法》第十七条"})
    return number


def test_the_same_slip_in_a_version_to_come_is_told_and_mended_there(two: TestClient) -> None:
    number = corrected(two)
    told = f"{FUTURE} 起施行的版本已经发布，里面还是更正以前的文字（2 处）"
    for path in ("", "/review"):
        assert told in two.get(f"/desk/writing/{number}{path}").text
    assert "更正过，以后的版本里还没有改" in two.get("/desk/writing").text
    assert "1 处更正还要改到以后的版本" in two.get("/desk").text
    answer = post(two, f"/desk/writing/{number}/later/{FUTURE}", act="carry")
    assert answer.status_code == 303, answer.text
    there = int(answer.headers["location"].rpartition("/")[2].partition("?")[0])
    assert "同样的改动已经填好" in two.get(answer.headers["location"]).text
    mine, later = office(two).drafts.get(number).document, office(two).drafts.get(there)
    assert (later.version, later.kind) == (FUTURE, "correction")
    texts = [r.text for r in later.document.rows]
    assert [r.text for r in mine.rows if r.text not in texts] == []
    assert len(texts) == len(mine.rows) + 1  # the new version's own duty is still there
    assert texts.index(next(t for t in texts if t.startswith("凡"))) == 1
    post(two, f"/desk/writing/{number}/later/{FUTURE}", act="carry")  # pressed again: nothing twice
    assert [r.text for r in office(two).drafts.get(there).document.rows] == texts
    file = two.app.state.hegui.settings.guidelines / later.guideline / f"{FUTURE}.md"  # type: ignore[attr-defined]
    file.write_bytes(office(two).drafts.get(there).data)  # as a publication leaves it
    assert told.partition("（")[0] not in two.get(f"/desk/writing/{number}").text
    assert pending(two.app.state.hegui) == []  # type: ignore[attr-defined]


def test_what_reads_otherwise_there_or_is_to_stay_is_not_told(two: TestClient) -> None:
    number = corrected(two)
    reviewer = other(two, "zhao")
    assert post(reviewer, f"/desk/writing/{number}/later/{FUTURE}", act="keep").status_code == 403
    assert post(two, f"/desk/writing/{number}/later/2027-04-01", act="carry").status_code == 404
    begun(two, "correction", str(FUTURE), PRICE)
    draft = next(d for d in office(two).drafts.find() if d.version == FUTURE)
    sent(two, draft.id, fields(two, draft.id) | {"summary": "怎么标价、怎么写划线价。"}, "submit")
    assert office(two).drafts.get(draft.id).state is DraftState.REVIEW
    busy = post(two, f"/desk/writing/{number}/later/{FUTURE}", act="carry")
    assert (busy.status_code, "有一稿正在办" in busy.text) == (409, True)
    post(two, f"/desk/writing/{number}/later/{FUTURE}", act="keep")
    assert "更正以前的文字" not in two.get(f"/desk/writing/{number}").text
    assert pending(two.app.state.hegui) == []  # type: ignore[attr-defined]
