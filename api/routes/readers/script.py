"""POST /api/script-check and /api/script-text: a script read against the rules before it goes live. Nothing is kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from api.deps import StateDep, count_lookup, require_operator, require_topic
from api.schemas.requests import ScriptBody
from api.state import State
from rag.script import MAX_TEXT, Report, read_script

router = APIRouter(prefix="/api", tags=["播前审稿"], dependencies=[Depends(count_lookup)])


class ScriptText(BaseModel):
    """The text of a file."""

    text: str
    characters: int = Field(description=f"字数；一次最多审 {MAX_TEXT} 个字")


@router.post("/script-check", summary="播前审稿")
async def script_check(body: ScriptBody, state: StateDep) -> Report:
    """找出稿子里有问题的说法：位置、级别、为什么、依据哪一条、可以怎么说，还缺什么。不保存稿子。"""
    return await state.run(lambda: check_script(state, body))


@router.post(
    "/script-text",
    summary="读出文件里的文字",
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {}}}},
)
async def script_text(
    request: Request,
    state: StateDep,
    name: Annotated[str, Query(min_length=1, max_length=200, description="文件名，如 口播稿.docx")],
) -> ScriptText:
    """正文就是文件本身（.txt .md .docx .srt，最大 2 MB）；只读出文字，不保存。"""
    data = await request.body()
    text = await state.run(lambda: read_script(name, data))
    return ScriptText(text=text, characters=len(text))


def check_script(state: State, body: ScriptBody) -> Report:
    """Check the names, then the script. Blocking.

    Raises:
        ProblemError: an unknown operator or topic.
        ScriptError: no text in it, or too much.
        ContentError: guidelines or rules are broken.
    """
    corpus, checker = state.engine.corpus(), state.engine.checker()
    require_operator(corpus, body.operator)
    for topic in body.goods:
        require_topic(corpus, topic)
    today = state.settings.current_day()
    report = checker.check(body.text, today=today, as_of=body.as_of, operator=body.operator, goods=body.goods)
    reworder = state.engine.reworder()
    if reworder is None:
        return report
    if body.reword:
        report = reworder.reword(
            checker, body.text, report, today=today, operator=body.operator, goods=body.goods
        )
    return report.model_copy(update={"can_reword": True})
