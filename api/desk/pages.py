"""Pages from templates, and the way on after a form."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse

from api.deps import get_state
from api.desk.forged import FIELD, csrf_token
from api.desk.navigation import menu
from api.desk.roles import Role, User
from api.desk.words import clause_name
from rag.ground import BEIJING, templates_of

PAGE = "page"  # the field that says which page a form stands on

TEMPLATES = templates_of(__file__)


def shown_time(moment: dt.datetime | None) -> str:
    """A time as Beijing reads it, such as 2026-11-26 17:05."""
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if moment else ""


TEMPLATES.filters["when"] = shown_time
TEMPLATES.filters["clause"] = clause_name


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page from a template.

    Beside ``context`` the template has ``user`` (or None), ``menu``, ``here`` (the path), ``csrf`` (the hidden field),
    ``url('/desk/…')``, ``public`` (not a page of the desk), ``notice`` (the text of ``?done=``) and ``Role``.
    """
    state = get_state(request)
    user: User | None = getattr(request.state, "desk_user", None)
    base = state.settings.base_path
    forms = request.url.path.startswith(("/desk", "/reply"))  # who only reads gets no cookie
    token = csrf_token(request) if forms else ""
    field = Markup('<input type="hidden" name="{}" value="{}"><input type="hidden" name="{}" value="{}">')
    html = TEMPLATES.get_template(template).render(
        user=user, menu=menu(user), here=request.url.path, csrf=field.format(FIELD, token, PAGE, _address(request)),
        csrf_token=token, url=lambda path: base + path, Role=Role,
        notice=_DONE.get(request.query_params.get("done", ""), ""), today=state.settings.current_day(),
        public=not request.url.path.startswith("/desk"), **context,
    )  # fmt: skip
    return HTMLResponse(html, status)


#: What ``redirect(…, done="saved")`` says on the page it leads to.
_DONE = {
    "saved": "已保存。",
    "added": "已新建。",
    "sent": "已发出。",
    "closed": "已办结。",
    "password": "密码已修改，其他设备上的登录已退出。",
    "deleted": "已删除。",
    "submitted": "已保存并提交审核。",
    "imported": "Word 文件已导入，接在原有条款后面。",
    "restored": "已取回，成为最新的内容。",
    "brought": "更正已合进来。您也改过的地方留的是您的文字，旁边有一条意见写着更正后的文字，请对照。",
    "carried": "这一版的更正打开了，同样的改动已经填好。看一遍，提交审核。",
    "again": "您看的时候同事又保存了一次，下面是最新的，请再选一次。",
    "moved": "已办理。",
    "known": "这一版登记册里早就有了，没有条款要跟着改，不用办。",
    "waiting": "已记下，等审核发布的同事在“发布”页发布后生效。",
}


def redirect(request: Request, path: str, *, done: str = "") -> RedirectResponse:
    """To another page of ours after a form; ``done`` is a key of the notices shown there."""
    query = f"{'&' if '?' in path else '?'}done={done}" if done else ""
    return RedirectResponse(get_state(request).settings.base_path + path + query, 303)


def _address(request: Request) -> str:
    """The page that answers ``request``, without the notice of what was done before."""
    kept = [(k, v) for k, v in request.query_params.multi_items() if k not in ("done", "mail")]
    return request.url.path + (f"?{urlencode(kept)}" if kept else "")
