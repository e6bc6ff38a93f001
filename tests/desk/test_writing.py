"""Writing and reviewing over HTTP: the form with and without script, clashes, Word files, the decision."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier
from typing import Any

import docx
import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient
from httpx2 import Client

from api.app import create_app
from api.desk.roles import Role
from api.desk.services import Desk
from api.desk.web import shown_time
from api.desk.writing.overtaken import refuse_overtaken
from api.desk.writing.states import DraftState
from api.problems import ProblemError
from rag.ground.settings import Settings
from tests.conftest import served
from tests.desk.signing import account, post, sign_in, token, with_real_guideline

SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
GUIDELINE = "/desk/writing/of/live-room/genuine-trade"
PRICE = "/desk/writing/of/live-room/price"


@pytest.fixture
def desk(configure: Callable[..., Settings], tmp_path: Path) -> Iterator[TestClient]:
    """A writer's browser; there are a second writer and a reviewer too."""
    settings = configure(guidelines=with_real_guideline(configure(), tmp_path / "guidelines"))
    with TestClient(create_app(settings)) as client:
        for name, role in (("li", Role.WRITER), ("wang", Role.WRITER), ("zhao", Role.REVIEWER)):
            account(client.app, name, role)  # type: ignore[arg-type]
        sign_in(client, "li")
        yield client


def office(client: TestClient) -> Desk:
    found: Desk = client.app.state.hegui.desk  # type: ignore[attr-defined]
    return found


def other(desk: TestClient, name: str) -> TestClient:
    """Another browser at the same application, signed in."""
    client = TestClient(desk.app)
    sign_in(client, name)
    return client


def version_of(desk: TestClient, guideline: str = GUIDELINE) -> str:
    found = re.search(r'name="version" value="([\d-]+)"><?', desk.get(guideline).text.split("版本</h2>")[1])
    assert found
    return found[1]


def begun(desk: TestClient, kind: str = "correction", version: str = "", guideline: str = GUIDELINE) -> int:
    answer = post(desk, guideline, kind=kind, version=version or version_of(desk, guideline))
    return int(answer.headers["location"].rpartition("/")[2])


def fields(desk: TestClient, number: int) -> dict[str, Any]:
    """The form of a draft as a browser would send it."""
    form = BeautifulSoup(desk.get(f"/desk/writing/{number}").text, "html.parser").find("form", class_="draft")
    assert form
    data: dict[str, Any] = {}
    for tag in form.find_all(["input", "textarea"]):
        if tag.get("type") == "checkbox" and not tag.has_attr("checked"):
            continue
        text = tag.get_text().removeprefix("\n") if tag.name == "textarea" else str(tag.get("value", ""))
        data.setdefault(str(tag["name"]), []).append(text)
    return {k: v if k in ("rows", "topics") else v[0] for k, v in data.items()}


def sent(desk: TestClient, number: int, data: dict[str, Any], act: str = "save", path: str = "") -> Any:
    return desk.post(f"/desk/writing/{number}{path}", data={**data, "act": act}, follow_redirects=False)


def word(*lines: str, table: list[list[str]] | None = None) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    if table:
        made = document.add_table(0, len(table[0]))
        for cells in table:
            for cell, text in zip(made.add_row().cells, cells, strict=True):
                cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def upload(
    desk: TestClient, data: bytes, name: str = "来信.docx", path: str = "/desk/writing/new", **more: str
) -> Any:
    form = {"csrf": token(desk, "/reply"), "operator": "anchor", "version": "2027-03-01", **more}
    return desk.post(path, data=form, files={"word": (name, data)}, follow_redirects=False)


def test_a_form_sent_back_as_it_came_changes_no_byte(desk: TestClient) -> None:
    number = begun(desk)
    draft = office(desk).drafts.get(number)
    assert sent(desk, number, fields(desk, number)).status_code == 303
    again = office(desk).drafts.get(number)
    assert again.lock == draft.lock
    source = (desk.app.state.hegui.settings.guidelines / f"{draft.guideline}/{draft.version}.md").read_text(
        "utf-8"
    )  # type: ignore[attr-defined]
    assert again.data.decode() == source.replace("revision: 1", "revision: 2")


