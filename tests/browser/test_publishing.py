"""Publishing in a real browser, on a phone and on a desktop: compare, publish, see it on the site and in an answer, go back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chatting import SIZES, answered, ask, opened
from tests.browser.test_desk import is_fine, sign_in
from tests.conftest import served
from tests.desk.signing import PASSWORD
from tests.desk.test_publishing import NEW, OLD, QUESTION, installation

pytestmark = pytest.mark.browser
PATIENCE = 240_000


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def page(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """A browser at an installation with one approved draft."""
    app, _ = installation(tmp_path)
    with served(app) as address, opened(browser, address, request.param) as page:
        yield page


def look(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to look at it."""
    if folder := os.environ.get("PICTURES"):
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)


def taken_up(page: Page, words: str, question: str = QUESTION) -> None:
    """Wait until answers come from the new index: while one request opens it, others still get the old."""
    for _ in range(60):
        said = page.request.post("/api/ask", data={"question": question}).json()
        if words in said["answer"]:
            return
        page.wait_for_timeout(500)
    pytest.fail(f"no answer says {words}")


def test_publish_see_it_and_go_back(page: Page) -> None:
    page.goto("/chat")
    ask(page, QUESTION)
    expect(answered(page)).to_contain_text(OLD)
    page.goto("/desk/publish")
    sign_in(page, "li", PASSWORD)
    is_fine(page)
    look(page, "ready")
    page.get_by_role("button", name="看看哪些回答会变").click()
    expect(page.get_by_role("heading", name="会变的回答")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text(NEW).first).to_be_visible()
    is_fine(page)
    look(page, "compared")
    page.get_by_role("button", name="发布这 1 份").click()
    expect(page.get_by_role("status")).to_contain_text("已发布", timeout=PATIENCE)
    is_fine(page)
    look(page, "published")
    page.goto("/chat")
    expect(page.locator(".corrected").first).to_contain_text("更正（2026-11-24）")
    expect(page.locator(".corrected").first).to_be_in_viewport()
    is_fine(page)
    look(page, "notice")
    ask(page, QUESTION)
    expect(answered(page)).to_contain_text(NEW)
    page.goto("/corrections/")
    expect(page.locator("main")).to_contain_text(NEW)
    is_fine(page)
    look(page, "corrections")
    page.goto("/desk/publish")
    page.get_by_text("退回到这次发布之前").click()
    page.get_by_label("看清楚了，要退回").check()
    is_fine(page)
    page.get_by_role("button", name="确认退回").click()
    expect(page.get_by_role("status")).to_contain_text("已退回", timeout=PATIENCE)
    is_fine(page)
    page.goto("/anchor/fake-popularity/")
    expect(page.locator("main")).to_contain_text(OLD)
    taken_up(page, OLD)
    page.goto("/chat")
    ask(page, QUESTION)
    expect(answered(page)).to_contain_text(OLD)
