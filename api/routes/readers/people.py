"""POST /api/feedback and /api/handover: what askers tell us."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from api.deps import StateDep, limit_lookups, require_operator
from api.problems import ProblemError
from api.schemas.requests import FeedbackBody, HandoverBody
from api.schemas.responses import Stored
from rag.ground import NotFoundError

router = APIRouter(prefix="/api", tags=["反馈与转人工"], dependencies=[Depends(limit_lookups)])


@router.post("/feedback", status_code=201, summary="这个回答有没有用")
def feedback(body: FeedbackBody, state: StateDep) -> Stored:
    """记下一次回答有没有用；再次提交会替换前一次。"""
    if not state.store.keeps:
        return Stored(stored=False, message="谢谢。本站设为不保存数据，这条反馈没有留下。")
    if state.store.answer(body.answer_id) is None:
        raise NotFoundError("没有这次回答的记录。", "请核对 answer_id；回答过期后不能再反馈。")
    state.store.save_feedback(body.answer_id, body.helpful, body.comment)
    return Stored(stored=True, message="谢谢，已经记下。")


@router.post("/handover", status_code=201, summary="转给联络员")
def handover(body: HandoverBody, state: StateDep) -> Stored:
    """征得同意后，把问题留给服务联络员。"""
    contact = state.contact
    if not state.store.keeps:
        raise ProblemError(503, "storage-off", "本站设为不保存数据，不能转交问题", contact.text)
    require_operator(state.engine.corpus(), body.operator)
    state.store.save_handover(
        body.question, contact=body.contact, answer_id=body.answer_id, operator=body.operator
    )
    reach = "会按您留的联系方式答复" if body.contact else "会看到，但没有联系方式就无法回复您"
    return Stored(stored=True, message=f"已转给{contact.name}，{reach}。急事{contact.text}")
