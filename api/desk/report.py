"""`hegui desk`: the open cases of the inbox in the terminal, by the numbers they have at /desk/inbox."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from api.desk.inbox.cases import Case
from api.desk.inbox.gather import KINDS, RULE, gather
from api.desk.services import Desk
from api.problems import ProblemError
from api.store import Store
from rag.ground import BEIJING, HeguiError, Settings, load_settings
from rag.index import open_embeddings
from rag.script import load_pack


def main(argv: Sequence[str] | None = None) -> int:
    """Print the open cases, or close one. Exit code 2: no such case, or no database."""
    parser = argparse.ArgumentParser(prog="hegui desk")
    parser.add_argument("--done", type=int)
    parser.add_argument("--limit", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    settings = load_settings()
    store = Store(settings.effective_database_url, settings.retention_days)
    try:
        desk = Desk(store)
        if options.done is not None:
            print(_finish(desk, options.done))
            return 0
        _gather(settings, store)
        total = desk.cases.count()
        shown = [desk.cases.get(case.id) for case in desk.cases.find("open")[: options.limit]]
        shown = _in_words(settings, shown)
    except HeguiError as error:
        print(f"错误：{error}", file=sys.stderr)
        return 2
    finally:
        store.close()
    if options.json:
        print(json.dumps([asdict(case) for case in shown], ensure_ascii=False, default=str))
    else:
        print("\n".join(_lines(total, shown)))
    return 0


def _gather(settings: Settings, store: Store) -> None:
    """Take in what is new, grouped by meaning as at the desk; by words where the model does not load."""
    try:
        model = open_embeddings(settings.embedding)
    except HeguiError:
        model = None
    gather(store, model.embed_query if model else None)


def _in_words(settings: Settings, cases: Sequence[Case]) -> list[Case]:
    """The cases, those about a rule of the script check with its name instead of its id, as far as the rules can be read."""
    names: dict[str, str] = {}
    if any(case.question.startswith(RULE) for case in cases):
        try:
            pack = load_pack(settings.guidelines / "rules")
        except HeguiError as error:
            print(f"提示：{error}", file=sys.stderr)
        else:
            names = {f"{RULE}{rule.id}": f"审稿规则“{rule.name}”" for _, rule in pack.every()}
    return [replace(case, question=names.get(case.question, case.question)) for case in cases]


def _finish(desk: Desk, number: int) -> str:
    try:
        known = desk.cases.get(number)
    except ProblemError as error:
        raise HeguiError(f"没有第 {number} 号。", "先运行 hegui desk 看清单。") from error
    if known.state == "closed":
        return f"第 {number} 号早已办结。"
    desk.cases.close(number, "", by=None)
    return f"第 {number} 号已办结。"


def _lines(total: int, cases: Sequence[Case]) -> Iterator[str]:
    yield f"待办：{total} 件" + (f"，下面是最要紧的 {len(cases)} 件" if len(cases) < total else "")
    for case in cases:
        why = "、".join(KINDS[source] for source in case.sources)
        yield f"  {case.id:>4}  {case.last.astimezone(BEIJING):%Y-%m-%d %H:%M}  {case.times} 次  {why}  {case.question}"
        yield from (f"        联系方式：{item.contact}" for item in case.items if item.contact)
        yield from (f"        留言：{item.comment}" for item in case.items if item.comment)
    if cases:
        yield "答复提问人、补问法、写成常见问题，都在网页上的案头（/desk）里。办完一件：hegui desk --done 编号"
