"""What the chat says of an answer and offers with it: true labels, the asker's words, links, copy, share, stop, waiting."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from api.app import create_app
from rag.ground.settings import Settings
from tests.browser.chatting import PHONE, QUESTION, SIZES, answered, ask, opened, reply, until
from tests.conftest import served

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=alert(1)>运费险呢"


@pytest.fixture(params=SIZES)
def page(browser: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The chat page on a phone and on a desktop."""
    with opened(
        browser, server, SIZES[request.param], permissions=["clipboard-read", "clipboard-write"]
    ) as page:
        page.goto("/chat")
        yield page


# --- what was found --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "findings", "label", "tick"),
    [
        ("answered", ["direct"], "有明确规定", True),
        ("answered", ["direct", "direct"], "有明确规定", True),
        ("answered", ["direct", "nearest"], "只查到一部分", False),
        ("answered", ["nearest"], "最接近的规定", False),
        ("partial", ["nearest"], "最接近的规定", False),
        ("partial", ["nearest", "nearest"], "最接近的规定", False),
        ("partial", ["direct", "none"], "只查到一部分", False),
        ("partial", ["nearest", "none"], "只查到一部分", False),
        ("answered", ["something new"], "只查到一部分", False),
        ("answered", [], "有明确规定", True),
        ("no_evidence", ["none"], "没有查到依据", False),
    ],
)
def test_the_label_says_what_was_found(
    browser: Browser, server: str, status: str, findings: list[str], label: str, tick: bool
) -> None:
    with opened(browser, server, PHONE) as page:
        page.goto("/chat")
        reply(page, status=status, parts=[{"asked": f"第{n}问", "kind": f} for n, f in enumerate(findings)])
        ask(page, QUESTION)
        head = answered(page).locator(".status")
        expect(head).to_contain_text(label)
        assert ("✓" in head.inner_text()) is tick


def test_every_ask_is_restated_in_the_askers_words_with_its_finding(page: Page) -> None:
    parts = [
        {"asked": "能喊全网最低价吗", "kind": "direct"},
        {"asked": EVIL, "kind": "none"},
        {"asked": "福袋呢", "kind": "nearest"},
    ]
    reply(page, status="partial", parts=parts)
    ask(page, f"能喊全网最低价吗？{EVIL}？福袋呢")
    card = answered(page)
    expect(card.locator(".asks li")).to_have_text(
        ["直接规定能喊全网最低价吗", f"没查到{EVIL}", "最接近的规定福袋呢"]
    )
    assert page.locator("img").count() == 0
    assert card.evaluate(
        "c => !!(c.querySelector('.asks').compareDocumentPosition(c.querySelector('.text')) & Node.DOCUMENT_POSITION_FOLLOWING)"
    )


def test_no_tick_is_shown_before_the_answer_is_complete(page: Page) -> None:
    half = 'event: status\ndata: {"status": "answered"}\n\n'
    page.evaluate(
        """half => { window.fetch = async () => new Response(new ReadableStream({
            start: (stream) => stream.enqueue(new TextEncoder().encode(half)) })); }""",
        half,
    )
    ask(page, QUESTION)
    head = page.locator(".turn .status")
    expect(head).to_contain_text("正在写")
    assert "✓" not in head.inner_text()


def test_without_the_new_fields_nothing_is_restated(page: Page) -> None:
    reply(page)
    ask(page, QUESTION)
    expect(answered(page).locator(".status")).to_contain_text("有明确规定")
    expect(page.locator(".asks")).to_have_count(0)


def test_the_verdict_stands_first_and_once(page: Page) -> None:
    reply(page, verdict="要", sentences=[{"text": "送粉丝的小样也是商品。", "citations": []}])
    ask(page, "送小样要标价吗")
    text = answered(page).locator(".text")
    expect(text.locator("p")).to_have_text(["要", "送粉丝的小样也是商品。"])
    expect(text.locator(".verdict")).to_have_text("要")


def test_a_suggestion_is_never_what_was_just_answered(page: Page) -> None:
    reply(
        page,
        sentences=[{"text": "不可以。", "citations": [], "heading": "“全网最低价”能说吗？"}],
        suggestions=["“全网最低价”能说吗", "好评返现可以吗？", "划线价怎么写", "划线价怎么写？"],
    )
    ask(page, QUESTION)
    answered(page)
    expect(page.locator(".next button")).to_have_text(["划线价怎么写"])


