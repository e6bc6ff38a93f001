"""The inbox: what askers left comes in, grouped by meaning; it is answered, made a wording, or marked as outside."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from api.desk.applied import files_of
from api.desk.inbox.likeness import alike, packed
from api.desk.roles import Role
from api.desk.services import Desk
from api.store.tables import HandoverRow
from rag.content.corpus import load_corpus
from rag.ground.settings import Settings
from tests.desk.signing import account, mailbox, post, sign_in
from tests.script.small import add_rules

#: How pages call live-room/genuine-trade.
GENUINE = "直播间《交易与评价真实》"


@pytest.fixture
def settings(configure: Callable[..., Settings], tmp_path: Path, indexed: Settings) -> Settings:
    """Settings over a copy of the content, which the desk writes into."""
    shutil.copytree(indexed.guidelines, tmp_path / "guidelines")
    return configure(guidelines=add_rules(tmp_path / "guidelines"))


@pytest.fixture
def desk(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        account(client.app, "li", Role.WRITER)  # type: ignore[arg-type]
        yield client


def hand_over(client: TestClient, question: str, contact: str = "") -> str:
    """Hand a question over; returns the code."""
    body = {"question": question, "consent": True, **({"contact": contact} if contact else {})}
    answer = client.post("/api/handover", json=body).json()
    assert answer["url"] == f"/reply/{answer['code']}"
    assert answer["code"] in answer["message"]
    return str(answer["code"])


def cases(client: TestClient, **query: str) -> list[str]:
    """The questions in the list, as shown."""
    page = client.get("/desk/inbox", params=query).text
    return re.findall(r'<a href="/desk/inbox/\d+">([^<]+)</a>', page)


def publish_waiting(client: TestClient, settings: Settings) -> None:
    """Write what waits for publication."""
    office: Desk = client.app.state.hegui.desk  # type: ignore[attr-defined]
    corpus = load_corpus(settings.guidelines)
    for change in files_of([], office.additions.waiting(), corpus, settings.guidelines):
        assert change.data
        (settings.guidelines / change.path).write_bytes(change.data)


def test_questions_of_one_meaning_are_one_case_and_others_are_not(desk: TestClient) -> None:
    hand_over(desk, "刷单会被罚多少")
    hand_over(desk, "刷单罚多少钱")
    hand_over(desk, "直播间能卖药吗")
    sign_in(desk, "li")
    assert cases(desk) == ["刷单会被罚多少", "直播间能卖药吗"]
    assert "2 次，从 " in desk.get("/desk/inbox").text
    assert cases(desk) == ["刷单会被罚多少", "直播间能卖药吗"]  # looked at twice, counted once
    assert "2 次" in desk.get("/desk/inbox/1").text


def test_a_self_assessment_is_a_case_of_its_own_with_a_short_title(desk: TestClient) -> None:
    head = "【自查】诚信直播间，按 2026-11-27 的规定：法定 3/5，倡导 1/4"
    for evidence in ("共享文件夹", "台账"):
        body = {
            "question": head,
            "sheet": f"没做到（1 项）\n1.2 公示了资质吗（法定）证据：{evidence}",
            "consent": True,
        }
        code = desk.post("/api/handover", json=body).json()["code"]
    assert "1.2 公示了资质吗（法定）证据：台账" in desk.get(f"/reply/{code}").text
    hand_over(desk, "刷单会被罚多少")
    sign_in(desk, "li")
    assert cases(desk, source="assess") == [head, head]
    page = desk.get("/desk/inbox/2").text
    assert f"<h1>{head}</h1>" in page
    assert "1.2 公示了资质吗（法定）证据：" in page
    assert "发出答复" in page
    assert "把问法加给它" not in page


def test_every_kind_of_miss_comes_in(desk: TestClient) -> None:
    unanswered = desk.post("/api/ask", json={"question": "卖无人机要实名登记吗"}).json()
    answered = desk.post("/api/ask", json={"question": "好评返现可以吗？"}).json()
    desk.post(
        "/api/feedback",
        json={"answer_id": answered["id"], "helpful": False, "comment": "没说罚多少，我电话13800138000"},
    )
    page = "page:live-room/genuine-trade@2026-02-01"
    desk.post("/api/feedback", json={"answer_id": page, "helpful": False, "comment": "太长"})
    sign_in(desk, "li")
    assert set(cases(desk)) == {
        "卖无人机要实名登记吗",
        "好评返现可以吗？",
        f"{GENUINE}（2026-02-01 版）",
    }
    assert cases(desk, source="unhelpful") == ["好评返现可以吗？"]
    assert cases(desk, source="page") == [f"{GENUINE}（2026-02-01 版）"]
    assert cases(desk, source=unanswered["status"]) == ["卖无人机要实名登记吗"]
    number = re.search(r'/desk/inbox/(\d+)">好评', desk.get("/desk/inbox").text)
    assert number
    shown = desk.get(f"/desk/inbox/{number[1]}").text
    assert "没说罚多少，我电话[手机号]" in shown
    assert "13800138000" not in shown


def test_the_asker_reads_the_reply_and_the_clause_by_the_code(desk: TestClient) -> None:
    code = hand_over(desk, "好评返现到底行不行")
    other = hand_over(desk, "直播间能卖药吗")
    sign_in(desk, "li")
    cases(desk)
    assert "还没有答复" in desk.get(f"/reply/{code}").text
    corpus = desk.app.state.hegui.engine.corpus()  # type: ignore[attr-defined]
    clause = next(g for g in corpus.versions("live-room/genuine-trade") if g.version.year == 2026).clauses[0]
    place = f"live-room/genuine-trade#{clause.id}"
    post(desk, "/desk/inbox/1/reply", text="不行。\n请改用别的办法。", clause=place)
    desk.cookies.clear()
    page = desk.get(f"/reply/{code}").text
    assert "不行。\n请改用别的办法。" in page
    assert clause.text[:20] in page
    assert "不行。" not in desk.get(f"/reply/{other}").text
    typed = post(desk, "/reply", code=f" {code.lower().replace('-', ' ')} ")
    assert typed.headers["location"] == f"/reply/{code}"
    for wrong in ("0000-0000-0000-0000", "abc", "../../etc"):
        assert desk.get(f"/reply/{wrong}").status_code == 404
    assert post(desk, "/reply", code="O0").status_code == 422


def test_codes_are_not_guessed(desk: TestClient) -> None:
    codes = [desk.get(f"/reply/0000-0000-0000-{n:04}").status_code for n in range(31)]
    assert codes == [404] * 30 + [429]


def test_a_reply_needs_text_and_a_clause_that_exists(desk: TestClient) -> None:
    code = hand_over(desk, "好评返现到底行不行")
    sign_in(desk, "li")
    cases(desk)
    assert post(desk, "/desk/inbox/1/reply", text="  ").status_code == 422
    answer = post(desk, "/desk/inbox/1/reply", text="不行", clause="live-room/nothing#must-1")
    assert answer.status_code == 422
    assert "没有这一条" in answer.text
    assert "还没有答复" in desk.get(f"/reply/{code}").text


def test_a_question_becomes_a_wording_and_the_file_stays_otherwise_as_it_was(
    desk: TestClient, settings: Settings
) -> None:
    path = settings.guidelines / "live-room" / "genuine-trade" / "asked.yml"
    clauses = next(
        g
        for g in load_corpus(settings.guidelines).versions("live-room/genuine-trade")
        if g.version.year == 2026
    ).clauses
    path.write_text(f"# 说明\n- clause: {clauses[0].text[:20]}\n  as: [原来的问法]", "utf-8")
    before = path.read_text("utf-8")
    hand_over(desk, "晒图返 5 块: 行不行")
    sign_in(desk, "li")
    cases(desk)
    fields = {"clause": f"live-room/genuine-trade#{clauses[1].id}", "wording": "晒图返 5 块: 行不行"}
    assert post(desk, "/desk/inbox/1/wording", **fields).status_code == 303
    assert "等待发布" in desk.get("/desk/inbox/1").text
    assert path.read_text("utf-8") == before
    publish_waiting(desk, settings)
    assert path.read_text("utf-8").startswith(before + "\n")
    read = load_corpus(settings.guidelines).versions("live-room/genuine-trade")[-1]
    assert "晒图返 5 块: 行不行" in next(c for c in read.clauses if c.id == clauses[1].id).asked
    written = path.read_bytes()
    for bad in ("晒图返 5 块: 行不行", "长" * 61, "  "):  # stands there already, too long, empty
        assert post(desk, "/desk/inbox/1/wording", **{**fields, "wording": bad}).status_code == 422
    assert path.read_bytes() == written
    office: Desk = desk.app.state.hegui.desk  # type: ignore[attr-defined]
    assert office.audit.entries(subject="live-room/genuine-trade@")[0].action == "加问法"


def test_what_is_not_ours_is_marked_with_who_deals_with_it(desk: TestClient, settings: Settings) -> None:
    hand_over(desk, "公司拖欠主播工资找谁")
    sign_in(desk, "li")
    cases(desk)
    post(
        desk,
        "/desk/inbox/1/outside",
        matter="工资: 社保",
        ask="人力资源社会保障部门",
        wording="公司拖欠主播工资找谁",
    )
    publish_waiting(desk, settings)
    (matter,) = load_corpus(settings.guidelines).registers.outside
    assert (matter.matter, matter.ask, matter.wordings) == (
        "工资: 社保", "人力资源社会保障部门", ("公司拖欠主播工资找谁",)
    )  # fmt: skip
    assert cases(desk) == []
    assert cases(desk, show="closed") == ["公司拖欠主播工资找谁"]


def test_a_case_is_assigned_split_closed_and_taken_up_again(desk: TestClient) -> None:
    wang = account(desk.app, "wang", Role.REVIEWER)  # type: ignore[arg-type]
    hand_over(desk, "刷单会被罚多少")
    code = hand_over(desk, "刷单罚多少钱")
    sign_in(desk, "li")
    cases(desk)
    post(desk, "/desk/inbox/1/assign", owner=str(wang.id))
    assert "Wang 在办" in desk.get("/desk/inbox").text
    assert cases(desk, mine="true") == []
    assert post(desk, "/desk/inbox/1/assign", owner="999").status_code == 404
    office: Desk = desk.app.state.hegui.desk  # type: ignore[attr-defined]
    item = office.cases.get(1).items[0]
    assert post(desk, f"/desk/inbox/1/split/{item.id}").headers["location"].startswith("/desk/inbox/2")
    assert len(cases(desk)) == 2
    post(desk, "/desk/inbox/2/close", outcome="电话里说清了")
    assert len(cases(desk)) == 1
    assert "已办结" in desk.get(f"/reply/{code}").text
    open_ones = select(HandoverRow.question).where(HandoverRow.done.is_(False))
    store = desk.app.state.hegui.store  # type: ignore[attr-defined]
    assert store.transact(lambda s: list(s.scalars(open_ones))) == ["刷单会被罚多少"]
    post(desk, "/desk/inbox/2/reopen")
    assert len(cases(desk)) == 2


def test_a_reply_goes_out_by_mail_or_the_officer_is_told(settings: Settings) -> None:
    box, controller, mailing = mailbox(settings)
    with TestClient(create_app(mailing), base_url="https://testserver") as client:
        account(client.app, "li", Role.WRITER)  # type: ignore[arg-type]
        code = hand_over(client, "好评返现到底行不行", "邮箱 zhang@example.com，电话13800138000")
        sign_in(client, "li")
        cases(client)
        assert "mail=yes" in post(client, "/desk/inbox/1/reply", text="不行。").headers["location"]
        controller.stop()
        assert "mail=no" in post(client, "/desk/inbox/1/reply", text="还是不行。").headers["location"]
        assert "邮件没有发出" in client.get("/desk/inbox/1?mail=no").text
    ((to, body),) = box.received
    assert to == "zhang@example.com"
    assert "不行。" in body
    assert f"https://example.gov.cn/reply/{code}" in body


def test_a_question_that_is_handed_over_is_asked_once(desk: TestClient) -> None:
    answer = desk.post("/api/ask", json={"question": "卖无人机要实名登记吗"}).json()
    body = {"question": "卖无人机要实名登记吗", "consent": True, "answer_id": answer["id"]}
    assert desk.post("/api/handover", json=body).status_code == 201
    sign_in(desk, "li")
    shown = desk.get("/desk/inbox").text
    assert cases(desk) == ["卖无人机要实名登记吗"]
    assert "1 次，从 " in shown
    assert {"转给联络员", "没有答案"} <= set(re.findall(r'class="tag[^"]*">([^<]+)<', shown))
    assert "分出去" in desk.get("/desk/inbox/1").text  # the two can still be taken apart
    assert "1 件待办" in desk.get("/desk").text


def test_which_guideline_a_question_is_written_into_is_told_with_its_role(desk: TestClient) -> None:
    hand_over(desk, "好评返现到底行不行")
    sign_in(desk, "li")
    cases(desk)
    shown = desk.get("/desk/inbox/1").text
    assert '<option value="live-room/genuine-trade">直播间：交易与评价真实</option>' in shown
    assert re.search(
        r'value="live-room/genuine-trade#(\w+-\d)">直播间《交易与评价真实》\S+第 \d+ 条：', shown
    )


def test_likeness_by_words_where_there_are_no_vectors() -> None:
    assert alike("好评返现，可以吗？", "好评返现可以吗") == 1.0
    assert alike("直播间好评返现可以吗", "好评返现可以吗") > 0
    assert alike("好评返现可以吗", "刷单罚多少钱") == 0.0
    one, other = packed([1.0, 0.0]), packed([0.0, 2.0])
    assert alike("甲", "乙", one, other) == 0.0
    assert 0 < alike("甲", "乙", one, one) < 1.0


def test_what_is_said_of_a_clause_is_one_case_with_its_text(desk: TestClient) -> None:
    page = "page:live-room/genuine-trade@2026-02-01"
    for clause, comment in (
        ("mustnot-1", "漏了刷评"),
        ("mustnot-1", "我的电话13800138000"),
        ("liability-1", "数额不对"),
    ):
        desk.cookies.clear()  # another reader
        desk.post(
            "/api/feedback", json={"answer_id": f"{page}#{clause}", "helpful": False, "comment": comment}
        )
    sign_in(desk, "li")
    assert cases(desk, source="clause") == [
        f"{GENUINE}不得第 1 条（2026-02-01 版）",
        f"{GENUINE}法律责任第 1 条（2026-02-01 版）",
    ]
    assert cases(desk, source="page") == []
    number = re.search(r'/desk/inbox/(\d+)">直播间《[^《》]+》不得', desk.get("/desk/inbox").text)
    assert number
    shown = desk.get(f"/desk/inbox/{number[1]}").text
    assert "漏了刷评" in shown
    assert "我的电话[手机号]" in shown
    assert "直播间不得虚构交易、编造用户评价来宣传商品" in shown
    assert 'href="/live-room/genuine-trade/#mustnot-1"' in shown
    assert "2 次" in shown


def test_what_is_said_of_a_rule_is_one_case_that_leads_to_the_rule(desk: TestClient) -> None:
    report = desk.post("/api/script-check", json={"text": "好评返现三元，五星返现五元"}).json()
    found = report["findings"][0]
    for phrase in ("好评返现", "五星返现"):  # the same reader, twice
        body = {"answer_id": f"rule:{found['rule']}", "helpful": False, "comment": phrase}
        assert desk.post("/api/feedback", json=body).status_code == 201
    sign_in(desk, "li")
    assert cases(desk, source="rule") == ["审稿规则“花钱买好评”"]
    assert cases(desk, source="page") == []
    shown = desk.get("/desk/inbox/1").text
    assert "<h1>审稿规则“花钱买好评”</h1>" in shown
    assert shown.count("留言：") == 2
    assert "用返现换好评，就是编造用户评价。" in shown
    assert '<a href="/desk/rules/paid-praise">' in shown
    assert desk.get("/desk/rules/paid-praise").status_code == 200
    body = {"answer_id": f"rule:{found['rule']}", "helpful": False, "comment": "返现五星"}
    desk.post("/api/feedback", json=body)  # after the officer has looked
    assert desk.get("/desk/inbox").text.count("审稿规则“花钱买好评”") == 1
    assert "返现五星" in desk.get("/desk/inbox/1").text
