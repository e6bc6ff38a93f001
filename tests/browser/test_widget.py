"""The widget around the answers: focus, Back, theme, type size, paper, old browsers, access."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from rag.content import load_corpus
from rag.ground.settings import Settings
from rag.index import bring_up_to_date, publish_words
from tests.browser.chatting import (
    DESKTOP,
    PHONE,
    QUESTION,
    SIZES,
    WIDGET,
    answered,
    ask,
    faults,
    opened,
    reply,
    until,
)
from tests.conftest import served

pytestmark = pytest.mark.browser

CLAUSE = "/live-room/genuine-trade/"
SMALL = """() => [...document.querySelector('hegui-chat').shadowRoot
  .querySelectorAll('button, select, textarea, .chip, .agree, .source a, .head a, .row a, input:not([type=radio], [type=checkbox])')]
  .filter(e => e.getClientRects().length).map(e => [e.textContent || e.id, e.getBoundingClientRect()])
  .filter(([, box]) => box.width < 44 || box.height < 44).map(([text]) => text)"""


@pytest.fixture
def address(configure: Callable[..., Settings], tmp_path: Path) -> Iterator[str]:
    """A site of two pages with the widget: a first page, and the guideline that answers about paid reviews."""
    page = '<!doctype html><html lang="zh-CN"><meta name="viewport" content="width=device-width"><title>{0}</title><body><main><h1>{0}</h1><p><a href="{1}">去</a></p><p style="height:1500px">文</p><p id="faq-1">好评返现</p></main>'
    folder = tmp_path / "site" / "live-room" / "genuine-trade"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text(page.format("指引", "/") + WIDGET, "utf-8")
    (tmp_path / "site" / "index.html").write_text(page.format("首页", CLAUSE) + WIDGET, "utf-8")
    with served(create_app(configure(site=tmp_path / "site"))) as where:
        yield where


@pytest.fixture(params=SIZES)
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page on a phone and on a desktop."""
    with opened(browser, address, SIZES[request.param]) as page:
        yield page


def style(page: Page, selector: str, name: str) -> str:
    """A computed style inside the widget, once the element is there."""
    return str(page.locator(selector).first.evaluate("(e, name) => getComputedStyle(e)[name]", name))


def open_panel(page: Page) -> Any:
    page.get_by_role("button", name="问合规").click()
    dialog = page.get_by_role("dialog", name="合规问答")
    expect(dialog.locator(".start, .turn").first).to_be_visible()
    return dialog


# --- focus and Back --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [CLAUSE, "/chat"])
def test_a_page_that_loads_keeps_its_focus(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.get_by_role("button", name=re.compile("问合规|大字")).first).to_be_visible()
    assert page.evaluate("document.activeElement === document.body")


def test_a_citation_of_this_page_is_not_covered(page: Page) -> None:
    page.goto(CLAUSE)
    dialog = open_panel(page)
    ask(page, QUESTION)
    answered(page).locator("sup a").first.click()
    page.wait_for_url(f"**{CLAUSE}#faq-1")
    expect(page.locator("#faq-1")).to_be_in_viewport()
    expect(dialog).to_be_visible(
        visible=page.viewport_size == DESKTOP
    )  # on a phone it would cover the clause


def test_a_citation_of_another_page_leads_there_and_back_to_the_conversation(page: Page) -> None:
    page.goto("/")
    open_panel(page)
    ask(page, QUESTION)
    answered(page).locator("sup a").first.click()
    page.wait_for_url(f"**{CLAUSE}#faq-1")
    expect(page.locator("#faq-1")).to_be_in_viewport()
    dialog = page.get_by_role("dialog", name="合规问答")
    beside = page.viewport_size == DESKTOP  # on a phone it would cover the clause
    expect(page.get_by_role("button", name="问合规")).to_be_visible(visible=not beside)
    expect(dialog).to_be_visible(visible=beside)
    if beside:
        expect(dialog.locator(".verdict")).to_contain_text("不可以")
        assert page.evaluate("document.activeElement === document.body")
    page.go_back()
    expect(dialog.locator(".verdict")).to_contain_text("不可以")
    page.get_by_role("button", name="关闭").click()
    expect(dialog).to_be_hidden()
    page.goto(CLAUSE)  # closed is closed
    expect(page.get_by_role("button", name="问合规")).to_be_visible()
    expect(dialog).to_be_hidden()


