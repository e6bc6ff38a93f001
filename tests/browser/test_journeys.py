"""The most important journeys on a phone and on a desktop, light and dark: they end at the clause, without a fault on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from api.app import create_app
from tests.browser.chatting import SIZES, faults_in, opened
from tests.browser.journeys import JOURNEYS, at_clause, installation
from tests.conftest import served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(create_app(installation(tmp_path_factory.mktemp("journeys")))) as where:
        yield where


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("journey", JOURNEYS)
def test_a_journey_ends_at_the_clause(
    browser: Browser, address: str, journey: Callable[[Page], Page], size: str, scheme: str
) -> None:
    with opened(browser, f"{address}/", SIZES[size], color_scheme=scheme) as page:
        errors: list[str] = []
        page.context.on("weberror", lambda error: errors.append(str(error.error)))
        page.goto("./")
        end = journey(page)
        at_clause(end)
        for tab in page.context.pages:  # the script stays open beside its clause
            assert faults_in(tab, scheme) == []
            assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert errors == []
