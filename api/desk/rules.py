"""The rules of the script check as officers edit them: what is found or has to be said, how bad it is, why, what to say instead."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.datastructures import FormData

from api.desk.additions import RULE
from api.desk.content import listed_one, mending
from api.desk.faults import Faults
from api.desk.roles import User
from api.desk.words import clause_place
from api.problems import ProblemError
from rag.script import (
    LISTS,
    MISSING,
    Absence,
    Checker,
    Level,
    Report,
    Rule,
    check_rules,
    load_pack,
    too_slow,
    with_new_rule,
    with_rule,
    with_words,
    without_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.state import State

AnyRule = Rule | Absence
Changes = dict[str, Any]
#: Which field is wrong, by what the check says.
_AT = {"rule-clause": "clause", "rule-law": "clause", "rule-wording": "say", "rule-name": "goods"}
WORDS = ("name", "level", "clause", "why", "ask")
PATTERNS = ("find", "present", "unless", "lines", "before", "after", "over", "sentence", "turn", "never")
_REPEATS = re.compile(r"[*+~]|\{\d")
LINES = ("find", "present", "unless", "say", "goods", "operators")
TICKED = ("goods", "operators")
MAX_LINE, MAX_LINES = 2000, 60
#: The files by subject, as officers are shown them.
FILES = {
    "absolute.yml": "绝对化用语", "kinds.yml": "各类商品", "medical.yml": "医疗和保健功效", "people.yml": "人物、引用和人群",
    "price.yml": "价格和促销", "composed.yml": "几句合起来看的说法", MISSING: "一定要说的话",
}  # fmt: skip


def all_rules(state: State) -> list[tuple[str, list[AnyRule]]]:
    """The rules by file, as they are published.

    Raises:
        ProblemError: 422, they are broken.
    """
    with mending():
        rules = load_pack(state.settings.guidelines / "rules").every()
    return [(name, [r for file, r in rules if file == name]) for name in dict.fromkeys(f for f, _ in rules)]


def find_rule(state: State, name: str) -> tuple[str, AnyRule]:
    """A rule and its file.

    Raises:
        ProblemError: 404.
    """
    found = ((file, rule) for file, rules in all_rules(state) for rule in rules if rule.id == name)
    return listed_one(found, "这条规则")


def read_changes(form: FormData, rule: AnyRule) -> Changes:
    """What of a form that was sent differs from the rule.

    Raises:
        ProblemError: 422, something is missing or too long.
    """
    sent = _sent(form, rule)
    changes = {key: value for key, value in sent.items() if value != _now(rule, key)}
    was = [{"level": s.level.value, "when": list(s.when)} for s in getattr(rule, "softer", ())]
    now = [{**one, "when": _typed_lines(form, f"softer{n}", one["when"])} for n, one in enumerate(was)]
    return changes if now == was else {**changes, "softer": [one for one in now if one["when"]]}


def _typed_lines(form: FormData, key: str, now: list[str]) -> list[str]:
    """The lines of a field that was sent, those of ``now`` if it was not.

    Raises:
        ProblemError: 422, too many or too long.
    """
    lines = [line.strip() for line in str(form.get(key, "\n".join(now))).splitlines() if line.strip()]
    if len(lines) > MAX_LINES or any(len(line) > MAX_LINE for line in lines):
        raise ProblemError(422, "invalid", "写得太多", f"最多 {MAX_LINES} 行，每行 {MAX_LINE} 个字。", at=key)
    return lines


def read_new(state: State, form: FormData) -> tuple[str, str, Changes]:
    """A new rule: the file it belongs to, its id, what it says.

    Raises:
        ProblemError: 422, something is missing or too long.
    """
    file = str(form.get("file", ""))
    if file not in FILES or not (state.settings.guidelines / "rules" / file).exists():
        raise ProblemError(422, "invalid", "没有选归在哪里", "从列表里选一个。", at="file")
    sent = _sent(form, empty(missing=file == MISSING))
    taken = {rule.id for _, rules in all_rules(state) for rule in rules}
    taken |= {a.fields["id"] for a in state.desk.additions.waiting() if a.kind == RULE}
    stem = file.removesuffix(".yml")
    own = next(name for n in range(1, 100_000) if (name := f"{stem}-own-{n}") not in taken)
    return file, own, {key: value for key, value in sent.items() if value}


def empty(*, missing: bool) -> AnyRule:
    """A rule with nothing in it yet, for the form: something to find, or something that has to be said."""
    blank: dict[str, Any] = {"id": "", "name": "", "level": Level.RISKY, "clause": "", "find": (), "why": ""}
    return Absence.model_construct(present=(), **blank) if missing else Rule.model_construct(**blank)


def _sent(form: FormData, rule: AnyRule) -> Changes:
    keys, faults = [key for key in (*WORDS, *LINES) if hasattr(rule, key)], Faults()
    sent: Changes = {key: _now(rule, key) for key in keys}
    for key in (k for k in keys if k in form):
        if key in WORDS:
            sent[key] = " ".join(str(form[key]).split())
            sent[key] = clause_place(sent[key]) if key == "clause" else sent[key]
            continue
        with faults.caught(key):
            ticked = [g for g in map(str, form.getlist(key)) if g]
            sent[key] = ticked if key in TICKED else _typed_lines(form, key, [])
    if sent["level"] not in list(Level):
        faults.add("level", "没有选严重程度", "从列表里选一个。")
    wanted = "present" if isinstance(rule, Absence) else "find"
    if not sent[wanted]:
        faults.add(wanted, "没有写要找的（要有的）说法", "一行写一种。")
    if len(sent["name"]) < 2:
        faults.add("name", "名称至少两个字", "写主播一看就懂的名称。")
    if len(sent["why"]) < 4:
        faults.add("why", "没有写为什么", "写一句主播看得懂的理由。")
    faults.stop()
    return sent


def _now(rule: AnyRule, key: str) -> str | list[str]:
    value = getattr(rule, key)
    return list(value) if key in LINES else str(value or "")


def edited(text: str, fields: Mapping[str, Any]) -> str:
    """A file of rules with the change that ``fields`` tell: new values of a rule, a new rule, or one taken out.

    Raises:
        ContentError: there is no such rule, or it is written in a way that is not understood.
    """
    file, rule, changes = fields["file"], fields["id"], fields["changes"]
    group, _, name = rule.rpartition(":")
    if file == LISTS:
        return with_words(text, group, name, _values(group, changes))
    rule = name
    if changes is None:
        return without_rule(text, file, rule)
    return (with_new_rule if fields.get("new") else with_rule)(text, file, rule, changes)


def _values(group: str, changes: Mapping[str, Any] | None) -> Any:
    """What a word list shall hold."""
    if changes is None or group != "variants":
        return changes and changes["lines"]
    pairs = (line.partition("=") for line in changes["lines"])
    return {key.strip(): value.strip() for key, _, value in pairs}


@contextmanager
def _edited(state: State, fields: Mapping[str, Any]) -> Iterator[Path]:
    """The folder of rules with a change.

    Raises:
        ProblemError: 422, a pattern takes for ever.
    """
    with tempfile.TemporaryDirectory(prefix="hegui-rules-") as work:
        folder, file = Path(work, "rules"), str(fields["file"])
        shutil.copytree(state.settings.guidelines / "rules", folder)
        text = (folder / file).read_bytes().decode("utf-8")
        (folder / file).write_bytes(edited(text, fields).encode())
        typed = _typed(fields, state.settings.guidelines / "rules" / file)
        if typed and (slow := too_slow(load_pack(folder), typed)):
            raise ProblemError(
                422,
                "invalid",
                f"这一行查起来太慢：{slow[:60]}",
                "括号里的重复不要再重复，如 (好+)+；拆成几行写。",
                at=next((key for key, said in fields["changes"].items() if slow in said), "softer0"),
            )
        yield folder


def _typed(fields: Mapping[str, Any], file: Path) -> list[str]:
    """The patterns of a change that may take long: lines that are new, with something repeated in them."""
    changes, before = fields["changes"] or {}, file.read_text("utf-8")
    lines = [line for key in PATTERNS for line in changes.get(key, ())]
    lines += [line for one in changes.get("softer", ()) for line in one["when"]]
    return [line for line in lines if _REPEATS.search(line) and line not in before]


def tried(state: State, file: str, rule: AnyRule, changes: Changes, text: str) -> list[str]:
    """What the edited rule finds in a text; of a statement that has to be there, its name if it is not.

    Raises:
        ProblemError: 422, the rule is broken.
    """
    report = _report(state, {"file": file, "id": rule.id, "changes": changes}, text)
    missing = [f"缺：{m.name}" for m in report.missing if m.rule == rule.id]
    return [f.text for f in report.findings if f.rule == rule.id] + missing


def findings(state: State, fields: Mapping[str, Any], text: str) -> list[tuple[str, str]]:
    """What all rules find in a text once a change is made: the phrase and the rule's name.

    Raises:
        ProblemError: 422, the change is broken.
    """
    return [(f.text, f.name) for f in _report(state, fields, text).findings]


def _report(state: State, fields: Mapping[str, Any], text: str) -> Report:
    with ExitStack() as stack:
        stack.enter_context(mending("lines"))
        unchanged = fields["changes"] == {}
        folder = (
            state.settings.guidelines / "rules" if unchanged else stack.enter_context(_edited(state, fields))
        )
        checker = Checker(state.engine.corpus(), load_pack(folder))
        return checker.check(text, today=state.settings.current_day())


def put_down(state: State, fields: dict[str, Any], about: str, user: User) -> None:
    """Keep a change of the rules for publication, if the check has nothing against it.

    Args:
        fields: ``file``, ``id``, ``changes`` (None: take the rule out), ``new`` (whether it is one).

    Raises:
        ProblemError: 422 nothing changed, or what the check says; 409 a change of it waits already.
    """
    if fields["changes"] == {}:
        raise ProblemError(422, "invalid", "没有改动", "改了再保存。")
    if state.desk.additions.waits(RULE, fields["id"]):
        raise ProblemError(
            409, "waiting", "这条规则有一处改动等待发布", "等它发布，或者请审核发布的同事去掉它。"
        )
    corpus, today = state.engine.corpus(), state.settings.current_day()
    known = {p.message for p in check_rules(corpus, state.settings.guidelines / "rules", today)}
    with mending(), _edited(state, fields) as folder:
        found = [p for p in check_rules(corpus, folder, today) if p.message not in known]
    if found:
        said = found[0].message.replace(f"规则“{about}”", "这条规则").rstrip("。")
        raise ProblemError(
            422,
            "invalid",
            said,
            found[0].fix,
            at=_AT.get(found[0].code, "find" if "find" in (fields["changes"] or {}) else "lines"),
        )
    state.desk.additions.add(RULE, about, fields, user, subject=f"rules/{fields['file']}#{fields['id']}")
