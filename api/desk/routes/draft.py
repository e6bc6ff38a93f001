"""A draft being written: the form, what is typed, a legal basis, a Word file, clashes, earlier states."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import File, Form, Request, UploadFile
from starlette.responses import JSONResponse, Response

from api.deps import StateDep
from api.desk.faults import SAVED
from api.desk.roles import Role, User
from api.desk.routes.writing import read_upload
from api.desk.web import MAX_FIELDS, OfficerDep, WriterDep, desk_router, page, redirect, shown_time
from api.desk.writing.basis import articles, cite_of
from api.desk.writing.clash import resolved
from api.desk.writing.drafts import Draft, Saved
from api.desk.writing.form import Sent, cited, differences, pressed, read_form
from api.desk.writing.later import later
from api.desk.writing.newlaw import resting
from api.desk.writing.overtaken import bring_in, overtaken, refuse_overtaken
from api.desk.writing.placed import bases, findings
from api.problems import ProblemError
from api.state import State
from rag.content import Section

router = desk_router("/desk/writing")

Upload = Annotated[UploadFile | None, File()]
Line = Annotated[str, Form(max_length=200)]


@router.get("/{number}")
async def edit(request: Request, state: StateDep, user: OfficerDep, number: int) -> Response:
    """The form of a draft; who may not write, or a draft that is under review, goes to the comparison."""
    draft = await state.run(lambda: state.desk.drafts.get(number))
    if not (draft.state.editable and user.may(Role.WRITER)):
        return redirect(request, f"/desk/writing/{number}/review")
    shown = await state.run(lambda: _shown(state, draft, user))
    return page(request, "draft.html", draft=draft, **shown)


def _shown(state: State, draft: Draft, user: User) -> dict[str, Any]:
    registers = state.engine.corpus().registers
    remarks: dict[str, list[Any]] = {}
    for remark in findings(state, draft):
        remarks.setdefault(remark.place, []).append(remark)
    said: dict[str, list[Any]] = {}
    for one in state.desk.remarks.find(draft.id):
        said.setdefault(one.place, []).append(one)
    rows = {section: [r for r in draft.document.rows if r.section is section] for section in Section}
    history = state.desk.drafts.history(draft.id)
    asides = [k for k in history if k.waits and k.user_id == user.id and k.lock > draft.lock - 20]
    return {
        "remarks": remarks, "said": said, "rows": rows, "topics": registers.topics,
        "operator": registers.operator(draft.operator), "bases": bases(state, draft.document, draft.version),
        "asides": asides[:1], "asked": state.desk.questions.of_draft(draft.id),
        "missing": overtaken(state, draft), "later": later(state, draft),
        "laws": resting(state, draft),
    }  # fmt: skip


@router.post("/{number}")
async def save(request: Request, state: StateDep, user: WriterDep, number: int) -> Response:
    """Save the form, and do what the button that was pressed says."""
    sent, saved = await _save(request, state, user, number)
    at = f"/desk/writing/{number}"
    if saved.conflicts:
        return redirect(request, f"{at}/clash/{saved.aside}")
    verb, _, key = sent.act.partition(":")
    if verb == "basis":
        return redirect(request, f"{at}/basis/{key}")
    if verb == "submit":
        await state.run(lambda: _submit(state, saved.draft, user))
        return redirect(request, f"{at}/review", done="submitted")
    if verb == "save":
        return redirect(request, at, done="saved")
    changed, place = pressed(saved.draft.document, sent.act)
    now = saved.draft
    await state.run(lambda: state.desk.drafts.save(number, changed, now.version, now.lock, user))
    return redirect(request, f"{at}#row-{place}" if place else at)


async def _save(request: Request, state: State, user: User, number: int) -> tuple[Sent, Saved]:
    draft = await state.run(lambda: state.desk.drafts.get(number))
    form = await request.form(max_fields=MAX_FIELDS)
    sent = read_form(form, draft.document, draft.version)
    if draft.kind == "correction":
        sent = Sent(sent.document, draft.version, sent.lock, sent.act)
    day = sent.version
    saved = await state.run(lambda: state.desk.drafts.save(number, sent.document, day, sent.lock, user))
    return sent, saved


def _submit(state: State, draft: Draft, user: User) -> None:
    wrong = [f for f in findings(state, draft) if f.level == "error"]
    if wrong:
        rows = {row.id for row in draft.document.rows}
        at = {
            f"text:{f.place}" if f.place in rows else f.place: f"{f.message}。{f.fix}"
            for f in reversed(wrong)
        }
        said = "".join(f"{f.message}（{f.fix}）。" for f in wrong[:3])
        raise ProblemError(422, SAVED, f"已保存，但还有 {len(wrong)} 处要改，没有提交", said, faults=at)
    try:
        refuse_overtaken(state, draft)
        state.desk.states.move(draft.id, "submit", user, lock=draft.lock)
    except ProblemError as error:
        raise ProblemError(error.status, SAVED, error.message, error.hint) from error


@router.post("/{number}/corrections")
async def corrections(request: Request, state: StateDep, user: WriterDep, number: int) -> Response:
    """Put the corrections of the version before into a new version."""
    await state.run(lambda: bring_in(state, number, user))
    return redirect(request, f"/desk/writing/{number}", done="brought")


@router.post("/{number}/typed")
async def typed(request: Request, state: StateDep, user: WriterDep, number: int) -> Response:
    """What is being typed: saved, and checked. As JSON for the page's script."""
    sent, saved = await _save(request, state, user, number)
    if saved.conflicts:
        at = f"{state.settings.base_path}/desk/writing/{number}/clash/{saved.aside}"
        return JSONResponse({"clash": at}, 409)

    def work() -> dict[str, Any]:
        draft = saved.draft
        marks = [r.model_dump(include={"place", "message", "fix", "level"}) for r in findings(state, draft)]
        texts = bases(state, draft.document, draft.version)
        shown = {k: [{"cite": b.cite, "text": "\n".join(b.paragraphs)} for b in v] for k, v in texts.items()}
        patch = differences(sent.document, draft.document)
        at = shown_time(draft.updated)[-5:]
        return {"lock": draft.lock, "at": at, "remarks": marks, "bases": shown, "patch": patch}

    return JSONResponse(await state.run(work))


