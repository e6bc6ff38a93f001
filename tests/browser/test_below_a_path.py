"""The whole application below a path, behind nginx as delivered, in a browser: nothing it does leaves the path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from api.app import create_app
from tests.api.test_nginx import certificate, logged, nginx, running, taken_off, written
from tests.browser.chatting import PHONE, opened
from tests.browser.journeys import ask_and_open, at_clause, check_script, installation, search
from tests.conftest import served
from tests.servers import free_port

__all__ = ["certificate", "nginx"]  # fixtures
pytestmark = pytest.mark.browser
# Addresses of this host that a page names.
NAMED = """[...document.querySelectorAll('a[href], link[href], form[action]')].map((e) => e.href || e.action)
    .filter((url) => new URL(url).host === location.host)"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """The application with its site, made for an address with a path; where it listens, and the port of that address."""
    root, port = tmp_path_factory.mktemp("path"), free_port()
    settings = installation(root, public_url=f"https://127.0.0.1:{port}/hegui", trust_proxy=1)
    with served(create_app(settings)) as inside:
        yield inside, port


@pytest.fixture(params=[lambda text: text, taken_off], ids=["path kept", "path taken off"])
def page(
    request: pytest.FixtureRequest, browser: Browser, service: tuple[str, int], nginx: str,
    certificate: tuple[Path, Path], tmp_path: Path,
) -> Iterator[Page]:  # fmt: skip
    """A reader before nginx, at home; the test fails on errors and on whatever was asked for outside the path."""
    inside, port = service
    text = request.param(written(tmp_path, inside, certificate, (free_port(), port)))
    home = f"https://127.0.0.1:{port}/hegui/"
    with running(nginx, tmp_path, text, port), opened(browser, home, PHONE) as tab:
        asked: list[str] = []
        said: list[str] = []
        tab.context.on("request", lambda call: asked.append(call.url))
        tab.context.on("response", lambda got: said.append(got.url) if got.status >= 400 else None)
        tab.context.on(
            "console", lambda m: said.append(f"{m.text} {m.location}") if m.type == "error" else None
        )
        tab.context.on("weberror", lambda error: said.append(str(error.error)))
        tab.goto("./")
        yield tab
        assert len(asked) > 10
        assert [url for url in asked if not url.startswith((home, "blob:", "data:"))] == []
        # nginx has seen what no page tells of, too: the worker's own requests, pictures of the tab
        seen = [line.split()[2] for line in logged(tmp_path / "hegui.log", "GET /hegui/ 200").splitlines()]
        assert [path for path in seen if not path.startswith("/hegui/")] == []
        online = tab.evaluate("navigator.onLine")  # without a network files may be missing
        assert [text for text in said if online or "Failed to load resource" not in text] == []


def stays(page: Page) -> None:
    """Every address the page names is below the path."""
    found = page.evaluate(NAMED)
    assert [url for url in found if not re.match(r"https://[^/]+/hegui(/|$)", url)] == []


def test_the_site_and_the_assistant(page: Page) -> None:
    stays(page)
    assert page.locator("#hg-q").evaluate("e => getComputedStyle(e).borderRadius") != "0px"  # has its style
    at_clause(search(page))
    page.go_back()
    at_clause(ask_and_open(page))
    stays(page)
    page.get_by_role("link", name="首页").first.click()
    expect(page).to_have_url(re.compile("/hegui/$"))


def test_the_script_check(page: Page) -> None:
    at_clause(check_script(page))


def test_a_training_room(page: Page) -> None:
    page.goto("training")
    stays(page)
    page.get_by_label("给谁讲").select_option("live-room")
    page.get_by_role("button", name="列出指引").click()
    page.get_by_label("课程名").fill("一课")
    page.locator("input[name=guidelines]").first.check()
    page.get_by_role("button", name="先选哪些条款上幻灯片").click()
    page.get_by_role("button", name="做成课程").click()
    stays(page)
    page.get_by_role("button", name="开课堂").click()
    expect(page.locator("#lobby")).to_contain_text("/hegui/room 输入")
    code = page.locator(".number").inner_text()
    stays(page)
    phone = page.context.new_page()
    phone.goto("room")
    stays(phone)
    phone.get_by_label("讲课人屏幕上的六位数字").fill(code)
    phone.get_by_role("button", name="进入").click()
    expect(phone.locator("#mine")).to_have_text(re.compile(r"座位码 \w{4}"))
    expect(page.get_by_role("status")).to_have_text("1 部手机")
    stays(phone)


def test_other_pages_of_the_application(page: Page) -> None:
    for path in ("chat", "docs", "desk", "reply", "live-room/genuine-trade"):  # desk and the last lead on
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        stays(page)
    page.goto("docs")
    expect(page.locator("pre", has_text="curl").first).to_contain_text(f"{page.url.removesuffix('docs')}api/")


def test_what_was_opened_is_kept_for_this_path_alone(page: Page) -> None:
    expect(page.locator("html[data-stored]")).to_be_attached()
    scope = page.evaluate("navigator.serviceWorker.ready.then((worker) => worker.scope)")
    assert scope == page.url
    page.context.set_offline(True)
    page.reload()
    expect(page.locator(".hg-kept")).to_contain_text("没有连上网")
