"""A law's page: where the text is, jumping to an article, one role's clauses; pages that serve from the root of a host."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from rag.site import build
from tests.browser.site.steps import PHONE, on_phone
from tests.conftest import served
from tests.site import support

pytestmark = pytest.mark.browser
LAW = "/laws/直播电商监督管理办法/"


def test_the_page_says_where_the_text_is(page: Page) -> None:
    page.goto(LAW)
    way = page.locator(".hg-changes").get_by_role("link")
    expect(way).to_have_attribute("href", "https://www.samr.gov.cn/")
    expect(page.locator(".hg-facts a")).to_have_attribute("rel", "noopener noreferrer")


def test_a_number_leads_to_its_article(page: Page) -> None:
    page.goto(LAW)
    if on_phone(page):  # a wide screen has the table of contents
        page.get_by_role("navigation", name="跳到某一条").get_by_role("link", name="第32条").click()
    else:
        page.locator(".md-sidebar--secondary").get_by_role("link", name="第三十二条").click()
    expect(page.locator("h3#a32")).to_be_in_viewport()


def test_only_one_roles_clauses_and_no_empty_article(page: Page) -> None:
    page.goto(LAW)
    headings = page.locator(".md-content h3:visible")
    whole = headings.count()
    page.get_by_label("只看身份").select_option("anchor")
    entries = page.locator("[data-entry]:visible")
    assert {entry.get_attribute("data-entry") for entry in entries.all()} == {"anchor"}
    assert 0 < headings.count() < whole
    if on_phone(page):
        assert page.locator(".hg-articles a:visible").count() == headings.count()
    page.evaluate("location.hash = '#a32'")  # a link to what the choice has hidden shows it
    expect(page.locator("h3#a32")).to_be_in_viewport()
    expect(page.get_by_label("只看身份")).to_have_value("")


def test_the_readers_own_role_comes_first(page: Page) -> None:
    page.goto("/")
    page.locator(".hg-roles a[href='anchor/']").click()
    page.wait_for_url("**/anchor/")
    page.goto("/laws/侵害消费者权益行为处罚办法/")
    uses = page.locator(".hg-uses:has([data-entry=anchor]):has([data-entry=live-room])")
    expect(uses.locator("li").first).to_have_attribute("data-entry", "anchor")


def test_the_button_leaves_its_word_behind_while_one_reads(page: Page) -> None:
    page.goto("/live-room/price/")
    button = page.get_by_role("button", name="问合规")
    word = button.locator("span")
    expect(word).to_be_visible()
    page.mouse.wheel(0, 1500)
    expect(word).to_be_hidden()
    page.mouse.wheel(0, -200)
    page.get_by_role("button", name="回到页面顶部").wait_for()
    expect(word).to_be_hidden()
    box = button.bounding_box()
    assert box is not None
    assert box["width"] < 60
    page.mouse.wheel(0, -3000)
    expect(word).to_be_visible()
    if on_phone(page):  # twice the type on a phone, as a media query sees it
        page.set_viewport_size({"width": 300, "height": 740})
        expect(word).to_be_hidden()
        expect(button).to_have_accessible_name("问合规")


@pytest.fixture(scope="module")
def at_the_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site without a public address, which stands at the root of its host."""
    made = support.settings(tmp_path_factory.mktemp("root"), rate_limit=0)
    build(made)
    with served(create_app(made)) as where:
        yield where


def test_a_missing_page_has_menu_search_and_assistant(browser: Browser, at_the_root: str) -> None:
    page = browser.new_page(viewport=PHONE, base_url=at_the_root)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("/nowhere/deep/")
    expect(page).to_have_title("没有这一页 - 直播电商合规知识库")
    page.get_by_role("button", name="搜索").click()
    page.locator("input[name=query]").fill("刷单")
    expect(page.locator(".hg-results a").first).to_be_visible()
    page.get_by_role("button", name="关闭").click()
    page.get_by_role("button", name="菜单").click()
    expect(page.locator(".md-nav--primary .md-nav__link", has_text="按法条查").first).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="回到首页").click()
    expect(page.locator("h1")).to_contain_text("先看规矩")
    assert errors == []
    page.close()


def test_the_readers_who_come_most_often_come_first_everywhere(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport=PHONE, base_url=address)
    page.goto("/")
    assert page.locator(".hg-roles strong").all_inner_texts()[:3] == ["主播", "商家", "直播间"]
    page.get_by_role("button", name="搜索").click()
    expect(page.locator(".hg-search__roles button").nth(1)).to_have_text("主播")
    page.goto("/matrix/")
    assert page.locator("thead th").all_inner_texts()[1:3] == ["主播", "商家"]
    page.goto("/chat")
    expect(page.locator("hegui-chat .chip").nth(1)).to_have_text("主播")
    page.close()


ROLES = """() => { const all = document.querySelector('.hg-roles'), tiles = [...all.children].map(e => e.getBoundingClientRect()),
  last = tiles.filter(box => box.top === tiles.at(-1).top);
  return [last.at(-1).right - last[0].left - all.clientWidth, [...all.querySelectorAll('*')].filter(e =>
    e.scrollWidth > e.offsetWidth + 1 || e.scrollHeight > e.offsetHeight + 1 || getComputedStyle(e).textOverflow === 'ellipsis').length] }"""


def test_no_role_stands_alone_in_a_row_and_what_it_is_is_read_whole(browser: Browser, address: str) -> None:
    page = browser.new_page(base_url=address)
    page.goto("/")
    texts = page.locator(".hg-roles span").all_inner_texts()
    assert [text for text in texts if not text.endswith("。")] == []
    assert len(texts) == 7
    for size in ("125%", "250%"):  # the theme's own, and twice as large
        page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
        for width in (320, 360, 412, 480, 600, 768, 1024, 1280, 1920):
            page.set_viewport_size({"width": width, "height": 800})
            left_empty, cut = page.evaluate(ROLES)
            assert (abs(left_empty) < 1, cut) == (True, 0), (size, width)
    page.close()
