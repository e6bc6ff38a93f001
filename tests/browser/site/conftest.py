"""The small content, built and served, and a page that watches for errors."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from api.app import create_app
from rag.ground.settings import Settings
from rag.site import build
from tests.browser.site.steps import DESKTOP, PHONE
from tests.conftest import publish, served
from tests.site import support


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small content, indexed and built."""
    made = support.settings(
        tmp_path_factory.mktemp("site"), public_url="https://example.gov.cn", rate_limit=0
    )
    publish(made)
    build(made)
    return made


@pytest.fixture(scope="module")
def address(settings: Settings) -> Iterator[str]:
    """The application with the site."""
    with served(create_app(settings)) as where:
        yield where


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page; the test fails on a script error, on overflow sideways and on any request to elsewhere."""
    context = browser.new_context(
        viewport=request.param, base_url=address, permissions=["clipboard-read", "clipboard-write"],
        service_workers="block",  # what a test puts in the network's place must be asked
    )  # fmt: skip
    tab = context.new_page()
    errors: list[str] = []
    asked: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on("request", lambda call: asked.append(call.url))
    yield tab
    assert errors == []
    assert [url for url in asked if not url.startswith((address, "blob:", "data:"))] == []
    context.close()