def test_a_number_is_corrected_reviewed_and_approved(desk: TestClient) -> None:
    number = begun(desk, guideline=PRICE)
    data = fields(desk, number)
    assert "五千元以下罚款" in data["text:liability-1"]
    data["text:liability-1"] = data["text:liability-1"].replace("五千元", "六千元")
    assert (
        sent(desk, number, data, "submit").headers["location"]
        == f"/desk/writing/{number}/review?done=submitted"
    )
    reviewer = other(desk, "zhao")
    page = reviewer.get(f"/desk/writing/{number}/review").text
    assert "请您审核" in page
    assert "等审核人看" not in page
    assert "1 稿等您审" in reviewer.get("/desk").text
    assert "等您审" not in desk.get("/desk").text
    assert "<del>五千元</del><ins>六千元</ins>" in page
    assert "改了 1 条，新增 0 条，删去 0 条" in page
    post(reviewer, f"/desk/writing/{number}/remarks", place="liability-1", text="法条写的是五千元。")
    lock = office(desk).drafts.get(number).lock
    post(reviewer, f"/desk/writing/{number}/move", step="send_back", lock=lock)
    assert "法条写的是五千元。" in desk.get(f"/desk/writing/{number}").text
    assert "1 稿要求修改" in desk.get("/desk").text
    data = fields(desk, number)
    data["text:liability-1"] = data["text:liability-1"].replace("六千元", "五千元")
    data["summary"] = "直播间怎么标价、怎么写划线价，乱标价罚多少。"
    post(desk, f"/desk/writing/{number}/remarks/1")
    sent(desk, number, data, "submit")
    post(reviewer, f"/desk/writing/{number}/move", step="approve", lock=lock + 1)
    assert "1 项等待发布" in reviewer.get("/desk").text
    approved = office(desk).states.approved()
    assert [(d.operator, d.slug, d.kind, d.approved_by) for d in approved] == [
        ("live-room", "price", "correction", "Zhao")
    ]
    assert "summary: 直播间怎么标价、怎么写划线价，乱标价罚多少。" in approved[0].data.decode()
    assert len(approved[0].base_digest) == 64


def test_rows_are_added_moved_and_deleted_by_buttons(desk: TestClient) -> None:
    number = begun(desk, "version", "2027-01-01")
    answer = sent(desk, number, fields(desk, number), "add:mustnot")
    key = answer.headers["location"].partition("#row-")[2]
    data = fields(desk, number)
    data[f"text:{key}"] = "1. 直播间不得雇人刷评。\n《电子商务法》第十七条"
    sent(desk, number, data, f"up:{key}")
    rows = [r for r in office(desk).drafts.get(number).document.rows if r.section.slug == "mustnot"]
    assert [r.id for r in rows] == [key, "mustnot-1"]
    assert rows[0].text == "直播间不得雇人刷评。《电子商务法》第十七条"
    sent(desk, number, fields(desk, number), "delete:mustnot-1")
    rows = [r for r in office(desk).drafts.get(number).document.rows if r.section.slug == "mustnot"]
    assert [r.id for r in rows] == [key]
    page = desk.get(f"/desk/writing/{number}/review").text
    assert "新增 1 条，删去 1 条" in page or "改了 1 条" in page


def test_what_is_wrong_is_told_while_typing_and_stops_submission(desk: TestClient) -> None:
    number = begun(desk)
    data = fields(desk, number)
    data["text:mustnot-1"] = "直播间不得虚构交易。《没有这部法》第三条"
    reply = sent(desk, number, data, path="/typed").json()
    assert (reply["lock"], reply["at"]) == (2, shown_time(office(desk).drafts.get(number).updated)[-5:])
    assert any(r["place"] == "mustnot-1" and "没有《没有这部法》" in r["message"] for r in reply["remarks"])
    answer = sent(desk, number, {**data, "lock": reply["lock"]}, "submit")
    assert answer.status_code == 422
    assert "没有提交" in answer.text
    assert office(desk).drafts.get(number).state is DraftState.DRAFT
    assert "没有《没有这部法》" in desk.get(f"/desk/writing/{number}").text


