"""What is published beside drafts: a question of the inbox becomes a clause its asker reads, a version is withdrawn, a rule edited."""

from __future__ import annotations

import difflib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from fastapi.testclient import TestClient

from api.app import create_app
from api.desk.applied import files_of
from api.desk.roles import Role
from api.desk.services import Desk
from rag.ask import Question
from rag.content import (
    cases_on,
    load_cases,
    load_corpus,
    load_quiz,
    load_registers,
    quiz_on,
    read_corrections,
)
from rag.ground import Settings
from rag.ground.settings import ROOT
from rag.index import bring_up_to_date, read_pointer
from rag.release import publications
from rag.site import build
from tests.desk.signing import account, mailbox, post, sign_in
from tests.desk.test_publishing import QUESTION, finished
from tests.site import support

KEY = "anchor/fake-popularity"
ASKED = "直播间能不能请人假扮顾客连麦"
ANSWER = "不能，假扮顾客连麦就是虚构评价。《反不正当竞争法》第九条第一款"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A published installation."""
    settings = support.settings(tmp_path, rate_limit=0)
    shutil.copytree(ROOT / "guidelines" / "rules", settings.guidelines / "rules")
    for name in ("kinds", "medical", "people"):  # their clauses are not in the small content
        (settings.guidelines / "rules" / f"{name}.yml").unlink()
    bring_up_to_date(settings, load_corpus(settings.guidelines))
    build(settings)
    return settings


@pytest.fixture
def desk(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        account(client.app, "wang", Role.WRITER)  # type: ignore[arg-type]
        account(client.app, "li", Role.REVIEWER, Role.WRITER)  # type: ignore[arg-type]
        yield client


def office(desk: TestClient) -> Desk:
    return desk.app.state.hegui.desk  # type: ignore[attr-defined,no-any-return]


def out(desk: TestClient, settings: Settings, **chosen: list[int]) -> str:
    """Compare and publish; the page at the end."""
    answer = post(desk, "/desk/publish/compare", **chosen)
    assert answer.status_code == 303, answer.text
    assert "会变的回答" in finished(desk, settings)
    assert post(desk, "/desk/publish", **chosen).status_code == 303
    page = finished(desk, settings)
    assert "已发布" in page, page
    return page


def back(desk: TestClient, settings: Settings) -> None:
    """Undo the last publication."""
    last = publications(settings)[0].id
    assert post(desk, "/desk/publish/back", publication=last, sure="yes").status_code == 303
    page = finished(desk, settings)
    assert "已退回" in page, re.findall(r'role="alert">([^<]*)', page)


def test_a_question_becomes_a_clause_that_its_asker_reads(desk: TestClient, settings: Settings) -> None:
    box, controller, mailing = mailbox(settings)
    plain = mailing.model_copy(update={"public_url": ""})  # the test speaks HTTP
    desk.app.state.hegui.settings = plain  # type: ignore[attr-defined]
    left = {"question": ASKED, "consent": True, "contact": "zhang@example.com"}
    code = desk.post("/api/handover", json=left).json()["code"]
    sign_in(desk, "wang")
    desk.get("/desk/inbox")
    assert post(desk, "/desk/inbox/1/faq", guideline="anchor/none", question=ASKED).status_code == 422
    went = post(desk, "/desk/inbox/1/faq", guideline=KEY, question=ASKED).headers["location"]
    number, row = re.fullmatch(r"/desk/writing/(\d+)\?done=added#row-(\S+)", went).groups()  # type: ignore[union-attr]
    again = post(desk, "/desk/inbox/1/faq", guideline=KEY, question=ASKED).headers["location"]
    assert again == went  # once
    assert ASKED in desk.get("/desk/inbox/1").text
    form = desk.get(f"/desk/writing/{number}").text
    assert '<a href="/desk/inbox/1">' in form
    draft = office(desk).drafts.get(int(number))
    rows = tuple(r.model_copy(update={"text": ANSWER}) if r.id == row else r for r in draft.document.rows)
    document = draft.document.model_copy(update={"rows": rows})
    wang, li = (next(p for p in office(desk).people.all() if p.name == n) for n in ("wang", "li"))
    office(desk).drafts.save(draft.id, document, draft.version, draft.lock, wang)
    office(desk).states.move(draft.id, "submit", wang)
    office(desk).states.move(draft.id, "approve", li)
    assert "还没有答复" in desk.get(f"/reply/{code}").text
    sign_in(desk, "li")
    out(desk, settings, draft=[draft.id])
    told = desk.get(f"/reply/{code}").text
    assert "已答复" in told
    assert ANSWER.partition("。")[0] in told
    assert f"/{KEY}/#faq-" in told
    controller.stop()
    ((to, letter),) = box.received
    assert (to, ANSWER in letter, code in letter) == ("zhang@example.com", True, True)
    assert office(desk).questions.of_case(1).state.value == "published"  # type: ignore[union-attr]
    back(desk, settings)
    assert "还没有答复" in desk.get(f"/reply/{code}").text
    assert office(desk).drafts.get(draft.id).state.value == "changes"
    assert office(desk).cases.get(1).state == "open"


def test_a_version_is_withdrawn_with_a_notice_and_comes_back(desk: TestClient, settings: Settings) -> None:
    answer = desk.post("/api/ask", json={"question": QUESTION, "operator": "anchor"}).json()
    cited = {(c["guideline"], c["version"]) for c in answer["citations"]}
    version = next(v for g, v in cited if g == KEY)
    at = f"/desk/writing/of/{KEY}/withdraw/{version}"
    sign_in(desk, "li")
    assert at in desk.get(f"/desk/writing/of/{KEY}").text
    assert "前一版" in desk.get(at).text
    assert post(desk, at, then="before").status_code == 422
    assert post(desk, at, then="none", reason="依据<b>还没有</b>施行").status_code == 303
    compared = finished(desk, settings)
    assert "会变的回答" in compared, re.findall(r'role="alert">([^<]*)', compared)
    assert post(desk, "/desk/publish", addition=[1]).status_code == 303
    page = finished(desk, settings)
    assert "已发布" in page, re.findall(r'role="alert">([^<]*)', page)
    assert "依据&lt;b&gt;还没有" in page
    told = read_corrections(settings.guidelines)
    assert {(c.guideline, str(c.version), c.after) for c in told} == {(KEY, version, "")}
    later = desk.post("/api/ask", json={"question": QUESTION, "operator": "anchor"}).json()
    assert not {c for c in later["citations"] if (c["guideline"], c["version"]) == (KEY, version)}
    past = desk.get(f"/api/answers/{answer['id']}").json()["citations"]
    (notice,) = {c["notice"][:40] for c in past if c["notice"]}
    assert "这一条已撤下（依据<b>还没有</b>施行）" in notice
    shown = desk.get("/corrections/").text
    assert "<b>还" not in shown
    assert shown.count("原因：依据") == 1  # once for the version, not once a clause
    assert desk.get("/corrections.xml").text.count("<entry>") == 1
    assert desk.get(f"/{KEY}/{version}/").status_code == 404
    assert "没有主题" in page
    back(desk, settings)
    again = desk.post("/api/ask", json={"question": QUESTION, "operator": "anchor"}).json()
    assert again["citations"] == answer["citations"]
    assert read_corrections(settings.guidelines) == ()
    assert office(desk).additions.waiting() == []  # it is wanted after all


def test_a_rule_is_edited_tried_and_published_by_somebody_else(desk: TestClient, settings: Settings) -> None:
    file = settings.guidelines / "rules" / "price.yml"
    before = file.read_text("utf-8").splitlines()
    sign_in(desk, "li")
    at = "/desk/rules/price-original"
    assert at in desk.get("/desk/rules", params={"q": "专柜价"}).text
    assert "没有找到" in desk.get("/desk/rules", params={"q": "没有这样的词"}).text
    rule = next(r for r in yaml.safe_load(file.read_text("utf-8")) if r["id"] == "price-original")
    text = {key: "\n".join(rule.get(key, [])) for key in ("find", "unless", "say")}
    fields = {"name": rule["name"], "why": rule["why"], "ask": rule.get("ask", ""), **text, "level": "有风险"}
    fields["find"] += "\n天上掉的价"
    said = "这件天上掉的价，随便拍。"
    assert "“天上掉的价”" in post(desk, at, act="try", text=said, **fields).text
    broken = post(desk, at, act="save", **{**fields, "find": "(没有括完"})
    assert (broken.status_code, "有一个左括号没有右括号" in broken.text) == (422, True)
    assert not re.search(r"unterminated|missing|正则|\{词表\}", broken.text)
    assert post(desk, at, act="save", **fields).status_code == 303
    assert post(desk, at, act="save", **fields).status_code == 409
    refused = post(desk, "/desk/publish/compare", addition=[1])
    assert (refused.status_code, "要由别人发布" in refused.text) == (403, True)
    account(desk.app, "zhao", Role.REVIEWER)  # type: ignore[arg-type]
    generation = read_pointer(settings.data / "index").generation  # type: ignore[union-attr]
    lists = settings.guidelines / "rules" / "lists.yml"
    words = yaml.safe_load(lists.read_text("utf-8"))["words"]["数量"]
    assert post(desk, "/desk/wordlists/words:数量", lines="\n".join([*words, "若干"])).status_code == 303
    sign_in(desk, "zhao")
    out(desk, settings, addition=[1, 2])
    assert "    - 若干\n" in lists.read_text("utf-8")
    report = desk.post("/api/script-check", json={"text": "去年卖若干元，今天若干。"}).json()
    assert "price-original" in [f["rule"] for f in report["findings"]]
    after = file.read_text("utf-8").splitlines()
    assert [line for line in difflib.ndiff(before, after) if line[0] in "+-"] == [
        "-   level: 要看依据", "+   level: 有风险", "+     - 天上掉的价"
    ]  # fmt: skip
    assert read_pointer(settings.data / "index").generation == generation  # type: ignore[union-attr]
    found = desk.post("/api/script-check", json={"text": said}).json()["findings"]
    back(desk, settings)
    assert file.read_text("utf-8").splitlines() == before
    assert "若干" not in lists.read_text("utf-8")
    assert [a.label for a in office(desk).additions.waiting()] == ["审稿规则"] * 2
    for number in (1, 2):
        assert post(desk, f"/desk/publish/drop/{number}").status_code == 303
    assert office(desk).additions.waiting() == []
    assert ("price-original", "有风险") in {(f["rule"], f["level"]) for f in found}


def test_a_quiz_question_is_written_changed_and_taken_out(desk: TestClient, settings: Settings) -> None:
    file = settings.guidelines / "quiz.yml"
    file.write_text("# 一行一题\n", "utf-8")
    sign_in(desk, "wang")
    clause = f"{KEY}#faq-1"
    assert "依据（" in desk.get("/desk/quiz/new", params={"clause": clause}).text
    fields = {
        "clause": clause, "kind": "verdict", "ask": "主播写了好评就返现，行吗？", "right": "不行，不能引诱写好评",
        "wrong": "行，钱是自己的\n行，写明了就可以",
    }  # fmt: skip
    for wrong in (
        {"clause": f"{KEY}#faq-99"},
        {"ask": "行吗"},
        {"wrong": ""},
        {"kind": "x"},
        {"wrong": fields["right"]},
        {"why": "返现" * 61},
        {"why": "返现的罚九万元。"},
    ):
        assert post(desk, "/desk/quiz/new", **fields | wrong).status_code == 422, wrong
    pasted = (
        f"https://example.gov.cn/hegui/{KEY}/2026-02-01/#faq-1"  # the clause's address on the site, as it is
    )
    why = "返现就是引诱人写好评。"
    assert post(desk, "/desk/quiz/new", **fields | {"clause": pasted, "why": why}).status_code == 303
    sign_in(desk, "li")
    out(desk, settings, addition=[1])
    own = "anchor-fake-popularity-faq-1"
    (question,) = load_quiz(settings.guidelines)
    assert (question.id, question.right, question.why) == (own, fields["right"], why)
    assert why in desk.get(f"/desk/quiz/{own}").text
    assert file.read_text("utf-8").startswith("# 一行一题\n- {id: ")
    assert quiz_on(load_corpus(settings.guidelines), [question], settings.current_day())
    assert fields["ask"] in desk.get("/desk/quiz").text
    changed = post(desk, f"/desk/quiz/{own}", act="save", **fields | {"right": "不行，这是引诱写好评"})
    assert changed.status_code == 303
    assert post(desk, f"/desk/quiz/{own}", act="delete").status_code == 409
    assert post(desk, "/desk/publish/drop/2").status_code == 303
    assert post(desk, f"/desk/quiz/{own}", act="delete").status_code == 303
    stale = file.read_text("utf-8").replace(question.digest, "abcdef0f")
    file.write_text(stale, "utf-8")
    assert "条款改过，现在不出" in desk.get("/desk/quiz", params={"show": "stale"}).text
    waiting = office(desk).additions.waiting()
    taken = files_of([], waiting, load_corpus(settings.guidelines), settings.guidelines)
    assert [(c.path, c.data) for c in taken] == [("quiz.yml", "# 一行一题\n".encode())]


def test_a_case_is_written_changed_and_taken_out(desk: TestClient, settings: Settings) -> None:
    file = settings.guidelines / "cases.yml"
    file.write_text("# 情形\n", "utf-8")
    sign_in(desk, "wang")
    fields = {
        "operator": "anchor", "title": "晒图返五块", "clauses1": f"{KEY}#faq-1", "clauses2": f"{KEY}#faq-1 {KEY}#mustnot-1",
        "story": "小周卖发夹，在包裹里塞卡片：写好评、晒图，返五块钱。有个顾客只写了两个字“还行”，客服不给返，顾客拍了照去投诉，平台来问是怎么回事。",
        "ask1": "这样返现行吗？", "answer1": "不行，这是用好处引人写好评。", "ask2": "改成写评价就返呢？", "answer2": "不看好坏都返，才不算引人写好评。",
    }  # fmt: skip
    for wrong in (
        {"clauses2": ""}, {"clauses1": f"{KEY}#faq-99"}, {"ask2": ""}, {"story": "太短"}, {"operator": "x"}, {"answer1": "长" * 201},
    ):  # fmt: skip
        assert post(desk, "/desk/cases/new", **fields | wrong).status_code == 422, wrong
    assert post(desk, "/desk/cases/new", **fields).status_code == 303
    sign_in(desk, "li")
    out(desk, settings, addition=[1])
    (case,) = load_cases(settings.guidelines)
    assert case.id == "case-anchor-1"
    assert cases_on(load_corpus(settings.guidelines), [case], settings.current_day())
    shown = desk.get(f"/desk/cases/{case.id}").text
    assert "依据（" in shown
    assert fields["answer2"] in shown
    assert post(desk, f"/desk/cases/{case.id}", **fields | {"title": "返五块"}).status_code == 303
    assert post(desk, f"/desk/cases/{case.id}", act="delete").status_code == 409
    assert post(desk, "/desk/publish/drop/2").status_code == 303
    file.write_text(file.read_text("utf-8").replace(case.questions[1].digest, "abcdef0f"), "utf-8")
    assert "条款改过，现在不出" in desk.get("/desk/cases").text
    assert post(desk, f"/desk/cases/{case.id}", act="delete").status_code == 303
    waiting = office(desk).additions.waiting()
    taken = files_of([], waiting, load_corpus(settings.guidelines), settings.guidelines)
    assert [(c.path, c.data) for c in taken] == [("cases.yml", "# 情形\n".encode())]


def test_a_word_of_the_trade_is_added_and_the_assistant_understands_it(
    desk: TestClient, settings: Settings
) -> None:
    before = (settings.guidelines / "glossary.yml").read_text("utf-8")
    known = load_registers(settings.guidelines).terms[0]
    sign_in(desk, "wang")
    fields = {
        "term": "晒图返钱",
        "meaning": "写好评、晒图就给钱的做法。",
        "slang": "晒单拿米\n图文返、晒单拿米",
    }
    assert post(desk, "/desk/terms/new", **fields | {"slang": known.term}).status_code == 422
    for wrong in (
        {"term": "a/b"},
        {"meaning": "短"},
        {"term": ""},
        {"slang": fields["term"]},
        {"term": "new"},
    ):
        assert post(desk, "/desk/terms/new", **fields | wrong).status_code == 422, wrong
    assert post(desk, "/desk/terms/new", **fields).status_code == 303
    sign_in(desk, "li")
    out(desk, settings, addition=[1])
    new = load_registers(settings.guidelines).terms[-1]
    assert (new.term, new.slang) == ("晒图返钱", ("晒单拿米", "图文返"))
    assert (settings.guidelines / "glossary.yml").read_text("utf-8").startswith(before)
    query, _ = desk.app.state.hegui.engine.assistant().pipeline().consult(Question(question="晒单拿米行不行"))  # type: ignore[attr-defined]
    assert any(new.term in names for names in query.expansions.values())
    assert new.meaning in desk.get(f"/desk/terms/{new.term}").text
    assert post(desk, f"/desk/terms/{new.term}", act="delete").status_code == 303
    waiting = office(desk).additions.waiting()
    taken = files_of([], waiting, load_corpus(settings.guidelines), settings.guidelines)
    assert [(c.path, c.data) for c in taken] == [("glossary.yml", before.encode())]


def test_a_rule_is_written_anew_taken_out_and_never_too_slow(desk: TestClient, settings: Settings) -> None:
    folder = settings.guidelines / "rules"
    before = {name: (folder / name).read_text("utf-8") for name in ("price.yml", "missing.yml")}
    sign_in(desk, "wang")
    fields = {
        "file": "price.yml", "name": "天上掉价", "level": "有风险", "clause": f"{KEY}#mustnot-1", "find": "天上掉(?:的|下来的)?价",
        "why": "没有依据的说法，观众会当成真的优惠。", "say": "今天的价是四十九元", "goods": "cosmetics", "operators": "merchant",
    }  # fmt: skip
    for wrong in (
        {"clause": f"{KEY}#mustnot-99"},
        {"find": ""},
        {"file": "../quiz.yml"},
        {"goods": "nothing"},
        {"operators": "nothing"},
    ):
        assert post(desk, "/desk/rules/new", **fields | wrong).status_code == 422, wrong
    slow = post(desk, "/desk/rules/new", **fields | {"find": "(好+)+吗"})
    assert (slow.status_code, "太慢" in slow.text) == (422, True)
    made = post(desk, "/desk/rules/new", **fields)
    assert made.status_code == 303, made.text
    assert "一定要说的话" in desk.get("/desk/rules").text
    wanted = {"file": "missing.yml", "name": "缺产地", "level": "提示", "clause": fields["clause"], "present": "产地", "find": "大米", "why": "写明产地，观众好判断。"}  # fmt: skip
    assert post(desk, "/desk/rules/new", **wanted).status_code == 303
    sign_in(desk, "li")
    out(desk, settings, addition=[1, 2])
    said = desk.post("/api/script-check", json={"text": "这瓶面霜是天上掉下来的价，大米也送。"}).json()
    assert "price-own-1" in [f["rule"] for f in said["findings"]]
    assert "missing-own-1" in [m["rule"] for m in said["missing"]]
    assert (folder / "price.yml").read_text("utf-8").startswith(before["price.yml"])
    tried = post(desk, "/desk/rules/missing-own-1", act="try", text="东北大米。", **wanted)
    assert "缺：缺产地" in tried.text
    for own in ("price-own-1", "missing-own-1"):
        assert post(desk, f"/desk/rules/{own}", act="delete").status_code == 303
    waiting = office(desk).additions.waiting()
    taken = files_of([], waiting, load_corpus(settings.guidelines), settings.guidelines)
    assert {c.path: c.data for c in taken} == {f"rules/{n}": text.encode() for n, text in before.items()}
