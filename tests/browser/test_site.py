"""The site in a real browser: the journeys of readers, on a phone and on a desktop, by keyboard, on paper."""

from __future__ import annotations

import functools
import http.server
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from api.app import create_app
from rag.ground.settings import Settings
from rag.site import build
from tests.conftest import publish, served
from tests.site import support

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[1] / "site" / "vendor" / "axe.min.js"
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
PAGE_TYPES = [
    "/", "/live-room/", "/live-room/price/", "/live-room/price/2024-07-01/", "/anchor/ip-likeness/2027-01-01/",
    "/live/", "/live/anchor/", "/about/privacy/", "/about/accessibility/", "/live-room/price/compare/", "/topics/", "/topics/price/", "/laws/", "/laws/直播电商监督管理办法/", "/changes/", "/matrix/",
    "/glossary/", "/handouts/", "/handouts/anchor/", "/slides/live-room/price/", "/manual/", "/manual/deploy/", "/manual/settings/", "/nowhere/",
]  # fmt: skip


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small content, indexed and built."""
    made = support.settings(
        tmp_path_factory.mktemp("site"), public_url="https://example.gov.cn", rate_limit=0
    )
    publish(made)
    build(made)
    return made


@pytest.fixture(scope="module")
def address(settings: Settings) -> Iterator[str]:
    """The application with the site."""
    with served(create_app(settings)) as where:
        yield where


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page; the test fails on a script error, on overflow sideways and on any request to elsewhere."""
    context = browser.new_context(
        viewport=request.param, base_url=address, permissions=["clipboard-read", "clipboard-write"]
    )
    tab = context.new_page()
    errors: list[str] = []
    asked: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on("request", lambda call: asked.append(call.url))
    yield tab
    assert errors == []
    assert [url for url in asked if not url.startswith((address, "blob:", "data:"))] == []
    context.close()


def on_phone(page: Page) -> bool:
    return page.viewport_size == PHONE


# --- finding ---------------------------------------------------------------------------------------------------


def at_seven_days(page: Page) -> None:
    expect(page).to_have_url(re.compile(r"/merchant/seven-day-return/"))
    expect(page.locator("h1")).to_contain_text("七日无理由")


def test_seven_day_return_by_role_in_two_taps(page: Page) -> None:
    page.goto("/")
    page.locator(".hg-roles a", has_text="商家").click()
    page.get_by_role("link", name=re.compile("七日无理由")).first.click()
    at_seven_days(page)


def test_seven_day_return_by_topic_in_two_taps(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="售后与消费者权益").click()
    page.get_by_role("link", name=re.compile("七日无理由")).first.click()
    at_seven_days(page)


def search(page: Page, words: str) -> Locator:
    """Type words into the search; returns the results."""
    page.get_by_role("button", name="搜索").click()
    page.locator("input[name=query]").press_sequentially(words)
    return page.locator(".hg-results a")


def paste(page: Page, words: str) -> Locator:
    """Put words into the search without a key event, as paste and dictation do; returns the results."""
    if not page.locator("#hg-search").is_visible():
        page.get_by_role("button", name="搜索").click()
    page.locator("input[name=query]").fill(words)
    return page.locator(".hg-results a")


def test_seven_day_return_by_search_in_two_taps(page: Page) -> None:
    page.goto("/")
    search(page, "七天无理由").first.click()
    at_seven_days(page)


@pytest.mark.parametrize(
    ("words", "target"),
    [
        ("全网最低价", "/live-room/price/"),
        ("刷单", "/anchor/fake-popularity/"),
        ("水军", "/anchor/fake-popularity/"),
        ("划线价随便写可以吗", "/live-room/price/#"),
    ],
)
def test_words_of_the_trade_and_sentences_find_their_guideline(page: Page, words: str, target: str) -> None:
    page.goto("/")
    expect(search(page, words).first).to_have_attribute("href", re.compile(target))


