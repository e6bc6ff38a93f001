"""The journeys readers make most, from the home page, and an installation on which they can be made."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from rag.ground.settings import Settings
from rag.site import build
from tests.browser.chatting import QUESTION, answered, ask
from tests.conftest import TODAY, copy_corpus, publish
from tests.script.small import add_rules

CLAUSE = re.compile(r"/live-room/genuine-trade/#(faq|mustnot)-1$")


def installation(root: Path, **changes: Any) -> Settings:
    """The few guidelines with a rule of the script check: indexed, and with their site built."""
    settings = Settings(
        guidelines=add_rules(copy_corpus(root / "guidelines")), data=root / "var", site=root / "site", today=TODAY, rate_limit=0,
        _env_file=None, **changes,
    )  # fmt: skip
    publish(settings)
    build(settings)
    return settings


def search(page: Page) -> Page:
    """Search from the page and open the first result; the page with the clause."""
    page.get_by_role("button", name="搜索").click()
    page.locator("input[name=query]").fill(QUESTION)
    page.locator(".hg-results a").first.click()
    return page


def ask_and_open(page: Page) -> Page:
    """Ask the assistant of the page and open what it cites; the page with the clause."""
    page.get_by_role("button", name="问合规").click()
    ask(page, QUESTION)
    answered(page).locator("sup a").first.click()
    return page


def check_script(page: Page) -> Page:
    """Check a script on its page and open the clause of the finding beside it; the page with the clause."""
    page.goto("script/")
    page.get_by_label("稿子", exact=True).fill("好评返现三元")
    page.get_by_role("button", name="审稿", exact=True).click()
    with page.context.expect_page() as beside:
        page.locator(".hs-card").first.get_by_role("link", name="交易与评价真实").click()
    return beside.value


JOURNEYS = [search, ask_and_open, check_script]


def at_clause(page: Page) -> None:
    """The clause is in sight."""
    expect(page).to_have_url(CLAUSE)
    expect(page.locator(f"[id='{page.url.partition('#')[2]}']")).to_be_in_viewport()
