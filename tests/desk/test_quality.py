"""Quality in service: drawn answers are scored sentence by sentence; the public page and the bureau's metrics say figures only."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from api.app import create_app
from api.desk.board.scores import is_drawn
from api.desk.board.weeks import monday_of
from api.desk.roles import Role
from api.desk.services import Desk
from api.store.tables import AnswerRow
from rag.ground.settings import Settings
from tests.desk.signing import account, post, sign_in
from tests.servers import Postgres

QUESTION = "好评返现可以吗？"


@pytest.fixture
def desk(configure: Callable[..., Settings]) -> Iterator[TestClient]:
    """A service that draws every answer."""
    with TestClient(create_app(configure(score_share=1.0, today=None))) as client:
        account(client.app, "li", Role.WRITER, Role.REVIEWER)  # type: ignore[arg-type]
        sign_in(client, "li")
        yield client


def ask(desk: TestClient, question: str = QUESTION, **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = desk.post("/api/ask", json={"question": question, **more}).json()
    return answer


def office(desk: TestClient) -> Desk:
    return desk.app.state.hegui.desk  # type: ignore[attr-defined,no-any-return]


def fields(answer: dict[str, Any], *verdicts: str, citation: str = "right") -> dict[str, str]:
    """The form of an answer; the last verdict goes on to its end."""
    sent: dict[str, str] = {}
    for n, sentence in enumerate(answer["sentences"]):
        sent[f"verdict-{n}"] = verdicts[min(n, len(verdicts) - 1)]
        if sentence["citations"]:
            sent[f"citation-{n}"] = citation
    return sent


def table(page: str) -> list[list[str]]:
    """The cells of the page's tables, row by row."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.S)
    return [
        [re.sub(r"<[^>]+>", "", c).strip() for c in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", r, re.S)]
        for r in rows
    ]


def test_the_draw_is_the_share_and_always_the_same() -> None:
    ids = [f"answer-{n}" for n in range(20_000)]
    drawn = [i for i in ids if is_drawn(i, 0.05)]
    assert 850 < len(drawn) < 1150  # 5 %, four standard deviations
    assert {i for i in ids if is_drawn(i, 0.02)} < set(drawn)
    assert not any(is_drawn(i, 0.0) for i in ids)
    assert all(is_drawn(i, 1.0) for i in ids)


def test_nothing_scored_is_said(client: TestClient) -> None:
    page = client.get("/quality").text
    assert "还没有评过分，没有数字可以公布。" in page
    assert "2 %" in page
    assert "<table>" not in page
    assert "hegui_desk" not in client.cookies  # who only reads is not marked


def test_an_answer_is_scored_and_its_figures_are_public(desk: TestClient) -> None:
    one, two = ask(desk, operator="live-room"), ask(desk, "直播间刷单会罚多少钱？")
    assert len(one["sentences"]) >= 1
    shown = desk.get("/desk/scores").text
    assert "等待评分 2 个" in shown
    page = desk.get(f"/desk/scores/{one['id']}").text
    assert all(c["quote"][:15] in page for c in one["citations"])
    picked = re.search(r'<select name="better-0">(.*?)</select>', page)
    assert picked
    assert '<option value="">没有更好的</option>' in picked[1]
    where = {"better-0": f"{one['citations'][0]['guideline']}#{one['citations'][0]['clause']}"}
    assert f'value="{where["better-0"]}"' in picked[1]
    saved = post(desk, f"/desk/scores/{one['id']}", **fields(one, "right"), **where)
    assert saved.headers["location"] == f"/desk/scores/{two['id']}?done=saved"
    post(desk, f"/desk/scores/{two['id']}", **fields(two, "wrong", citation="wrong"))
    assert "没有等待评分的回答" in desk.get("/desk/scores").text
    assert where["better-0"] not in desk.get("/desk/scores").text
    assert re.search(r"<li>\S+《[^》]+》\S+第 \d+ 条 <span", desk.get("/desk/scores").text)
    desk.cookies.clear()
    public = desk.get("/quality").text
    n, m = len(one["sentences"]), len(two["sentences"])
    share = f"{100 * n / (n + m):.1f} %"
    week = f"{monday_of(dt.datetime.now(dt.UTC))} 起"
    everything = [["全部", "全部"], [week, "全部"]]
    rows = table(public)
    for start in everything:
        assert [*start, "2", f"{n + m} *", share, "0.0 %", f"{100 * m / (n + m):.1f} %"] in [
            r[:7] for r in rows
        ]
    assert [week, "直播间", "1", f"{n} *", "100.0 %", "0.0 %", "0.0 %", "100.0 %"] in rows
    assert [week, "没有选身份", "1", f"{m} *", "0.0 %", "0.0 %", "100.0 %", "0.0 %"] in rows
    assert "返现" not in public
    assert "刷单" not in public
    assert "Li" not in public.replace("Live", "")


def test_what_is_not_marked_or_twice_is_refused(desk: TestClient) -> None:
    answer = ask(desk)
    path = f"/desk/scores/{answer['id']}"
    incomplete = fields(answer, "right")
    incomplete.pop("citation-0")
    refused = post(desk, path, **incomplete)
    assert refused.status_code == 422
    assert "第 1 句的出处还没有评" in refused.text
    assert post(desk, path, **{**fields(answer, "right"), "verdict-0": "great"}).status_code == 422
    assert post(desk, path, **fields(answer, "right"), **{"better-0": "live-room/no#x-1"}).status_code == 422
    assert post(desk, path, **fields(answer, "partly")).status_code == 303
    again = post(desk, path, **fields(answer, "wrong"))
    assert again.status_code == 409
    assert post(desk, "/desk/scores/nothing", **{"verdict-0": "right"}).status_code == 404
    whole = office(desk).scores.figures()[0]
    assert (whole.right, whole.partly, whole.wrong) == (0, len(answer["sentences"]), 0)


def test_scores_outlive_the_answers_and_hold_no_text(desk: TestClient) -> None:
    answer = ask(desk)
    post(desk, f"/desk/scores/{answer['id']}", **fields(answer, "right"))
    store = desk.app.state.hegui.store  # type: ignore[attr-defined]
    old = dt.datetime.now(dt.UTC) - dt.timedelta(days=400)
    store.transact(lambda s: s.execute(update(AnswerRow).values(created=old)))
    store.purge()
    assert store.answer(answer["id"]) is None
    assert office(desk).scores.figures()[0].answers == 1
    assert office(desk).scores.waiting() == []


def test_only_the_last_weeks_and_only_answers_wait(desk: TestClient) -> None:
    ask(desk)
    ask(desk, "卖无人机要实名登记吗")  # no answer: nothing to score
    assert len(office(desk).scores.waiting()) == 1
    store = desk.app.state.hegui.store  # type: ignore[attr-defined]
    old = dt.datetime.now(dt.UTC) - dt.timedelta(days=29)
    store.transact(lambda s: s.execute(update(AnswerRow).values(created=old)))
    assert office(desk).scores.waiting() == []


def test_weeks_begin_on_monday_in_beijing() -> None:
    assert monday_of(dt.datetime(2026, 11, 22, 15, 59, tzinfo=dt.UTC)) == dt.date(2026, 11, 16)
    assert monday_of(dt.datetime(2026, 11, 22, 16, 0, tzinfo=dt.UTC)) == dt.date(2026, 11, 23)


def hand_over(desk: TestClient, question: str, answer_id: str | None = None) -> None:
    desk.post("/api/handover", json={"question": question, "consent": True, "answer_id": answer_id})


def test_the_metrics_count_what_was_asked(desk: TestClient) -> None:
    for operator in ("live-room", "live-room", None):
        ask(desk, **({"operator": operator} if operator else {}))
    missed = ask(desk, "卖无人机要实名登记吗", operator="anchor")
    ask(desk, "卖无人机要实名登记吗")
    hand_over(desk, "=HYPERLINK(1) 好评返现到底行不行", missed["id"])
    hand_over(desk, "直播间抽奖要交税吗")
    desk.get("/desk/inbox")
    number = office(desk).cases.find("open", source="handover")[0].id
    post(desk, f"/desk/inbox/{number}/reply", text="不行。")
    rows = {r[0]: r[1:] for r in table(desk.get("/desk/metrics").text) if r}
    kind = 3 if missed["status"] == "no_evidence" else 4  # column of the status
    assert rows["直播间"][:2] == ["2", "2"]
    assert rows["没有选身份"][0] == "2"
    assert rows["合计"][:2] == ["5", "3"]
    assert (rows["合计"][kind], rows["合计"][-1], rows["主播"][-1]) == ("2", "1", "1")
    assert sum(int(v[0]) for k, v in rows.items() if k == "没有引用指引") == 2
    page = desk.get("/desk/metrics").text
    assert "已答复 1 件，还没有答复 1 件" in page
    assert re.search(r"中位数 \d+ 分钟", page)
    assert re.search(r"卖无人机要实名登记吗 <span class=\"soft\">2 次", page)
    nothing = desk.get("/desk/metrics?first=2020-01-01&last=2020-01-31").text
    assert "这段时间没有提问" in nothing
    assert desk.get("/desk/metrics?first=2026-02-02&last=2026-01-01").status_code == 422
    assert desk.get("/desk/metrics?first=gestern").status_code == 422


def test_the_file_has_the_same_figures_and_no_formula(desk: TestClient) -> None:
    ask(desk, operator="live-room")
    ask(desk, "=1+1 卖无人机要实名登记吗")
    answer = desk.get("/desk/metrics/export.csv")
    assert answer.text.startswith("\ufeff")
    assert re.search(
        r'filename="metrics-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv"', answer.headers["content-disposition"]
    )
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0][:3] == ["类别", "项目", "提问"]
    assert ["身份", "直播间", "1", "1"] in [r[:4] for r in rows]
    assert not [c for r in rows for c in r if c.startswith(("=", "+", "-", "@"))]
    assert any(r[0] == "没有答案的问题" and r[1].startswith("'=1+1") for r in rows)