@pytest.mark.parametrize(
    "words",
    ["直播間全網最低價", "全\u200b网\u200b最低价", "全 网 最 低 价", "全网最低价😀", "「全网最低价」"],
)
def test_other_forms_of_the_same_words_find_the_same(page: Page, words: str) -> None:
    page.goto("/")
    expect(paste(page, words).first).to_have_attribute("href", re.compile("/live-room/price/#faq-"))


def test_full_width_letters_are_folded(page: Page) -> None:
    page.goto("/")
    expect(paste(page, "ＭＣＮ").first).to_be_visible()
    found = page.locator(".hg-results a").all_inner_texts()
    expect(paste(page, "MCN").first).to_be_visible()
    assert page.locator(".hg-results a").all_inner_texts() == found


def test_a_result_is_title_role_and_one_sentence_with_the_words_marked(page: Page) -> None:
    page.goto("/")
    first = paste(page, "全网最低价能说吗").first
    expect(first).to_contain_text("直播间价格")
    expect(first.locator(".hg-tag")).to_have_text("直播间")
    sentence = first.locator(".hg-sentence")
    expect(sentence).to_contain_text("“全网最低价”能说吗？")
    expect(sentence.locator("mark").first).to_have_text("全网最低价")
    assert "\u200b" not in page.locator("#hg-search").inner_text()
    assert "*" not in page.locator("#hg-search").inner_text()


def test_results_of_earlier_words_never_stay(page: Page) -> None:
    page.goto("/")
    expect(paste(page, "全网最低价").first).to_be_visible()
    expect(paste(page, "股票涨停板")).to_have_count(0)
    expect(page.locator(".hg-search__status")).to_contain_text("没有查到")
    expect(paste(page, "")).to_have_count(0)


def test_the_last_row_hands_the_words_to_the_assistant(page: Page) -> None:
    page.goto("/")
    expect(paste(page, "划线价随便写可以吗？").first).to_be_visible()
    page.get_by_role("button", name="问助手：划线价随便写可以吗？").click()
    expect(page.locator("hegui-chat .question, hegui-chat .card").first).to_contain_text("划线价随便写")
    expect(page.locator("hegui-chat .card .status").first).to_be_visible(timeout=20_000)


def test_the_role_is_chosen_once_and_known_everywhere(page: Page) -> None:
    page.goto("/")
    page.locator(".hg-roles a[href='anchor/']").click()
    expect(page).to_have_url(re.compile("/anchor/$"))
    page.goto("/")
    expect(page.locator(".hg-roles a").first).to_have_text(re.compile("主播 *在"))
    expect(page.locator(".hg-roles a[aria-current]")).to_have_count(1)
    expect(paste(page, "全网最低价").first).to_be_visible()
    expect(page.locator(".hg-results .hg-tag")).to_have_count(0)  # no guideline of the anchor's here
    expect(page.get_by_role("button", name="主播", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".hg-search__status")).to_contain_text("其他身份有")
    page.get_by_role("button", name="全部", exact=True).click()
    expect(page.locator(".hg-results .hg-tag").first).to_have_text("直播间")
    page.goto("/changes/")
    expect(page.get_by_label("只看身份")).to_have_value("anchor")
    page.get_by_role("button", name="问合规").click()
    expect(page.locator("hegui-chat .context")).to_contain_text("主播")


def test_the_search_index_is_fetched_only_for_a_search(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda call: asked.append(call.url))
    page.goto("/", wait_until="networkidle")
    assert not [url for url in asked if "search/" in url]
    expect(search(page, "刷单").first).to_be_visible()
    assert [url for url in asked if url.endswith("search/index.json")]


def test_what_is_typed_before_the_index_arrives_is_found(page: Page) -> None:
    def slow(route: Any) -> None:
        time.sleep(1.5)
        route.continue_()

    page.route("**/search/index.json", slow)
    page.goto("/")
    expect(search(page, "刷单").first).to_be_visible(timeout=15_000)


