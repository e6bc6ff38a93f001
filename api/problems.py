"""Errors as RFC 9457 problem details, in Chinese: what happened (title) and what to do (detail)."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from rag.ground import (
    ContentError,
    DuplicateError,
    EmbeddingError,
    HeguiError,
    IndexMissingError,
    NotFoundError,
    StorageError,
    VectorStoreError,
    mask,
)
from rag.script import ScriptError

logger = logging.getLogger("hegui.api")

MEDIA_TYPE = "application/problem+json"

_TITLES: Mapping[int, tuple[str, str]] = {
    400: ("请求看不懂", "请检查请求正文是不是正确的 JSON（UTF-8 编码）。"),
    403: ("不能看", "请向网站管理员询问。"),
    404: ("没有这个地址", "请检查网址；全部接口见 /docs，网站首页是 /。"),
    405: ("这个地址不支持这种请求方式", "请改用 Allow 响应头里列出的方式；接口说明见 /docs。"),
    413: ("请求太大", "请缩短问题或对话历史后重试。"),
    422: ("内容不合要求", "请按 errors 里的说明改正后重试。"),
    429: ("提问太快了", "请稍等片刻再试；等待秒数见 Retry-After。"),
    500: ("服务出了意外", "请稍后再试；如果一直这样，请把发生的时间告诉网站管理员。"),
    503: ("服务暂时不可用", "请稍后再试。"),
}
_FAULTS = {
    "index-missing": "还没有可用的索引",
    "content-broken": "指引内容有错误，暂时不能使用",
    "embedding": "向量模型暂时不能用",
    "vector-store": "向量库暂时不能用",
    "storage": "数据库暂时不能用",
    "internal": "服务出了意外",
}


class ProblemError(HeguiError):
    """An error of the HTTP side that has its own status code; ``hint`` becomes the problem's detail.

    ``at`` names the field of a form that is wrong; ``faults`` what is wrong by field, where several are.
    """

    def __init__(
        self, status: int, kind: str, message: str, hint: str, *, headers: Mapping[str, str] | None = None,
        at: str = "", faults: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message, hint)
        self.status = status
        self.kind = kind
        self.headers = dict(headers or {})
        self.faults = dict(faults or {}) or ({at: f"{message.rstrip('。')}。{hint}"} if at else {})


def problem(
    status: int,
    *,
    kind: str = "",
    title: str = "",
    detail: str = "",
    instance: str = "",
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem+json response. Under ``/v1/`` it also carries ``error`` as OpenAI's clients expect it."""
    body = _body(status, kind, title, detail, instance)
    if errors:
        body["errors"] = list(errors)
    if instance.startswith("/v1/"):
        body["error"] = openai_error(body)
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def openai_error(body: Mapping[str, Any]) -> dict[str, Any]:
    """A problem in the form that OpenAI's clients read."""
    kinds = {429: "rate_limit_error"}
    kind = kinds.get(body["status"], "invalid_request_error" if body["status"] < 500 else "server_error")
    code = str(body["type"]).rpartition(":")[2]
    return {"message": f"{body['title']}。{body['detail']}", "type": kind, "param": None, "code": code}


def _body(status: int, kind: str, title: str, detail: str, instance: str) -> dict[str, Any]:
    usual_title, usual_detail = _TITLES.get(status, (HTTPStatus(status).phrase, "请检查请求后重试。"))
    kind = kind or HTTPStatus(status).phrase.lower().replace(" ", "-")
    return {
        "type": f"urn:hegui:problem:{kind}",
        "title": title or usual_title,
        "status": status,
        "detail": detail or usual_detail,
        "instance": mask(instance),
    }


def body_of(error: HeguiError) -> dict[str, Any]:
    """One of our errors as a problem's body, for streams that have begun already."""
    status, kind = _status_of(error)
    return _body(status, kind, _FAULTS.get(kind) or error.message.rstrip("。"), error.hint, "")


def install_handlers(app: FastAPI) -> None:
    """Map our exceptions, FastAPI's and Starlette's to problems."""
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HeguiError, _on_ours)


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, instance=request.url.path, headers=error.headers)


async def _on_ours(request: Request, error: Exception) -> JSONResponse:
    """Our own tree: the message is the title (of a fault of ours a general one; the log has the rest), the hint the
    detail."""
    assert isinstance(error, HeguiError)
    status, kind = _status_of(error)
    if status >= 500:
        logger.error("%s %s: %s", request.method, status, mask(str(error)))
    return problem(
        status,
        kind=kind,
        title=_FAULTS.get(kind) or error.message.rstrip("。"),
        detail=error.hint,
        instance=request.url.path,
        headers=error.headers if isinstance(error, ProblemError) else None,
    )


def _status_of(error: HeguiError) -> tuple[int, str]:
    match error:
        case ProblemError():
            return error.status, error.kind
        case NotFoundError():
            return 404, "not-found"
        case ScriptError():
            return 422, "script"
        case IndexMissingError():
            return 503, "index-missing"
        case ContentError():
            return 503, "content-broken"
        case VectorStoreError():
            return 503, "vector-store"
        case EmbeddingError():
            return 503, "embedding"
        case DuplicateError():
            return 409, "duplicate"
        case StorageError():
            return 503, "storage"
        case _:
            return 500, "internal"


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    errors = [_field_error(e) for e in error.errors()[:20]]
    return problem(422, kind="invalid", detail=f"{_said(errors)}。", instance=request.url.path, errors=errors)