def test_a_basis_is_typed_or_chosen(desk: TestClient) -> None:
    number = begun(desk)
    at = f"/desk/writing/{number}/basis/mustnot-1"
    post(desk, at, typed="广告法第9条")
    assert (
        office(desk)
        .drafts.get(number)
        .document.rows[0]
        .text.endswith("《电子商务法》第十七条、《广告法》第九条")
    )
    assert '<option value="28"' in desk.get(f"{at}?law=广告法").text
    post(desk, at, law="广告法", article="28")
    assert office(desk).drafts.get(number).document.rows[0].text.endswith("、《广告法》第二十八条")
    wrong = post(desk, at, typed="广告法第九百条")
    assert wrong.status_code == 422
    assert "没有第900条" in wrong.text
    assert "没有认出" in post(desk, at, typed="那个什么法").text


def test_two_at_one_clause_see_both_texts_and_choose(desk: TestClient) -> None:
    number = begun(desk)
    mine, theirs = fields(desk, number), fields(desk, number)
    wang = other(desk, "wang")
    token_of_wang = fields(wang, number)["csrf"]
    theirs |= {
        "csrf": token_of_wang,
        "text:mustnot-1": "王写的。《电子商务法》第十七条",
        "summary": "王改的摘要，管刷单。",
    }
    assert sent(wang, number, theirs, path="/typed").json()["lock"] == 2
    mine["text:mustnot-1"] = f"李写的{SCRIPT}"
    answer = sent(desk, number, mine, path="/typed")
    assert answer.status_code == 409
    page = desk.get(answer.json()["clash"]).text
    assert "王写的。" in page
    assert "李写的" in page
    assert "<script>" not in page
    assert "和同事的改动撞上了" in desk.get(f"/desk/writing/{number}").text
    empty = post(desk, answer.json()["clash"], lock="2")
    assert empty.status_code == 422
    stale = post(desk, answer.json()["clash"], lock="1", **{"pick:mustnot-1": "mine"})
    assert "done=again" in stale.headers["location"]
    own = {"pick:mustnot-1": "own", "own:mustnot-1": "李和王写的。《电子商务法》第十七条"}
    post(desk, answer.json()["clash"], lock="2", **own)
    document = office(desk).drafts.get(number).document
    assert document.rows[0].text == "李和王写的。《电子商务法》第十七条"
    assert document.summary == "王改的摘要，管刷单。"


def test_twenty_browsers_save_at_once(configure: Callable[..., Settings]) -> None:
    app = create_app(configure())
    names = [f"officer{n}" for n in range(20)]
    for name in names:
        account(app, name, Role.WRITER)
    with served(app) as address, ExitStack() as open_clients:
        browsers: list[Any] = [
            open_clients.enter_context(Client(base_url=address, timeout=120)) for _ in names
        ]
        for browser, name in zip(browsers, names, strict=True):
            sign_in(browser, name)
        number = begun(browsers[0], "version", "2027-01-01")
        begin = Barrier(20)

        def work(n: int) -> int:
            data = fields(browsers[n], number)
            data["rows"] = [*data["rows"], f"must-o{n}"]
            data |= {f"section:must-o{n}": "must", f"text:must-o{n}": f"第 {n} 人写的。"}
            begin.wait()
            status: int = sent(browsers[n], number, data, path="/typed").status_code
            return status

        with ThreadPoolExecutor(20) as pool:
            assert list(pool.map(work, range(20))) == [200] * 20
        draft = app.state.hegui.desk.drafts.get(number)
    assert {r.text for r in draft.document.rows} >= {f"第 {n} 人写的。" for n in range(20)}
    assert draft.lock == 21