def test_a_search_file_that_does_not_come_is_said_and_tried_again(page: Page) -> None:
    page.route("**/search/index.json", lambda route: route.abort())
    page.goto("/")
    expect(search(page, "刷单")).to_have_count(0)
    expect(page.locator(".hg-search__status")).to_contain_text("没有取到")
    page.unroute("**/search/index.json")
    page.get_by_role("button", name="关闭").click()
    page.get_by_role("button", name="搜索").click()
    expect(page.locator(".hg-results a").first).to_be_visible()


def test_inside_a_role_one_can_go_on_and_back(page: Page) -> None:
    page.goto("/anchor/fake-popularity/")
    turn = page.get_by_role("navigation", name="同一身份的上一份和下一份")
    turn.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/anchor/ip-likeness/$"))
    if on_phone(page):
        page.get_by_role("button", name="菜单").click()
    expect(page.locator(".md-nav--primary a[href$='fake-popularity/']")).to_be_visible()


def test_far_down_a_button_leads_back_to_the_top(page: Page) -> None:
    page.goto("/anchor/fake-popularity/")
    page.mouse.wheel(0, 3000)
    page.wait_for_function("scrollY > 500")
    page.mouse.wheel(0, -200)
    page.get_by_role("button", name="回到页面顶部").click()
    page.wait_for_function("scrollY === 0")


def test_the_change_log_shows_a_role_or_a_law(page: Page) -> None:
    page.goto("/changes/")
    entries = page.locator("[data-entry]:not([hidden])")
    whole = entries.count()
    page.get_by_label("只看身份").select_option("merchant")
    assert 0 < entries.count() < whole
    assert {e.get_attribute("data-entry") for e in entries.all()} == {"merchant"}
    page.get_by_label("只看身份").select_option("")
    page.get_by_label("只看法律").select_option("反不正当竞争法")
    assert 0 < entries.count() < whole
    assert all("反不正当竞争法" in str(e.get_attribute("data-laws")) for e in entries.all())
    for day in page.locator(".hg-day:visible").all():
        assert day.locator("[data-entry]:not([hidden])").count() > 0


def test_the_list_for_a_session_keeps_ticks_and_prints(page: Page) -> None:
    page.goto("/live/anchor/")
    page.locator(".hg-check label").first.click()
    page.reload()
    expect(page.locator(".hg-check input").first).to_be_checked()
    expect(page.locator(".hg-check-count").first).to_contain_text("已完成 1 /")
    page.emulate_media(media="print")
    expect(page.locator(".hg-sign")).to_be_visible()
    expect(page.locator(".hg-check-foot").first).to_be_hidden()


# --- time ------------------------------------------------------------------------------------------------------


def test_a_past_version_warns_and_leads_to_the_present_and_the_comparison(page: Page) -> None:
    page.goto("/live-room/price/2024-07-01/")
    banner = page.locator(".hg-banner")
    expect(banner).to_contain_text("过去的版本")
    expect(banner).to_be_in_viewport()
    banner.get_by_role("link", name="两版有什么不同").click()
    shown = page.locator(".hg-diff:visible")
    expect(shown).to_have_count(1)
    assert shown.locator("ins").count() > 0
    page.goto("/live-room/price/2024-07-01/")
    page.locator(".hg-banner a").first.click()
    expect(page).to_have_url(re.compile(r"/live-room/price/$"))
    expect(page.locator(".hg-state")).to_have_text("现行有效")


def test_any_two_versions_can_be_chosen_and_the_address_keeps_them(page: Page) -> None:
    page.goto("/anchor/fake-popularity/compare/")
    page.get_by_label("旧版").select_option("2024-07-01")
    page.get_by_label("新版").select_option("2026-02-01")
    expect(page.locator("#d-2024-07-01-2026-02-01")).to_be_visible()
    assert page.url.endswith("#d-2024-07-01-2026-02-01")
    page.reload()
    expect(page.get_by_label("旧版")).to_have_value("2024-07-01")
    expect(page.locator(".hg-diff:visible")).to_have_count(1)
    same = page.locator("#d-2024-07-01-2026-02-01 li.hg-same").first
    expect(same).to_be_hidden()
    page.get_by_label("也看没变的条款").check()
    expect(same).to_be_visible()
    page.get_by_label("新版").select_option("2024-07-01")
    expect(page.locator("form[data-compare]")).to_contain_text("两个不同的版本")


