"""The deck of every guideline in force, as a course of its own, in a real browser at three sizes: what runs over its slide?

Usage: python -m bench.decks [--chromium /usr/bin/chromium]

Printed: for each size decks, slides, and how many slides are higher or wider than the screen, or have text under the law articles
at their foot; then their names. The exit code is 1 if there are any.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from api.app import create_app
from bench.screenshots import served
from rag.ground import Settings
from rag.training import Course

SIZES = ((1920, 1080), (1280, 720), (360, 640))
MINUTES = 45
#: [slides, numbers of those too big or with text under the articles, whether the page is wider than the screen]
TOO_BIG = """() => { const slides = [...document.querySelectorAll('.slide')], over = [];
slides.forEach((slide, number) => {
  slides.forEach((s) => s.classList.toggle('now', s === slide));
  const last = [...slide.querySelectorAll('h2, .figures, .whom, .text, .options')].pop(), laws = slide.querySelector('.laws');
  const under = laws && last.getBoundingClientRect().bottom > laws.getBoundingClientRect().top + 1;
  if (slide.scrollHeight > slide.clientHeight + 1 || slide.scrollWidth > slide.clientWidth + 1 || under) over.push(number);
}); return [slides.length, over, document.documentElement.scrollWidth > innerWidth]; }"""


def measure(page: Page, address: str) -> tuple[int, list[int]]:
    """Slides of a deck, and the numbers of those that do not fit; -1 stands for the page."""
    page.goto(address)
    count, over, wide = page.evaluate(TOO_BIG)
    return count, [*over, *[-1] * wide]


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.decks", description=__doc__)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="hegui-decks-") as work:
        settings = Settings(data=Path(work), embedding="none", rate_limit=0)
        app = create_app(settings)
        state = app.state.hegui
        day = settings.current_day()
        courses = {
            g.id: state.training.courses.save(
                Course(title=g.title, operator=g.operator, guidelines=(g.id,), minutes=MINUTES, day=day)
            )
            for g in state.engine.corpus().in_force(day)
        }
        with served(app) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
            print(f"{'size':>12}{'decks':>8}{'slides':>8}{'over':>6}")
            wrong = []
            for width, height in SIZES:
                page = browser.new_page(viewport={"width": width, "height": height}, base_url=address)
                found = {g: measure(page, f"/training/{number}/slides") for g, number in courses.items()}
                over = [f"{g} {width}x{height}: {numbers}" for g, (_, numbers) in found.items() if numbers]
                slides = sum(count for count, _ in found.values())
                print(f"{f'{width}x{height}':>12}{len(found):>8}{slides:>8}{len(over):>6}", flush=True)
                wrong += over
                page.close()
            browser.close()
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
