"""The chat in a real browser, phone first: ask, read, open a citation; keyboard, errors, hostile text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, Dialog, Page, Route, expect

from api.app import create_app
from rag.ground.settings import Settings
from tests.browser.chatting import PHONE, QUESTION, VOICE, WIDGET, answered, ask
from tests.conftest import served

pytestmark = pytest.mark.browser


@pytest.fixture
def faults() -> list[str]:
    """What went wrong in the page: console errors and exceptions."""
    return []


@pytest.fixture
def page(browser: Browser, server: str, faults: list[str]) -> Iterator[Page]:
    """A phone on the chat page."""
    context = browser.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, base_url=server, locale="zh-CN"
    )
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    page.goto("/chat")
    yield page
    context.close()


def test_a_question_is_answered_and_a_citation_opens_the_clause(page: Page, faults: list[str]) -> None:
    ask(page, QUESTION)
    card = answered(page)
    expect(card.locator(".status")).to_contain_text("有明确规定")
    expect(card.locator(".verdict")).to_contain_text("不可以")
    source = card.get_by_role("region", name="依据")
    expect(source).to_contain_text("《网络反不正当竞争暂行规定》第九条第一款第（五）项")
    expect(source).to_contain_text("2026年2月1日起施行")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    card.locator("sup a").first.click()
    page.wait_for_url("**/live-room/genuine-trade/#faq-1")
    expect(page).to_have_title("交易与评价真实·站")
    page.go_back()
    expect(page.locator(".verdict")).to_contain_text("不可以")  # the conversation is still there
    assert faults == []


def test_role_and_day_are_sent_and_kept(page: Page) -> None:
    page.get_by_role("radio", name="直播间").check(force=True)
    expect(page.locator(".examples")).to_contain_text("数字人直播一定要标")
    page.get_by_role("button", name="更改").click()
    page.get_by_label("按哪一天的规定").fill("2026-01-31")
    with page.expect_request("**/api/ask/stream") as request:
        page.get_by_role("button", name="数字人直播一定要标“AI生成”吗？").click()
    body = request.value.post_data_json or {}
    assert (body["operator"], body["as_of"]) == ("live-room", "2026-01-31")
    expect(answered(page)).to_contain_text("2025年9月1日起施行")
    page.reload()
    expect(page.locator(".context")).to_contain_text("身份：直播间")


def test_a_follow_up_carries_the_conversation(page: Page) -> None:
    ask(page, QUESTION)
    answered(page)
    with page.expect_request("**/api/ask/stream") as request:
        ask(page, "那罚多少")
    assert (request.value.post_data_json or {})["history"] == [{"question": QUESTION}]
    answered(page)
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".start")).to_be_visible()


def test_feedback_and_handover(page: Page) -> None:
    ask(page, "明天北京天气怎么样")
    card = answered(page)
    card.get_by_role("button", name="没用").click()
    expect(card.locator(".actions")).to_contain_text("已经记下")
    expect(card.get_by_role("button", name="看不懂")).to_be_visible()
    card.get_by_label("哪里没用（可不填）").fill("没有回答")
    card.get_by_role("button", name="提交").click()
    expect(card.locator("form.comment")).to_have_count(0)
    card.get_by_role("button", name="转给联络员").click()
    card.get_by_role("button", name="转交", exact=True).click()
    expect(card.locator("form.handover")).to_contain_text("请先勾选同意")
    card.get_by_role("checkbox").check()
    card.get_by_role("button", name="转交", exact=True).click()
    expect(card.locator("form.handover")).to_contain_text("已转给")


def test_that_a_clause_is_wrong_is_sent_on_submit_and_not_before(page: Page) -> None:
    told: list[Any] = []
    page.on("request", lambda r: told.append(r.post_data_json) if r.url.endswith("/api/feedback") else None)
    ask(page, QUESTION)
    card = answered(page)
    opener = card.locator(".source").first.get_by_role("button", name="这条不对")
    opener.click()
    expect(card.get_by_label("哪里不对（可不填）")).to_be_focused()
    opener.click()  # thought better of it
    expect(card.locator("form.comment")).to_have_count(0)
    assert told == []
    opener.click()
    card.get_by_role("button", name="提交").click()
    expect(card.locator(".wrong").first).to_contain_text("已经记下")
    assert [(t["helpful"], "comment" in t) for t in told] == [(False, False)]


def test_a_handover_that_was_not_stored_is_not_said_to_be(page: Page) -> None:
    page.route("**/api/handover", lambda r: r.fulfill(status=201, content_type="application/json", body="{}"))
    ask(page, "明天北京天气怎么样")
    card = answered(page)
    card.get_by_role("button", name="转给联络员").click()
    card.get_by_role("checkbox").check()
    card.get_by_role("button", name="转交", exact=True).click()
    expect(card.locator("form.handover")).to_contain_text("没有转交成功")
    expect(card.get_by_label("要转给联络员的问题")).to_have_value("明天北京天气怎么样")


def test_errors_are_shown_in_chinese_and_can_be_retried(page: Page) -> None:
    def too_fast(route: Route) -> None:
        body = '{"title": "提问太快了", "detail": "请 9 秒后再试。", "status": 429}'
        route.fulfill(status=429, content_type="application/problem+json", body=body)

    page.route("**/api/ask/stream", too_fast)
    ask(page, QUESTION)
    expect(page.get_by_role("alert")).to_contain_text("提问太快了")
    expect(page.get_by_role("alert")).to_contain_text("请 9 秒后再试")
    page.unroute("**/api/ask/stream")
    page.route("**/api/ask/stream", lambda route: route.abort())
    page.get_by_role("button", name="再试一次").click()
    expect(page.get_by_role("alert")).to_contain_text("连不上服务")
    page.unroute("**/api/ask/stream")
    page.get_by_role("button", name="再试一次").click()
    expect(answered(page).locator(".verdict")).to_contain_text("不可以")


def test_a_stream_that_breaks_off_is_said_to(page: Page) -> None:
    half = 'event: status\ndata: {"status": "answered"}\n\nevent: sentence\ndata: {"text": "不", "citations": []}\n\n'
    page.route("**/api/ask/stream", lambda r: r.fulfill(content_type="text/event-stream", body=half))
    ask(page, QUESTION)
    expect(page.get_by_role("alert")).to_contain_text("回答中断了")


def test_hostile_text_stays_text(page: Page, faults: list[str]) -> None:
    evil = "<img src=x onerror=alert(1)><b>x</b>"
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    citation = (
        f'{{"n": 1, "title": "{evil}", "section": "{evil}", "version": "2026-02-01", "url": "javascript:alert(2)", '
        f'"laws": [{{"law": "{evil}", "article": 1, "label": "{evil}"}}]}}'
    )
    contact = f'{{"name": "{evil}", "text": "{evil}", "phone": "{evil}", "url": "javascript:alert(3)"}}'
    answer = (
        f'{{"id": "x", "status": "partial", "answer": "{evil}", "as_of": "2026-11-24", "sentences": '
        f'[{{"text": "{evil}", "citations": [1]}}], "citations": [{citation}], "suggestions": ["{evil}"], "choices": '
        f'["{evil}"], "contact": {contact}, "notice": "{evil}", "generated_by": "{evil}"}}'
    )
    stream = (
        'event: status\ndata: {"status": "partial"}\n\n'
        f'event: sentence\ndata: {{"text": "{evil}", "citations": [1]}}\n\n'
        f'event: citations\ndata: {{"citations": [{citation}]}}\n\nevent: done\ndata: {answer}\n\n'
    )
    page.route("**/api/ask/stream", lambda r: r.fulfill(content_type="text/event-stream", body=stream))
    ask(page, evil)
    card = answered(page)
    expect(card.locator(".text")).to_contain_text(evil)
    assert page.locator("img, b:text-is('x')").count() == 0
    assert {a.get_attribute("href") for a in card.locator("sup a, .source a").all()} == {"#"}
    assert dialogs == []
    assert faults == []


def test_of_two_questions_the_one_without_an_answer_is_named(page: Page) -> None:
    ask(page, "好评返现可以吗？离婚了财产怎么分？")
    card = answered(page)
    expect(card.locator(".status")).to_contain_text("只查到一部分")
    expect(card.locator(".text")).to_contain_text("不可以")
    expect(card.locator(".text .note").last).to_contain_text("第二问")


def test_the_button_on_a_page_works_by_keyboard(
    browser: Browser, configure: Callable[..., Settings], tmp_path: Path
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text(f'<!doctype html><body data-md-color-scheme="slate">{WIDGET}', "utf-8")
    with served(create_app(configure(site=site))) as address:
        page = browser.new_page(viewport=PHONE)
        page.goto(address)
        expect(page.get_by_role("button", name="问合规")).to_be_visible()
        page.mouse.click(5, 5)  # gives the headless window the focus a person's window has
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog", name="合规问答")
        expect(dialog).to_be_visible()
        expect(page.locator("hegui-chat")).to_have_attribute("data-theme", "dark")
        expect(page.locator(".examples")).to_be_visible()
        page.get_by_label("您的问题").focus()
        page.keyboard.type(QUESTION)
        page.keyboard.press("Enter")
        answered(page)
        for _ in range(40):  # Tab stays inside while the dialog covers the screen
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.tagName") == "HEGUI-CHAT"
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        opened = page.get_by_role("button", name="问合规")
        expect(opened).to_be_focused()
        page.evaluate("document.body.dataset.mdColorScheme = 'default'")
        expect(page.locator("hegui-chat")).to_have_attribute("data-theme", "light")
        page.close()


@pytest.mark.parametrize("constructs", [True, False])  # style sheets: WebKit before 16.4 does not
def test_another_site_embeds_the_widget(
    browser: Browser, configure: Callable[..., Settings], constructs: bool
) -> None:
    embedding = FastAPI()
    with served(embedding) as other, served(create_app(configure(), allow_origins=[other])) as address:
        widget = (
            f'<script type="module" src="{address}/static/hegui-chat.js"></script><hegui-chat></hegui-chat>'
        )
        embedding.get("/", response_class=HTMLResponse)(lambda: f"<!doctype html>{widget}")
        page = browser.new_page()
        if not constructs:
            page.add_init_script("window.CSSStyleSheet = function () { throw new TypeError() }")
        page.goto(other)
        page.get_by_role("button", name="问合规").click()
        ask(page, QUESTION)
        link = answered(page).locator("sup a").first
        assert link.get_attribute("href") == f"{address}/live-room/genuine-trade/#faq-1"
        expect(page.locator(".send:visible")).to_have_css("border-radius", "50%")  # the style sheet came too
        page.close()


def test_an_allowed_portal_shows_the_chat_in_a_frame_and_no_other_does(
    browser: Browser, configure: Callable[..., Settings]
) -> None:
    portal, stranger = FastAPI(), FastAPI()
    with (
        served(portal) as allowed,
        served(stranger) as other,
        served(create_app(configure(), allow_origins=[allowed])) as address,
    ):
        frame = f"<!doctype html><iframe src='{address}/chat' width=360 height=700></iframe>"
        for app in (portal, stranger):
            app.get("/", response_class=HTMLResponse)(lambda: frame)
        page = browser.new_page()
        page.goto(other)
        page.wait_for_load_state("networkidle")
        expect(page.frame_locator("iframe").get_by_label("您的问题")).to_have_count(0)
        page.goto(allowed)
        inside = page.frame_locator("iframe")
        inside.get_by_label("您的问题").fill(QUESTION)
        inside.get_by_role("button", name="发送").click()
        expect(inside.locator(".verdict")).to_contain_text("不可以")
        page.close()


def test_a_question_is_changed_and_asked_again(page: Page) -> None:
    ask(page, QUESTION)
    answered(page).get_by_role("button", name="改问题").click()
    expect(page.get_by_label("您的问题")).to_have_value(QUESTION)
    expect(page.get_by_label("您的问题")).to_be_focused()


def test_an_answer_is_read_aloud_and_stops(page: Page) -> None:
    page.add_init_script(VOICE)  # the browser's own voices are not those of a test machine
    page.goto("/chat")
    ask(page, QUESTION)
    card = answered(page)
    card.get_by_role("button", name="朗读").click()
    spoken = page.evaluate("said.map((u) => [u.lang, u.text])")
    assert spoken[0][0] == "zh-CN"
    assert "不可以" in spoken[0][1]
    assert "[1]" not in spoken[0][1]
    card.get_by_role("button", name="停止朗读").click()
    expect(card.get_by_role("button", name="朗读", exact=True)).to_be_visible()
    card.get_by_role("button", name="朗读").click()
    page.evaluate("said.at(-1).onerror({ error: 'voice-unavailable' })")
    expect(card).to_contain_text("没有能读中文的声音")


def test_the_reference_page_draws_the_routes(browser: Browser, server: str) -> None:
    page = browser.new_page()
    page.goto(f"{server}/docs")
    expect(page.locator("main")).to_contain_text("/api/ask/stream")
    page.locator("summary", has_text="/api/ask").first.click()
    expect(page.locator("details[open]")).to_contain_text("请求正文")
    page.close()
