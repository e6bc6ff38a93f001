"""The site for everybody: axe, twice the text, targets to tap, no application behind it, what became of feedback."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chatting import VOICE, faults
from tests.browser.site.steps import DESKTOP, PAGE_TYPES, PHONE, press_until, too_small

pytestmark = pytest.mark.browser
TWICE = "document.documentElement.style.fontSize = `${2 * parseFloat(getComputedStyle(document.documentElement).fontSize)}px`"


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_page_type_has_an_accessibility_fault(browser: Browser, address: str, size: Any) -> None:
    context = browser.new_context(viewport=size, base_url=address, reduced_motion="reduce")
    page = context.new_page()
    found = []
    for path in PAGE_TYPES:
        page.goto(path)
        found += [(path, *fault) for fault in faults(page)]
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > size["width"]:
            found.append((path, "wider than the screen", str(width)))
    assert not found, "\n".join(map(str, found))
    context.close()


def test_text_of_twice_the_size_fits_a_phone(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport=PHONE, base_url=address)
    wide = []
    for path in PAGE_TYPES:
        page.goto(path)
        page.evaluate(TWICE)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide.append((path, width))
    assert wide == []
    page.goto("/")
    page.evaluate(TWICE)
    box = page.locator("#hg-q").bounding_box()
    assert box is not None
    assert box["width"] >= 200
    page.close()


def test_large_type_is_chosen_once_for_every_page(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport=PHONE, base_url=address)
    size = "parseFloat(getComputedStyle(document.querySelector('.md-typeset')).fontSize)"
    page.goto("/live-room/price/")
    usual = page.evaluate(size)
    page.get_by_role("button", name="大字").click()
    for path in ("/live-room/price/", "/", "/changes/"):
        page.goto(path)
        assert page.evaluate(size) > 1.3 * usual, path
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
    page.get_by_role("button", name="大字", pressed=True).click()
    assert page.evaluate(size) == usual
    page.close()


def test_what_is_tapped_is_large_enough(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport=PHONE, base_url=address)
    found = []
    for path in PAGE_TYPES:
        page.goto(path, wait_until="networkidle")
        found += [(path, what) for what in too_small(page)]
    assert found == []
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


# --- what became of feedback ------------------------------------------------------------------------------------


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


def test_why_a_page_did_not_help_is_told_with_it(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport=PHONE, base_url=address)
    page.goto("/live-room/price/")
    form = page.locator(".hg-feedback")
    form.get_by_role("button", name="没用").click()
    form.get_by_label("看不懂").check()
    form.get_by_label("还想说的").fill("吊牌价没有")
    with page.expect_response("**/api/feedback") as answer:
        form.get_by_role("button", name="提交").click()
    assert answer.value.request.post_data_json["comment"] == "看不懂；吊牌价没有"
    assert answer.value.json()["stored"]
    page.close()


def test_a_fault_of_the_site_is_reported_with_its_page(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport=PHONE, base_url=address)
    page.goto("/live-room/price/")
    page.get_by_role("link", name="网站找错").click()
    expect(page.get_by_label("哪一页")).to_have_value("/live-room/price/")
    page.get_by_label("哪里有错").fill("第三条点不开")
    page.get_by_label("同意保存").check()
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".hg-report [role=status]")).to_contain_text("查询码")
    page.close()


def test_a_clause_is_copied_or_it_is_said_where_its_link_is(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport=PHONE, base_url=address)
    page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
    )  # as without https
    page.goto("/live-room/price/")
    page.locator(".hg-no").first.click()
    expect(page.locator(".hg-toast")).to_contain_text("已复制这一条的链接")
    page.evaluate("document.execCommand = () => false")
    page.locator(".hg-no").nth(1).click()
    expect(page.locator(".hg-toast").last).to_contain_text("地址栏")
    page.close()


def test_a_guideline_is_read_aloud_clause_by_clause(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport=PHONE, base_url=address)
    page.add_init_script(VOICE)
    page.goto("/live-room/price/")
    page.get_by_role("button", name="朗读本页").click()
    for _ in range(3):
        page.evaluate("said.at(-1).onend()")
    assert page.evaluate("said.map((u) => u.text)")[:2] == [
        page.locator("h1").inner_text().strip().removesuffix("#").strip(), page.locator(".hg-lead").inner_text(),
    ]  # fmt: skip
    assert page.evaluate("said.length") == 4
    page.get_by_role("button", name="停止朗读").click()
    expect(page.get_by_role("button", name="朗读本页")).to_be_visible()
    page.close()