def test_without_an_answer_what_may_be_meant_comes_before_whom_to_ask(page: Page) -> None:
    reply(
        page,
        status="no_evidence",
        sentences=[],
        answer="没有一条能确定答的是您这个问题。",
        suggestions=["用机器人刷在线人数，罚多少？"],
    )
    ask(page, "机器人挂人气咋罚")
    card = answered(page)
    meant = card.locator(".next button")
    expect(meant).to_have_text(["用机器人刷在线人数，罚多少？"])
    before = "a => a.getRootNode().querySelector('.contact').compareDocumentPosition(a) & Node.DOCUMENT_POSITION_PRECEDING"
    assert meant.evaluate(before)
    meant.click()
    expect(page.locator(".card")).to_have_count(2)
    expect(page.locator(".next button")).to_have_count(0)  # what has been asked is not offered again


def test_whom_to_ask_is_said_once(page: Page) -> None:
    reply(page, status="partial", missing=["它不一定合您的情形。可以联系联络员。"])
    ask(page, QUESTION)
    card = answered(page)
    expect(card.locator(".text")).to_contain_text("它不一定合您的情形。")
    expect(card.get_by_text("可以联系联络员。")).to_have_count(1)


# --- links -----------------------------------------------------------------------------------------------------


def test_law_names_and_guideline_titles_are_links(page: Page) -> None:
    ask(page, QUESTION)
    law = answered(page).get_by_role("link", name="《网络反不正当竞争暂行规定》第九条第一款第（五）项")
    address = urlsplit(str(law.evaluate("a => decodeURI(a.href)")))
    assert (address.path, address.fragment) == ("/laws/网络反不正当竞争暂行规定/", "a9")
    reply(
        page,
        status="no_evidence",
        sentences=[],
        answer="最接近的是《交易与评价真实》。《直播电商监督管理办法》和《没有登记的法》。",
    )
    ask(page, "别的事")
    text = answered(page).locator(".text")
    expect(text.get_by_role("link")).to_have_text(["《交易与评价真实》", "《直播电商监督管理办法》"])
    paths = [urlsplit(str(a.evaluate("a => decodeURI(a.href)"))).path for a in text.get_by_role("link").all()]
    assert paths == ["/live-room/genuine-trade/", "/laws/直播电商监督管理办法/"]


# --- taking along ----------------------------------------------------------------------------------------------