@router.get("/{number}/basis/{row}")
async def basis(
    request: Request,
    state: StateDep,
    user: WriterDep,
    number: int,
    row: str,
    law: str = "",
    article: str = "",
) -> Response:
    """Choose a legal basis for a row: law, article, 款 and 项 with the text beside it."""
    draft = await state.run(lambda: state.desk.drafts.get(number))
    found = next((r for r in draft.document.rows if r.id == row), None)
    if found is None:
        raise ProblemError(404, "not-found", "没有这一条", "它可能刚被删去了，回到稿子看看。")
    registers = (await state.run(state.engine.corpus)).registers
    numbers = await state.run(lambda: articles(registers, state.laws, law, draft.version)) if law else []
    chosen = next((a for a in numbers if str(a.number) == article), None)
    in_force = [entry for entry in registers.laws if entry.version_on(draft.version)]
    return page(
        request, "draft_basis.html", draft=draft, row=found, laws=in_force, law=law, articles=numbers, chosen=chosen,
    )  # fmt: skip


@router.post("/{number}/basis/{row}")
async def add_basis(
    request: Request, state: StateDep, user: WriterDep, number: int, row: str,
    typed: Line = "", law: Line = "", article: Line = "", part: Line = "",
) -> Response:  # fmt: skip
    """Write the chosen basis at the end of the row."""

    def work() -> None:
        draft = state.desk.drafts.get(number)
        cite = cite_of(state, draft, typed, law, article, part)
        state.desk.drafts.save(number, cited(draft.document, row, cite), draft.version, draft.lock, user)

    await state.run(work)
    return redirect(request, f"/desk/writing/{number}#row-{row}")


