"""审稿 in the assistant: its tab on a phone and on a desktop, on our pages and on another site's."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser, Locator, Page, expect

from api.app import create_app
from rag.ground.settings import Settings
from tests.browser.chatting import PHONE, SIZES, WIDGET, answered, ask, faults, opened, until
from tests.browser.test_widget import SMALL
from tests.conftest import served
from tests.script.small import add_rules

pytestmark = pytest.mark.browser
TEXT = "好评返现三元，晒图再送。五星返现五元。"


@pytest.fixture
def settings(configure: Callable[..., Settings], indexed: Settings, tmp_path: Path) -> Settings:
    """The small content with a rule of the script check, and a page with the widget."""
    shutil.copytree(indexed.guidelines, tmp_path / "guidelines")
    site = tmp_path / "site"
    site.mkdir()
    html = f'<!doctype html><html lang="zh-CN"><meta name="viewport" content="width=device-width"><title>首页</title><main><h1>首页</h1></main>{WIDGET}'
    (site / "index.html").write_text(html, "utf-8")
    return configure(guidelines=add_rules(tmp_path / "guidelines"), site=site)


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    with served(create_app(settings)) as where:
        yield where


@pytest.fixture(params=SIZES)
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page on a phone and on a desktop; the test fails on whatever the browser refuses."""
    with opened(browser, address, SIZES[request.param]) as page:
        refused = watched(page)
        yield page
        assert refused == []


