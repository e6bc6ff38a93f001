"""Pages as they are while somebody uses them: nothing for axe to find, nothing too small to tap, nothing too wide."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from rag.ground.settings import Settings
from tests.browser.chatting import SIZES, faults, opened
from tests.browser.site.steps import on_phone, too_small
from tests.conftest import served

pytestmark = pytest.mark.browser
GUIDELINE = "/live-room/price/"


def searched(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="搜索").click()
    page.locator("input[name=query]").fill("全网最低价")
    expect(page.locator(".hg-results mark").first).to_be_visible()


def menu(page: Page) -> None:
    page.goto(GUIDELINE)
    if on_phone(page):
        page.get_by_role("button", name="菜单").click()
    expect(page.locator(".md-nav--primary a.md-nav__link:visible").first).to_be_in_viewport()


def log_filtered(page: Page) -> None:
    page.goto("/changes/")
    page.get_by_label("只看身份").select_option("anchor")
    expect(page.locator("[data-log] [role=status]")).to_contain_text("份")


def tip(page: Page) -> None:
    page.goto(GUIDELINE)
    page.locator(".hg-term").first.click()
    expect(page.locator(".hg-tip")).to_be_visible()


def feedback(page: Page) -> None:
    page.goto(GUIDELINE)
    page.locator(".hg-feedback").get_by_role("button", name="没用").click()
    expect(page.locator(".hg-why")).to_be_visible()


def correction(page: Page) -> None:
    page.goto(GUIDELINE)
    page.locator(".hg-wrong-open").first.click()
    expect(page.locator(".hg-wrong form").first).to_be_visible()


def reference(page: Page) -> None:
    page.goto("/docs")
    page.locator("summary").first.click()
    expect(page.locator(".op > div").first).to_be_visible()


def large(page: Page) -> None:
    page.goto(GUIDELINE)
    page.get_by_role("button", name="大字").click()


@pytest.mark.parametrize("state", [searched, menu, log_filtered, tip, feedback, correction, reference, large])
def test_no_state_has_a_fault(page: Page, state: Callable[[Page], None]) -> None:
    state(page)
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if on_phone(page):
        assert too_small(page) == []


@pytest.mark.parametrize("size", SIZES)
def test_a_site_that_is_not_built_yet_has_none_and_opens_by_itself(
    browser: Browser, settings: Settings, tmp_path: Path, size: str
) -> None:
    site = tmp_path / "site"
    app = create_app(settings.model_copy(update={"site": site}))
    with served(app) as where, opened(browser, where, SIZES[size]) as page:
        page.goto("/live-room/")
        expect(page.get_by_role("heading", level=1)).to_have_text("网页正在准备")
        assert faults(page) == []
        assert too_small(page) == []
        site.symlink_to(settings.site)
        expect(page.get_by_role("heading", level=1)).to_contain_text("直播间")
