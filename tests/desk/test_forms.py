"""A form that is refused comes back: what was typed is still in it, what is wrong stands at its field, the summary leads there."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from fastapi.testclient import TestClient

from api.app import create_app
from api.desk.roles import Role
from api.desk.services import Desk
from rag.ground.settings import ROOT, Settings
from tests.desk.signing import PASSWORD, account, post, sign_in, with_real_guideline
from tests.desk.test_security import ROUTES
from tests.desk.test_writing import begun, sent
from tests.desk.test_writing import fields as draft_fields

PRICE = "/desk/writing/of/live-room/price"
BASIS = "anchor/nothing-there#must-1"


@dataclass(frozen=True)
class Case:
    """A form and what is typed into it: ``at`` is the field that is wrong, ``kept`` one that is right."""

    route: str
    page: str
    at: str
    typed: dict[str, Any]
    kept: str = ""
    action: str = ""
    status: int = 422
    files: dict[str, Any] = field(default_factory=dict)

    @property
    def to(self) -> str:
        """Where the form goes."""
        return self.action or self.page


#: Forms into which nothing is typed: a button each.
BUTTONS = {
    "/desk/logout", "/desk/people/{number}/password", "/desk/writing/{number}/corrections", "/desk/writing/{number}/typed",
    "/desk/writing/{number}/history/{saved}", "/desk/writing/{number}/remarks/{remark_id}", "/desk/writing/{number}/move",
    "/desk/writing/{number}/later/{version}", "/desk/publish", "/desk/publish/compare", "/desk/publish/drop/{number}",
    "/desk/inbox/{number}/close", "/desk/inbox/{number}/reopen", "/desk/inbox/{number}/split/{item}", "/desk/laws/tasks/{task}/reopen",
    "/desk/rooms/{number}/delete", "/desk/plan/seed", "/desk/plan/{number}/delete",
    # begun by a button, or the same form as another one that is tried here
    "/desk/laws/{number}/assign", "/desk/laws/{number}/text", "/desk/laws/tasks/{task}/close", "/desk/publish/back",
    "/desk/quiz/{own}", "/desk/cases/{own}", "/desk/clauses",
}  # fmt: skip


def cases(score: str, rule: str, term: str, draft: int, review: int, clash: str) -> list[Case]:
    """Every form of the desk into which something is typed."""
    story = "主播小林卖自家做的果酱，口播说“全网第一好吃”，后来有人来问。" * 2
    asked = {
        f"{k}{n}": v
        for n in (1, 2)
        for k, v in (("ask", "能这样说吗？"), ("answer", "不能，没有依据。"), ("clauses", BASIS))
    }
    writing, slow = "/desk/writing", "(好+)+吗"
    file = ("a.docx", b"PK no word file", "application/octet-stream")
    return [
        Case("/desk/login", "/desk/login", "password", {"name": "boss", "password": "wrong"}, "name", status=401),
        Case("/desk/me", "/desk/me", "again", {"old": PASSWORD, "new": "a long new phrase", "again": "another"}),
        Case("/desk/me", "/desk/me", "new", {"old": PASSWORD, "new": "boss boss boss", "again": "boss boss boss"}),
        Case("/desk/people", "/desk/people", "name", {"name": "王 丽", "display": "王丽", "roles": ["writer"]}, "display"),
        Case("/desk/people", "/desk/people", "roles", {"name": "wang", "display": "王丽"}, "display"),
        Case("/desk/people/{number}", "/desk/people/1", "roles", {"display": "老板", "active": "true", "roles": []}, "display"),
        Case(f"{writing}/new", f"{writing}/new", "title", {"operator": "anchor", "title": "短", "version": "2027-03-01"}, "title"),
        Case(f"{writing}/new", f"{writing}/new", "word", {"operator": "anchor", "title": "来信来信", "version": "2027-03-01"}, "title", files={"word": file}),
        Case(f"{writing}/of/{{operator}}/{{slug}}", PRICE, "version", {"kind": "version", "version": "1999-01-01"}, "version"),
        Case(f"{writing}/of/{{operator}}/{{slug}}/withdraw/{{version}}", f"{PRICE}/withdraw/2026-02-01", "then", {"reason": "还没有施行"}, "reason"),
        Case(f"{writing}/{{number}}", f"{writing}/{draft}", "verified_on", {"verified_on": "前天", "summary": "新的摘要"}, "summary"),
        Case(f"{writing}/{{number}}/clash/{{aside}}", clash, "pick:mustnot-1", {"own:mustnot-1": "合成的"}, "own:mustnot-1"),
        Case(f"{writing}/{{number}}/word", f"{writing}/{draft}", "word", {}, action=f"{writing}/{draft}/word", files={"word": file}),
        Case(f"{writing}/{{number}}/basis/{{row}}", f"{writing}/{draft}/basis/mustnot-1", "typed", {"typed": "那个什么法"}, "typed"),
        Case(f"{writing}/{{number}}/remarks", f"{writing}/{review}/review", "text", {"text": " "}, action=f"{writing}/{review}/remarks"),
        Case("/desk/inbox/{number}/assign", "/desk/inbox/1", "owner", {"owner": "987"}, action="/desk/inbox/1/assign", status=404),
        Case("/desk/inbox/{number}/reply", "/desk/inbox/1", "text", {"text": " ", "clause": ""}, action="/desk/inbox/1/reply"),
        Case("/desk/inbox/{number}/faq", "/desk/inbox/1", "guideline", {"guideline": "", "question": "怎么问"}, "question", "/desk/inbox/1/faq"),
        Case("/desk/inbox/{number}/wording", "/desk/inbox/1", "clause", {"clause": BASIS, "wording": "怎么问"}, "wording", "/desk/inbox/1/wording"),
        Case("/desk/inbox/{number}/outside", "/desk/inbox/1", "matter", {"matter": " ", "ask": "别处", "wording": "怎么问"}, "ask", "/desk/inbox/1/outside"),
        Case("/desk/laws", "/desk/laws", "effective", {"law": "商标法", "effective": "明年", "number": "第一号"}, "number"),
        Case("/desk/laws", "/desk/laws", "articles", {"law": "商标法", "effective": "2031-01-01", "number": "第一号"}, "number"),
        Case("/desk/rules/new", "/desk/rules/new", "clause", {"file": "absolute.yml", "name": "新规则", "clause": BASIS, "find": "好得不得了", "why": "没有依据"}, "why"),
        Case("/desk/rules/new", "/desk/rules/new", "find", {"file": "absolute.yml", "name": "新规则", "clause": BASIS, "find": "", "why": "没有依据"}, "why"),
        Case("/desk/rules/{rule}", f"/desk/rules/{rule}", "find", {"find": slow, "why": "新写的理由"}, "why"),
        Case("/desk/rules/{rule}", f"/desk/rules/{rule}", "text", {"act": "try", "text": "", "why": "新写的理由"}, "why"),
        Case("/desk/wordlists/new/{group}", "/desk/wordlists/new/words", "name", {"name": "治", "lines": "甲"}, "lines"),
        Case("/desk/wordlists/{own}", "/desk/wordlists/words:治", "lines", {"lines": "(治"}, "lines"),
        Case("/desk/wordlists/{own}", "/desk/wordlists/variants:", "lines", {"lines": "z疗"}, "lines"),
        Case("/desk/quiz/new", "/desk/quiz/new", "clause", {"clause": BASIS, "kind": "verdict", "ask": "这样说行不行呢", "right": "不行", "wrong": "行"}, "ask"),
        Case("/desk/quiz/new", "/desk/quiz/new", "wrong", {"clause": BASIS, "kind": "verdict", "ask": "这样说行不行呢", "right": "不行", "wrong": ""}, "right"),
        Case("/desk/cases/new", "/desk/cases/new", "clauses2", {"operator": "anchor", "title": "果酱", "story": story, **asked}, "story"),
        Case("/desk/terms/new", "/desk/terms/new", "slang", {"term": "新词", "meaning": "一个新的说法", "slang": "a/b"}, "meaning"),
        Case("/desk/terms/{own}", f"/desk/terms/{term}", "meaning", {"meaning": "短", "slang": "新说法"}, "slang"),
        Case("/desk/scores/{answer_id}", f"/desk/scores/{score}", "verdict-0", {}),
        Case("/desk/rooms", "/desk/rooms", "since", {"name": "小林的直播间", "since": "昨天"}, "name"),
        Case("/desk/plan", "/desk/plan", "evidence", {"title": "建名录", "measure": "培训", "state": "done"}, "title"),
        Case("/desk/plan", "/desk/plan", "due", {"title": "建名录", "measure": "培训", "due": "下周"}, "title"),
        Case("/desk/plan/{number}", "/desk/plan/1", "quarter", {"title": "改了的任务", "year": "", "quarter": "2"}, "title"),
        Case("/reply", "/reply", "code", {"code": "abc"}, "code"),
    ]  # fmt: skip


@pytest.fixture
def desk(configure: Callable[..., Settings], tmp_path: Path) -> Iterator[TestClient]:
    """An officer with every role, with a question, a task, a draft and one under review."""
    root = with_real_guideline(configure(), tmp_path / "guidelines")
    shutil.copytree(ROOT / "guidelines" / "rules", root / "rules")
    for name in ("kinds", "medical", "people", "composed"):  # their clauses are not in the small content
        (root / "rules" / f"{name}.yml").unlink()
    settings = configure(guidelines=root, score_share=1.0, today=None, rate_limit=0)
    with TestClient(create_app(settings)) as client:
        account(client.app, "boss", *Role)  # type: ignore[arg-type]
        client.post("/api/handover", json={"question": "锦鲤能做奖品吗", "consent": True})
        sign_in(client, "boss")
        yield client


def form_of(page: BeautifulSoup, action: str, names: set[str]) -> Tag:
    """The form on a page that goes there and has these fields."""
    for form in page.find_all("form", method="post"):
        has = {str(f.get("name")) for f in form.find_all(["input", "select", "textarea"])}
        if str(form.get("action") or action) == action and names - {"act"} <= has:
            return form
    pytest.fail(f"no form for {action} with {names}")


def filled(form: Tag, typed: dict[str, Any]) -> dict[str, Any]:
    """What a browser sends."""
    data: dict[str, Any] = {}
    for f in form.find_all(["input", "select", "textarea"]):
        name, kind = str(f.get("name", "")), str(f.get("type", ""))
        if not name or (kind in ("checkbox", "radio") and not f.has_attr("checked")) or kind == "file":
            continue
        if f.name == "select":
            option = f.find("option", selected=True) or f.find("option")
            value = str(option.get("value", option.get_text())) if option else ""
        else:
            value = f.get_text().removeprefix("\n") if f.name == "textarea" else str(f.get("value", "on" if kind == "checkbox" else ""))  # fmt: skip
        data.setdefault(name, []).append(value)
    return {**data, **typed}


def value_of(control: Tag) -> str:
    return (
        control.get_text().removeprefix("\n") if control.name == "textarea" else str(control.get("value", ""))
    )


def faults(desk: TestClient, case: Case) -> Iterator[str]:
    """What is not as it should be after a form was refused."""
    page = BeautifulSoup(desk.get(case.page).text, "html.parser")
    names = {*case.typed, case.at} - {""}
    data = filled(form_of(page, case.to, names), case.typed)
    answer = desk.post(case.to, data=data, files=case.files or None, follow_redirects=False)
    if answer.status_code != case.status:
        yield f"status {answer.status_code}"
        return
    shown = BeautifulSoup(answer.text, "html.parser")
    form = form_of(shown, case.to, names)
    wrong = form.find(attrs={"name": case.at, "aria-invalid": "true"})
    if not isinstance(wrong, Tag):
        yield f"no mark at {case.at}: {shown.find(id='wrong')}"
        return
    said = shown.find(id=str(wrong["aria-describedby"]))
    if not isinstance(said, Tag) or len(said.get_text()) < 4 or "wrong" not in said.get("class", []):
        yield "nothing is said at the field"
    summary = shown.select_one("main #wrong[role=alert]")
    if summary is None or summary.select_one(f'a[href="#{wrong["id"]}"]') is None:
        yield "no link in the summary"
    if shown.title is None or "没有办成" not in shown.title.get_text():
        yield "the title does not say so"
    if case.kept:
        control = form.find(attrs={"name": case.kept})
        if not isinstance(control, Tag) or value_of(control) != case.typed[case.kept]:
            yield f"{case.kept} was lost"
    if [p for p in form.find_all("input", type="password") if p.get("value")]:
        yield "a password is in the page"


def test_every_form_comes_back_with_what_was_typed_and_what_is_wrong(desk: TestClient) -> None:
    office: Desk = desk.app.state.hegui.desk  # type: ignore[attr-defined]
    answer = desk.post("/api/ask", json={"question": "好评返现可以吗", "operator": "live-room"}).json()
    post(desk, "/desk/plan", title="建名录", measure="培训")
    draft, review = begun(desk), begun(desk, guideline=PRICE)
    sent(desk, review, draft_fields(desk, review) | {"summary": "怎么标价、怎么写划线价。"}, "submit")
    desk.get("/desk/inbox")
    score = next(a.id for a in office.scores.waiting() if a.id == answer["id"])
    term = re.findall(
        r'href="/desk/terms/([^"/]+)"', desk.get("/desk/terms").text.replace("/desk/terms/new", "")
    )[0]
    rule = re.findall(r'href="/desk/rules/(absolute-[^"/]+)"', desk.get("/desk/rules").text)[0]
    mine, theirs = draft_fields(desk, draft), draft_fields(desk, draft)
    sent(desk, draft, theirs | {"text:mustnot-1": "王写的。《电子商务法》第十七条"})
    clash = sent(desk, draft, mine | {"text:mustnot-1": "李写的。"}, path="/typed").json()["clash"]
    tried = cases(score, rule, term, draft, review, clash)
    found = {}
    for case in tried:
        browser = desk if case.route not in ("/desk/login", "/reply") else TestClient(desk.app)
        if bad := list(faults(browser, case)):
            found[f"{case.route} {case.at}"] = bad
    assert not found, "\n".join(f"{k}: {v}" for k, v in found.items())
    routes = {r.removeprefix("POST ") for r in ROUTES if r.startswith("POST ")}
    assert routes - BUTTONS - {case.route for case in tried} == set()
