"""POST /api/feedback and /api/handover: what askers tell us."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request

from api.deps import StateDep, count_lookup, require_operator
from api.problems import ProblemError
from api.schemas.requests import FeedbackBody, HandoverBody
from api.schemas.responses import HandedOver, Stored
from api.sessions import session_of
from api.state import State
from rag.content import Guideline
from rag.ground import NotFoundError

router = APIRouter(prefix="/api", tags=["反馈与转人工"], dependencies=[Depends(count_lookup)])


@router.post("/feedback", status_code=201, summary="这个回答、这一页、这一条有没有用")
def feedback(body: FeedbackBody, request: Request, state: StateDep) -> Stored:
    """记下一次回答、一份指引的页面、其中一条、审稿的一条规则有没有用；再次提交会替换前一次，对规则的每一处意见都留着。"""
    rule, page = _rule(body.answer_id, state) or (None, _page(body.answer_id, state))
    if not state.store.keeps:
        return Stored(stored=False, message="谢谢。本站设为不保存数据，这条反馈没有留下。")
    if page is not None:
        place = (page.id, page.version, page.revision)
        clause = body.answer_id.partition("#")[2] or None
        state.store.save_page_feedback(session_of(request), place, body.helpful, body.comment, clause, rule)
    elif state.store.answer(body.answer_id) is None:
        raise NotFoundError("没有这次回答的记录。", "请核对 answer_id；回答过期后不能再反馈。")
    else:
        state.store.save_feedback(body.answer_id, body.helpful, body.comment)
    return Stored(stored=True, message="谢谢，已经记下。")


def _rule(answer_id: str, state: State) -> tuple[str, Guideline] | None:
    """The rule of the script check that is meant, with the guideline version it rests on; None if it is something else.

    Raises:
        NotFoundError: there is no such rule.
    """
    if not answer_id.startswith("rule:"):
        return None
    found = state.engine.checker().rule(answer_id.removeprefix("rule:"))
    versions = state.engine.corpus().versions(found.clause.partition("#")[0]) if found else []
    if found is None or not versions:
        raise NotFoundError("没有这条审稿规则。", "规则编号照审稿结果里的 rule 写。")
    today = state.settings.current_day()
    return found.id, next((g for g in versions if g.in_force(today)), versions[-1])


def _page(answer_id: str, state: State) -> Guideline | None:
    """The guideline version whose page, or one clause of it, is meant; None if it is an answer.

    Raises:
        NotFoundError: there is no such version or clause.
    """
    if not answer_id.startswith("page:"):
        return None
    place, _, clause = answer_id.removeprefix("page:").partition("#")
    name, _, day = place.partition("@")
    versions = state.engine.corpus().versions(name)
    found = next((g for g in versions if g.version.isoformat() == day), None)
    if found is not None and clause and clause not in {c.id for c in found.clauses}:
        raise NotFoundError("这一页没有这一条。", "条号照页面上的写，如 …@2026-02-01#must-3。")
    if found is None:
        raise NotFoundError(
            "没有这一页。", "answer_id 写 page:指引@版本，如 page:live-room/price@2026-02-01。"
        )
    return found


@router.post("/handover", status_code=201, summary="转给联络员")
def handover(body: HandoverBody, state: StateDep) -> HandedOver:
    """征得同意后，把问题留给服务联络员。"""
    contact = state.contact
    if not state.store.keeps:
        raise ProblemError(503, "storage-off", "本站设为不保存数据，不能转交问题", contact.text)
    require_operator(state.engine.corpus(), body.operator)
    code = state.store.save_handover(
        "\n\n".join(filter(None, (body.question, body.sheet))),
        contact=body.contact,
        answer_id=body.answer_id,
        operator=body.operator,
    )
    reach = "会按您留的联系方式答复；" if body.contact else ""
    message = (
        f"已转给{contact.name}，{reach}答复也可以凭查询码 {code} 在 /reply 查看，请记下。急事{contact.text}"
    )
    place = f"{state.settings.base_path}/reply/{code}"
    return HandedOver(stored=True, message=message, code=code, url=place)