@router.post("/{number}/word")
async def word(
    request: Request, state: StateDep, user: WriterDep, number: int, word: Upload = None
) -> Response:
    """Put the clauses of a Word file behind those of the draft."""
    imported = await read_upload(word)
    if imported is None:
        raise ProblemError(422, "invalid", "没有选文件", "先选一个 Word 文件（docx）。", at="word")

    def work() -> None:
        draft = state.desk.drafts.get(number)
        taken = {r.id for r in draft.document.rows}
        fresh = [
            r.model_copy(update={"id": f"{r.id}x{draft.lock}" if r.id in taken else r.id})
            for r in imported.rows
        ]
        kept = [r for r in draft.document.rows if r.text or r.heading]
        rows = sorted([*kept, *fresh], key=lambda r: list(Section).index(r.section))
        document = draft.document.model_copy(update={"rows": tuple(rows)})
        state.desk.drafts.save(number, document, draft.version, draft.lock, user)

    await state.run(work)
    return redirect(request, f"/desk/writing/{number}", done="imported")


@router.get("/{number}/clash/{aside}")
async def clash(request: Request, state: StateDep, user: WriterDep, number: int, aside: int) -> Response:
    """What two officers wrote at one place, to choose from; once it was chosen from, the draft."""
    kept = await state.run(lambda: state.desk.drafts.kept(number, aside))
    if not kept.waits:
        return redirect(request, f"/desk/writing/{number}")
    shown = await state.run(lambda: _clash(state, number, aside))
    return page(request, "draft_clash.html", **shown)


def _clash(state: State, number: int, aside: int) -> dict[str, Any]:
    draft, mine, merged, conflicts = state.desk.drafts.clashes(number, aside)
    last = next((k for k in state.desk.drafts.history(number) if not k.aside), None)
    return {"draft": draft, "mine": mine, "merged": merged, "conflicts": conflicts, "last": last}


@router.post("/{number}/clash/{aside}")
async def choose(request: Request, state: StateDep, user: WriterDep, number: int, aside: int) -> Response:
    """Save what was chosen; what changed meanwhile, or cannot be taken so, is shown again."""
    form = await request.form(max_fields=MAX_FIELDS)

    def work() -> Saved | None:
        draft, mine, merged, conflicts = state.desk.drafts.clashes(number, aside)
        if str(form.get("lock", "")) != str(draft.lock):
            return None
        document = resolved(form, mine.document, merged, conflicts)
        saved = state.desk.drafts.save(number, document, draft.version, draft.lock, user)
        if not saved.conflicts:
            state.desk.drafts.settle(number, aside)
        return saved

    saved = await state.run(work)
    if saved is None:
        return redirect(request, f"/desk/writing/{number}/clash/{aside}", done="again")
    return redirect(request, f"/desk/writing/{number}", done="saved")


@router.get("/{number}/history")
async def history(request: Request, state: StateDep, user: OfficerDep, number: int) -> Response:
    """The saved states."""
    draft = await state.run(lambda: state.desk.drafts.get(number))
    kept = await state.run(lambda: state.desk.drafts.history(number))
    return page(request, "draft_history.html", draft=draft, kept=kept)


@router.post("/{number}/history/{saved}")
async def restore(request: Request, state: StateDep, user: WriterDep, number: int, saved: int) -> Response:
    """Take an earlier state up again, as a new one."""

    def work() -> None:
        draft, kept = state.desk.drafts.get(number), state.desk.drafts.kept(number, saved)
        state.desk.drafts.save(number, kept.document, draft.version, draft.lock, user)
        state.desk.drafts.settle(number, saved)

    await state.run(work)
    return redirect(request, f"/desk/writing/{number}", done="restored")
