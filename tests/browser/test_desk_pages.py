"""Every page of the desk that no journey comes by, and a form that was refused: nothing for axe to find, nothing too wide."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.desk.roles import Role
from rag.ground.settings import Settings
from tests.browser.chatting import SIZES
from tests.browser.test_desk import is_fine
from tests.browser.test_desk_writing import come, desk_of

pytestmark = pytest.mark.browser
PAGES = (
    "/desk", "/desk/me", "/desk/people/1", "/desk/quiz", "/desk/quiz/new", "/desk/cases", "/desk/cases/new", "/desk/terms",
    "/desk/terms/new", "/desk/rules/new", "/desk/rules/new?missing=true", "/desk/wordlists", "/desk/wordlists/words:治",
    "/desk/wordlists/exempt:wish", "/desk/wordlists/variants:", "/desk/wordlists/new/exempt",
    *(f"/desk/quiz/new?pick-form=/desk/quiz/new&pick-field=clause&pick-{step}" for step in ("from=live-room/price", "clause=live-room/price%23faq-1")),
    "/desk/rooms", "/desk/plan", "/honest-rooms",
)  # fmt: skip


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def page(
    request: pytest.FixtureRequest, browser: Browser, configure: Callable[..., Settings], tmp_path: Path
) -> Iterator[Page]:
    """A browser at a server that has somebody with every role."""
    with desk_of(browser, request.param, configure, tmp_path, {"boss": [*Role]}) as page:
        yield page


def test_every_page_fits_and_is_accessible(page: Page) -> None:
    come(page, "boss", "/desk/rooms")
    page.get_by_label("直播间名称").fill("小林的直播间")
    page.get_by_role("button", name="加进名单").click()
    for path in PAGES:
        answer = page.goto(path)
        assert answer
        assert answer.status == 200, path
        is_fine(page)
    page.goto("/desk/terms")
    page.locator(".list a").first.click()
    is_fine(page)


def test_a_refused_form_leads_to_what_is_wrong(page: Page) -> None:
    come(page, "boss", "/desk/plan")
    page.get_by_label("任务", exact=True).fill("建名录")
    page.get_by_label("类别").fill("培训")
    page.get_by_label("状态").select_option(label="已完成")
    page.get_by_role("button", name="新增").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    is_fine(page)
    summary.get_by_role("link").click()
    expect(page.get_by_label("佐证")).to_be_in_viewport()
    expect(page.get_by_label("佐证")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("任务", exact=True)).to_have_value("建名录")
    page.get_by_label("佐证").fill("/laws/coverage/")
    page.get_by_role("button", name="新增").click()
    expect(page.get_by_role("status")).to_have_text("已新建。")