def test_a_word_file_becomes_a_new_guideline(desk: TestClient) -> None:
    data = word(
        "主播报备须知", "一、应当做到", "1. 主播要核对商品名称。《电子商务法》第十七条", "（二）直播前要看样品。", "二、不得有的行为",
        "第一条 不得夸大功效。", "三、法律责任", "四、常见问题", "问：要不要报备？", "答：要。", "看平台规则。",
        table=[["情形", "处罚"], ["夸大功效", "一万元以下"]],
    )  # fmt: skip
    answer = upload(desk, data)
    number = int(re.findall(r"\d+", answer.headers["location"])[0])
    draft = office(desk).drafts.get(number)
    assert (draft.guideline, draft.document.title) == ("anchor/zhu-bo-bao-bei-xu-zhi", "主播报备须知")
    assert [(r.section.slug, r.heading, r.text) for r in draft.document.rows] == [
        ("must", "", "主播要核对商品名称。《电子商务法》第十七条"), ("must", "", "直播前要看样品。"),
        ("mustnot", "", "不得夸大功效。"), ("faq", "要不要报备？", "要。\n看平台规则。"), ("faq", "夸大功效", "一万元以下"),
    ]  # fmt: skip
    upload(desk, data, path=f"/desk/writing/{number}/word")
    assert len(office(desk).drafts.get(number).document.rows) == 10


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("word/document.xml", b"0" * (60 * 2**20))
    return out.getvalue()


def with_entity() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word("正文"))) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "word/document.xml":
                evil = b'<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
                data = data.replace(b"<w:document", evil + b"<w:document", 1).replace(
                    "正文".encode(), b"&secret;"
                )
            new.writestr(part, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (bomb(), "大得不正常"), (with_entity(), "指向外部文件"), (b"PK\x03\x04 not a zip", "不是 Word 文档"),
        (b"0" * (6 * 2**20), "太大"), (word(""), "没有文字"), (b"", "不是 Word 文档"),
    ],
    ids=["bomb", "entity", "broken", "huge", "empty", "nothing"],
)  # fmt: skip
def test_a_trap_is_refused_with_a_way_out(desk: TestClient, data: bytes, said: str) -> None:
    answer = upload(desk, data, name=f"{SCRIPT}.docx")
    assert answer.status_code == 422
    assert said in answer.text
    assert "<script>alert" not in answer.text
    assert "root:" not in answer.text
    assert office(desk).drafts.find() == []


def test_stored_scripts_in_drafts_and_remarks_stay_text(desk: TestClient) -> None:
    number = begun(desk)
    data = fields(desk, number)
    data |= {
        "title": SCRIPT[:40],
        "summary": SCRIPT,
        "text:mustnot-1": f"甲{SCRIPT}",
        "heading:faq-1": f"问{SCRIPT}",
        "text:faq-1": SCRIPT,
    }
    sent(desk, number, data)
    with_remark = office(desk)
    zhao = next(p for p in with_remark.people.all() if p.name == "zhao")
    with_remark.remarks.add(number, "mustnot-1", SCRIPT, zhao)
    paths = ("", "/review", "/page", "/slides", "/history", "/ask", "/basis/mustnot-1")
    for path in (*(f"/desk/writing/{number}{p}" for p in paths), "/desk/writing", GUIDELINE):
        page = desk.get(path).text
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
        assert '<img src="x' not in page, path


def test_a_row_cannot_become_a_heading_or_the_head(desk: TestClient) -> None:
    number = begun(desk)
    data = fields(desk, number)
    data["text:faq-1"] = "## ## 不得\n---\n1. 甲\nstatus: withdrawn"
    data["summary"] = "甲\n---\nstatus: withdrawn"
    data["heading:faq-1"] = "问？\n## 不得"
    reply = sent(desk, number, data, path="/typed")
    assert reply.status_code == 200
    written = office(desk).drafts.get(number).data.decode()
    assert written.count("\n## 不得\n") == 1
    assert written.count("\nstatus: ") == 2  # the head's, and the paragraph's, which is only text
    assert written.partition("\n---\n")[0].count("status:") == 2  # in the summary's quotes


