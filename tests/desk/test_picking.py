"""A clause for a form is chosen from lists, a page a step, without a script: what was typed stays, and what is chosen is saved."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient

from api.app import create_app
from api.desk.roles import Role
from rag.ground.settings import ROOT, Settings
from tests.desk.signing import account, post, sign_in, with_real_guideline
from tests.desk.test_forms import filled, form_of, value_of

GUIDELINE, CLAUSE = "live-room/price", "live-room/price#mustnot-2"


@pytest.fixture
def desk(configure: Callable[..., Settings], tmp_path: Path) -> Iterator[TestClient]:
    """An officer with every role, with a question and rules."""
    root = with_real_guideline(configure(), tmp_path / "guidelines")
    shutil.copytree(ROOT / "guidelines" / "rules", root / "rules")
    with TestClient(create_app(configure(guidelines=root))) as client:
        account(client.app, "boss", *Role)  # type: ignore[arg-type]
        client.post("/api/handover", json={"question": "锦鲤能做奖品吗", "consent": True})
        sign_in(client, "boss")
        client.get("/desk/inbox")
        yield client


def chosen(desk: TestClient, page: str, form: str, field: str, typed: dict[str, Any]) -> dict[str, Any]:
    """Choose CLAUSE for the field as a browser does; what is sent with the form when it is saved then."""
    shown, names = BeautifulSoup(desk.get(page).text, "html.parser"), {field, *typed}
    for step in ("list", "take"):
        at = form_of(shown, form, names)
        value = {f"from:{field}": GUIDELINE} if step == "list" else {"take": CLAUSE}
        found = [
            b
            for b in at.find_all("button", formaction=True)
            if f"&field={field}&" in str(b["formaction"])
            and (b.get_text() == "列出条款" if step == "list" else b.get("value") == CLAUSE)
        ]
        assert len(found) == 1, (step, form, field)
        to = str(found[0]["formaction"]).partition("#")[0]
        answer = desk.post(to, data={**filled(at, typed), **value})
        assert answer.status_code == 200, answer.text
        shown = BeautifulSoup(answer.text, "html.parser")
    at = form_of(shown, form, names)
    for name, value in typed.items():
        control = at.find(attrs={"name": name})
        assert control is not None
        assert name == field or value_of(control) == value
    assert "《直播间价格展示》不得第 2 条" in at.get_text()
    return filled(at, {})


def test_rules_questions_cases_and_wordings_take_a_clause_from_lists(desk: TestClient) -> None:
    rule = {"name": "好得不得了", "why": "没有依据的话不能说。", "find": "好得不得了"}
    sent = chosen(desk, "/desk/rules/new", "/desk/rules/new", "clause", rule)
    assert desk.post("/desk/rules/new", data=sent, follow_redirects=False).status_code == 303
    question = {"ask": "原价没有依据，能划掉吗？", "right": "不能", "wrong": "能"}
    sent = chosen(desk, "/desk/quiz/new", "/desk/quiz/new", "clause", question)
    assert desk.post("/desk/quiz/new", data=sent, follow_redirects=False).status_code == 303
    story = "主播小林卖自家做的果酱，划掉的原价从来没有卖过，后来有人来问。" * 2
    case = {"title": "果酱", "story": story, "clauses1": "live-room/price#must-1"}
    case |= {f"{k}{n}": v for n in (1, 2) for k, v in (("ask", "能这样标价吗？"), ("answer", "不能这样标。"))}
    sent = chosen(desk, "/desk/cases/new", "/desk/cases/new", "clauses1", case)
    assert sent["clauses1"] == [f"live-room/price#must-1 {CLAUSE}"]  # one more, not another
    sent["clauses2"] = sent["clauses1"]
    assert desk.post("/desk/cases/new", data=sent, follow_redirects=False).status_code == 303
    to = "/desk/inbox/1/wording"
    sent = chosen(desk, "/desk/inbox/1", to, "clause", {"wording": "锦鲤的原价能划掉吗"})
    assert desk.post(to, data=sent, follow_redirects=False).status_code == 303
    kept = [a.fields for a in desk.app.state.hegui.desk.additions.waiting()]  # type: ignore[attr-defined]
    assert len(kept) == 4
    assert all(CLAUSE in str(f) or "没法比较的价格当原价" in str(f) for f in kept), kept


def test_who_chose_no_guideline_is_told_and_nothing_else_is_done(desk: TestClient) -> None:
    to = "/desk/clauses?form=/desk/quiz/new&field=clause"
    answer = post(desk, to, page="/desk/quiz/new", ask="还没写完的题目", clause="贴了一半")
    assert answer.status_code == 200
    assert "先选一份指引" in answer.text
    assert all(words in answer.text for words in ("还没写完的题目", "贴了一半"))
    for page in ("", "/desk/nothing", "https://elsewhere.example/desk"):
        assert post(desk, to, page=page).status_code == 404