def test_scripts_in_questions_stay_text(desk: TestClient) -> None:
    answer = ask(desk, "好评返现<script>alert(1)</script>可以吗")
    hand_over(desk, "<script>alert(1)</script>")
    for path in ("/desk/scores", f"/desk/scores/{answer['id']}", "/desk/metrics"):
        assert "<script>" not in desk.get(path).text


def test_the_boards_on_postgresql(configure: Callable[..., Settings], postgres: Postgres) -> None:
    settings = configure(score_share=1.0, today=None, database_url=postgres.ready())
    with TestClient(create_app(settings)) as client:
        account(client.app, "li", *Role)  # type: ignore[arg-type]
        sign_in(client, "li")
        answer = ask(client, operator="live-room")
        post(client, f"/desk/scores/{answer['id']}", **fields(answer, "right"))
        assert office(client).scores.figures()[0].answers == 1
        hand_over(client, "好评返现到底行不行")
        client.get("/desk/inbox")
        post(client, "/desk/inbox/1/reply", text="不行。")
        page = client.get("/desk/metrics").text
        assert "已答复 1 件，还没有答复 0 件" in page
        assert ["直播间", "1", "1"] in [r[:3] for r in table(page)]
        assert post(client, "/desk/laws", law="商标法", effective="2027-01-01").status_code == 303
        assert "都办完了" in client.get("/desk/laws").text
        post(client, "/desk/plan/seed")
        assert "2025 深入推进年" in client.get("/progress.svg").text
