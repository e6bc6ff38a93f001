"""Verbs on the engine: index, search, ask, eval."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.content import parse_day

if TYPE_CHECKING:
    from rag.ask import Assistant
    from rag.content import Corpus
    from rag.ground import Settings
    from rag.index import BuildReport


def register(app: typer.Typer) -> None:
    """Add the verbs of this module."""
    app.command()(index)
    app.command()(search)
    app.command()(ask)
    app.command("eval")(evaluate)


def update_index(settings: Settings, corpus: Corpus) -> BuildReport:
    """Bring the index up to date with progress bars."""
    from rag.ground import Bars
    from rag.index import bring_up_to_date

    with Bars() as bars:
        return bring_up_to_date(settings, corpus, bars.update)


def index(as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False) -> None:
    """把指引编成索引（只算变了的，整体替换）。例：hegui index"""
    from rag.content import load_corpus
    from rag.ground import load_settings
    from rag.release import recover

    settings = load_settings()
    recover(settings)
    report = update_index(settings, load_corpus(settings.guidelines))
    if as_json:
        print(report.model_dump_json())
    else:
        print(
            f"索引第 {report.generation} 代：新增 {report.created}，更新 {report.updated}，未变 {report.unchanged}，"
            f"删除 {report.deleted}；新算向量 {report.embedded} 个。"
        )


def evaluate(
    file: Annotated[Path, typer.Argument(help="题目文件（JSON 行）")],
    split: Annotated[str, typer.Option(help="只用这一部分题目")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """用题集给助手打分，列出答错的题。例：hegui eval tests/eval/gold.jsonl"""
    from rag.eval import failures, load_items, report, run, table, to_json

    items = [i for i in load_items(file) if not split or i.split == split]
    results = run(items, _assistant().ask)
    print(to_json(results) if as_json else f"{table(report(results))}\n\n{failures(results)}".rstrip())


def ask(
    question: Annotated[str, typer.Argument(help="问题")],
    operator: Annotated[str | None, typer.Option(help="经营者类型，如 anchor")] = None,
    as_of: Annotated[str | None, typer.Option(help="按哪一天的规定，YYYY-MM-DD")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """在命令行提一个问题。例：hegui ask 直播间能说全网最低价吗 --operator anchor"""
    from rag.ask import Question

    answer = _assistant().ask(
        Question(question=question, operator=operator, as_of=parse_day(as_of) if as_of else None)
    )
    print(answer.model_dump_json(indent=2) if as_json else f"{answer.answer}\n\n{answer.notice}".rstrip())


def search(
    query: Annotated[str, typer.Argument(help="检索词")],
    operator: Annotated[str | None, typer.Option(help="只看这类经营者")] = None,
    topic: Annotated[str | None, typer.Option(help="只看这个主题")] = None,
    as_of: Annotated[str | None, typer.Option(help="按哪一天的规定，YYYY-MM-DD")] = None,
    limit: Annotated[int, typer.Option(min=1, max=50, help="最多几条")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """检索条款。例：hegui search 划线价 --operator merchant"""
    retriever = _assistant().retriever(
        operator=operator, topic=topic, as_of=parse_day(as_of) if as_of else None, limit=limit
    )
    found = retriever.invoke(query)
    if as_json:
        print(
            json.dumps(
                [{"id": d.id, "text": d.page_content, **d.metadata} for d in found], ensure_ascii=False
            )
        )
        return
    for d in found:
        m = d.metadata
        scores = f"{m['score']:5.2f} d={m['cosine']:.3f} l={m['bm25']:5.1f} c={m['coverage']:.2f}"
        print(f"{scores}  {d.id}  {m['heading'] or ''} {d.page_content}")


def _assistant() -> Assistant:
    from rag.ask import Assistant
    from rag.content import load_corpus
    from rag.ground import load_settings

    settings = load_settings()
    return Assistant.open(settings, load_corpus(settings.guidelines))