def watched(page: Page) -> list[str]:
    """Errors of the page, among them what its Content-Security-Policy does not let through."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    return said


def open_tab(page: Page, path: str = "/") -> Locator:
    """The pane with the script check."""
    page.goto(path)
    if path == "/":
        page.get_by_role("button", name="问合规").click()
    page.get_by_role("tab", name="审稿").click()
    pane = page.get_by_role("tabpanel", name="审稿")
    expect(pane.get_by_label("稿子", exact=True)).to_be_visible()
    return pane


def check(pane: Locator, text: str = TEXT) -> Locator:
    """The cards of the result."""
    pane.get_by_label("稿子", exact=True).fill(text)
    pane.get_by_role("button", name="审稿", exact=True).click()
    expect(pane.locator("#hs-result")).to_be_visible()
    return pane.locator(".hs-card")


@pytest.mark.parametrize("path", ["/", "/chat"])
def test_a_script_is_checked_and_a_wording_taken(page: Page, path: str) -> None:
    pane = open_tab(page, path)
    assert faults(page) == []
    cards = check(pane)
    expect(cards).to_have_count(2)
    for part in ("违法", "“好评返现”", "用返现换好评，就是编造用户评价。", "《电子商务法》第十七条"):
        expect(cards.first).to_contain_text(part)
    clause = cards.first.get_by_role("link", name="交易与评价真实（2026-02-01 版）")
    assert str(clause.get_attribute("href")).endswith("/live-room/genuine-trade/#mustnot-1")
    assert faults(page) == []
    assert page.evaluate(SMALL) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert pane.evaluate("e => e.scrollWidth <= e.clientWidth")
    kept = "Object.values(localStorage).concat(Object.values(sessionStorage)).join()"
    assert "晒图再送" not in page.evaluate(kept)
    pane.get_by_role("button", name="把“好评返现”改成“欢迎说说用下来的感受”").click()
    expect(cards).to_have_count(1)
    expect(pane.get_by_label("稿子", exact=True)).to_have_value(
        TEXT.replace("好评返现", "欢迎说说用下来的感受")
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_large_type_and_both_themes_have_no_fault(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    pane = open_tab(page)
    page.get_by_role("button", name="大字").click()
    check(pane)
    assert faults(page) == []
    assert pane.evaluate("e => e.scrollWidth <= e.clientWidth")


def test_the_assistant_is_asked_about_a_finding_and_the_script_stays(page: Page) -> None:
    pane = open_tab(page)
    check(pane).first.get_by_role("button", name="问助手").click()
    expect(page.get_by_role("tab", name="问答")).to_have_attribute("aria-selected", "true")
    card = answered(page)
    expect(page.locator(".question")).to_contain_text("直播时说“好评返现”（花钱买好评），可以吗？")
    expect(card.locator(".sources")).to_contain_text("交易与评价真实")
    page.get_by_role("tab", name="审稿").click()
    expect(pane.get_by_label("稿子", exact=True)).to_have_value(TEXT)
    expect(pane.locator(".hs-card")).to_have_count(2)


def test_the_tabs_are_chosen_by_the_arrow_keys(page: Page) -> None:
    page.goto("/chat")
    expect(page.locator(".start")).to_be_visible()
    page.get_by_role("tab", name="问答").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="审稿")).to_be_focused()
    expect(page.get_by_label("稿子", exact=True)).to_be_visible()
    expect(page.get_by_label("您的问题")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="问答")).to_be_focused()
    ask(page, "好评返现可以吗")
    answered(page)


def test_the_parts_come_when_the_tab_is_opened(page: Page) -> None:
    fetched: list[str] = []
    page.on("request", lambda call: fetched.append(call.url) if "/static/script/" in call.url else None)
    page.goto("/chat")
    expect(page.locator(".start")).to_be_visible()
    assert fetched == []
    page.get_by_role("tab", name="审稿").click()
    expect(page.get_by_label("稿子", exact=True)).to_be_visible()
    assert any("script.css" in url for url in fetched)


def test_a_panel_prints_the_report_without_the_page_below(page: Page) -> None:
    page.add_init_script("window.print = () => { top.printed = document.body.innerText }")
    pane = open_tab(page)
    check(pane)
    pane.get_by_role("button", name="打印报告").click()
    until(page, "window.printed")
    printed = page.evaluate("window.printed")
    for part in ("播前审稿报告", "规则版本", "结果编号", TEXT, "用返现换好评"):
        assert part in printed
    assert "首页" not in printed


def test_the_chat_page_prints_the_report_alone(page: Page) -> None:
    page.goto("/chat")
    ask(page, "好评返现可以吗")
    answered(page)
    page.get_by_role("tab", name="审稿").click()
    check(page.get_by_role("tabpanel", name="审稿"))
    page.emulate_media(media="print")
    expect(page.locator(".hs-stamp")).to_be_visible()
    expect(page.locator(".hs-card").last).to_be_visible()
    expect(page.locator(".turn")).to_be_hidden()
    for gone in (".tabs", ".hs-form", ".hs-tools"):
        expect(page.locator(gone)).to_be_hidden()


@pytest.mark.parametrize("size", SIZES)
def test_without_the_network_the_tab_says_so_and_opens_later(
    browser: Browser, address: str, size: str
) -> None:
    with opened(browser, address, SIZES[size]) as page:
        page.goto("/chat")
        for part in ("**/static/script/review.js", "**/static/script/script.css", "**/api/script-check"):
            page.route(part, lambda route: route.abort())
        page.get_by_role("tab", name="审稿").click()
        pane = page.get_by_role("tabpanel", name="审稿")
        expect(pane.get_by_role("alert")).to_contain_text("审稿没有打开")
        page.unroute("**/static/script/review.js")
        pane.get_by_role("button", name="再试一次").click()
        pane.get_by_label("稿子", exact=True).fill(TEXT)  # plain, but there
        pane.get_by_role("button", name="审稿", exact=True).click()
        expect(pane.get_by_role("alert")).to_contain_text("连不上服务")
        page.unroute("**/api/script-check")
        expect(check(pane)).to_have_count(2)


@pytest.mark.parametrize("constructs", [True, False])  # style sheets: WebKit before 16.4 does not
def test_another_site_with_a_strict_policy_embeds_the_tab(
    browser: Browser, settings: Settings, constructs: bool
) -> None:
    portal = FastAPI()
    with served(portal) as other, served(create_app(settings, allow_origins=[other])) as address:
        policy = f"default-src 'none'; script-src {address}; connect-src {address}"
        if not constructs:
            policy += f"; style-src {address}"
        html = (
            '<!doctype html><html lang="zh-CN"><meta name="viewport" content="width=device-width"><title>门户</title><main><h1>门户</h1></main>'
            f'<script type="module" src="{address}/static/hegui-chat.js"></script><hegui-chat></hegui-chat>'
        )
        headers = {"Content-Security-Policy": policy}
        portal.get("/", response_class=HTMLResponse)(lambda: HTMLResponse(html, headers=headers))
        with opened(browser, other, PHONE) as page:
            page.add_init_script("window.print = () => { top.printed = document.body.innerText }")
            if not constructs:
                page.add_init_script("window.CSSStyleSheet = function () { throw new TypeError() }")
            refused = watched(page)
            pane = open_tab(page)
            cards = check(pane)
            expect(cards).to_have_count(2)
            expect(pane.locator(".hs-go")).to_have_css("border-radius", "12px")  # both sheets came
            expect(pane.locator(".hs-text")).to_have_css("white-space-collapse", "preserve")
            clause = cards.first.locator(".hs-basis a").first
            assert clause.get_attribute("href") == f"{address}/live-room/genuine-trade/#mustnot-1"
            cards.first.get_by_role("button", name="这条不对").click()
            expect(cards.first).to_contain_text("谢谢")
            pane.get_by_role("button", name="把“好评返现”改成").click()
            expect(cards).to_have_count(1)
            pane.get_by_role("button", name="打印报告").click()
            until(page, "window.printed")
            assert "播前审稿报告" in page.evaluate("window.printed")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert [line for line in refused if "favicon" not in line] == []


def test_another_site_with_a_strict_policy_embeds_the_script_check_alone(
    browser: Browser, settings: Settings
) -> None:
    portal = FastAPI()
    with served(portal) as other, served(create_app(settings, allow_origins=[other])) as address:
        html = (
            '<!doctype html><html lang="zh-CN"><meta name="viewport" content="width=device-width"><title>门户</title><main><h1>门户</h1>'
            f'<hegui-script></hegui-script></main><script type="module" src="{address}/static/hegui-script.js"></script>'
        )
        headers = {
            "Content-Security-Policy": f"default-src 'none'; script-src {address}; connect-src {address}"
        }
        portal.get("/", response_class=HTMLResponse)(lambda: HTMLResponse(html, headers=headers))
        with opened(browser, other, PHONE) as page:
            refused = watched(page)
            page.goto("/")
            cards = check(page.locator("hegui-script"))
            expect(cards).to_have_count(2)
            expect(page.locator(".hs-go")).to_have_css("border-radius", "12px")
            expect(page.get_by_role("button", name="问助手")).to_have_count(0)  # there is none on that page
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert [line for line in refused if "favicon" not in line] == []
