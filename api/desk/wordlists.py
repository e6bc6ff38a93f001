"""The word lists and exemptions of the script check as officers edit them; kept for publication like rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.datastructures import FormData

from api.desk.additions import RULE
from api.desk.content import listed_one, mending
from api.desk.faults import Faults
from api.desk.rules import MAX_LINE
from rag.script import EXEMPTIONS, LISTS, Exemption, read_lists

if TYPE_CHECKING:
    from api.state import State

MAX_LINES, MAX_WORD = 400, 30
EXEMPT = "exempt"
#: The kinds of lists: their names on the pages, and what a line is.
GROUPS = {
    "words": (
        "词表",
        "规则里写 {名字} 就是用这张词表。一行一种；可以用竖线隔开几个词，带括号的是模式，看不懂的行不要动。",
    ),
    EXEMPT: ("例外", "这样说不算问题。一行一种；~ 是中间隔几个字，带括号的是模式，看不懂的行不要动。"),
    "goods": ("认商品的词", "话里有这些词，就当是在讲这类商品。一行一个词。"),
    "variants": (
        "变形写法",
        "把字换掉、拆开、写拼音的，先还原再查。一行一个，写成“写法=意思”，如 z疗=治疗。",
    ),
    "sounds": ("按读音找的词", "写成同音字也认得出的词。一行一个词。"),
}
#: The lists of an exemption.
PARTS = {
    "before": "前面是这样的话", "after": "后面是这样的话", "over": "这句话里连着这个词的是", "sentence": "同一句里有这样的话",
    "turn": "但中间转回自家的话就还是算", "never": "但词里有这些就还是算",
}  # fmt: skip
_NAME = re.compile(r"[\w\u4e00-\u9fff]{1,12}")


@dataclass(frozen=True)
class WordList:
    """A list: its group, its name in the file, what it is called, its lines by part (one part for all but exemptions)."""

    group: str
    name: str
    label: str
    lines: Mapping[str, tuple[str, ...]]
    always: bool = True

    @property
    def id(self) -> str:
        """What a change of it is known by."""
        return f"{self.group}:{self.name}"

    @property
    def about(self) -> str:
        """What it is called in the list of what waits."""
        return GROUPS[self.group][0] + (f"“{self.label}”" if self.name else "")

    @property
    def size(self) -> int:
        """How many lines it has."""
        return sum(map(len, self.lines.values()))


def all_lists(state: State) -> list[WordList]:
    """The lists as they are published, by group.

    Raises:
        ProblemError: 422, they are broken.
    """
    with mending():
        lists, exemptions = read_lists(state.settings.guidelines / "rules")
    goods = {t.id: t.name for t in state.engine.corpus().registers.topics}
    return [
        *(WordList("words", n, n, {"lines": v}) for n, v in lists.words.items()),
        *(_exemption(e) for e in exemptions),
        *(WordList("goods", n, goods.get(n, n), {"lines": v}) for n, v in lists.goods.items()),
        WordList("variants", "", "变形写法", {"lines": tuple(f"{k}={v}" for k, v in lists.variants.items())}),
        WordList("sounds", "", "按读音找的词", {"lines": lists.sounds}),
    ]  # fmt: skip


def find_list(state: State, own: str) -> WordList:
    """A list by its id.

    Raises:
        ProblemError: 404.
    """
    return listed_one((one for one in all_lists(state) if one.id == own), "这张词表")


def blank(group: str) -> WordList:
    """A list with nothing in it yet."""
    return WordList(group, "", "", dict.fromkeys(PARTS if group == EXEMPT else ["lines"], ()))


def read_list(
    state: State, form: FormData, known: WordList, *, new: bool = False
) -> tuple[WordList, dict[str, Any]]:
    """A list as it was sent, and the change of its file; ``changes`` is empty where nothing is different.

    Raises:
        ProblemError: 422.
    """
    faults = Faults()
    label = " ".join(str(form.get("name", known.label)).split())
    sent = {part: _lines(form, part, known, faults) for part in known.lines}
    if not any(sent[part] for part in sent if part not in ("turn", "never")):
        faults.add(next(iter(sent)), "一行也没有写", "至少写一行；整张不要了，按“删去”。")
    named = new or known.group == EXEMPT
    if named and not (2 <= len(label) <= 40 if known.group == EXEMPT else _NAME.fullmatch(label)):
        faults.add(
            "name",
            "名称写得不对",
            "2 到 40 个字。" if known.group == EXEMPT else "1 到 12 个字，不带标点、空格。",
        )
    if new and any(label == one.label for one in all_lists(state) if one.group == known.group):
        faults.add("name", f"已经有“{label}”", "换一个名字，或者去改原来的那一张。")
    faults.stop()
    name = _new_name(state, label, known.group) if new else known.name
    typed = WordList(known.group, name, label if named else known.label, sent, known.always)
    return typed, {
        "file": _file(known),
        "id": typed.id,
        "changes": _changes(known, typed, new=new),
        **({"new": True} if new else {}),
    }


def taken_out(known: WordList) -> dict[str, Any]:
    """The change that takes a list out."""
    return {"file": _file(known), "id": known.id, "changes": None}


def _file(known: WordList) -> str:
    return EXEMPTIONS if known.group == EXEMPT else LISTS


def _changes(known: WordList, typed: WordList, *, new: bool) -> dict[str, Any]:
    changes: dict[str, Any] = {p: list(v) for p, v in typed.lines.items() if v != tuple(known.lines[p])}
    if typed.group == EXEMPT:
        if typed.label != known.label:
            changes["name"] = typed.label
        if new:
            changes["always"] = True
    return changes


def _exemption(e: Exemption) -> WordList:
    return WordList(EXEMPT, e.id, e.name, {part: getattr(e, part) for part in PARTS}, e.always)


def _lines(form: FormData, part: str, known: WordList, faults: Faults) -> tuple[str, ...]:
    if part not in form:
        return tuple(known.lines[part])
    lines = tuple(dict.fromkeys(line.strip() for line in str(form[part]).splitlines() if line.strip()))
    most = MAX_LINE if known.group in ("words", EXEMPT) else MAX_WORD * 2
    if long := [line for line in lines if len(line) > most]:
        faults.add(part, f"有一行太长：{long[0][:20]}……", f"每行最多 {most} 个字，拆成几行写。")
    if len(lines) > MAX_LINES:
        faults.add(part, "写得太多", f"最多 {MAX_LINES} 行。")
    if known.group == "variants" and (
        bad := [line for line in lines if not all(p.strip() for p in line.partition("=")[::2])]
    ):
        faults.add(part, f"“{bad[0][:20]}”没有写意思", "写成“写法=意思”，如 z疗=治疗。")
    return lines


def _new_name(state: State, label: str, group: str) -> str:
    if group != EXEMPT:
        return label
    taken = {one.id for one in all_lists(state)} | {
        a.fields.get("id") for a in state.desk.additions.waiting() if a.kind == RULE
    }
    return next(name for n in range(1, 100_000) if f"{EXEMPT}:{(name := f'own-{n}')}" not in taken)
