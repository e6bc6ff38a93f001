"""What was opened is read again without a network, and says how old it is; the rest says why it is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chatting import faults
from tests.browser.site.steps import DESKTOP, PHONE

pytestmark = pytest.mark.browser
GUIDELINE, SLIDES = "/live-room/price/", "/slides/live-room/price/"


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def reader(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A reader who has opened a guideline, its slides and the search, closed the tab and lost the network."""
    context = browser.new_context(viewport=request.param, base_url=address)
    tab = context.new_page()
    tab.goto(GUIDELINE)
    expect(tab.locator("html[data-stored]")).to_be_attached()
    tab.goto(f"{SLIDES}?from=qr")
    expect(tab.locator("html[data-stored]")).to_be_attached()
    tab.goto("/anchor/fake-popularity/")
    tab.get_by_role("button", name="搜索").click()
    tab.locator("input[name=query]").fill("刷单")
    expect(tab.locator(".hg-results a").first).to_be_visible()
    tab.close()
    context.set_offline(True)
    tab = context.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    assert errors == []
    context.close()


def test_the_first_page_and_the_slides_open_again_and_say_when_they_were_kept(reader: Page) -> None:
    for path in (GUIDELINE, SLIDES):
        reader.goto(path)
        expect(reader.locator("h1").first).to_contain_text("价格")
        expect(reader.locator(".hg-kept")).to_have_text(
            re.compile("没有连上网，这是.*月.*日.*存在这台设备上")
        )
    expect(reader.get_by_role("link", name="返回指引")).to_be_visible()
    reader.goto(GUIDELINE)
    assert (
        reader.evaluate("getComputedStyle(document.querySelector('.hg-no')).borderRadius") != "0px"
    )  # styled
    reader.locator("#check-1 label").click()
    reader.reload()
    expect(reader.locator("#check-1 input")).to_be_checked()


def test_the_search_finds_and_the_home_page_is_there(reader: Page) -> None:
    reader.goto("/")
    reader.get_by_role("button", name="搜索").click()
    reader.locator("input[name=query]").fill("刷单")
    expect(reader.locator(".hg-results a").first).to_be_visible()


@pytest.mark.parametrize(
    ("path", "said"),
    [("/glossary/", "没有打开过"), ("/chat?q=刷单罚多少", "要联网"), ("/api/laws", "要联网")],
)
def test_what_is_not_kept_says_why_and_leads_home(reader: Page, path: str, said: str) -> None:
    answer = reader.goto(path)
    assert answer is not None
    assert answer.status == 503
    expect(reader.locator("main")).to_contain_text(said)
    assert faults(reader) == []
    reader.get_by_role("link", name="回到首页").click()
    expect(reader.locator("h1")).to_contain_text("直播")


def test_nothing_of_the_application_and_no_question_is_kept(reader: Page) -> None:
    reader.goto(GUIDELINE)
    names = "caches.keys().then(names => Promise.all(names.map(n => caches.open(n).then(c => c.keys()))))"
    kept = reader.evaluate(f"{names}.then(all => all.flat().map(request => request.url))")
    assert any(url.endswith(GUIDELINE) for url in kept)
    assert [
        url for url in kept if re.search(r"/(api|v1|chat$|readyz)|\?", url.partition("/static/")[0])
    ] == []


def test_back_on_the_network_the_page_is_the_new_one(reader: Page) -> None:
    reader.goto(GUIDELINE)
    expect(reader.locator(".hg-kept")).to_be_visible()
    reader.context.set_offline(False)
    reader.goto(GUIDELINE)
    expect(reader.locator(".hg-kept")).to_have_count(0)
