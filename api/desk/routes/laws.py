"""Laws that change: a new version entered, its text imported, and the board of the clauses that rest on it."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from fastapi import Form, Request, UploadFile
from starlette.responses import Response

from api.deps import StateDep
from api.desk.additions import LAW
from api.desk.board.changes import STATES
from api.desk.board.listing import brought_up, compare
from api.desk.content import fresh_corpus, mending
from api.desk.roles import Role, User
from api.desk.web import OfficerDep, desk_router, page, redirect
from api.desk.words import titles_by_role
from api.numbers import whole
from api.problems import ProblemError
from api.state import State
from rag.content import (
    LAWS_FILE,
    Law,
    LawLibrary,
    LawVersion,
    read_law_text,
    read_version,
    register_with,
    written_for,
)
from rag.release import Change, record

router = desk_router("/desk/laws")

Line = Annotated[str, Form(max_length=200)]
FORMS = (".docx", ".html", ".htm", ".txt", ".md")


@router.get("")
async def board(request: Request, state: StateDep, user: OfficerDep, read: str = "") -> Response:
    """What is left to do for each law that changes, and the versions to come that nobody has taken up."""
    corpus = await state.run(lambda: fresh_corpus(state))
    changes = await state.run(lambda: brought_up(state, user))
    small = await state.run(state.desk.additions.waiting)
    today = state.settings.current_day()
    taken = {(c.law, c.effective) for c in changes}
    coming = [
        (law.short_title, v.effective_from)
        for law in corpus.registers.laws
        for v in law.versions
        if v.effective_from and v.effective_from > today and (law.short_title, v.effective_from) not in taken
    ]
    return page(
        request, "laws.html", changes=changes, coming=coming, waiting=[a for a in small if a.kind == LAW], laws=list(corpus.registers.laws),
        forms=",".join(FORMS), days=lambda day: (day - today).days, read=whole(read),
    )  # fmt: skip


@router.post("")
async def enter(
    request: Request, state: StateDep, user: OfficerDep,
    law: Line = "", effective: Line = "", number: Line = "", articles: Line = "", text: UploadFile | None = None,
) -> Response:  # fmt: skip
    """Enter a version (or take up one that is registered), import its text, list what rests on it."""
    day = _day(effective)
    upload = (Path(text.filename or "").suffix.lower(), await text.read()) if text and text.filename else None

    def work() -> tuple[str, str]:
        entry = _law(state, law)
        known = any(v.effective_from == day for v in entry.versions)
        with mending("text" if upload else "effective"):
            out, read = _register(state, entry, day, number.strip(), articles.strip(), upload, user)
        read_in = f"?read={read}" if read else ""
        if not out:
            return f"/desk/laws{read_in}", "waiting"
        change = compare(
            state, entry.short_title, day, user, again=known and day <= state.settings.current_day()
        )
        return (f"/desk/laws/{change}{read_in}", "saved") if change else (f"/desk/laws{read_in}", "known")

    to, done = await state.run(work)
    return redirect(request, to, done=done)


@router.get("/{number}")
async def one(request: Request, state: StateDep, user: OfficerDep, number: int, read: str = "") -> Response:
    """The clauses of one change with both texts."""
    corpus = await state.run(lambda: fresh_corpus(state))
    await state.run(lambda: state.desk.changes.settle(corpus))
    change = await state.run(lambda: state.desk.changes.get(number))
    begun = {d.guideline: d for d in await state.run(state.desk.drafts.find) if d.version >= change.effective}
    anew = {key: written_for(corpus, key, change.effective) for key, _ in change.by_guideline}
    people = await state.run(state.desk.people.all)
    officers = [p for p in people if p.active and p.may(Role.WRITER, Role.REVIEWER)]
    titles = titles_by_role(corpus)
    days = (change.effective - state.settings.current_day()).days
    return page(
        request, "law.html", change=change, officers=officers, titles=titles, states=STATES, days=days,
        forms=",".join(FORMS), read=whole(read), begun=begun, anew=anew,
    )  # fmt: skip


@router.post("/{number}/text")
async def import_text(
    request: Request, state: StateDep, user: OfficerDep, number: int, side: Line = "new", text: UploadFile | None = None
) -> Response:  # fmt: skip
    """Import the text of either version afterwards, and compare again."""
    upload = (Path(text.filename or "").suffix.lower(), await text.read()) if text and text.filename else None

    def work() -> int:
        change, read = state.desk.changes.get(number), 0
        entry = _law(state, change.law)
        day = change.effective if side == "new" else change.effective - dt.timedelta(days=1)
        version = entry.version_on(day)
        if upload is not None and version is not None:
            with mending("text"):
                read = _import(state, entry, version, upload, user)
        compare(state, change.law, change.effective, user)
        return read

    read = await state.run(work)
    return redirect(request, f"/desk/laws/{number}{f'?read={read}' if read else ''}", done="saved")


@router.post("/{number}/assign")
async def assign(
    request: Request, state: StateDep, user: OfficerDep, number: int, guideline: Line = "", owner: Line = ""
) -> Response:
    """Give the open clauses of a guideline (of all, if none is named) to somebody."""
    to = whole(owner)
    await state.run(lambda: state.desk.changes.assign(number, guideline, to, by=user))
    return redirect(request, f"/desk/laws/{number}", done="saved")


@router.post("/tasks/{task}/close")
async def close(
    request: Request, state: StateDep, user: OfficerDep, task: int, outcome: Line = ""
) -> Response:
    """A clause that stays as it is."""
    number = await state.run(lambda: state.desk.changes.close(task, outcome, by=user))
    return redirect(request, f"/desk/laws/{number}", done="closed")


@router.post("/tasks/{task}/reopen")
async def reopen(request: Request, state: StateDep, user: OfficerDep, task: int) -> Response:
    """A clause that has to be looked at after all."""
    number = await state.run(lambda: state.desk.changes.reopen(task, by=user))
    return redirect(request, f"/desk/laws/{number}", done="saved")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError as error:
        raise ProblemError(
            422, "invalid", "没有写施行日期", "写成年-月-日，例如 2027-01-01，见公布令。", at="effective"
        ) from error


def _law(state: State, name: str) -> Law:
    found = fresh_corpus(state).registers.laws.get(name)
    if found is None:
        raise ProblemError(
            422, "invalid", "登记册里没有这部法律", "从列表里选；新的法律请管理员先登记。", at="law"
        )
    return found


def _register(
    state: State, law: Law, day: dt.date, number: str, articles: str, upload: tuple[str, bytes] | None, user: User
) -> tuple[bool, int]:  # fmt: skip
    """Write the version into the register, if it is not there, and its text into the library, if one was sent.

    Returns:
        Whether the version is in the register (one entered just now is published by somebody else, unless the setting allows
        it), and how many articles were read.
    """
    library = LawLibrary(state.settings.data / "laws")
    known = next((v for v in law.versions if v.effective_from == day), None)
    if known is not None:
        return True, _import(state, law, known, upload, user) if upload is not None else 0
    text = None
    if upload is not None:
        with _file(law, day, upload) as path:
            version, text = read_version(path, law, day, fresh_corpus(state).registers.laws, library)
    else:
        version = LawVersion(effective_from=day, articles=_count(articles))
    if articles and whole(articles) != version.articles:
        raise ProblemError(
            422, "invalid", f"文本有 {version.articles} 条，填的是 {articles} 条", "核对后再提交；不确定就把条数空着。", at="articles"
        )  # fmt: skip
    if number:
        version = version.model_copy(update={"document_number": number})
    before, after = register_with(state.settings.guidelines, law.short_title, version)
    about = f"{law.short_title}：{day} 起施行，{version.articles} 条 {number}".rstrip()
    if alone := state.settings.desk_self_review:
        record(
            [Change.of(LAWS_FILE, after, hashlib.sha256(before).hexdigest())], user.display,
            f"登记《{law.short_title}》{day} 起施行的版本", state.settings, email=user.email or "",
            reference={"user": user.id},
        )  # fmt: skip
        state.desk.audit.record(user, "登记新法", f"law:{law.short_title}", about)
    else:
        own, written = f"{law.short_title}@{day}", version.model_dump(mode="json")
        if state.desk.additions.waits(LAW, own):
            raise ProblemError(409, "waiting", "这一版已经登记，等待发布", "请审核发布的同事在“发布”页发布。")
        fields = {"id": own, "law": law.short_title, "version": written}
        state.desk.additions.add(LAW, about, fields, user, subject=f"law:{law.short_title}")
    if text is not None:
        state.laws.store(text)
    return alone, len(text.articles) if text is not None else 0


def _count(articles: str) -> int:
    count = whole(articles)
    if count is None or not 0 < count < 5000:
        raise ProblemError(
            422,
            "invalid",
            "不知道这一版有多少条",
            "上传条文全文（条数自动数出），或者填写条数。",
            at="articles",
        )
    return count


def _import(state: State, law: Law, version: LawVersion, upload: tuple[str, bytes], user: User) -> int:
    """Keep the text of a version; how many articles were read."""
    registers = fresh_corpus(state).registers
    with _file(law, version.effective_from, upload) as path:
        text = read_law_text(path, registers.laws)
    if (text.law, text.effective_from) != (law.short_title, version.effective_from):
        raise ProblemError(
            422,
            "invalid",
            f"这是《{text.law}》的文本，不是《{law.short_title}》",
            "换成这部法律的文本。",
            at="text",
        )
    state.laws.store(text)
    state.desk.audit.record(
        user, "导入条文", f"law:{law.short_title}", f"{version.effective_from} 版，{len(text.articles)} 条"
    )
    return len(text.articles)


@contextmanager
def _file(law: Law, day: dt.date | None, upload: tuple[str, bytes]) -> Iterator[Path]:
    """A sent text as a file whose name says which version it is, for the importer; gone afterwards.

    Raises:
        ProblemError: 422, a form that is not read.
    """
    suffix, raw = upload
    if suffix not in FORMS:
        raise ProblemError(422, "invalid", "读不了这种文件", "另存为 docx、html 或 txt 后再上传。", at="text")
    with tempfile.TemporaryDirectory(prefix="hegui-law-") as folder:
        path = Path(folder) / f"{law.short_title}-{day or ''}{suffix}"
        path.write_bytes(raw)
        yield path