def test_the_draft_is_asked_and_shown(desk: TestClient) -> None:
    number = begun(desk)
    data = fields(desk, number)
    data["text:faq-1"] = "不可以，一分钱也不行。《网络反不正当竞争暂行规定》第九条第一款第（五）项"
    sent(desk, number, data)
    page = desk.get(f"/desk/writing/{number}/ask", params={"q": "好评返现可以吗"}).text
    assert "一分钱也不行" in page
    assert "用到了这一稿" in page
    assert "一分钱也不行" in desk.get(f"/desk/writing/{number}/page").text
    slides = desk.get(f"/desk/writing/{number}/slides").text
    assert "一分钱也不行" in slides
    for name in re.findall(
        r"/desk/writing/look/([\w.]+)", slides + desk.get(f"/desk/writing/{number}/page").text
    ):
        assert desk.get(f"/desk/writing/look/{name}").status_code == 200, name


def test_an_earlier_state_is_taken_up_again(desk: TestClient) -> None:
    number = begun(desk)
    data = fields(desk, number)
    before = office(desk).drafts.get(number).document
    sent(desk, number, {**data, "rows": [], "summary": "全删了，只剩摘要。"})
    assert office(desk).drafts.get(number).document.rows == ()
    first = office(desk).drafts.history(number)[-1]
    post(desk, f"/desk/writing/{number}/history/{first.id}")
    assert office(desk).drafts.get(number).document == before


@pytest.mark.parametrize("day", ["", "2027-13-01", "明天", "0001-01-01"])
def test_a_day_that_is_none_is_told(desk: TestClient, day: str) -> None:
    answer = post(desk, GUIDELINE, kind="version", version=day)
    assert answer.status_code == 422
    assert "施行日期" in answer.text


def test_a_version_of_that_day_exists(desk: TestClient) -> None:
    assert "已经有" in post(desk, GUIDELINE, kind="version", version=version_of(desk)).text


def test_the_list_finds_by_role_and_word(desk: TestClient) -> None:
    assert "交易与评价真实" in desk.get("/desk/writing", params={"q": "刷评", "operator": "live-room"}).text
    assert "交易与评价真实" not in desk.get("/desk/writing", params={"q": "刷评", "operator": "anchor"}).text


def test_a_new_version_says_beside_the_field_what_is_missing_and_names_clauses_in_words(
    desk: TestClient,
) -> None:
    number = begun(desk, "version", "2027-01-01")
    data = fields(desk, number)
    data["changes"] = ""
    data["rows"] = [*data["rows"], "mustnot-o1"]
    data |= {"section:mustnot-o1": "mustnot", "text:mustnot-o1": data["text:mustnot-1"]}
    remarks = sent(desk, number, data, path="/typed").json()["remarks"]
    missing = [r for r in remarks if "变了什么" in r["message"]]
    assert [r["place"] for r in missing] == ["changes"]
    said = " ".join(f"{r['message']} {r['fix']}" for r in remarks)
    assert "与不得第 1 条相同" in said
    assert not re.search(r"文件头|changes|mustnot-\d", said)


def test_an_address_with_letters_for_a_number_is_no_page(desk: TestClient) -> None:
    answer = desk.get("/desk/writing/abc")
    assert (answer.status_code, "没有这一页" in answer.text) == (404, True)
    assert "number" not in answer.text.partition("<main")[2]


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000, "-1", "½"])
def test_a_number_that_none_is_or_has_is_told(desk: TestClient, number: str) -> None:
    draft = begun(desk)
    for data in ({"lock": number}, {"step": "approve", "lock": number}):
        path = f"/desk/writing/{draft}" + ("/move" if "step" in data else "")
        assert post(desk, path, **data).status_code == 422
    assert post(desk, "/desk/inbox/1/assign", owner=number).status_code in (303, 404, 422)
    assert desk.get(f"/desk/writing/{number}").status_code in (404, 422)