def test_back_on_a_phone_closes_the_panel_first(browser: Browser, address: str) -> None:
    with opened(browser, address, PHONE) as page:
        page.goto("/")
        page.get_by_role("link", name="去").click()
        dialog = open_panel(page)
        page.go_back()
        expect(dialog).to_be_hidden()
        assert page.url == f"{address}{CLAUSE}"
        open_panel(page)
        page.get_by_role("button", name="关闭").click()
        expect(dialog).to_be_hidden()
        until(page, "!history.state?.heguiPanel")
        page.go_back()  # the closed panel left no step behind
        page.wait_for_url(f"{address}/")


def test_the_page_around_chooses_the_role(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("button", name="问合规")).to_be_visible()
    chat = page.locator("hegui-chat")
    chat.evaluate("c => { c.operator = 'anchor' }")  # before the roles have come
    expect(open_panel(page).locator(".context")).to_contain_text("身份：主播")
    chat.evaluate("c => c.setRole('live-room')")
    expect(page.get_by_role("radio", name="直播间")).to_be_checked()
    assert chat.evaluate("c => [c.operator, c.options.operators.length > 1]") == ["live-room", True]


def test_the_role_last_asked_as_goes_along(page: Page) -> None:
    """A citation leads to a page without a role of its own: who went on asking there was suddenly nobody."""
    page.goto("/chat?operator=live-room")
    ask(page, QUESTION)
    answered(page)
    page.goto("/chat")
    expect(page.locator(".context")).to_contain_text("身份：直播间")


# --- the page /chat --------------------------------------------------------------------------------------------


def test_a_question_in_the_address_is_asked_once(page: Page) -> None:
    page.goto("/chat?q=好评返现可以吗&operator=live-room&as_of=2026-03-01")
    expect(answered(page).locator(".verdict")).to_contain_text("不可以")
    expect(page.locator(".context")).to_contain_text("身份：直播间 · 按 2026年3月1日 的规定")
    page.reload()
    answered(page)
    expect(page.locator(".turn")).to_have_count(1)


def test_a_conversation_outlives_a_reload_until_a_new_one_begins(page: Page) -> None:
    page.goto("/chat")
    ask(page, QUESTION)
    answered(page)
    page.reload()
    expect(answered(page).locator(".status")).to_contain_text("有明确规定")
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".start")).to_be_visible()
    page.reload()
    expect(page.locator(".start")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(0)


def test_without_the_module_the_page_names_the_hotline(page: Page) -> None:
    page.route("**/static/hegui-chat.js", lambda route: route.abort())
    page.goto("/chat")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("问答打不开的时候")).to_be_visible()
    expect(page.get_by_role("link", name="12315")).to_have_attribute("href", "tel:12315")


def test_without_constructed_style_sheets_it_looks_and_works_the_same(page: Page) -> None:
    errors: list[str] = []
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script("window.CSSStyleSheet = function () { throw new TypeError('Illegal constructor') }")
    page.goto("/chat")
    ask(page, QUESTION)
    answered(page)
    assert style(page, ".send", "borderRadius") == "50%"
    assert page.evaluate("document.querySelector('hegui-chat').shadowRoot.adoptedStyleSheets.length") == 0
    assert errors == []


# --- theme and type --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "system", "shown"),
    [
        ({"media": "(prefers-color-scheme: dark)", "scheme": "slate"}, "light", "dark"),
        ({"media": "(prefers-color-scheme: light)", "scheme": "default"}, "dark", "light"),
        ({"media": "(prefers-color-scheme)", "scheme": "default"}, "dark", "dark"),
    ],
)
def test_the_chat_page_follows_the_theme_chosen_on_the_site(
    browser: Browser, address: str, chosen: dict[str, str], system: Any, shown: str
) -> None:
    with opened(browser, address, PHONE, color_scheme=system) as page:
        page.add_init_script(
            f"localStorage.setItem('/.__palette', JSON.stringify({{index: 1, color: {chosen}}}))"
        )
        page.goto("/chat")
        expect(page.locator("hegui-chat")).to_have_attribute("data-theme", shown)


def test_text_of_twice_the_size_fits(page: Page) -> None:
    page.goto("/chat")
    ask(page, QUESTION)
    answered(page)
    usual = style(page, ".text p", "fontSize")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert float(style(page, ".text p", "fontSize")[:-2]) == pytest.approx(2 * float(usual[:-2]))
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    assert page.locator(".log").evaluate("e => e.scrollWidth <= e.clientWidth")


