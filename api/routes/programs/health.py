"""GET /healthz, /readyz, /metrics: for those who run it."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.deps import StateDep
from api.state import readiness

router = APIRouter(tags=["运行状态"])


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", summary="进程是否活着")
async def healthz() -> dict[str, str]:
    """进程活着就返回 ok。"""
    return {"status": "ok"}


@router.head("/readyz", include_in_schema=False)
@router.get("/readyz", summary="能否回答问题")
async def readyz(state: StateDep) -> dict[str, str]:
    """索引和指引都可用时返回 ok，否则 503 并说明怎么办。"""
    error = await state.run(lambda: readiness(state))
    if error is not None:
        raise error
    return {"status": "ok"}


@router.get("/metrics", summary="Prometheus 指标", response_class=Response)
async def metrics(state: StateDep) -> Response:
    """Prometheus 文本格式的指标。"""
    page, media_type = state.metrics.page()
    return Response(page, headers={"Content-Type": media_type})