@pytest.mark.parametrize(
    "told", ["http://[", "//x", "http://elsewhere/desk/writing", "\\", "/elsewhere", "/desk\\x", "/desk/writing/987654"]
)  # fmt: skip
def test_a_form_leads_back_to_our_own_pages_alone(desk: TestClient, told: str) -> None:
    data = {"csrf": token(desk, "/reply"), "lock": "x"}
    wrong = desk.post("/desk/writing/987654", data=data | {"page": told})
    ours = told == "/desk/writing/987654"  # a page that is gone is led back to, not shown
    assert (wrong.status_code in (404, 422), "返回刚才那一页" in wrong.text) == (True, ours)
    held = desk.post("/desk/writing/987654", data=data | {"page": "/desk/writing?q=x", "title": SCRIPT})
    assert "全部指引" in held.text
    assert "您刚才填的" in held.text
    assert "<script>alert" not in held.text


def republished(desk: TestClient, old: str, new: str) -> None:
    """The published file with a slip mended, as a publication leaves it."""
    state = desk.app.state.hegui  # type: ignore[attr-defined]
    file = state.settings.guidelines / "live-room" / "price" / f"{version_of(desk, PRICE)}.md"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_a_correction_made_meanwhile_is_not_undone_by_a_new_version(desk: TestClient) -> None:
    number = begun(desk, "version", "2027-03-01", PRICE)
    data = fields(desk, number)
    rows = {key: data[f"text:{key}"] for key in data["rows"]}
    both, alone = "must-1", "must-2"
    data["changes"], data[f"text:{both}"] = "改了第一条。", f"凡{rows[both]}"
    sent(desk, number, data)
    assert "把更正合进来" not in desk.get(f"/desk/writing/{number}").text
    for key in (both, alone):
        republished(desk, rows[key], rows[key].replace("直播间", "这个直播间", 1))
    for path in ("", "/review"):
        assert "有 2 处这一稿里还没有" in desk.get(f"/desk/writing/{number}{path}").text
    refused = sent(desk, number, fields(desk, number), "submit")
    assert refused.status_code == 409
    assert "更正过 2 处" in refused.text
    with pytest.raises(ProblemError, match="更正过 2 处"):
        refuse_overtaken(desk.app.state.hegui, office(desk).drafts.get(number))  # type: ignore[attr-defined]
    post(desk, f"/desk/writing/{number}/corrections")
    document = office(desk).drafts.get(number).document
    assert {r.id: r.text for r in document.rows} == rows | {
        both: f"凡{rows[both]}", alone: rows[alone].replace("直播间", "这个直播间", 1)
    }  # fmt: skip
    assert document.changes == "改了第一条。"
    said = office(desk).remarks.find(number)
    assert [(s.place, "更正后是：" in s.text) for s in said] == [(both, True)]
    assert "把更正合进来" not in desk.get(f"/desk/writing/{number}").text
    assert sent(desk, number, fields(desk, number), "submit").status_code == 303


def test_a_new_version_is_not_published_with_a_correction_that_it_undoes(desk: TestClient) -> None:
    later = begun(desk, "version", "2027-03-01", PRICE)
    data = fields(desk, later) | {"changes": "改了摘要。", "summary": "怎么标价、怎么写划线价。"}
    slip = begun(desk, guideline=PRICE)
    mended = fields(desk, slip)
    mended["text:liability-1"] = mended["text:liability-1"].replace("。", "，记住。", 1)
    reviewer = other(desk, "zhao")
    for number, form in ((later, data), (slip, mended)):
        sent(desk, number, form, "submit")
        lock = office(desk).drafts.get(number).lock
        post(reviewer, f"/desk/writing/{number}/move", step="approve", lock=lock)
    assert len(office(desk).states.approved()) == 2
    refused = post(reviewer, "/desk/publish/compare", draft=[later, slip])
    assert refused.status_code == 409
    assert "更正过 1 处" in refused.text


