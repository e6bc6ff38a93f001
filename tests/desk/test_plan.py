"""The plan on the wall: loaded with one press, kept by officers, drawn on one sheet; the public sees no names."""

from __future__ import annotations

import datetime as dt
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.desk.board.plan import Board, PlanTask, published_plan
from api.desk.board.wall import HEIGHT, MARGIN, TEXT, WIDTH, draw, wrapped
from api.desk.roles import Role
from api.problems import facts_of
from api.store.board_tables import PlanRow
from rag.ground import DuplicateError
from tests.desk.signing import account, post, sign_in

TODAY = dt.date(2026, 11, 24)
SEEDS = published_plan()


@pytest.fixture
def desk(client: TestClient) -> TestClient:
    account(client.app, "boss", Role.ADMIN)  # type: ignore[arg-type]
    sign_in(client, "boss")
    return client


def board(desk: TestClient) -> Board:
    return desk.app.state.hegui.desk.plan  # type: ignore[attr-defined,no-any-return]


def fields(task: PlanTask, **changes: str) -> dict[str, str]:
    """The form of a task as the page shows it."""
    shown = {
        "title": task.title, "measure": task.measure, "year": str(task.year or ""), "quarter": str(task.quarter or ""),
        "owner": task.owner or "", "due": str(task.due or ""), "state": task.state or "",
        "evidence": task.evidence or "", "stamp": task.stamp,
    }  # fmt: skip
    return {**shown, **changes}


def test_one_press_loads_the_plan_and_a_second_one_nothing(desk: TestClient) -> None:
    assert f"还有 {len(SEEDS.tasks)} 项方案里的任务没有载入" in desk.get("/desk/plan").text
    for _ in range(2):
        assert post(desk, "/desk/plan/seed").status_code == 303
    tasks = board(desk).all()
    assert [t.title for t in tasks if t.year == 2024] == [
        "摸清经营者底数", "完善行业规范", "向第三方购买技术支持", "诚信直播间、维权服务站、信用分类监管试点",
    ]  # fmt: skip
    assert len(tasks) == len(SEEDS.tasks)
    assert {(t.quarter, t.owner, t.state, t.evidence) for t in tasks} == {
        (None, None, None, None)
    }  # the plan says none
    assert {t.due for t in tasks if t.year == 2025} == {dt.date(2025, 12, 31)}
    assert {t.due for t in tasks if not t.year} == {dt.date(2026, 12, 31)}
    assert "没有载入" not in desk.get("/desk/plan").text
    post(desk, f"/desk/plan/{tasks[0].id}/delete")
    post(desk, "/desk/plan/seed")
    assert len(board(desk).all()) == len(SEEDS.tasks)  # taken out by mistake, loaded again


def test_a_task_is_kept_and_what_is_wrong_is_refused(desk: TestClient) -> None:
    form = {"title": "培训 直播间", "measure": "优服务", "year": "2026", "quarter": "4", "due": "2026-12-20"}
    assert post(desk, "/desk/plan", **form).status_code == 303
    (task,) = board(desk).all()
    assert (task.title, task.year, task.quarter, task.due) == ("培训 直播间", 2026, 4, dt.date(2026, 12, 20))
    path = f"/desk/plan/{task.id}"
    for change, says in (
        ({"title": " "}, "任务要写"), ({"year": "26"}, "四位数字"), ({"year": "x"}, "写得不对"),
        ({"quarter": "5"}, "季度"), ({"year": ""}, "季度要跟年份"), ({"due": "年底"}, "写得不对"),
        ({"state": "great"}, "从列表里选"), ({"state": "done"}, "佐证"),
        ({"evidence": "javascript:alert(1)"}, "佐证写网址"), ({"evidence": "//evil.cn"}, "佐证写网址"),
    ):  # fmt: skip
        answer = post(desk, path, **fields(task, **change))
        assert answer.status_code == 422, change
        assert says in answer.text
    assert board(desk).get(task.id) == task
    post(
        desk, path, **fields(task, state="done", owner="监管科", evidence="https://example.gov.cn/a?b=1&c=2")
    )
    shown = desk.get("/desk/plan").text
    assert "完成 1 / 1 项" in shown
    assert 'href="https://example.gov.cn/a?b=1&amp;c=2"' in shown


def test_two_officers_on_one_task_the_second_sees_what_the_first_did(desk: TestClient) -> None:
    post(desk, "/desk/plan", title="甲", measure="优服务")
    (task,) = board(desk).all()
    post(desk, f"/desk/plan/{task.id}", **fields(task, state="doing", owner="先改的人"))
    second = post(desk, f"/desk/plan/{task.id}", **fields(task, title="乙"))
    assert second.status_code == 409
    assert "先改的人" in second.text
    assert board(desk).get(task.id).title == "甲"


