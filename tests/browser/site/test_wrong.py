"""这条不对 at each clause: small, told to the officers with its clause, not on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chatting import faults

pytestmark = pytest.mark.browser


def test_a_reader_says_that_a_clause_is_wrong(page: Page) -> None:
    page.goto("/live-room/price/")
    clauses = page.locator(".hg-clauses > li, .hg-check li, .hg-answer")
    buttons = page.get_by_role("button", name="这条不对")
    expect(buttons).to_have_count(clauses.count())
    opener = page.locator("#mustnot-1").get_by_role("button", name="这条不对：不得第1条")
    box = opener.bounding_box()
    assert box
    assert box["height"] >= 24
    opener.click()
    field = page.get_by_label("不得第1条哪里不对（可不填）")
    expect(field).to_be_focused()
    assert faults(page) == []
    field.fill("漏了一种情形")
    with page.expect_request("**/api/feedback") as sent:
        page.keyboard.press("Enter")
    assert sent.value.post_data_json == {
        "answer_id": "page:live-room/price@2026-02-01#mustnot-1", "helpful": False, "comment": "漏了一种情形",
    }  # fmt: skip
    expect(page.locator("#mustnot-1 [role=status]")).to_have_text("谢谢，已经记下。")
    expect(field).to_have_count(0)
    page.locator(".hg-check li").first.get_by_role("button", name="这条不对").click()
    expect(page.get_by_label("自查第1条哪里不对（可不填）")).to_be_visible()
    assert not page.locator(".hg-check input[type=checkbox]").first.is_checked()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.emulate_media(media="print")
    expect(page.locator(".hg-wrong").first).to_be_hidden()


def test_what_was_not_stored_is_said(page: Page) -> None:
    page.route("**/api/feedback", lambda route: route.abort())
    page.goto("/live-room/price/")
    page.locator("#mustnot-1").get_by_role("button", name="这条不对").click()
    page.get_by_role("button", name="告诉联络员").click()
    expect(page.locator("#mustnot-1 [role=status]")).to_have_text("没有送到，请过一会儿再点一次。")
    expect(page.get_by_label("不得第1条哪里不对（可不填）")).to_be_visible()


def test_without_the_application_there_is_no_button(page: Page) -> None:
    page.route("**/static/hegui-chat.js", lambda route: route.abort())
    page.goto("/live-room/price/")
    expect(page.locator("#mustnot-1")).to_be_visible()
    expect(page.locator(".hg-wrong")).to_have_count(0)
