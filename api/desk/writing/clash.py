"""What an officer chose where two had written at one place. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.datastructures import FormData

from api.desk.writing.form import MAX_TEXT
from api.desk.writing.merge import Conflict, chosen
from api.problems import ProblemError
from rag.content import Document, Row, Section, plain


def resolved(form: FormData, mine: Document, merged: Document, conflicts: Sequence[Conflict]) -> Document:
    """The merged draft with the chosen text at each clash: ``mine``, ``theirs``, or ``own`` words.

    Raises:
        ProblemError: 422, nothing was chosen at a place, or own words that are none.
    """
    choices: dict[str, Any] = {}
    for clash in conflicts:
        pick = str(form.get(f"pick:{clash.place}", ""))
        if pick == "mine":
            choices[clash.place] = clash.mine
        elif pick == "own" and text_of(clash):
            choices[clash.place] = _own(clash, str(form.get(f"own:{clash.place}", "")))
        elif pick != "theirs":
            raise ProblemError(
                422,
                "invalid",
                "有一处还没有选",
                "每一处选一份：用我的、用同事的，或者自己合成。",
                at=f"pick:{clash.place}",
            )
    return chosen(merged, choices, mine)


def text_of(clash: Conflict) -> bool:
    """Whether own words can be put in: for rows and texts of the head, not for lists and days."""
    return clash.is_row or all(isinstance(v, str | None) for v in (clash.mine, clash.theirs))


def _own(clash: Conflict, text: str) -> Any:
    if not clash.is_row:
        return " ".join(text.split())
    row: Row = clash.mine or clash.theirs
    words = plain(text, paragraphs=row.section is Section.FAQ)
    if not words:
        raise ProblemError(
            422, "invalid", "选了“自己合成一份”，但框里是空的",
            "把文字写进框里；要删去这一条，先选一份，回到稿子里按“删去”。",
            at=f"own:{clash.place}",
        )  # fmt: skip
    if len(words) > MAX_TEXT:
        raise ProblemError(
            422,
            "invalid",
            f"自己合成的一条有 {len(words)} 个字，超过 {MAX_TEXT} 个字",
            "写短些，多的另起一条。",
            at=f"own:{clash.place}",
        )
    return row.model_copy(update={"text": words})