@pytest.mark.parametrize(
    ("state", "due", "says"),
    [
        ("done", dt.date(2020, 1, 1), "已完成"), ("doing", TODAY, "进行中"),
        ("doing", TODAY - dt.timedelta(days=1), "逾期"), ("todo", None, "未开始"),
        (None, None, "未填报"), (None, dt.date(2024, 12, 31), "未填报（已到期）"),
    ],
)  # fmt: skip
def test_how_a_task_stands(state: str | None, due: dt.date | None, says: str) -> None:
    assert PlanTask(2026, None, "优服务", "甲", due=due, state=state).standing(TODAY) == says


def test_who_may_only_look_is_offered_no_form(desk: TestClient) -> None:
    post(desk, "/desk/plan", title="甲", measure="优服务", due="2026-01-01")
    (task,) = board(desk).all()
    assert "<button>新增</button>" in desk.get("/desk/plan").text
    account(desk.app, "wang", Role.WRITER)  # type: ignore[arg-type]
    sign_in(desk, "wang")
    page = desk.get("/desk/plan").text
    assert "<button>新增</button>" not in page
    assert "“审核发布”或“管理员”" in page
    assert "删除这项任务" not in desk.get(f"/desk/plan/{task.id}").text
    assert "<button>保存</button>" not in desk.get(f"/desk/plan/{task.id}").text
    assert "? 未填报 1，其中已到期 1" in texts(desk.get("/desk/plan/wall.svg"))


def texts(answer: Response) -> list[str]:
    """The words of a picture; that it is well-formed is part of it."""
    assert answer.headers["content-type"] == "image/svg+xml"
    return [
        "".join(t.itertext())
        for t in ElementTree.fromstring(answer.text).iter("{http://www.w3.org/2000/svg}text")
    ]


def test_the_picture_names_owners_inside_only(desk: TestClient) -> None:
    empty = desk.get("/progress.svg")
    assert "还没有任务。" in texts(empty)
    assert "还没有填报任务" in desk.get("/progress").text
    post(
        desk, "/desk/plan", title="<b>名录 & 核对", measure="强监测", year="2025", owner="张三", state="doing"
    )
    assert any("张三" in t for t in texts(desk.get("/desk/plan/wall.svg")))
    desk.cookies.clear()
    public = desk.get("/progress.svg")
    assert "<b>名录 & 核对" in texts(public)
    assert "2025 深入推进年" in texts(public)
    pages = [public.text, desk.get("/progress").text, desk.get("/progress/wall").text]
    assert not any("张三" in page or "<b>" in page for page in pages)
    assert desk.get("/desk/plan/wall.svg", follow_redirects=False).status_code == 303


def test_the_whole_plan_fits_without_overlap() -> None:
    tasks = [
        PlanTask(s.year, n % 4 + 1 if s.year else None, s.measure, s.title, due=SEEDS.due(s.year))
        for n, s in enumerate(SEEDS.tasks)
    ]
    picture = draw(SEEDS, tasks, TODAY, owners=True)
    assert len(picture.cards) == len(tasks)
    assert (
        max(c.y + c.height for c in picture.cards) < picture.height <= HEIGHT * 1.1
    )  # type stays above 12 points
    for n, a in enumerate(picture.cards):
        assert a.x >= MARGIN
        assert a.x + a.width <= WIDTH - MARGIN
        for b in picture.cards[n + 1 :]:
            apart = (
                a.x + a.width <= b.x or b.x + b.width <= a.x or a.y + a.height <= b.y or b.y + b.height <= a.y
            )
            assert apart, (a.lines, b.lines)


def test_words_are_wrapped_by_what_they_take() -> None:
    assert wrapped("一二三四五六", TEXT * 3, TEXT) == ("一二三", "四五六")
    assert wrapped("abcdef", TEXT * 3, TEXT) == ("abcde", "f")
    assert wrapped("一二三，四", TEXT * 3, TEXT) == ("一二三，", "四")  # no comma opens a line
    assert wrapped("", TEXT, TEXT) == ()


def test_a_year_beside_the_plan_gets_a_column(desk: TestClient) -> None:
    tasks = [PlanTask(2027, None, "优服务", "明年的事")]
    labels = [label.text for label in draw(SEEDS, tasks, TODAY, owners=False).labels]
    assert labels[:4] == ["2024 夯实基础年", "2025 深入推进年", "2026 巩固提升年", "2027"]


def test_what_is_stored_twice_at_once_is_told(desk: TestClient) -> None:
    """Two presses in one moment: both found nothing there; the second is told, and the database is not called broken."""
    store, now = desk.app.state.hegui.store, dt.datetime.now(dt.UTC)  # type: ignore[attr-defined]
    task = {"measure": "x", "title": "x", "seed": "one", "changed": now}
    store.transact(lambda session: session.add(PlanRow(**task)))
    with pytest.raises(DuplicateError) as caught:
        store.transact(lambda session: session.add(PlanRow(**task)))
    status, title, detail, _ = facts_of(caught.value)
    assert (status, "已经存过" in f"{title}{detail}") == (409, True)
