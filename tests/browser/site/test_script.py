"""审稿 on a phone and on a desktop: paste, read, take wordings, filter, object, print."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from api.app import create_app
from rag.ground.settings import ROOT, Settings
from tests.browser.chatting import faults
from tests.conftest import served

pytestmark = pytest.mark.browser
TEXT = (
    "😀家人们，全网最低价，国家级品质！\n喝了它降血糖。我们家这三款里最甜的是红标。\n这款保健食品大家看一下。"
)


@pytest.fixture(scope="module")
def address(settings: Settings) -> Iterator[str]:
    """The small site, with the project's own guidelines and rules behind it."""
    with served(create_app(settings.model_copy(update={"guidelines": ROOT / "guidelines"}))) as where:
        yield where


def check(page: Page, text: str) -> None:
    page.goto("/script/")
    page.get_by_label("稿子", exact=True).fill(text)
    page.get_by_role("button", name="审稿", exact=True).click()
    expect(page.locator("#hs-result")).to_be_visible()


def test_three_findings_are_read_and_two_wordings_taken(page: Page) -> None:
    check(page, TEXT)
    lowest = page.locator(".hs-card", has_text="全网最低价").first
    expect(lowest).to_contain_text("价格欺诈")
    expect(lowest.get_by_role("link", name="《明码标价和禁止价格欺诈规定》第十七条第二款")).to_be_visible()
    expect(page.locator(".hs-card", has_text="国家级品质").first).to_contain_text("绝对化用语")
    expect(page.locator("mark", has_text="最甜")).to_have_count(0)
    assert faults(page) == []

    page.get_by_role("button", name="把“全网最低价”改成“今天直播间的活动价”").click()
    expect(page.get_by_label("稿子", exact=True)).to_have_value(
        TEXT.replace("全网最低价", "今天直播间的活动价")
    )
    expect(page.locator(".hs-card", has_text="全网最低价")).to_have_count(0)
    page.get_by_role("button", name="把“国家级品质”改成").first.click()
    expect(page.locator("mark", has_text="国家级")).to_have_count(0)
    page.get_by_role("button", name="撤回上一处修改").click()
    expect(page.locator("mark", has_text="国家级")).to_have_count(1)


def test_a_level_is_shown_alone(page: Page) -> None:
    check(page, TEXT)
    every = page.locator(".hs-card:visible").count()
    page.get_by_role("button", name="违法", exact=False).first.click()
    shown = page.locator(".hs-card:visible")
    assert 0 < shown.count() < every
    assert {card.get_attribute("data-level") for card in shown.all()} == {"违法"}


def test_an_objection_is_thanked_for(page: Page) -> None:
    check(page, "国家级品质")
    # the button says that the phrase, and nothing else, is sent
    page.get_by_role("button", name="这条不对（把这几个字发给工作人员）").first.click()
    expect(page.locator(".hs-said").first).to_contain_text("谢谢")


def test_a_file_is_opened_and_a_broken_one_explained(page: Page) -> None:
    page.goto("/script/")
    chooser = page.get_by_label("或打开文件")
    chooser.set_input_files({"name": "稿.txt", "mimeType": "text/plain", "buffer": "第一句稿子".encode()})
    expect(page.get_by_label("稿子", exact=True)).to_have_value("第一句稿子")
    chooser.set_input_files({"name": "稿.docx", "mimeType": "application/zip", "buffer": b"PK broken"})
    expect(page.get_by_role("alert")).to_contain_text("文件已损坏")
    page.get_by_label("稿子", exact=True).fill("")
    page.get_by_role("button", name="审稿", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("还没有稿子")


def test_the_report_is_printed_with_day_and_number(page: Page) -> None:
    check(page, TEXT)
    page.emulate_media(media="print")
    expect(page.locator(".hs-form")).to_be_hidden()
    expect(page.locator(".hs-actions").first).to_be_hidden()
    expect(page.locator(".hs-result .hs-note").first).to_contain_text("施行的规定审，结果编号")
    expect(page.locator(".hs-text")).to_be_visible()


def test_a_phone_shows_all_of_it_without_sideways_scrolling(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    check(page, TEXT)
    expect(page.locator(".hs-card:visible").nth(2)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert faults(page) == []
    for phrase in ("全网最低价", "国家级品质"):
        page.get_by_role("button", name=f"把“{phrase}”改成").first.click()
        expect(page.locator("mark", has_text=phrase)).to_have_count(0)
