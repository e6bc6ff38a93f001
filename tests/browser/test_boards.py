"""The boards in a real browser, on a phone and on a desktop: a law changes, answers are scored, the plan is kept and printed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from api.desk.roles import Role
from rag.ground.settings import Settings
from tests.browser.chatting import SIZES, faults, opened
from tests.conftest import publish, served
from tests.desk.signing import PASSWORD, account
from tests.desk.test_laws import HEAD, NEW, text_of

pytestmark = pytest.mark.browser


@pytest.fixture
def settings(configure: Callable[..., Settings], tmp_path: Path, indexed: Settings) -> Settings:
    """A register without the law of 2027, and a guideline on the law before it; every answer is drawn."""
    root = tmp_path / "guidelines"
    shutil.copytree(indexed.guidelines, root)
    register = (root / "laws.yml").read_text("utf-8")
    line = "  - {effective_from: 2027-01-01, effective_to: null, articles: 87}\n"
    assert line in register
    register = register.replace("effective_to: 2026-12-31, articles: 73", "effective_to: null, articles: 73")
    (root / "laws.yml").write_text(register.replace(line, ""), "utf-8")
    (root / "live-room" / "brands").mkdir()
    (root / "live-room" / "brands" / "2026-02-01.md").write_text(HEAD, "utf-8")
    return configure(
        guidelines=root, score_share=1.0, data=tmp_path / "var", embedding="none", desk_self_review=True
    )


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def page(request: pytest.FixtureRequest, browser: Browser, settings: Settings) -> Iterator[Page]:

    publish(settings)
    app = create_app(settings)
    account(app, "boss", *Role)
    with served(app) as address, opened(browser, address, request.param) as page:
        page.goto("/desk")
        page.get_by_label("账号").fill("boss")
        page.get_by_label("密码", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("您好")
        yield page


def is_fine(page: Page) -> None:
    """Nothing for axe to find, and nothing wider than the screen."""
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_from_the_new_law_to_finished_tasks(page: Page, settings: Settings, tmp_path: Path) -> None:
    text = tmp_path / "新法.html"
    text.write_text(f"<p>{text_of(NEW, 87)}".replace("\n", "<p>"), "utf-8")
    page.goto("/desk/laws")
    is_fine(page)
    page.locator("select[name=law]").select_option("商标法")
    page.get_by_label("施行日期").fill("2027-01-01")
    page.get_by_label("条文全文").set_input_files(text)
    page.get_by_role("button", name="登记并列出").click()
    expect(page.get_by_text("还剩 3 条")).to_be_visible()
    is_fine(page)
    page.get_by_label("全部待办的分给").select_option(label="Boss")
    page.get_by_role("button", name="分派").first.click()
    expect(page.get_by_text("Boss 在办").first).to_be_visible()
    page.get_by_label("不用改的理由").first.fill("只是条号变了")
    page.get_by_role("button", name="不用改").first.click()
    expect(page.get_by_text("还剩 2 条")).to_be_visible()
    page.goto("/desk/laws")
    expect(page.get_by_text("Boss 2 条")).to_be_visible()
    is_fine(page)
    page.get_by_role("link", name="《商标法》2027-01-01").click()
    page.get_by_role("button", name="写 2027-01-01 起施行的新版本").first.click()
    expect(page.get_by_label("哪天施行")).to_have_value("2027-01-01")
    is_fine(page)
    page.goto("/desk/laws/1")
    for left in ("还剩 1 条", "都办完了"):
        page.get_by_label("不用改的理由").first.fill("只是条号变了")
        page.get_by_role("button", name="不用改").first.click()
        expect(page.get_by_text(left).first).to_be_visible()
    is_fine(page)


def test_an_answer_is_scored_and_the_public_sees_the_figures(page: Page) -> None:
    asked = page.request.post("/api/ask", data={"question": "好评返现可以吗", "operator": "live-room"}).json()
    assert asked["sentences"]
    page.goto("/quality")
    expect(page.get_by_text("还没有评过分")).to_be_visible()
    is_fine(page)
    page.goto("/desk/scores")
    is_fine(page)
    page.get_by_role("link", name="好评返现可以吗").click()
    is_fine(page)
    for label in ("对", "出处对"):
        for choice in page.get_by_label(label, exact=True).all():
            choice.check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("没有等待评分的回答")).to_be_visible()
    page.goto("/quality")
    expect(page.get_by_role("cell", name="直播间").first).to_be_visible()
    is_fine(page)
    page.goto("/desk/metrics")
    expect(page.get_by_role("row", name="合计")).to_be_visible()
    is_fine(page)


def test_the_plan_is_loaded_kept_and_printed_on_one_sheet(page: Page) -> None:
    page.goto("/desk/plan")
    page.get_by_role("button", name="载入方案任务").click()
    page.get_by_role("link", name="名录动态更新").click()
    is_fine(page)
    page.get_by_label("季度").select_option(label="二季度")
    page.get_by_label("责任人").fill("网监科")
    page.get_by_label("状态").select_option(label="已完成")
    page.get_by_label("佐证").fill("/laws/coverage/")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("完成 1 / 29 项")).to_be_visible()
    is_fine(page)
    page.goto("/progress")
    expect(page.get_by_text("网监科")).to_have_count(0)
    is_fine(page)
    page.goto("/progress/wall")
    picture = page.get_by_role("img")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    is_fine(page)
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    assert paper.count(b"/MediaBox [0 0 1191.12 841.91") == 1  # A3 across, one sheet
