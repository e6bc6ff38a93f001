"""The rules of the script check as officers edit them: what is found, how bad it is, why, what to say instead."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.datastructures import FormData

from api.desk.additions import RULE
from api.desk.content import mending
from api.desk.roles import User
from api.problems import ProblemError
from rag.script import Checker, Level, Rule, check_rules, load_pack, with_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.state import State

Changes = dict[str, str | list[str]]
LINES = ("find", "unless", "say")
MAX_LINE, MAX_LINES = 2000, 60


def all_rules(state: State) -> list[tuple[str, list[Rule]]]:
    """The rules by file, as they are published.

    Raises:
        ProblemError: 422, they are broken.
    """
    with mending():
        pack = load_pack(state.settings.guidelines / "rules")
    files = dict.fromkeys(r.file for r in pack.rules)
    return [(name, [r.rule for r in pack.rules if r.file == name]) for name in files]


def find_rule(state: State, name: str) -> tuple[str, Rule]:
    """A rule and its file.

    Raises:
        ProblemError: 404.
    """
    found = ((file, rule) for file, rules in all_rules(state) for rule in rules if rule.id == name)
    known = next(found, None)
    if known is None:
        raise ProblemError(404, "not-found", "没有这条规则", "回到列表再选。")
    return known


def read_changes(form: FormData, rule: Rule) -> Changes:
    """What of a form that was sent differs from the rule.

    Raises:
        ProblemError: 422, something is missing or too long.
    """
    sent: Changes = {key: " ".join(str(form.get(key, "")).split()) for key in ("name", "level", "why", "ask")}
    for key in LINES:
        lines = [line.strip() for line in str(form.get(key, "")).splitlines() if line.strip()]
        if len(lines) > MAX_LINES or any(len(line) > MAX_LINE for line in lines):
            raise ProblemError(422, "invalid", "写得太多", f"最多 {MAX_LINES} 行，每行 {MAX_LINE} 个字。")
        sent[key] = lines
    if sent["level"] not in list(Level):
        raise ProblemError(422, "invalid", "没有选严重程度", "从列表里选一个。")
    if not sent["find"] or len(sent["why"]) < 4 or len(sent["name"]) < 2:
        raise ProblemError(422, "invalid", "名称、要找的说法、为什么，都要写", "写好后再保存。")
    return {key: value for key, value in sent.items() if value != _now(rule, key)}


def _now(rule: Rule, key: str) -> str | list[str]:
    value = getattr(rule, key)
    return list(value) if key in LINES else str(value or "")


@contextmanager
def _edited(state: State, file: str, rule: str, changes: Mapping[str, str | Sequence[str]]) -> Iterator[Path]:
    """The folder of rules with one of them edited."""
    with tempfile.TemporaryDirectory(prefix="hegui-rules-") as work:
        folder = Path(work, "rules")
        shutil.copytree(state.settings.guidelines / "rules", folder)
        text = (folder / file).read_bytes().decode("utf-8")
        (folder / file).write_bytes(with_rule(text, file, rule, changes).encode())
        yield folder


def tried(state: State, file: str, rule: str, changes: Changes, text: str) -> list[str]:
    """What the edited rule finds in a text.

    Raises:
        ProblemError: 422, the rule is broken.
    """
    with mending(), _edited(state, file, rule, changes) as folder:
        checker = Checker(state.engine.corpus(), load_pack(folder))
        report = checker.check(text, today=state.settings.current_day())
    return [f.text for f in report.findings if f.rule == rule]


def put_down(state: State, file: str, rule: Rule, changes: Changes, user: User) -> None:
    """Keep the edited rule for publication, if the check has nothing against it.

    Raises:
        ProblemError: 422 nothing changed, or what the check says; 409 a change of it waits already.
    """
    if not changes:
        raise ProblemError(422, "invalid", "没有改动", "改了再保存。")
    if state.desk.additions.waits(RULE, rule.id):
        raise ProblemError(
            409, "waiting", "这条规则有一处改动等待发布", "等它发布，或者请审核发布的同事去掉它。"
        )
    corpus, today = state.engine.corpus(), state.settings.current_day()
    known = {p.message for p in check_rules(corpus, state.settings.guidelines / "rules", today)}
    with mending(), _edited(state, file, rule.id, changes) as folder:
        found = [p for p in check_rules(corpus, folder, today) if p.message not in known]
    if found:
        raise ProblemError(422, "invalid", found[0].message.rstrip("。"), found[0].fix)
    fields = {"file": file, "id": rule.id, "changes": changes}
    about = str(changes.get("name", rule.name))
    state.desk.additions.add(RULE, about, fields, user, subject=f"rules/{file}#{rule.id}")
