"""The fields of the page <-> a `rag.content.Document`; what the buttons beside a row do. Pure."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

from api.numbers import whole
from api.problems import ProblemError
from rag.content import Document, Remark, Row, Section, plain

MAX_TEXT = 4000
MAX_SENT = 50_000  # what is longer than it may be is kept and told, up to here
_MOST = {"title": 40, "changes": 1000}  # of the summary the rules tell
MAX_HEADING = 200
MAX_ROWS = 400
SECTIONS = {s.slug: s for s in Section}
_ID = re.compile(r"[a-z]+-[a-z0-9]{1,20}")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True)
class Sent:
    """What an officer sent: the form, the day it takes effect, the saved state it was based on, the button pressed."""

    document: Document
    version: dt.date
    lock: int
    act: str


def read_form(fields: FormData, before: Document, version: dt.date) -> Sent:
    """A form that was sent. What the page does not show (operator, revision) stays as ``before``.

    Raises:
        ProblemError: 422, a field that no browser of ours sends so.
    """
    rows = []
    keys = [str(k) for k in fields.getlist("rows")][: MAX_ROWS + 1]
    if len(keys) > MAX_ROWS or len(set(keys)) != len(keys):
        raise _bad(f"一份指引最多 {MAX_ROWS} 条", "把它分成几份指引。")
    for key in keys:
        section = SECTIONS.get(str(fields.get(f"section:{key}", "")))
        if section is None or not _ID.fullmatch(key):
            raise _bad("页面上的条款和程序对不上", "刷新页面后再改；您写的内容先复制下来。")
        rows.append(
            Row(
                id=key, section=section, heading=_line(fields, f"heading:{key}"),
                text=plain(_text(fields, f"text:{key}"), paragraphs=section is Section.FAQ),
            )
        )  # fmt: skip
    changes = _line(fields, "changes")
    document = before.model_copy(
        update={
            "title": _line(fields, "title"),
            "topics": tuple(str(t)[:64] for t in fields.getlist("topics"))[:40],
            "summary": _line(fields, "summary"),
            "changes": changes or None,
            "verified_on": read_day(str(fields.get("verified_on", "")), "核对日期", "verified_on"),
            "rows": tuple(sorted(rows, key=lambda r: list(Section).index(r.section))),
        }
    )
    day = fields.get("version")
    lock = whole(str(fields.get("lock", "")))
    if lock is None:
        raise _bad("页面不完整", "刷新页面后再试。")
    return Sent(
        document,
        read_day(str(day), "施行日期") if day else version,
        lock,
        str(fields.get("act", "save")),
    )


def read_day(text: str, what: str, at: str = "version") -> dt.date:
    """A day as browsers send it; ``at``: its field.

    Raises:
        ProblemError: 422.
    """
    try:
        day = dt.date.fromisoformat(text.strip())
    except ValueError:
        raise _bad(f"“{what}”不是日期", "写成 2027-01-01 这样，并且是真实存在的一天。", at) from None
    if not 2000 <= day.year <= 2100:
        raise _bad(f"“{what}”的年份不对", "核对后再填。", at)
    return day


def pressed(document: Document, act: str) -> tuple[Document, str]:
    """The form after a button of a row: ``add:must``, ``up:must-3``, ``down:must-3``, ``delete:must-3``.

    Returns:
        The form, and the row to go to (empty for none).
    """
    verb, _, key = act.partition(":")
    rows = list(document.rows)
    if verb == "add" and key in SECTIONS:
        row = Row(id=f"{key}-n{secrets.token_hex(4)}", section=SECTIONS[key], text="")
        last = max((i for i, r in enumerate(rows) if r.section is row.section), default=None)
        row = row.model_copy(
            update={"heading": rows[last].heading if last is not None and key == "howto" else ""}
        )
        rows.append(row)
        return _with(document, rows), row.id
    at = next((i for i, r in enumerate(rows) if r.id == key), None)
    if at is None:
        return document, ""
    if verb == "delete":
        gone = rows.pop(at)
        same = [r.id for r in rows if r.section is gone.section]
        return _with(document, rows), same[-1] if same else ""
    to = at + {"up": -1, "down": 1}.get(verb, 0)
    if 0 <= to < len(rows) and rows[to].section is rows[at].section:
        rows[at], rows[to] = rows[to], rows[at]
    return _with(document, rows), key


def cited(document: Document, key: str, cite: str) -> Document:
    """The form with a legal basis written at the end of a row, once."""
    rows, between = [], _joint(document)
    cite = cite.replace("、《", f"{between}《")
    for row in document.rows:
        if row.id == key and cite not in row.text:
            joint = between if re.search(r"[》条款项点]$", row.text) else ""
            row = row.model_copy(update={"text": f"{row.text}{joint}{cite}"})
        rows.append(row)
    return _with(document, rows)


def _joint(document: Document) -> str:
    """What stands between two laws in this guideline: ；, or 、 where it has no custom of its own."""
    texts = "\n".join(r.text for r in document.rows)
    return "；" if texts.count("；《") > texts.count("、《") else "、"


def too_long(document: Document) -> list[Remark]:
    """What is longer than it may be: it is kept, and stops the submission."""
    lengths = [(name, len(getattr(document, name) or ""), most) for name, most in _MOST.items()]
    for row in document.rows:
        lengths += [(row.id, len(row.text), MAX_TEXT), (row.id, len(row.heading), MAX_HEADING)]
    return [
        Remark(
            place=place, code="too-long", level="error",
            message=f"有 {size} 个字，最多 {most} 个字。已经保存，一个字也没有丢，但不能提交",
            fix="写短些，或者拆成几条。",
        )
        for place, size, most in lengths if size > most
    ]  # fmt: skip


def differences(sent: Document, now: Document) -> Mapping[str, Any]:
    """What a page that sent one form has to change to show another: fields and rows by place, and whether rows were
    put in, moved or taken out."""
    names = ("title", "summary", "changes")
    fields = {n: getattr(now, n) or "" for n in names if getattr(sent, n) != getattr(now, n)}
    old = {r.id: r for r in sent.rows}
    rows = {r.id: {"heading": r.heading, "text": r.text} for r in now.rows if r.id in old and old[r.id] != r}
    moved = [r.id for r in sent.rows] != [r.id for r in now.rows] or sent.topics != now.topics
    return {"fields": fields, "rows": rows, "moved": moved or sent.verified_on != now.verified_on}


def _with(document: Document, rows: list[Row]) -> Document:
    return document.model_copy(
        update={"rows": tuple(sorted(rows, key=lambda r: list(Section).index(r.section)))}
    )


def _text(fields: FormData, name: str) -> str:
    value = fields.get(name, "")
    text = value if isinstance(value, str) else ""
    if len(text) > MAX_SENT:
        raise _bad(f"有一条超过 {MAX_SENT} 个字，没有保存", f"把它拆成几条，一条最多 {MAX_TEXT} 个字。", name)
    return text


def _line(fields: FormData, name: str) -> str:
    return _BLANKS.sub(" ", _text(fields, name)).strip()


def _bad(what: str, hint: str, at: str = "") -> ProblemError:
    return ProblemError(422, "invalid", what, hint, at=at)
