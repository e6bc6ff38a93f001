"""The static site in a folder of somebody's web server, as the manual says: no application, no address of it set."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from rag.ground.settings import ROOT, Settings
from rag.site.links import APPLICATION
from tests.api.test_nginx import nginx, running
from tests.browser.chatting import PHONE
from tests.servers import free_port

__all__ = ["nginx"]  # a fixture
pytestmark = pytest.mark.browser
ADDRESSES = "[...document.querySelectorAll('a[href], link[href], script[src]')].map((e) => e.href || e.src)"


@pytest.fixture(scope="module")
def portal(nginx: str, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """nginx with the lines of the manual; gives the address of the folder."""
    manual = (ROOT / "docs" / "manual" / "deploy.md").read_text("utf-8")
    [example] = re.findall(r"^```nginx\n(.*?)^```", manual, re.M | re.S)
    assert "alias /srv/hegui-site/;" in example
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    own = example.replace("/srv/hegui-site/", f"{settings.site}/")
    kinds = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))  # fmt: skip
    user = "user root;" if os.geteuid() == 0 else ""  # the test's folder is its owner's alone
    text = (
        f"{user} daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\ninclude /etc/nginx/mime.types; access_log off;\n{kinds}"
        f"server {{ listen 127.0.0.1:{port};\n{own}\n}}\n}}\n"
    )
    with running(nginx, Path(folder), text, port):
        yield f"http://127.0.0.1:{port}/hegui"


@pytest.mark.parametrize("path", ["typo", "live-room/price/2020-01-01/", "manual/nothing/deep/page.html"])
def test_an_address_that_is_not_there_leads_back(browser: Browser, portal: str, path: str) -> None:
    page = browser.new_page(viewport=PHONE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    answer = page.goto(f"{portal}/{path}")
    assert answer
    assert answer.status == 404
    expect(page.get_by_role("heading", name="没有这一页")).to_be_visible()
    found = {address.partition("#")[0] for address in page.evaluate(ADDRESSES)}
    inside = {address for address in found if address.startswith(f"{portal}/")}
    assert len(inside) > 20
    assert all(urlsplit(address).netloc != urlsplit(portal).netloc for address in found - inside)
    ours = {a for a in inside if not a.removeprefix(portal).startswith(APPLICATION)}
    assert [address for address in sorted(ours) if page.request.get(address).status != 200] == []
    page.get_by_role("button", name="搜索").click()
    page.locator("input[name=query]").fill("标价")
    expect(page.locator(".hg-results a").first).to_be_visible()
    page.get_by_role("button", name="关闭").click()
    page.get_by_role("link", name="回到首页").click()
    expect(page).to_have_url(f"{portal}/")
    assert errors == []
    page.close()


def test_without_the_application_the_site_still_serves(browser: Browser, portal: str) -> None:
    page = browser.new_page(viewport=PHONE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{portal}/live-room/price/")
    expect(page.locator(".hg-feedback")).to_be_hidden()
    page.goto(f"{portal}/")
    page.get_by_label("有问题，直接问").fill("划线价")
    page.get_by_role("button", name="问一问").click()
    expect(page.locator(".hg-results a").first).to_be_visible()
    expect(page.locator(".hg-search__ask")).to_be_hidden()
    assert errors == []
    page.close()