def test_an_answer_is_copied_with_question_and_sources(page: Page) -> None:
    ask(page, QUESTION)
    card = answered(page)
    card.get_by_role("button", name="复制").click()
    expect(card.locator(".state").last).to_contain_text("已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"问：{QUESTION}\n答（有明确规定，按 2026年11月24日 的规定）")
    assert "不可以" in copied
    assert "/live-room/genuine-trade/#faq-1" in copied


@pytest.mark.parametrize("copies", [True, False])
def test_without_a_clipboard_interface_it_copies_the_old_way_or_says_so(page: Page, copies: bool) -> None:
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    if not copies:
        page.evaluate("document.execCommand = () => false")
    ask(page, QUESTION)
    card = answered(page)
    card.get_by_role("button", name="复制").click()
    expect(card.locator(".state").last).to_contain_text("已复制" if copies else "请长按文字选中后复制")
    assert page.locator("body > textarea").count() == 0


def test_a_question_is_shared_as_a_link(page: Page) -> None:
    page.evaluate("Object.defineProperty(navigator, 'share', { value: undefined })")
    page.get_by_role("radio", name="直播间").check(force=True)
    ask(page, QUESTION)
    card = answered(page)
    card.get_by_role("button", name="分享").click()
    expect(card.locator(".state").last).to_contain_text("已复制链接")
    address = urlsplit(page.evaluate("navigator.clipboard.readText()"))
    assert (address.path, parse_qs(address.query)) == ("/chat", {"q": [QUESTION], "operator": ["live-room"]})
    page.goto(f"{address.path}?{address.query}")
    expect(answered(page).locator(".verdict")).to_contain_text("不可以")


def test_the_phones_share_sheet_gets_the_link(page: Page) -> None:
    page.evaluate(
        "Object.defineProperty(navigator, 'share', { value: async (what) => { window.shared = what } })"
    )
    ask(page, QUESTION)
    answered(page).get_by_role("button", name="分享").click()
    until(page, "window.shared?.url.includes('/chat?q=')")


# --- stopping, losing, waiting ---------------------------------------------------------------------------------


def test_an_answer_that_takes_long_can_be_stopped_and_asked_again(page: Page) -> None:
    page.route("**/api/ask/stream", lambda route: None)  # never answers
    ask(page, QUESTION)
    page.get_by_role("button", name="停止").click()
    expect(page.locator(".turn .status")).to_contain_text("已停止")
    expect(page.get_by_role("button", name="发送")).to_be_focused()
    page.unroute("**/api/ask/stream")
    page.get_by_role("button", name="再问一次").click()
    expect(answered(page).locator(".verdict")).to_contain_text("不可以")
    expect(page.locator(".turn")).to_have_count(1)


def test_a_question_whose_page_died_is_offered_again(page: Page) -> None:
    page.route("**/api/ask/stream", lambda route: None)
    ask(page, QUESTION)
    expect(page.get_by_role("button", name="停止")).to_be_visible()
    page.reload()  # while the question is held: let go before, it may be answered in time
    page.unroute("**/api/ask/stream")
    expect(page.locator(".turn .status")).to_contain_text("上次没有收到回答")
    page.get_by_role("button", name="再问一次").click()
    expect(answered(page).locator(".verdict")).to_contain_text("不可以")


def test_too_many_questions_says_why_and_when_to_go_on(
    browser: Browser, configure: Callable[..., Settings]
) -> None:
    with (
        served(create_app(configure(rate_limit=1))) as address,
        opened(browser, address, PHONE) as page,
    ):
        page.goto("/chat")
        ask(page, QUESTION)
        answered(page)
        page.clock.install()
        ask(page, "数字人直播一定要标吗")
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("提问太快了")
        expect(alert).to_contain_text("您的问题还在")
        again = page.get_by_role("button", name="再试一次")
        expect(again).to_be_disabled()
        expect(page.locator(".trouble .row")).to_contain_text("还要等")
        page.clock.run_for(61_000)
        expect(again).to_be_enabled()
        expect(page.locator(".trouble .row")).to_contain_text("现在可以再试了")


def test_a_fault_in_mid_stream_is_named(page: Page) -> None:
    body = json.dumps({"title": "向量库暂时不能用", "detail": "请稍后再试。", "status": 503})
    half = f'event: status\ndata: {{"status": "answered"}}\n\nevent: error\ndata: {body}\n\n'
    page.route("**/api/ask/stream", lambda r: r.fulfill(content_type="text/event-stream", body=half))
    ask(page, QUESTION)
    expect(page.get_by_role("alert")).to_contain_text("向量库暂时不能用")


def test_twenty_long_answers_do_not_lock_the_conversation(page: Page) -> None:
    turn = {
        "question": "问" * 500,
        "answer": {
            "id": "a", "status": "answered", "answer": "答" * 4000, "as_of": "2026-11-24", "citations": [], "suggestions": [],
            "sentences": [{"text": "答" * 4000, "citations": []}], "contact": {"text": "联络员"}, "generated_by": "extractive",
        },
    }  # fmt: skip
    page.evaluate(
        "turn => sessionStorage.setItem('hegui.chat', JSON.stringify({ turns: Array(20).fill(turn) }))", turn
    )
    page.reload()
    expect(page.locator(".turn")).to_have_count(20)
    with page.expect_response("**/api/ask/stream") as response:
        ask(page, QUESTION)
    assert response.value.status == 200
    assert (response.value.request.post_data_json or {})["history"] == [{"question": "问" * 500}] * 6
    answered(page)


@pytest.mark.parametrize(
    "kept", ['[{"question": 1}]', '{"turns": [{"question": "a", "answer": {"sentences": [1]}}]}', "{"]
)
def test_a_conversation_nobody_can_read_is_put_away(page: Page, kept: str) -> None:
    page.evaluate("kept => sessionStorage.setItem('hegui.chat', kept)", kept)
    page.reload()
    expect(page.locator(".start")).to_be_visible()
    ask(page, QUESTION)
    answered(page)


# --- feedback --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [{"stored": False, "message": "谢谢，已经记下。"}, {}])
def test_what_was_not_stored_is_not_said_to_be(page: Page, body: dict[str, Any]) -> None:
    def answer(route: Route) -> None:
        route.fulfill(status=201, content_type="application/json", body=json.dumps(body))

    page.route("**/api/feedback", answer)
    ask(page, QUESTION)
    card = answered(page)
    card.get_by_role("button", name="没用").click()
    expect(card.locator(".actions")).to_contain_text("没有记录")
    expect(card.locator(".actions")).not_to_contain_text("已经记下")
    expect(card.get_by_role("button", name="没用")).to_have_attribute("aria-pressed", "false")
    expect(card.locator("form.comment")).to_have_count(0)