def test_a_clause_with_an_open_remark_stands_on_top(desk: TestClient) -> None:
    number = begun(desk, guideline=PRICE)
    sent(desk, number, fields(desk, number) | {"summary": "直播间怎么标价、怎么写划线价。"})
    zhao = next(p for p in office(desk).people.all() if p.name == "zhao")
    for place in ("must-1", "must-gone"):
        office(desk).remarks.add(number, place, f"这里要改 {place}", zhao)

    def page() -> BeautifulSoup:
        return BeautifulSoup(desk.get(f"/desk/writing/{number}/review").text, "html.parser")

    top = page().find(id="remarks")
    assert top
    assert top.find(id="row-must-1")
    assert "这里要改 must-gone" in top.get_text()
    assert len(page().find_all(id="row-must-1")) == 1
    post(desk, f"/desk/writing/{number}/remarks/1")
    assert page().select_one("details #row-must-1")


def test_own_words_at_a_clash_are_not_nothing_and_a_choice_is_made_once(desk: TestClient) -> None:
    number = begun(desk)
    mine, theirs = fields(desk, number), fields(desk, number)
    sent(desk, number, theirs | {"text:mustnot-1": "王写的。《电子商务法》第十七条"})
    at = sent(desk, number, mine | {"text:mustnot-1": "李写的。"}, path="/typed").json()["clash"]
    assert "撞上了" in desk.get(f"/desk/writing/{number}").text
    for words, told in (("  ", "框里是空的"), ("很" * 4001, "超过 4000 个字")):
        pick = {"pick:mustnot-1": "own", "own:mustnot-1": words}
        refused = post(desk, at, page=at, lock="2", **pick)
        assert refused.status_code == 422
        assert told in refused.text
        assert words in refused.text
    post(desk, at, lock="2", **{"pick:mustnot-1": "theirs"})
    assert office(desk).drafts.get(number).lock == 2
    assert "撞上了" not in desk.get(f"/desk/writing/{number}").text
    assert desk.get(at, follow_redirects=False).status_code == 303


def test_a_long_text_is_kept_whole_and_told(desk: TestClient) -> None:
    number = begun(desk)
    data = fields(desk, number)
    data |= {"text:mustnot-1": "长" * 4321, "summary": "摘" * 1001}
    reply = sent(desk, number, data, path="/typed").json()
    told = {r["place"]: r["message"] for r in reply["remarks"] if r["level"] == "error"}
    assert "有 4321 个字，最多 4000 个字" in told["mustnot-1"]
    assert "有 1001 个字" in told["summary"]
    kept = fields(desk, number)
    assert (len(kept["text:mustnot-1"]), len(kept["summary"])) == (4321, 1001)
    assert "maxlength" not in re.findall(r"<textarea[^>]*>", desk.get(f"/desk/writing/{number}").text)[-1]
    assert sent(desk, number, kept, "submit").status_code == 422


def test_a_new_version_of_a_past_day_is_told_where_it_is_written_and_reviewed(desk: TestClient) -> None:
    number = begun(desk, "version", "2026-06-01")
    for path in ("", "/review"):
        assert "施行日期 2026-06-01 已经过去" in desk.get(f"/desk/writing/{number}{path}").text
    sent(desk, number, fields(desk, number) | {"version": "2027-06-01"})
    assert "已经过去" not in desk.get(f"/desk/writing/{number}").text


def test_a_basis_follows_the_marks_of_its_guideline(desk: TestClient) -> None:
    number = begun(desk)
    data = fields(desk, number)
    data["text:faq-1"] = "不可以。《电子商务法》第十七条" + "；《广告法》第九条" * 9
    data["text:mustnot-1"] = "不得刷评。《电子商务法》第十七条"
    sent(desk, number, data)
    post(desk, f"/desk/writing/{number}/basis/mustnot-1", typed="广告法第9条")
    assert fields(desk, number)["text:mustnot-1"].endswith("第十七条；《广告法》第九条")
