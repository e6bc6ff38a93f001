"""The officer's desk: what askers handed over, and what the guidelines could not answer. `hegui desk`.

Every miss is work for the content: a wording for ``asked.yml``, or a clause that is missing.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from api.store import Miss, PageVoice, Store, Waiting
from rag.ground import BEIJING, HeguiError, load_settings

_WHY = {"no_evidence": "没有答案", "没用": "标了没用"}


def main(argv: Sequence[str] | None = None) -> int:
    """Print the desk, or mark a question as dealt with. Exit code 2: no such question, or no database."""
    parser = argparse.ArgumentParser(prog="hegui desk")
    parser.add_argument("--done", type=int)
    parser.add_argument("--limit", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    settings = load_settings()
    store = Store(settings.effective_database_url, settings.retention_days)
    try:
        if options.done is not None:
            return _finish(store, options.done)
        waiting, misses, pages = store.waiting(), store.misses(options.limit), store.pages(options.limit)
    except HeguiError as error:
        print(f"错误：{error}", file=sys.stderr)
        return 2
    finally:
        store.close()
    if options.json:
        lists: dict[str, Sequence[Waiting | Miss | PageVoice]] = {
            "waiting": waiting,
            "misses": misses,
            "pages": pages,
        }
        facts = {name: [asdict(row) for row in rows] for name, rows in lists.items()}
        print(json.dumps(facts, ensure_ascii=False, default=str))
    else:
        print("\n".join(_lines(waiting, misses, pages)))
    return 0


def _finish(store: Store, number: int) -> int:
    if store.finish(number):
        print(f"第 {number} 号已标为办完。")
        return 0
    print(f"错误：没有第 {number} 号。 先运行 hegui desk 看清单。", file=sys.stderr)
    return 2


def _lines(waiting: Sequence[Waiting], misses: Sequence[Miss], pages: Sequence[PageVoice]) -> list[str]:
    lines = [f"转给联络员、还没办的：{len(waiting)} 件"]
    lines += [
        f"  {w.id:>4}  {w.created.astimezone(BEIJING):%Y-%m-%d %H:%M}  {w.question}  （联系方式：{w.contact or '没有留'}）"
        for w in waiting
    ]
    lines.append(f"没答上或者没帮上忙的：{len(misses)} 种")
    lines += [
        f"  {m.times:>4} 次  {_WHY.get(m.why, m.why)}  {m.question}"
        + (f"  留言：{m.comment}" if m.comment else "")
        for m in misses
    ]
    lines.append(f"读者说没用的页面：{len(pages)} 个")
    lines += [
        f"  {p.unhelpful:>4} 次没用  {p.helpful} 次有用  {p.guideline}（{p.version} 版）"
        + (f"  留言：{p.comment}" if p.comment else "")
        for p in pages
    ]
    if misses:
        lines.append(
            "有条款能回答的，把问法加进那份指引的 asked.yml；没有的，补一条。办完一件：hegui desk --done 编号"
        )
    return lines
