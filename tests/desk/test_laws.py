"""A law changes: entered at the desk, every clause on a changed article is a task; the board says what is left."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.app import create_app
from api.desk.applied import files_of
from api.desk.roles import Role
from api.desk.services import Desk
from rag.content import LawLibrary, load_laws, read_law_text
from rag.ground.settings import Settings
from rag.release import publications
from rag.release.journal import release_lock
from tests.desk.signing import account, post, sign_in, token

DAY = dt.date(2027, 1, 1)
HEAD = """---
title: 直播间用别人的商标
operator: live-room
topics: [ip]
status: published
revision: 1
verified_on: 2026-11-20
summary: 直播间里什么时候能用别人的商标。
---
## 要做到
1. 卖别人的牌子，先核对授权书。《商标法》第四十三条第二款

## 不得
1. 不得销售侵犯注册商标专用权的商品。《商标法》第五十七条第（三）项
2. 不得把没有注册的商标当作注册商标宣传。《商标法》第五十二条
"""
OLD = {
    43: "许可人监督质量。\n被许可人标明名称。",
    52: "冒充注册商标的，予以制止。",
    57: "销售侵权商品的，是侵权。",
}
NEW = {
    43: "征集意见。",
    52: OLD[52],
    55: "许可人监督质量。\n被许可人必须标明名称和产地。",
    57: "申请人可以复审。",
    72: "销售侵权商品的，是侵权。",
}


def text_of(articles: dict[int, str], count: int) -> str:
    """A law of ``count`` articles; those not given say nothing of note."""
    said = (f"第{n}条　{articles.get(n, f'本条规定{n * 7}号事项。')}" for n in range(1, count + 1))
    return "中华人民共和国商标法\n" + "\n".join(said)


@pytest.fixture
def settings(configure: Callable[..., Settings], tmp_path: Path, indexed: Settings) -> Settings:
    """The register before anybody entered the law of 2027, a guideline on the law of 2019, that law's text."""
    root = tmp_path / "guidelines"
    shutil.copytree(indexed.guidelines, root)
    register = (root / "laws.yml").read_text("utf-8")
    register = register.replace(
        "  - {effective_from: 2019-11-01, effective_to: 2026-12-31, articles: 73}\n"
        "  - {effective_from: 2027-01-01, effective_to: null, articles: 87}\n",
        "  - {effective_from: 2019-11-01, effective_to: null, articles: 73}\n",
    )
    assert "2027-01-01" not in register
    (root / "laws.yml").write_text(register, "utf-8")
    (root / "live-room" / "brands").mkdir()
    (root / "live-room" / "brands" / "2026-02-01.md").write_text(HEAD, "utf-8")
    settings = configure(guidelines=root, data=tmp_path / "var", desk_self_review=True)
    (tmp_path / "商标法-2019-11-01.txt").write_text(text_of(OLD, 73), "utf-8")
    LawLibrary(settings.data / "laws").store(
        read_law_text(tmp_path / "商标法-2019-11-01.txt", load_laws(root / "laws.yml"))
    )
    return settings


