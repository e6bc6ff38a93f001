"""A whole session in real browsers: a trainer and twenty phones, one of which loses its network on the way; slides that fit."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from api.app import create_app
from bench.decks import TOO_BIG
from rag.ground.settings import Settings
from tests.browser.chatting import DESKTOP, PHONE, faults, opened
from tests.conftest import served

pytestmark = pytest.mark.browser
PHONES = 20


def is_fine(page: Page, name: str) -> None:
    """Nothing for axe to find, and nothing wider than the screen."""
    assert (name, faults(page)) == (name, [])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def open_room(trainer: Page) -> str:
    """From the choice of a role to the open room; the code."""
    trainer.goto("/training")
    is_fine(trainer, "role")
    trainer.get_by_label("给谁讲").select_option("live-room")
    trainer.get_by_role("button", name="列出指引").click()
    trainer.get_by_label("课程名").fill("开播前一课")
    for box in trainer.locator("input[name=guidelines]").all():
        box.check()
    is_fine(trainer, "guidelines")
    trainer.get_by_role("button", name="先选哪些条款上幻灯片").click()
    expect(trainer.locator("input[name=slides]").first).to_be_checked()
    is_fine(trainer, "clauses")
    trainer.get_by_role("button", name="做成课程").click()
    expect(trainer.get_by_role("heading", level=1)).to_have_text("开播前一课")
    is_fine(trainer, "course")
    trainer.get_by_role("button", name="开课堂").click()
    is_fine(trainer, "lobby")
    return trainer.locator(".number").inner_text()


def phone(browser: Browser, address: str, code: str) -> tuple[BrowserContext, Page]:
    """A phone that has come by the picture's address."""
    context = browser.new_context(
        viewport=PHONE, base_url=address, locale="zh-CN", reduced_motion="reduce", is_mobile=True
    )
    page = context.new_page()
    page.goto(f"/room/{code}")
    return context, page


def test_a_trainer_and_twenty_phones(browser: Browser, configure: Callable[..., Settings]) -> None:
    with (
        served(create_app(configure(rate_limit=60))) as address,
        opened(browser, address, DESKTOP) as trainer,
    ):
        code = open_room(trainer)
        joined = [phone(browser, address, code) for _ in range(PHONES)]
        phones = [page for _, page in joined]
        lost_network, lost = joined[-1]
        expect(lost.locator("#mine")).to_have_text(re.compile(r"座位码 \w{4}"))
        expect(trainer.get_by_role("status")).to_have_text(f"{PHONES} 部手机")
        is_fine(phones[0], "waiting")
        trainer.get_by_role("button", name="开始").click()
        expect(lost.locator("#options button")).to_have_count(3)
        lost_network.set_offline(True)
        for page in phones:
            page.locator("#options button").first.click()
        expect(lost.locator("#kept")).to_contain_text("已记在手机上")
        expect(trainer.get_by_role("status")).to_have_text(f"已答 {PHONES - 1} / {PHONES}")
        is_fine(phones[0], "answered")
        trainer.get_by_role("button", name="公布答案").click()
        expect(phones[0].locator("#clause")).to_be_visible()
        expect(phones[0].locator("#mine")).to_be_visible()  # the seat code stays
        is_fine(trainer, "clause")
        is_fine(phones[0], "clause")
        lost_network.set_offline(False)
        expect(trainer.get_by_role("status")).to_have_text(f"已答 {PHONES} / {PHONES}")
        expect(lost.locator("#clause")).to_be_visible()
        phones[1].get_by_label("想问讲课人的").fill("样品要标价吗")
        phones[1].get_by_role("button", name="提问").click()
        phones[2].get_by_role("button", name="我也想问").click()
        expect(trainer.locator("#asked")).to_contain_text("1 人想问")
        is_fine(phones[2], "asked")
        trainer.once("dialog", lambda dialog: dialog.accept())
        trainer.get_by_role("button", name="提前结束").click()
        for page in phones:
            expect(page.locator("#score")).to_contain_text("1 题答对")
        result(phones[0])
        is_fine(trainer, "end")
        trainer.get_by_role("link", name="看情况报告").click()
        expect(trainer.get_by_text(f"{PHONES}", exact=True).first).to_be_visible()
        is_fine(trainer, "report")
        for context, _ in joined:
            context.close()


def result(page: Page) -> None:
    """The result, the feedback and the certificate on a phone; the name stays there."""
    is_fine(page, "result")
    page.get_by_role("button", name="交反馈").click()
    expect(page.locator("#rated")).to_have_text("请先选一项，或者写一句。")
    page.get_by_label("讲得清楚吗").select_option("清楚")
    page.get_by_role("button", name="交反馈").click()
    expect(page.locator("#rated")).to_have_text("已收到，谢谢。")
    seat = page.locator("#mine .seat").inner_text()
    page.get_by_role("link", name="参加证明").click()
    expect(page.locator(".certificate")).to_contain_text(seat)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url + (request.post_data or "")))
    page.get_by_label("持有人姓名").fill("张三")
    expect(page.locator(".holder")).to_have_text("张三")
    is_fine(page, "certificate")
    page.emulate_media(media="print")
    paper = page.locator(".certificate").bounding_box()
    assert paper
    assert 0.85 < paper["height"] / (297 / 25.4 * 96) < 1  # most of an A4 page
    assert len(re.findall(rb"/Type /Page\b", page.pdf(prefer_css_page_size=True))) == 1
    page.emulate_media(media="screen")
    assert [url for url in sent if "张三" in unquote(url)] == []
    assert page.evaluate("JSON.stringify(localStorage) + document.cookie").find("张三") == -1
    with page.expect_download() as saved:
        page.get_by_role("button", name="下载 PDF").click()
    assert saved.value.path().read_bytes().startswith(b"%PDF")
    code = page.locator(".check strong").inner_text()
    page.goto(f"/room/verify?code={code}")
    expect(page.get_by_role("heading", level=1)).to_have_text("查验有效")
    is_fine(page, "verified")


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (360, 640)])
def test_slides_fit(browser: Browser, configure: Callable[..., Settings], size: tuple[int, int]) -> None:
    view = ViewportSize(width=size[0], height=size[1])
    app = create_app(configure(public_url="http://example.gov.cn"))
    with served(app) as address, opened(browser, address, view) as page:
        open_room(page)
        page.go_back()
        page.get_by_role("link", name="放幻灯片").click()
        expect(page.locator(".slide.now")).to_be_visible()
        count, over, wide = page.evaluate(TOO_BIG)
        assert (count > 5, over, wide) == (True, [], False)
        hidden = page.evaluate(
            "['.code', '.go'].map((c) => getComputedStyle(document.querySelector(c)).display === 'none')"
        )
        assert hidden == [
            size[0] < 700,
            size[0] >= 700,
        ]  # nobody scans the phone in his hand: there it is a link
        page.reload()
        is_fine(page, "slides")
