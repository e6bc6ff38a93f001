"""A browser at a published installation with a writer (wang) and a reviewer (li)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, ViewportSize

from api.app import create_app
from api.desk.roles import Role
from rag.content import load_corpus
from rag.ground import Settings
from rag.index import bring_up_to_date
from rag.site import build
from tests.browser.chatting import opened
from tests.conftest import served
from tests.desk.signing import account


@contextmanager
def staffed(browser: Browser, settings: Settings, size: ViewportSize) -> Iterator[Page]:
    """A page of the service over ``settings``, whose content is indexed and published first."""
    bring_up_to_date(settings, load_corpus(settings.guidelines))
    build(settings)
    app = create_app(settings)
    account(app, "wang", Role.WRITER)
    account(app, "li", Role.REVIEWER)
    with served(app) as address, opened(browser, address, size) as page:
        yield page