# --- using a guideline -----------------------------------------------------------------------------------------


def test_a_ticked_list_stays_ticked_and_can_be_cleared(page: Page) -> None:
    page.goto("/live-room/price/")
    page.locator("#check-1 label").click()
    page.locator("#check-3 input").check()
    expect(page.locator(".hg-check-count")).to_contain_text("已完成 2 /")
    page.reload()
    expect(page.locator("#check-1 input")).to_be_checked()
    expect(page.locator("#check-2 input")).not_to_be_checked()
    page.get_by_role("button", name="全部清除").click()
    page.reload()
    expect(page.locator(".hg-check-count")).to_contain_text("已完成 0 /")


def test_a_number_copies_the_link_of_its_clause_and_marks_it(page: Page) -> None:
    page.goto("/live-room/price/")
    page.locator("#mustnot-2 .hg-no").click()
    assert page.url.endswith("/live-room/price/#mustnot-2")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    expect(page.get_by_text("已复制这一条的链接")).to_be_visible()
    assert page.evaluate("document.querySelector('#mustnot-2').matches(':target')")


def test_a_law_reference_opens_the_article(page: Page) -> None:
    page.goto("/live-room/price/")
    page.locator("#must-1 .hg-law").first.click()
    expect(page.locator("h3#a32")).to_be_in_viewport()


def test_a_glossary_word_explains_itself(page: Page) -> None:
    page.goto("/live-room/price/")
    word = page.locator(".hg-term").first
    word.click()
    tip = page.locator(".hg-tip")
    expect(tip).to_contain_text(str(word.get_attribute("data-tip")))
    tip.get_by_role("link").click()
    expect(page).to_have_url(re.compile("/glossary/#t-"))
    page.get_by_label("找一个词").fill("小黄车")
    expect(page.locator(".hg-entry:visible")).to_have_count(1)
    expect(page.locator(".hg-entry:visible dt")).to_have_text("购物链接")


def test_asking_on_a_guideline_lands_on_the_marked_clause(page: Page) -> None:
    page.goto("/live-room/price/")
    page.get_by_role("button", name="问合规").click()
    page.get_by_label("您的问题").fill("划线价随便写可以吗？")
    page.keyboard.press("Enter")
    link = page.locator("hegui-chat .source a").first
    expect(link).to_have_attribute("href", re.compile(r"/live-room/price/#"), timeout=20_000)
    link.click()
    expect(page).to_have_url(re.compile(r"/live-room/price/#[a-z]+-\d+$"))
    clause = page.locator(":target")
    expect(clause).to_be_in_viewport()
    marked = "getComputedStyle(document.querySelector(':target')).backgroundColor"
    assert page.evaluate(marked) != "rgba(0, 0, 0, 0)"


def test_the_home_page_asks_the_assistant(page: Page) -> None:
    page.goto("/")
    page.get_by_label("有问题，直接问").fill("划线价随便写可以吗？")
    page.get_by_role("button", name="问一问").click()
    expect(page.locator("hegui-chat .card .status").first).to_be_visible(timeout=20_000)


def test_slides_run_offline_and_go_back(page: Page) -> None:
    page.goto("/slides/live-room/price/")
    if not on_phone(page):
        expect(page.locator("section.present h1")).to_contain_text("价格")
        page.keyboard.press("ArrowRight")
        expect(page.locator("section.present h2")).to_contain_text("要做到")
    page.get_by_role("link", name="返回指引").click()
    expect(page).to_have_url(re.compile("/live-room/price/"))


