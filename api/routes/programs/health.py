"""GET /healthz, /readyz, /metrics: for those who run it."""

from __future__ import annotations

import hmac

import anyio.to_thread
from fastapi import APIRouter, Request, Response

from api.deps import StateDep
from api.problems import ProblemError
from api.state import parts

router = APIRouter(tags=["运行状态"])


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", summary="进程是否活着")
async def healthz() -> dict[str, str]:
    """进程活着就返回 ok。"""
    return {"status": "ok"}


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", summary="能否回答问题")
async def readyz(state: StateDep) -> dict[str, str]:
    """索引和指引都可用时返回 ok；向量还没算好时加上 search: words 和说明。

    能回答、但有一样坏了（向量库、数据库、磁盘，索引或网站比指引旧）：degraded，detail 说用哪条命令修；不能回答时 503，并说明怎么办。
    """
    found = await state.run(lambda: parts(state))
    if (error := found["answers"]) is not None:
        raise error
    if broken := [fault for fault in found.values() if fault is not None]:
        return {"status": "degraded", "detail": " ".join(map(str, broken))}
    limits = await state.run(state.engine.limits)
    return {"status": "ok", "search": "words", "detail": limits} if limits else {"status": "ok"}


@router.get("/metrics", summary="Prometheus 指标", response_class=Response)
async def metrics(request: Request, state: StateDep) -> Response:
    """Prometheus 文本格式的指标。设了口令（HEGUI_METRICS_TOKEN）就要带上，没设的只给本机看。"""
    if not _may_measure(request, state.settings.metrics_token.get_secret_value()):
        raise ProblemError(
            403,
            "metrics",
            "指标不对外公开",
            "设置 HEGUI_METRICS_TOKEN，取的时候带上 Authorization: Bearer 口令。",
        )
    state.metrics.parts(
        await anyio.to_thread.run_sync(parts, state)
    )  # not in the pool: measured when it is full, too
    page, media_type = state.metrics.page()
    return Response(page, headers={"Content-Type": media_type})


def _may_measure(request: Request, token: str) -> bool:
    """With the token; without one only from this machine and past no proxy."""
    if token:
        told = request.headers.get("authorization", "").encode("latin-1")
        return hmac.compare_digest(told, f"Bearer {token}".encode())
    passed = any(name in request.headers for name in ("forwarded", "via", "x-forwarded-for", "x-real-ip"))
    return not passed and request.client is not None and request.client.host in ("127.0.0.1", "::1")