@pytest.fixture
def desk(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        account(client.app, "li", Role.WRITER)  # type: ignore[arg-type]
        sign_in(client, "li")
        yield client


def enter(desk: TestClient, *, name: str = "新法.txt", raw: bytes | None = None, **fields: Any) -> Response:
    """Send the form for a new version."""
    body = {"csrf": token(desk, "/reply"), "law": "商标法", "effective": "2027-01-01", **fields}
    content = text_of(NEW, 87).encode() if raw is None else raw
    files = {"text": (name, content, "application/octet-stream")} if name else None
    return desk.post("/desk/laws", data=body, files=files, follow_redirects=False)


def office(desk: TestClient) -> Desk:
    return desk.app.state.hegui.desk  # type: ignore[attr-defined,no-any-return]


def test_the_law_of_2027_becomes_tasks_with_both_texts(desk: TestClient, settings: Settings) -> None:
    before = (settings.guidelines / "laws.yml").read_text("utf-8")
    answer = enter(desk, number="主席令第一号")
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == "/desk/laws/1?read=87&done=saved"
    assert "读出 87 条条文" in desk.get(answer.headers["location"]).text
    (change,) = office(desk).changes.all()
    assert (change.law, change.effective, change.left) == ("商标法", DAY, 2)
    assert {(t.due, t.state, t.owner) for t in change.tasks} == {(DAY, "open", None)}
    by_clause = {t.clause: t.articles[0] for t in change.tasks}
    assert (by_clause["mustnot-1"].before, by_clause["mustnot-1"].moved) == (OLD[57], 72)
    assert (by_clause["must-1"].after, by_clause["must-1"].moved) == (NEW[55], 55)
    shown = desk.get("/desk/laws/1").text
    assert "直播间《直播间用别人的商标》" in shown
    assert "live-room/brands，" not in shown
    assert "<ins>必须</ins>" in shown
    assert "新法里对应的像是第 72 条" in shown
    after = (settings.guidelines / "laws.yml").read_text("utf-8")
    line = "  - {effective_from: 2027-01-01, effective_to: null, articles: 87, document_number: 主席令第一号, changed_articles: [43,"
    assert line in after
    assert len(after.splitlines()) == len(before.splitlines()) + 1
    assert (settings.data / "laws" / "商标法@2027-01-01.json").is_file()
    said = [e.action for e in office(desk).audit.entries(subject="law:商标法")]
    assert said == ["比对新法", "登记新法"]
    (kept,) = publications(settings)  # it can be undone, and in a checkout it is a commit
    assert (kept.author, kept.paths) == ("Li", ("laws.yml",))


def test_an_article_that_reads_the_same_under_its_number_is_no_task(desk: TestClient) -> None:
    enter(desk)
    (change,) = office(desk).changes.all()
    assert [t.clause for t in change.tasks] == ["must-1", "mustnot-1"]


def test_tasks_have_owners_reasons_and_an_end(desk: TestClient, settings: Settings) -> None:
    wang = account(desk.app, "wang", Role.REVIEWER)  # type: ignore[arg-type]
    enter(desk)
    assert "没有分派 2 条" in desk.get("/desk/laws").text
    post(desk, "/desk/laws/1/assign", guideline="live-room/brands", owner=str(wang.id))
    assert "Wang 2 条" in desk.get("/desk/laws").text
    assert post(desk, "/desk/laws/1/assign", guideline="live-room/brands", owner="999").status_code == 404
    task = office(desk).changes.get(1).tasks[0].id
    assert post(desk, f"/desk/laws/tasks/{task}/close", outcome=" ").status_code == 422
    post(desk, f"/desk/laws/tasks/{task}/close", outcome="只是条号变了")
    assert "还剩 1 条" in desk.get("/desk/laws").text
    post(desk, f"/desk/laws/tasks/{task}/reopen")
    assert office(desk).changes.get(1).left == 2
    published(desk, settings, HEAD.replace("第五十七条第（三）项", "第七十二条"))
    assert (
        "还剩 1 条" in desk.get("/desk/laws").text
    )  # a version in which the clause stands as it stood does nothing for it
    assert desk.get("/desk/laws/1").text.count("已有 2027-01-01 版，这一条在里面一个字也没改") == 1
    post(desk, "/desk/laws/1/text")  # nor does comparing again take it for one that did not change
    (open_one,) = [t for t in office(desk).changes.get(1).tasks if t.state == "open"]
    assert (open_one.id, open_one.clause) == (task, "must-1")
    published(desk, settings, HEAD.replace("1. 卖别人", "1. 先看清楚。《商标法》第七十二条\n2. 卖别人"))
    assert office(desk).changes.get(1).left == 1  # nor one where it only has another number
    post(desk, f"/desk/laws/tasks/{task}/close", outcome="只是条号变了")
    assert "都办完了" in desk.get("/desk/laws").text
    assert {t.outcome for t in office(desk).changes.get(1).tasks} == {"只是条号变了", "已有 2027-01-01 版"}
    assert office(desk).audit.entries(subject="live-room/brands@2026-02-01#mustnot-1")[0].actor == "系统"


def published(desk: TestClient, settings: Settings, text: str) -> None:
    """Put a version of the law's day in its place."""
    (settings.guidelines / "live-room" / "brands" / "2027-01-01.md").write_text(text, "utf-8")
    desk.app.state.hegui.engine._corpus = None  # type: ignore[attr-defined]  # a publication makes it read anew
    desk.get("/desk/laws")


def test_tasks_wait_on_the_first_page_and_stand_in_the_draft(desk: TestClient) -> None:
    enter(desk)
    assert "2 条没有分派" in desk.get("/desk").text
    post(desk, "/desk/laws/1/assign", guideline="", owner="1")
    assert "2 条归您改" in desk.get("/desk").text
    begin = {"kind": "version", "version": "2027-01-01"}
    at = post(desk, "/desk/writing/of/live-room/brands", **begin).headers["location"]
    written = desk.get(at).text
    assert "新法改了《商标法》第四十三条第二款，新法里对应的像是第 55 条" in written
    assert "<ins>必须</ins>" in written
    assert "打开正在写的新版本" in desk.get("/desk/laws/1").text
    assert untouched(desk, at) == ["要做到第 1 条", "不得第 1 条"]
    draft = office(desk).drafts.find()[0]
    rows = [
        r.model_copy(update={"text": r.text.replace("第四十三条", "第五十五条")}) for r in draft.document.rows
    ]
    li = office(desk).people.all()[0]
    office(desk).drafts.save(
        draft.id, draft.document.model_copy(update={"rows": tuple(rows)}), DAY, draft.lock, li
    )
    assert untouched(desk, at) == ["不得第 1 条"]
    earlier = post(desk, "/desk/writing/of/live-room/brands", **{**begin, "version": "2026-12-01"}).headers[
        "location"
    ]
    assert "新法改了" not in desk.get(earlier).text
    for task in office(desk).changes.get(1).tasks:
        post(desk, f"/desk/laws/tasks/{task.id}/close", outcome="只是条号变了")
    assert "新法改了" not in desk.get(at).text
    assert "条归您改" not in desk.get("/desk").text


def untouched(desk: TestClient, draft: str) -> list[str]:
    """The clauses of which the review says that they rest on a changed article and stand as they stood."""
    said = re.search(r"这一稿里一个字也没改，请核对：(.*)</p>", desk.get(f"{draft}/review").text)
    return re.findall(r">([^<]+)</a>", said[1]) if said else []


def test_entered_twice_owners_stay_and_nothing_is_doubled(desk: TestClient, settings: Settings) -> None:
    enter(desk)
    written = (settings.guidelines / "laws.yml").read_bytes()
    post(desk, "/desk/laws/1/assign", guideline="", owner="1")
    assert enter(desk).headers["location"] == "/desk/laws/1?read=87&done=saved"
    assert post(desk, "/desk/laws/1/text", side="old").status_code == 303
    assert (settings.guidelines / "laws.yml").read_bytes() == written
    (change,) = office(desk).changes.all()
    assert [t.owner for t in change.tasks] == ["Li", "Li"]


def test_without_a_text_every_citation_is_listed_and_a_text_narrows_it(desk: TestClient) -> None:
    assert enter(desk, name="", articles="").status_code == 422  # neither text nor number
    assert enter(desk, name="", articles="87").status_code == 303
    assert office(desk).changes.get(1).left == 3
    files = {"text": ("x.html", f"<p>{text_of(NEW, 87)}".replace("\n", "<p>").encode(), "text/html")}
    form = {"csrf": token(desk, "/reply"), "side": "new"}
    assert desk.post("/desk/laws/1/text", data=form, files=files, follow_redirects=False).status_code == 303
    change = office(desk).changes.get(1)
    assert (change.left, change.tasks[2].outcome) == (2, "对照两版条文，没有变化")


def word(text: str, *, entity: str = "") -> bytes:
    """A Word file; ``entity`` is put before the document's root."""
    import docx

    document, out = docx.Document(), io.BytesIO()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save(out)
    if not entity:
        return out.getvalue()
    packed, changed = zipfile.ZipFile(out), io.BytesIO()
    with zipfile.ZipFile(changed, "w") as archive:
        for name in packed.namelist():
            raw = packed.read(name)
            if name == "word/document.xml":
                raw = raw.replace(b"<w:document", entity.encode() + b"<w:document", 1)
                raw = raw.replace("本条规定7号事项。".encode(), b"&secret;")
            archive.writestr(name, raw)
    return changed.getvalue()


def test_a_word_file_is_read_and_reads_no_other_file(
    desk: TestClient, tmp_path: Path, settings: Settings
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("不给看的内容", "utf-8")
    entity = f'<!DOCTYPE w:document [<!ENTITY secret SYSTEM "file://{secret}">]>'
    answer = enter(desk, name="新法.docx", raw=word(text_of(NEW, 87), entity=entity))
    assert answer.status_code in (303, 422)
    stored = "".join(p.read_text("utf-8") for p in (settings.data / "laws").glob("*2027*"))
    assert "不给看的内容" not in stored + answer.text
    answer = enter(desk, name="新法.docx", raw=word(text_of(NEW, 87)))
    assert answer.status_code == 303
    assert office(desk).changes.get(1).left == 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"effective": "明年"}, "没有写施行日期"),
        ({"effective": "2019-11-01", "raw": b"x"}, "读出"),
        ({"effective": "2018-01-01"}, "已经登记了 2019-11-01"),
        ({"law": "没有的法"}, "登记册里没有这部法律"),
        ({"name": "新法.pdf"}, "读不了这种文件"),
        ({"name": "../../新法.docx", "raw": b"PK\x03\x04 broken"}, "不是 Word 文档"),
        ({"raw": b""}, "没有读出"),
        ({"raw": "中华人民共和国广告法\n".encode() + text_of({}, 74).encode()[len("中华人民共和国商标法\n".encode()):]}, "这是《广告法》的文本"),
        ({"articles": "90"}, "文本有 87 条，填的是 90 条"),
        ({"raw": text_of(OLD, 73).encode()}, "一字不差"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_written(
    desk: TestClient, settings: Settings, change: dict[str, Any], says: str
) -> None:
    before = (settings.guidelines / "laws.yml").read_bytes()
    answer = enter(desk, **change)
    assert answer.status_code == 422, answer.text
    assert says in answer.text
    assert (settings.guidelines / "laws.yml").read_bytes() == before
    assert office(desk).changes.all() == []
    assert len(list((settings.data / "laws").iterdir())) == 1


def test_a_version_that_the_register_has_is_taken_up_with_one_press(
    configure: Callable[..., Settings],
) -> None:
    with TestClient(create_app(configure())) as client:
        account(client.app, "li", Role.WRITER)  # type: ignore[arg-type]
        sign_in(client, "li")
        page = client.get("/desk/laws").text
        assert "《商标法》2027-01-01 起施行" in page
        assert enter(client, name="").status_code == 303
        assert "没有要改的" in client.get("/desk/laws/1").text


def test_a_version_that_applies_already_leaves_no_empty_entry(desk: TestClient) -> None:
    again = enter(desk, name="", law="电子商务法", effective="2019-01-01")
    assert again.headers["location"] == "/desk/laws?done=known"
    assert "早就有了，没有条款要跟着改" in desk.get(again.headers["location"]).text
    assert office(desk).changes.all() == []


def test_while_a_publication_runs_a_law_is_told_to_wait(desk: TestClient, settings: Settings) -> None:
    with release_lock(settings, wait=False):
        refused = enter(desk)
    assert refused.status_code == 409
    assert "现在正在发布，没有存进去" in refused.text
    assert "再发布" not in refused.text


def test_scripts_stay_text(desk: TestClient) -> None:
    bad = "<script>alert(1)</script>"
    raw = text_of({**NEW, 72: f"销售侵权商品的，是侵权。{bad}"}, 87).encode()
    assert enter(desk, raw=raw, number=bad).status_code == 303
    task = office(desk).changes.get(1).tasks[0].id
    post(desk, f"/desk/laws/tasks/{task}/close", outcome=bad)
    for path in ("/desk/laws", "/desk/laws/1"):
        assert "<script>" not in desk.get(path).text
    assert "&lt;script&gt;" in desk.get("/desk/laws/1").text.replace("<ins>", "").replace("</ins>", "")


def test_who_enters_a_law_does_not_publish_it_alone(settings: Settings) -> None:
    strict = settings.model_copy(update={"desk_self_review": False})
    with TestClient(create_app(strict)) as client:
        li = account(client.app, "li", Role.WRITER)  # type: ignore[arg-type]
        sign_in(client, "li")
        before = (settings.guidelines / "laws.yml").read_text("utf-8")
        assert enter(client, number="主席令第一号").headers["location"] == "/desk/laws?read=87&done=waiting"
        assert enter(client).status_code == 409
        assert "商标法：2027-01-01 起施行，87 条 主席令第一号" in client.get("/desk/laws").text
        assert (settings.guidelines / "laws.yml").read_text("utf-8") == before
        (waiting,) = office(client).additions.waiting()
        assert waiting.user_id == li.id
        corpus = client.app.state.hegui.engine.corpus()  # type: ignore[attr-defined]
        (file,) = files_of([], [waiting], corpus, settings.guidelines)
        assert file.path == "laws.yml"
        (settings.guidelines / "laws.yml").write_bytes(file.data or b"")
        office(client).additions.published([waiting.id])
        assert "还剩 2 条" in client.get("/desk/laws").text  # taken up by whoever looks first