# --- paper, keyboard, access -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/live-room/price/", "/handouts/anchor/"])
def test_on_paper_there_is_no_navigation(page: Page, path: str) -> None:
    page.goto(path)
    page.emulate_media(media="print")
    for part in (
        ".md-header",
        ".hg-crumbs",
        ".hg-actions",
        ".hg-check-foot",
        "#hg-search",
        ".md-top",
        ".hg-button",
        "hegui-chat",
    ):
        for item in page.locator(part).all():
            expect(item).to_be_hidden()
    for item in page.locator(".md-sidebar").all():
        expect(item).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()


def test_the_checklist_prints_alone(page: Page) -> None:
    page.goto("/live-room/price/")
    page.evaluate("window.print = () => { window.printed = true }")
    page.get_by_role("button", name="打印清单").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    expect(page.locator(".hg-check")).to_be_visible()
    expect(page.locator(".hg-must")).to_be_hidden()


def press_until(page: Page, selector: str, key: str = "Tab", limit: int = 150) -> None:
    """Press a key until the element is focused."""
    for _ in range(limit):
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return
        page.keyboard.press(key)
    pytest.fail(f"the keyboard does not reach {selector}")


def test_the_keyboard_alone_finds_ticks_and_compares(page: Page) -> None:
    page.goto("/")
    press_until(page, "a[href='merchant/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/merchant/")
    press_until(page, ".hg-cards a[href='seven-day-return/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/seven-day-return/")
    press_until(page, "#box-check-1")
    page.keyboard.press("Space")
    expect(page.locator("#box-check-1")).to_be_checked()
    page.goto("/live-room/price/2024-07-01/")
    press_until(page, ".hg-banner a[href*=compare]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare/#d-*")
    press_until(page, "select[name=a]")


def test_the_keyboard_alone_searches(page: Page) -> None:
    page.goto("/")
    press_until(page, ".hg-find")
    page.keyboard.press("Enter")
    expect(page.locator("input[name=query]")).to_be_focused()
    page.keyboard.type("七天无理由")
    expect(page.locator(".hg-results a").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".hg-results a").first).to_be_focused()
    page.keyboard.press("Enter")
    at_seven_days(page)


def test_the_menu_opens_and_closes_by_keyboard(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport=PHONE, base_url=address)
    page.goto("/live-room/price/")
    expect(page.locator(".md-sidebar--primary a").first).to_be_hidden()
    press_until(page, ".hg-menu")
    page.keyboard.press("Enter")
    expect(page.locator(".md-sidebar--primary .md-nav__link", has_text="按法条查")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".hg-menu")).to_be_focused()
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_page_type_has_an_accessibility_fault(
    browser: Browser, address: str, scheme: Any, size: Any
) -> None:
    context = browser.new_context(
        viewport=size, color_scheme=scheme, base_url=address, reduced_motion="reduce"
    )
    page = context.new_page()
    found = []
    for path in PAGE_TYPES:
        page.goto(path)
        page.evaluate(AXE.read_text("utf-8"))
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        found += [(path, v["id"], v["nodes"][0]["html"][:200]) for v in result["violations"]]
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > size["width"]:
            found.append((path, "wider than the screen", str(width)))
    assert not found, "\n".join(map(str, found))
    context.close()


# --- without the application -----------------------------------------------------------------------------------


