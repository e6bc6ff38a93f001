"""What the tests of the site share: sizes, kinds of pages, steps of a reader."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
PAGE_TYPES = [
    "/", "/live-room/", "/live-room/price/", "/live-room/price/2024-07-01/", "/anchor/ip-likeness/2027-01-01/",
    "/live/", "/live/anchor/", "/about/privacy/", "/about/accessibility/", "/about/site/", "/about/report/", "/about/map/", "/live-room/price/compare/", "/topics/", "/topics/price/", "/laws/", "/laws/直播电商监督管理办法/", "/changes/", "/matrix/",
    "/glossary/", "/handouts/", "/handouts/anchor/", "/slides/live-room/price/", "/manual/", "/manual/deploy/", "/manual/settings/", "/nowhere/",
    "/script/", "/daily/", "/assess/", "/training", "/room", "/desk", "/reply", "/docs", "/chat",
]  # fmt: skip
# What is tapped: all but links within a sentence, and those of the matrix, a picture whose links stand in other lists too.
SMALL = """() => [document, ...[...document.querySelectorAll("*")].map((e) => e.shadowRoot).filter(Boolean)]
  .flatMap((root) => [...root.querySelectorAll("a[href], button, select, textarea, summary, label:has(input:is([type=checkbox], [type=radio])), input:not([type=checkbox], [type=radio])")])
  .filter((e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !e.matches(".skip, .md-skip, .headerlink, .hg-matrix a"))
  .filter((e) => getComputedStyle(e).display !== "inline" || e.parentElement.textContent.trim() === e.textContent.trim())
  .map((e) => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.9 || box.width < 43.9).map(([html, box]) => `${html} ${box.width} x ${box.height}`)"""


def too_small(page: Page) -> list[str]:
    """What is smaller than a finger."""
    return list(page.evaluate(SMALL))


def on_phone(page: Page) -> bool:
    return page.viewport_size == PHONE


def at_seven_days(page: Page) -> None:
    expect(page).to_have_url(re.compile(r"/merchant/seven-day-return/"))
    expect(page.locator("h1")).to_contain_text("七日无理由")


def press_until(page: Page, selector: str, key: str = "Tab", limit: int = 150) -> None:
    """Press a key until the element is focused."""
    for _ in range(limit):
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return
        page.keyboard.press(key)
    pytest.fail(f"the keyboard does not reach {selector}")
