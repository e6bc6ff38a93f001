"""``create_app(settings)``: the whole HTTP application, its state made explicitly and released at the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from api.daily import keep_current
from api.desk import routes as desk
from api.desk.services import Desk
from api.files import GZIP_LEVEL
from api.limits import AddressLimit, Limit, Limiter, RateLimiter, SharedLimiter
from api.logs import set_up_logging
from api.metrics import Metrics
from api.middleware import BodyLimit, Envelope, content_policy, security_headers
from api.problems import install_handlers
from api.proxy import BehindProxy
from api.routes.programs import health, openai
from api.routes.readers import ask, lookup, pages, people, script
from api.running import serving
from api.sessions import Sessions, load_key
from api.state import Engine, State
from api.store import Store
from api.training import routes as training
from api.training.services import Training
from rag.content import LawLibrary
from rag.ground import HeguiError, Settings, StorageError, load_settings
from rag.release import recover

logger = logging.getLogger("hegui.api")

# Looking up, searching as one types and giving feedback are lighter than asking.
LOOKUPS_PER_QUESTION = 5
SIGN_INS = 30  # a minute and address: an office of officers, no dictionary


def create_app(settings: Settings, *, allow_origins: Sequence[str] = ()) -> FastAPI:
    """Make the application.

    Args:
        settings: all settings; nothing else is read.
        allow_origins: origins of other sites that may embed the assistant (component or frame) and call the interfaces from a
            browser, such as ``https://example.gov.cn``.
    """
    app = FastAPI(
        title="直播电商合规知识库",
        version="1",
        description="有出处、有日期的合规问答。出错时返回 problem+json，detail 写明怎么办。",
        docs_url=None,
        redoc_url=None,
        servers=[{"url": settings.base_path or "/"}],
        lifespan=_lifespan,
    )
    metrics = Metrics()
    store = Store(settings.effective_database_url, settings.retention_days)
    limiter = partial(_limiter, settings=settings, store=store)
    app.state.hegui = State(
        settings=settings,
        engine=Engine(settings, metrics),
        store=store,
        desk=Desk(store, score_share=settings.score_share, self_review=settings.desk_self_review),
        training=Training(store, settings.data, limiter, limited=settings.rate_limit > 0),
        signing_in=AddressLimit(limiter("sign in", SIGN_INS)),
        guessing=AddressLimit(limiter("code", SIGN_INS)),
        metrics=metrics,
        asking=_limit("ask", settings, store),
        looking_up=_limit("look", settings, store, LOOKUPS_PER_QUESTION),
        laws=LawLibrary(settings.data / "laws"),
    )
    for module in (ask, lookup, people, script, openai, health, pages):
        app.include_router(module.router)
    for router in (*desk.ROUTERS, *training.ROUTERS):
        app.include_router(router)
    app.mount("/static", pages.FILES, name="static")
    app.router.default = pages.Site(settings.site, content_policy(allow_origins, inline=True))
    install_handlers(app)
    _wrap(app, settings, metrics, allow_origins)
    return app


def _limit(what: str, settings: Settings, store: Store, times: int = 1) -> Limit:
    """The limit of one kind of request, ``times`` as wide as that of questions; shared if the database is."""

    def make(name: str, limit: int) -> Limiter:
        return _limiter(f"{what} {name}", limit, settings, store)

    return Limit(settings.rate_limit * times, settings.address_limit * times, make)


def _limiter(name: str, limit: int, settings: Settings, store: Store) -> Limiter:
    """Counts in this process, or in the database that several processes share."""
    if store.shared and limit:
        return SharedLimiter(name, limit, store, load_key(settings.data))
    return RateLimiter(limit)


def _wrap(app: FastAPI, settings: Settings, metrics: Metrics, origins: Sequence[str]) -> None:
    """The middleware, innermost first."""
    base = settings.base_path
    app.add_middleware(BodyLimit)
    app.add_middleware(Sessions, folder=settings.data, base=base)
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(origins),
            allow_methods=["GET", "POST"],
            allow_headers=["*"],  # OpenAI's clients send Authorization, OpenAI-*, X-Stainless-*
            expose_headers=["Retry-After"],
        )
    app.add_middleware(GZipMiddleware, compresslevel=GZIP_LEVEL)  # never event streams
    app.add_middleware(Envelope, metrics=metrics, headers=security_headers(origins), base=base)
    app.add_middleware(BehindProxy, hops=int(settings.trust_proxy), base=base)


def create_default_app() -> FastAPI:
    """Factory for ``uvicorn api.app:create_default_app --factory``: settings from the environment."""
    settings = load_settings()
    set_up_logging(settings.log_level)
    app = create_app(settings, allow_origins=settings.origins)
    _announce_first_admin(app.state.hegui)
    return app


def _announce_first_admin(state: State) -> None:
    """At the first start print, once, how the administrator gets into the desk."""
    try:
        password = state.desk.people.first_admin()
    except StorageError as error:
        logger.warning("%s", error)
        return
    if password:
        print(
            f"==> 案头（联络员工作台）在 /desk   第一个管理员：admin   密码：{password}   （只显示这一次，登录后要修改）",
            flush=True,
        )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open early what will be needed, so that the first question is not slow; failures show at /readyz."""
    state: State = app.state.hegui
    try:
        await state.run(lambda: recover(state.settings, wait=False))
    except HeguiError as failure:
        logger.warning("%s", failure)
    for work in (state.engine.assistant, state.store.purge):
        try:
            await state.run(work)
        except HeguiError as failure:
            logger.warning("%s", failure)
    daily = asyncio.create_task(keep_current(state.settings))
    with serving(state.settings.data):
        yield
    daily.cancel()
    await asyncio.gather(daily, return_exceptions=True)
    state.engine.close()
    state.store.close()