@pytest.fixture
def plain(settings: Settings) -> Iterator[str]:
    """The site's folder on a plain file server."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    handler = functools.partial(Quiet, directory=str(settings.site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_without_the_application_the_site_still_serves(browser: Browser, plain: str) -> None:
    page = browser.new_page(viewport=PHONE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{plain}/live-room/price/")
    expect(page.locator(".hg-feedback")).to_be_hidden()
    page.goto(f"{plain}/")
    page.get_by_label("有问题，直接问").fill("划线价")
    page.get_by_role("button", name="问一问").click()
    expect(page.locator(".hg-results a").first).to_be_visible()
    expect(page.locator(".hg-search__ask")).to_be_hidden()
    assert errors == []
    page.close()


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (201, {"stored": True, "message": "谢谢，已经记下。"}, "谢谢，已经记下。"),
        (
            201,
            {"stored": False, "message": "谢谢。本站设为不保存数据，这条反馈没有留下。"},
            "这条反馈没有留下",
        ),
        (503, {}, "没有记下"),
        (404, {"title": "没有"}, "没有记下"),
    ],
)
def test_feedback_says_what_became_of_it(
    browser: Browser, address: str, status: int, body: Any, said: str
) -> None:
    page = browser.new_page(viewport=PHONE, base_url=address)
    sent: list[Any] = []

    def take(route: Any) -> None:
        sent.append(route.request.post_data_json)
        route.fulfill(status=status, json=body)

    page.route("**/api/feedback", take)
    page.goto("/live-room/price/")
    form = page.locator(".hg-feedback")
    button = form.get_by_role("button", name="没用")
    button.click()
    expect(form.get_by_role("status")).to_contain_text(said)
    assert (button.get_attribute("aria-pressed") == "true") == bool(body.get("stored"))
    assert sent == [{"answer_id": "page:live-room/price@2026-02-01", "helpful": False}]
    page.close()


def test_feedback_says_已记下_only_if_the_application_stored_it(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport=PHONE, base_url=address)
    page.goto("/live-room/price/")
    with page.expect_response("**/api/feedback") as answer:
        page.locator(".hg-feedback").get_by_role("button", name="有用").click()
    told = answer.value.json()
    status = page.locator(".hg-feedback").get_by_role("status")
    expect(status).not_to_be_empty()
    assert ("已经记下" in status.inner_text()) == bool(told.get("stored"))
    page.close()


# --- size of text and targets ----------------------------------------------------------------------------------


def test_text_of_twice_the_size_fits_a_phone(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport=PHONE, base_url=address)
    wide = []
    for path in PAGE_TYPES:
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '250%'")  # the theme's own size is 125 %
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide.append((path, width))
    assert wide == []
    page.goto("/")
    page.evaluate("document.documentElement.style.fontSize = '250%'")
    box = page.locator("#hg-q").bounding_box()
    assert box is not None
    assert box["width"] >= 200
    page.close()


SMALL = """
(selectors) => [...document.querySelectorAll(selectors)].map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < 43.9 || box.width < 43.9)).map(([html, box]) => [html, box.width, box.height])
"""


@pytest.mark.parametrize(
    ("path", "selectors"),
    [
        ("/", ".md-header button, .md-header label, main button, main a:not(.headerlink)"),
        (
            "/live-room/price/",
            ".hg-no, a.hg-tag, .hg-jump a, .hg-crumbs a, .hg-button, .hg-check label, .hg-links a",
        ),
        ("/live-room/", ".hg-counts a, .hg-jump a, .hg-cards > li > a"),
    ],
)
def test_what_is_tapped_is_large_enough(browser: Browser, address: str, path: str, selectors: str) -> None:
    page = browser.new_page(viewport=PHONE, base_url=address)
    page.goto(path)
    assert page.evaluate(SMALL, selectors) == []
    page.close()


def test_the_hidden_mark_of_a_heading_takes_no_space(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport=PHONE, base_url=address)
    page.goto("/live-room/price/")
    heights = "[...document.querySelectorAll('.md-content h2, .md-content h3')].map(e => e.offsetHeight)"
    before = page.evaluate(heights)
    page.add_style_tag(content=".headerlink { display: none !important; }")
    assert before == page.evaluate(heights)
    assert len(before) > 5
    page.close()


def test_code_that_scrolls_is_reached_by_keyboard(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport=PHONE, base_url=address)
    page.goto("/manual/deploy/")
    press_until(page, "pre > code", limit=200)
    page.close()


def test_the_footer_stands_in_line_with_the_content(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1920, "height": 1000}, base_url=address)
    page.goto("/")
    edges = "['.hg-footer p', '.md-header__inner'].map(s => Math.round(document.querySelector(s).getBoundingClientRect().left))"
    footer, header = page.evaluate(edges)
    assert abs(footer - header) <= 24
    page.close()
