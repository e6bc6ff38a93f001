"""The slides in a real browser: no slide of any deck is higher than the screen; on a phone they are a page to scroll."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from rag.content import LawLibrary, load_corpus
from rag.ground import ROOT
from rag.site import SiteOptions, build_pages
from tests.site import support

pytestmark = pytest.mark.browser

MEASURE = """
async (decks) => {
  const slides = document.querySelector('.slides');
  const found = [];
  for (const deck of decks) {
    const page = new DOMParser().parseFromString(await (await fetch(deck)).text(), 'text/html');
    for (const [number, section] of page.querySelectorAll('.slides > section').entries()) {
      section.style.cssText = 'display: block; visibility: visible; position: static; width: 1280px; height: auto; min-height: 0';
      slides.replaceChildren(section);
      found.push([deck, number + 1, section.scrollHeight, section.scrollWidth, section.textContent.length]);
    }
  }
  return found;
}
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A file server that says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def decks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """The decks of the whole content on a file server: its address, and the paths."""
    root = tmp_path_factory.mktemp("decks")
    files = build_pages(
        load_corpus(ROOT / "guidelines"), LawLibrary(root / "none"), SiteOptions(day=support.TODAY)
    )
    made = {path: text for path, text in files.items() if path.startswith("slides/")}
    for path, text in made.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(str(text), "utf-8")
    shutil.copytree(ROOT / "docs" / "assets", root / "assets")
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(root))
    ) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", [f"/{Path(p).parent}/" for p in made]
        server.shutdown()
        thread.join()


def test_no_slide_of_any_deck_is_higher_than_the_screen(
    browser: Browser, decks: tuple[str, list[str]]
) -> None:
    address, paths = decks
    page = browser.new_page(viewport={"width": 1920, "height": 1080}, base_url=address)
    page.goto(paths[0])
    expect(page.locator("section.present h1")).to_be_visible()
    measured: list[Any] = page.evaluate(MEASURE, paths)
    assert len({deck for deck, *_ in measured}) == len(paths) > 100
    assert [m for m in measured if m[2] > 720 or m[3] > 1280] == []
    assert max(m[2] for m in measured) > 500, "the sections were not laid out"
    page.close()


def assert_marked(page: Page) -> None:
    """Duty and ban have a mark and a colour each."""
    marks = [
        page.locator(f".slides section.{kind} h2").first.evaluate(
            "e => [getComputedStyle(e, '::before').content, getComputedStyle(e).color]"
        )
        for kind in ("must", "mustnot")
    ]
    assert [sign.strip('" ') for sign, _ in marks] == ["✓", "✕"]
    assert marks[0][1] != marks[1][1], "duty and ban look alike"


CORNERS = """() => [...document.querySelectorAll('.slide-number, .exit a, .controls button')].filter(e => e.checkVisibility(
  { visibilityProperty: true })).map(e => [e.className, e.getBoundingClientRect(), parseFloat(getComputedStyle(e).fontSize)])"""


@pytest.mark.parametrize("size", [(740, 360), (768, 1024), (1280, 800), (1920, 1080)])
def test_what_stands_below_a_slide_lies_apart_in_readable_size(
    browser: Browser, decks: tuple[str, list[str]], size: tuple[int, int]
) -> None:
    address, paths = decks
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, base_url=address)
    page.goto(paths[0])
    expect(page.locator("section.present h1")).to_be_visible()
    assert_marked(page)
    corners = page.evaluate(CORNERS)
    assert len(corners) >= 3  # number, way back, an arrow
    for (one, a, _), (other, b, _) in combinations(corners, 2):
        apart = a["right"] <= b["left"] or b["right"] <= a["left"] or a["bottom"] <= b["top"] or b["bottom"] <= a["top"]  # fmt: skip
        assert apart, f"{one} lies over {other}"
    for name, box, letters in corners:
        assert "navigate" in name or letters >= 16, name
        assert name or box["height"] >= 44, "the way back is small"
    page.keyboard.press("Escape")  # the overview shows what was not stepped to
    expect(page.locator(".reveal.overview")).to_be_visible()
    steps = "[...document.querySelectorAll('section.present ~ section .fragment')].map(e => getComputedStyle(e).opacity)"
    assert set(page.evaluate(steps)) == {"1"}
    page.close()


def test_on_a_phone_the_slides_are_a_page_to_scroll_in_readable_size(
    browser: Browser, decks: tuple[str, list[str]]
) -> None:
    address, paths = decks
    page = browser.new_page(viewport={"width": 360, "height": 740}, base_url=address)
    page.goto(paths[0])
    sections = page.locator(".slides > section")
    for section in (sections.first, sections.last):
        section.scroll_into_view_if_needed()
        expect(section).to_be_visible()
    item = page.locator(".slides li").first
    expect(item).to_be_visible()
    assert float(item.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 16
    assert_marked(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


@pytest.mark.parametrize("chosen", ["slate", "default"])
def test_the_theme_chosen_on_the_site_is_the_theme_of_the_slides(
    browser: Browser, decks: tuple[str, list[str]], chosen: str
) -> None:
    address, paths = decks
    other = "light" if chosen == "slate" else "dark"
    page = browser.new_page(base_url=address, color_scheme=other)  # type: ignore[arg-type]
    page.goto(paths[0])
    page.evaluate(
        "s => localStorage.setItem('/.__palette', JSON.stringify({color: {media: '', scheme: s}}))", chosen
    )
    page.reload()
    expect(page.locator("section.present h1")).to_be_visible()
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(255, 255, 255)") == (chosen == "default")
    page.close()