def test_large_type_is_remembered(page: Page) -> None:
    page.goto("/chat")
    usual = float(style(page, ".hello", "fontSize")[:-2])
    page.get_by_role("button", name="大字").click()
    assert float(style(page, ".hello", "fontSize")[:-2]) > 1.3 * usual
    page.reload()
    expect(page.get_by_role("button", name="大字")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


# --- paper -----------------------------------------------------------------------------------------------------


def test_the_chat_page_prints_every_turn_in_dark_on_light(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto("/chat")
    for question in (QUESTION, "直播间刷单会罚多少钱", "数字人直播一定要标吗"):
        ask(page, question)
        answered(page)
    page.emulate_media(media="print")
    log = page.locator(".log")
    assert log.evaluate(
        "e => e.scrollHeight <= e.clientHeight && e.getBoundingClientRect().bottom > innerHeight"
    )
    assert style(page, ".question", "color") == "rgb(0, 0, 0)"
    assert style(page, ".question", "backgroundColor") == "rgba(0, 0, 0, 0)"
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A5"))) > 1
    expect(page.locator(".foot")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_panel_prints_its_turns_without_the_page_below(page: Page) -> None:
    page.add_init_script("window.print = () => { top.printed = document.body.innerText }")
    page.goto("/")
    open_panel(page)
    for question in (QUESTION, "直播间刷单会罚多少钱"):
        ask(page, question)
        answered(page)
    page.get_by_role("button", name="打印").click()
    until(page, "window.printed")
    printed = page.evaluate("window.printed")
    assert QUESTION in printed
    assert "直播间刷单会罚多少钱" in printed
    assert "首页" not in printed


# --- access ----------------------------------------------------------------------------------------------------


def test_the_chat_page_has_one_heading_and_one_main(page: Page) -> None:
    page.goto("/chat")
    ask(page, QUESTION)
    answered(page)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("main")).to_have_count(1)
    for landmark in ("banner", "contentinfo", "complementary"):
        expect(page.get_by_role(landmark)).to_have_count(0)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["/", "/chat"])
def test_no_state_has_an_accessibility_fault_or_a_small_target(page: Page, path: str) -> None:
    page.goto(path)
    found = [("closed", *fault) for fault in faults(page)] if path == "/" else []
    if path == "/":
        open_panel(page)
    expect(page.locator(".start")).to_be_visible()
    found += [("start", *fault) for fault in faults(page)]
    small = page.evaluate(SMALL)
    page.get_by_role("button", name="更改").click()
    for question in (QUESTION, "明天北京天气怎么样"):
        ask(page, question)
        answered(page)
    answered(page).get_by_role("button", name="转给联络员").click()
    answered(page).get_by_role("button", name="没用").click()
    expect(page.locator("form.comment")).to_be_visible()
    found += [("answered", *fault) for fault in faults(page)]
    small += page.evaluate(SMALL)
    asks = [{"asked": kind, "kind": kind} for kind in ("direct", "nearest", "none")]
    for status, part in (("partial", asks), ("partial", asks[1:2]), ("refused", [])):
        reply(page, status=status, parts=part, verdict="不能", missing=["没有查到。"])
        ask(page, QUESTION)
        answered(page)
    page.unroute("**/api/ask/stream")
    page.route("**/api/ask/stream", lambda route: route.fulfill(status=429, headers={"Retry-After": "9"}))
    ask(page, QUESTION)
    expect(page.locator(".trouble .row")).to_contain_text("还要等")
    found += [("found", *fault) for fault in faults(page)]
    assert found == []
    assert small + page.evaluate(SMALL) == []


# --- words alone -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_while_only_words_are_searched_a_line_says_so_until_the_vectors_are_there(
    browser: Browser, configure: Callable[..., Settings], tmp_path: Path, size: str
) -> None:
    mine = configure(data=tmp_path / "var")
    corpus = load_corpus(mine.guidelines)
    publish_words(mine, corpus)
    with served(create_app(mine)) as where, opened(browser, where, SIZES[size]) as page:
        page.goto("/chat")
        line = page.locator("hegui-chat .limits")
        expect(line).to_contain_text("暂时只按字词查找")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        ask(page, QUESTION)
        answered(page)
        expect(line).to_be_visible()
        bring_up_to_date(mine, corpus)
        expect(line).to_be_hidden(timeout=60_000)
