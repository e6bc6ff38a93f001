"""The site in a real browser: the journeys of readers, on a phone and on a desktop, by keyboard, on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chatting import until
from tests.browser.site.steps import PHONE, at_seven_days, on_phone, press_until

pytestmark = pytest.mark.browser


# --- finding ---------------------------------------------------------------------------------------------------


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


def test_inside_a_role_one_can_go_on_and_back(page: Page) -> None:
    page.goto("/anchor/fake-popularity/")
    turn = page.get_by_role("navigation", name="同一身份的上一份和下一份")
    turn.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile("/anchor/ip-likeness/$"))
    page.wait_for_load_state()
    if on_phone(page):
        page.get_by_role("button", name="菜单").click()
    expect(page.locator(".md-nav--primary a[href$='fake-popularity/']")).to_be_visible()


def test_far_down_a_button_leads_back_to_the_top(page: Page) -> None:
    page.goto("/anchor/fake-popularity/")
    page.mouse.wheel(0, 3000)
    until(page, "scrollY > 500")
    page.mouse.wheel(0, -200)
    page.get_by_role("button", name="回到页面顶部").click()
    until(page, "scrollY === 0")


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
    if on_phone(page):
        return
    for width in (1280, 1440, 1920):  # beside the text, not over it; also on the next page
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/live-room/price/#must-1")
        panel = page.get_by_role("dialog", name="合规问答")
        expect(panel).to_be_visible()
        right = "document.querySelector('.md-content__inner').getBoundingClientRect().right"
        assert page.evaluate(right) <= panel.bounding_box()["x"], width  # type: ignore[index]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        expect(page.locator("#must-1")).to_be_in_viewport()


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
    expect(page.locator(".hg-sign")).to_be_visible()


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