def facts_of(error: Exception) -> tuple[int, str, str, dict[str, str]]:
    """Status, title, detail and headers of one of the errors above, for pages that say it in HTML."""
    if isinstance(error, RequestValidationError):
        return 422, _TITLES[422][0], f"{_said([_field_error(e) for e in error.errors()[:20]])}。", {}
    if isinstance(error, HeguiError):
        status, kind = _status_of(error)
        if status >= 500:
            logger.error("%s: %s", status, mask(str(error)))
        headers = error.headers if isinstance(error, ProblemError) else {}
        return status, _FAULTS.get(kind) or error.message.rstrip("。"), error.hint, headers
    assert isinstance(error, HTTPException)
    body = _body(error.status_code, "", "", "", "")
    return error.status_code, body["title"], body["detail"], dict(error.headers or {})


def faults_of(error: Exception) -> dict[str, str]:
    """What is wrong with which field of a form that was sent; empty where it is not a field's fault."""
    if isinstance(error, ProblemError):
        return error.faults
    if isinstance(error, RequestValidationError):
        found = [
            (e, _field_error(e)) for e in error.errors()[:20] if e["loc"][0] == "body" and len(e["loc"]) > 1
        ]
        return {str(e["loc"][1]): f"{said['message']}。" for e, said in reversed(found)}
    return {}


def log_unexpected(method: str, path: str, error: BaseException) -> None:
    """Log an unforeseen error with its traceback, personal data masked."""
    trace = "".join(traceback.format_exception(error))
    logger.error("%s %s: unexpected error\n%s", method, mask(path), mask(trace))


# --- validation messages --------------------------------------------------------------------------

_FIELDS = {
    "question": "问题", "q": "问题", "operator": "经营者类型", "as_of": "日期", "history": "对话历史", "answer": "回答",
    "guideline": "指引", "topic": "主题", "limit": "条数", "version": "版本", "answer_id": "回答编号", "helpful": "是否有用",
    "comment": "意见", "contact": "联系方式", "consent": "同意保存", "messages": "对话消息", "content": "消息内容",
    "role": "消息角色", "model": "模型", "stream": "是否流式", "n": "回答个数 n", "article": "条号", "law": "法律名称", "body": "请求正文",
}  # fmt: skip

_MESSAGES = {
    "missing": "缺少这一项",
    "extra_forbidden": "不认识的字段，请删去",
    "json_invalid": "不是正确的 JSON",
    "string_type": "要写成文字",
    "string_unicode": "含有无法识别的字符，请用 UTF-8 编码",
    "int_type": "要写成整数",
    "int_parsing": "要写成整数",
    "bool_type": "要写成 true 或 false",
    "bool_parsing": "要写成 true 或 false",
    "list_type": "要写成列表",
    "tuple_type": "要写成列表",
    "dict_type": "要写成 JSON 对象",
    "model_type": "要写成 JSON 对象",
    "model_attributes_type": "要写成 JSON 对象",
}


# How pydantic names the branches of a union in a place: str, list[dict[str,any]], function-before[...]
_BRANCH = re.compile(r".*[\[\]].*|str|int|float|bool|dict|list|none|function-.*")


def _field_error(error: Mapping[str, Any]) -> dict[str, str]:
    """One validation error in Chinese. The input is not echoed: it may be personal or not encodable."""
    if error["type"] == "json_invalid":
        return {"field": "请求正文", "path": "", "message": _message(error)}
    parts = list(error["loc"][1:])  # the first says body, query or path
    unknown = [_printable(str(parts.pop()))[:60]] if error["type"] == "extra_forbidden" else []
    place = [p for p in parts if isinstance(p, int) or not _BRANCH.fullmatch(p)] + unknown
    names = [f"第 {p + 1} 项" if isinstance(p, int) else _FIELDS.get(p, p) for p in place]
    names = [*names[:-1], *unknown] if unknown else names
    message = _message(error, whole=not place)
    return {
        "field": "的".join(names) or "请求正文",
        "path": ".".join(map(str, place))[:120],
        "message": message,
    }


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable() and not 0xD800 <= ord(c) <= 0xDFFF)


def _said(errors: Sequence[Mapping[str, str]]) -> str:
    """The first errors in a sentence; a message that names its field already is not preceded by it, what branches of a
    union miss is said once."""
    fields: dict[tuple[str, str], list[str]] = {}
    for error in errors:
        fields.setdefault((error["path"], error["field"]), []).append(error["message"])
    said = []
    for (_, field), messages in list(fields.items())[:3]:
        message = "，或者".join(dict.fromkeys(messages))
        said.append(message if message.startswith(field) else f"{field}：{message}")
    return "；".join(said)


def _message(error: Mapping[str, Any], *, whole: bool = False) -> str:
    """What is wrong; ``whole``: with the body itself."""
    kind, context = error["type"], error.get("ctx") or {}
    if whole and kind in ("model_type", "model_attributes_type", "dict_type"):
        return "要写成 JSON 对象，并带上 Content-Type: application/json"
    if kind.startswith("hegui_"):
        return str(error["msg"])
    if kind in ("string_too_long", "too_long"):
        return f"最多 {context.get('max_length')} {'个字' if kind.startswith('string') else '项'}，请缩短"
    if kind in ("string_too_short", "too_short"):
        return "不能为空"
    if kind in ("greater_than_equal", "less_than_equal"):
        return (
            f"要{'不小于' if kind.startswith('greater') else '不大于'} {context.get('ge', context.get('le'))}"
        )
    if kind in ("literal_error", "enum"):
        return f"只能是 {str(context.get('expected', '')).replace(' or ', ' 或 ')}"
    if "date" in kind:
        return "要写成真实存在的日期，如 2026-02-01"
    return _MESSAGES.get(kind, "写法不对，请对照 /docs 的说明")
