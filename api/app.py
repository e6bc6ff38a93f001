"""``create_app(settings)``: the whole HTTP application, its state made explicitly and released at the end."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

from api.limits import RateLimiter
from api.logs import mask_access_log
from api.metrics import Metrics
from api.middleware import STRICT_CSP, BodyLimit, Envelope
from api.problems import install_handlers
from api.routes.programs import health, openai
from api.routes.readers import ask, lookup, pages, people
from api.state import Engine, State, readiness
from api.store import Store
from rag.content import LawLibrary
from rag.ground import Settings, StorageError, load_settings

logger = logging.getLogger("hegui.api")

# Looking up, searching as one types and giving feedback are lighter than asking.
LOOKUPS_PER_QUESTION = 5


def create_app(settings: Settings, *, allow_origins: Sequence[str] = ()) -> FastAPI:
    """Make the application.

    Args:
        settings: all settings; nothing else is read.
        allow_origins: origins of other sites that may embed the chat widget, such as ``https://example.gov.cn``.
    """
    app = FastAPI(
        title="直播电商合规知识库",
        version="1",
        description="有出处、有日期的合规问答。出错时返回 problem+json，detail 写明怎么办。",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    metrics = Metrics()
    app.state.hegui = State(
        settings=settings,
        engine=Engine(settings, metrics),
        store=Store(settings.effective_database_url, settings.retention_days),
        metrics=metrics,
        ask_limiter=RateLimiter(settings.rate_limit),
        lookup_limiter=RateLimiter(settings.rate_limit * LOOKUPS_PER_QUESTION),
        laws=LawLibrary(settings.data / "laws"),
    )
    for module in (ask, lookup, people, openai, health, pages):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=pages.STATIC), name="static")
    app.router.default = pages.Site(settings.site)
    install_handlers(app)
    app.add_middleware(BodyLimit)
    if allow_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(allow_origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type"],
            expose_headers=["Retry-After"],
        )
    app.add_middleware(Envelope, metrics=metrics, headers=_headers(embeddable=bool(allow_origins)))
    return app


def create_default_app() -> FastAPI:
    """Factory for ``uvicorn api.app:create_default_app --factory``: settings from the environment."""
    mask_access_log()
    settings = load_settings()
    origins = [o.strip() for o in settings.allow_origins.split(",") if o.strip()]
    return create_app(settings, allow_origins=origins)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open early what will be needed, so that the first question is not slow; failures show at /readyz."""
    state: State = app.state.hegui
    error = await state.run(lambda: readiness(state))
    if error is not None:
        logger.warning("%s", error)
    try:
        await state.run(state.store.purge)
    except StorageError as failure:
        logger.warning("%s", failure)
    yield
    state.engine.close()
    state.store.close()


def _headers(*, embeddable: bool) -> dict[str, str]:
    """Headers of every response that has not set them itself."""
    return {
        "Content-Security-Policy": STRICT_CSP,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "cross-origin" if embeddable else "same-origin",
    }
