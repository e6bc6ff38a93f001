"""Writing and reviewing in a real browser, on a phone and on a desktop."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Browser, FilePayload, Page, Route, ViewportSize, expect

from api.app import create_app
from api.desk.roles import Role
from rag.ground.settings import ROOT, Settings
from tests.browser.chatting import SIZES, opened
from tests.browser.test_desk import is_fine, sign_in
from tests.conftest import served
from tests.desk.signing import PASSWORD, account, with_real_guideline

pytestmark = pytest.mark.browser


@contextmanager
def desk_of(
    browser: Browser,
    size: ViewportSize,
    configure: Callable[..., Settings],
    folder: Path,
    people: dict[str, Sequence[Role]],
) -> Iterator[Page]:
    """A browser at a server that has a guideline, the rules of the script check and these people."""
    root = with_real_guideline(configure(), folder / "guidelines")
    shutil.copytree(ROOT / "guidelines" / "rules", root / "rules")
    app = create_app(configure(guidelines=root, data=folder / "var"))
    for name, roles in people.items():
        account(app, name, *roles)
    with served(app) as address, opened(browser, address, size) as page:
        yield page


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def page(
    request: pytest.FixtureRequest, browser: Browser, configure: Callable[..., Settings], tmp_path: Path
) -> Iterator[Page]:
    """A browser at a server that has a writer and a reviewer."""
    people = {"li": [Role.WRITER], "zhao": [Role.REVIEWER]}
    with desk_of(browser, request.param, configure, tmp_path, people) as page:
        yield page


def come(page: Page, name: str, path: str) -> None:
    """Sign in and open a page."""
    if page.get_by_role("button", name="退出").count():
        page.get_by_role("button", name="退出").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("登录案头")
    page.goto(path)
    sign_in(page, name, PASSWORD)
    page.wait_for_url(f"**{path}")


def test_who_was_signed_out_goes_on_writing_after_signing_in_elsewhere(page: Page) -> None:
    come(page, "li", "/desk/writing/of/live-room/genuine-trade")
    page.get_by_role("button", name="改这一版的错字").first.click()
    clause, status = page.get_by_label("不得第1条", exact=True), page.locator("[data-status]")
    elsewhere = page.context.new_page()
    elsewhere.goto("/desk")
    elsewhere.get_by_role("button", name="退出").click()
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("登录案头")
    words = "直播间不得雇人刷单。《电子商务法》第十七条"
    clause.fill(words)
    expect(status).to_contain_text("已经退出登录，刚写的还没有保存")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(status.get_by_role("link", name="在新窗口登录")).to_be_visible()
    is_fine(page)
    expect(clause).to_have_value(words)
    sign_in(elsewhere, "li", PASSWORD)
    expect(elsewhere.get_by_role("button", name="退出")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('focus'))")  # a window without a screen gets none
    expect(status).to_contain_text("已保存")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存。", exact=True)).to_be_visible()
    expect(clause).to_have_value(words)


def test_what_is_typed_before_the_script_runs_is_saved(page: Page) -> None:
    come(page, "li", "/desk/writing/of/live-room/genuine-trade")
    page.get_by_role("button", name="改这一版的错字").first.click()
    page.wait_for_load_state()
    slow: list[Route] = []
    page.route("**/writing.js", lambda route: slow.append(route))
    page.goto(page.url, wait_until="commit")
    words = "直播间不得雇人刷单。《电子商务法》第十七条"
    page.get_by_label("不得第1条", exact=True).fill(words)
    page.wait_for_timeout(100)
    slow[0].continue_()
    page.unroute("**/writing.js")
    expect(page.locator("[data-status]")).to_contain_text("已保存")
    page.reload()
    expect(page.get_by_label("不得第1条", exact=True)).to_have_value(words)


def test_small_changes_are_put_down_on_pages_that_fit(page: Page) -> None:
    """A question becomes a clause, a rule is tried, a version is to be taken down: the pages; what comes of it is tested without."""
    page.request.post("/api/handover", data={"question": "原价没有成交过能划掉吗", "consent": True})
    come(page, "li", "/desk/inbox")
    page.get_by_role("link", name="原价没有成交过能划掉吗").click()
    is_fine(page)
    page.get_by_label("写进哪份指引").select_option("live-room/price")
    page.get_by_role("button", name="开始写").click()
    expect(page.get_by_role("link", name="原价没有成交过能划掉吗")).to_be_in_viewport()
    is_fine(page)
    page.goto("/desk/rules")
    is_fine(page)
    page.get_by_role("link", name="原价、划线价没有依据").click()
    page.get_by_label("写一句话试试").fill("专柜价999元，今天只要9块9")
    page.get_by_role("button", name="试一试").click()
    expect(page.get_by_role("status")).to_contain_text("找到")
    is_fine(page)
    come(page, "zhao", "/desk/writing/of/live-room/price")
    page.get_by_role("link", name="撤下这一版").first.click()
    is_fine(page)
    page.get_by_label("原因").fill("所依据的规定还没有施行")
    page.get_by_label("前一版").check()
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", name="等待发布")).to_be_visible()
    expect(page.get_by_text("撤下版本：直播间价格展示").first).to_be_visible()
    is_fine(page)


def test_a_new_guideline_from_a_word_file(page: Page) -> None:
    document = docx.Document()
    for line in (
        "主播报备须知",
        "一、要做到",
        "1. 主播要核对商品名称。《电子商务法》第十七条",
        "二、常见问题",
        "要不要报备？",
        "要。",
    ):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    file = FilePayload(name="来信.docx", mimeType=kind, buffer=out.getvalue())
    come(page, "li", "/desk/writing/new")
    is_fine(page)
    page.get_by_label("写给谁").select_option("anchor")
    page.get_by_label("哪天施行").fill("2027-03-01")
    page.get_by_label("从 Word 文件导入").set_input_files(file)
    page.get_by_role("button", name="开始写").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("主播报备须知")
    expect(page.get_by_label("要做到第1条", exact=True)).to_have_value(
        "主播要核对商品名称。《电子商务法》第十七条"
    )
    expect(page.get_by_label("常见问题第1条：问")).to_have_value("要不要报备？")
    is_fine(page)
