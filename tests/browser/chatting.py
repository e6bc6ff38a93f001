"""What the tests of the chat share: sizes of screens, asking, waiting for the answer, answers the index cannot give."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Route, ViewportSize, expect

PHONE, DESKTOP = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=800)
SIZES = {"phone": PHONE, "desktop": DESKTOP}
QUESTION = "好评返现可以吗"
AXE = Path(__file__).parents[1] / "site" / "vendor" / "axe.min.js"
# A theme is colours: in the dark one only what depends on them is looked at anew.
SCHEMES: tuple[tuple[str, list[str] | None], ...] = (
    ("dark", ["color-contrast", "link-in-text-block"]),
    ("light", None),
)
AT_REST = """async (rules) => {
    const still = new CSSStyleSheet();
    still.replaceSync("*, *::before, *::after { transition: none !important; animation: none !important; }");
    document.adoptedStyleSheets.push(still);
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))); // in the theme just set
    try {
        return await axe.run(document, { resultTypes: ["violations"], ...(rules && { runOnly: rules }) });
    } finally {
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== still);
    }
}"""
# In the place of a browser's voices, of which a test machine has none: what is to be said, and a way to end it.
VOICE = """window.said = []; window.SpeechSynthesisUtterance = function (text) { this.text = text; };
Object.defineProperty(window, "speechSynthesis", { value: { speak(u) { said.push(u); }, cancel() { said.at(-1)?.onerror?.({ error: "canceled" }); } } });"""
WIDGET = '<script type="module" src="/static/hegui-chat.js"></script><hegui-chat mode="button"></hegui-chat>'


@contextmanager
def opened(browser: Browser, address: str, size: ViewportSize, **options: Any) -> Iterator[Page]:
    """A page in a context of its own, without motion."""
    context = browser.new_context(
        viewport=size, base_url=address, locale="zh-CN", reduced_motion="reduce",
        has_touch=size == PHONE, is_mobile=size == PHONE, **options,
    )  # fmt: skip
    yield context.new_page()
    context.close()


def until(page: Page, condition: str, seconds: float = 10) -> None:
    """Wait for a condition in JavaScript. (`wait_for_function` looks again by `eval`, which the pages' policy forbids.)"""
    ends = time.monotonic() + seconds
    while not page.evaluate(condition):
        assert time.monotonic() < ends, f"{condition} 一直不成立"
        page.wait_for_timeout(50)


def ask(page: Page, question: str) -> None:
    page.get_by_label("您的问题").fill(question)
    page.get_by_role("button", name="发送").click()


def answered(page: Page) -> Locator:
    """The last answer card, once it is complete."""
    card = page.locator(".turn").last.locator(".card")
    expect(card.get_by_role("button", name="有用")).to_be_visible()
    return card


def faults(page: Page) -> list[tuple[str, str, str]]:
    """What axe finds in either theme, its best practices included, in the page at rest: what fades is measured at its end.

    Where a theme was chosen on the page, both times in that one. The page is left in the light theme.
    """
    return [fault for scheme, rules in SCHEMES for fault in faults_in(page, scheme, rules)]


def faults_in(page: Page, scheme: str, rules: list[str] | None = None) -> list[tuple[str, str, str]]:
    """What axe finds in one theme, by all its rules or some, in the page at rest."""
    page.evaluate(AXE.read_text("utf-8"))
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found = page.evaluate(AT_REST, rules)["violations"]
    return [(scheme, v["id"], v["nodes"][0]["html"][:200]) for v in found]


def reply(page: Page, **changes: Any) -> None:
    """From now on every question is answered like this, as a server-sent stream over the page's own network."""
    answer = {
        "id": "a1", "status": "answered", "answer": "不可以。", "as_of": "2026-11-24", "citations": [], "suggestions": [],
        "sentences": [{"text": "不可以。", "citations": []}], "contact": {"name": "联络员", "text": "可以联系联络员。"},
        "generated_by": "extractive", **changes,
    }  # fmt: skip
    events = [("status", {"status": answer["status"], "as_of": answer["as_of"]})]
    events += [("sentence", sentence) for sentence in answer["sentences"]]
    events += [("citations", {"citations": answer["citations"]}), ("done", answer)]
    stream = "".join(f"event: {n}\ndata: {json.dumps(d, ensure_ascii=False)}\n\n" for n, d in events)

    def fulfil(route: Route) -> None:
        route.fulfill(content_type="text/event-stream", body=stream)

    page.unroute("**/api/ask/stream")
    page.route("**/api/ask/stream", fulfil)
