"""A reader on a bad line: 400 kbit/s and 400 ms, a phone, nothing kept from before. Prints figures, asserts nothing.

    python -m bench.slow_line [http://127.0.0.1:8000]      # a server that runs with the site to be measured

Chromium's own throttling (Network.emulateNetworkConditions) delays each request by 400 ms and shares 400 kbit/s among
them. Measured from the tap: until the text of the home page is painted (first contentful paint) and its question box is
there; until the first search result stands, the search opened and typed into as soon as its button is there; until a
guideline's first clause is painted, new and when one comes back; until the first answer of the assistant is complete.
"""

from __future__ import annotations

import shutil
import sys
import time
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

RUNS = 3
PHONE = {"width": 360, "height": 740}
BYTES_PER_SECOND, LATENCY_MS = 400_000 // 8, 400
PATIENCE_MS = 120_000


def slow(browser: Browser, address: str) -> Page:
    """A tab with an empty cache on the slow line."""
    page = browser.new_context(viewport=PHONE, base_url=address, service_workers="block").new_page()  # type: ignore[arg-type]
    page.set_default_timeout(PATIENCE_MS)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    conditions = {
        "offline": False, "latency": LATENCY_MS,
        "downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND,
    }  # fmt: skip
    session.send("Network.emulateNetworkConditions", conditions)
    return page


def painted(page: Page, path: str, selector: str) -> float:
    """Seconds from the tap until the text is painted and ``selector`` is there."""
    start = time.monotonic()
    page.goto(path, wait_until="commit")
    page.locator(selector).first.wait_for()
    seconds = time.monotonic() - start
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
    return max(seconds, float(paint) / 1000)


def journey(browser: Browser, address: str) -> dict[str, float]:
    """One reader's figures, in seconds."""
    found: dict[str, float] = {}
    page = slow(browser, address)
    start = time.monotonic()
    found["home readable"] = painted(page, "/", "#hg-q")
    page.locator(".hg-find").click()
    while not page.locator("#hg-search[open]").count():  # pressed before the script that opens it has come
        page.locator(".hg-find").click(force=True)
        page.wait_for_timeout(100)
    page.locator("input[name=query]").fill("七天无理由")
    page.locator(".hg-results a").first.wait_for()
    found["first search result, from the tap on the address"] = time.monotonic() - start
    page.context.close()

    page = slow(browser, address)
    found["guideline, first clause"] = painted(page, "/anchor/price-talk/", "#must-1")
    page.wait_for_load_state("load")
    found["next guideline"] = painted(page, "/anchor/absolute-terms/", "#must-1")
    page.wait_for_load_state("load")
    found["the first one again"] = painted(page, "/anchor/price-talk/", "#must-1")
    page.context.close()

    page = slow(browser, address)
    start = time.monotonic()
    page.goto("/chat?q=七天无理由怎么算", wait_until="commit")
    page.locator("hegui-chat .turn .meta").first.wait_for()
    found["chat page, first answer complete"] = time.monotonic() - start
    page.context.close()
    return found


def main() -> None:
    """Measure and print the median of the runs."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        runs = [journey(browser, address) for _ in range(RUNS)]
        browser.close()
    print(
        f"{BYTES_PER_SECOND * 8 // 1000} kbit/s, {LATENCY_MS} ms, 360 px, empty cache; seconds, median of {RUNS}"
    )
    for name in runs[0]:
        values = [run[name] for run in runs]
        print(f"| {name} | {median(values):.1f} | {min(values):.1f} to {max(values):.1f} |")


if __name__ == "__main__":
    main()
