"""The steps of choosing a clause for a form: its page again, with what was typed, and the clauses or the one that was chosen."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Query, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from api.deps import StateDep
from api.desk.picking import FIELD, FORM, GUIDELINE, TAKEN
from api.desk.refill import retyped
from api.desk.refused import page_of_form
from api.desk.web import MAX_FIELDS, OfficerDep, desk_router
from api.problems import ProblemError

router = desk_router("/desk/clauses")


@router.post("")
async def step(
    request: Request, state: StateDep, user: OfficerDep,
    form: Annotated[str, Query(max_length=200)] = "", field: Annotated[str, Query(max_length=40)] = "",
    several: bool = False, take: Annotated[str, Form(max_length=200)] = "",
) -> Response:  # fmt: skip
    """List the clauses of the guideline that was chosen, or put the clause that was chosen into its field."""
    sent = await request.form(max_fields=MAX_FIELDS)
    far = {TAKEN: take} if take else {GUIDELINE: str(sent.get(f"from:{field}", ""))}
    held = await page_of_form(request, urlencode({FORM: form, FIELD: field, **far}))
    if held is None:
        raise ProblemError(404, "not-found", "没有这个表单", "从菜单进去再选。")
    fields = [(key, value) for key, value in sent.multi_items() if not (take and key == field)]
    if take:
        before = str(sent.get(field, "")).split() if several else []
        fields.append((field, " ".join(dict.fromkeys([*before, take]))))
    return HTMLResponse(retyped(held, state.settings.base_path + form, FormData(fields)))
