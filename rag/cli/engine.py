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
    app.command()(rollback)
    app.command()(search)
    app.command()(ask)
    app.command("eval")(evaluate)


def update_index(
    settings: Settings, corpus: Corpus, *, wait: bool = False, force: bool = False
) -> BuildReport:
    """Bring the index up to date with progress bars; with ``wait`` after a build that is running."""
    from rag.ground import Bars
    from rag.index import bring_up_to_date

    with Bars() as bars:
        return bring_up_to_date(settings, corpus, bars.update, wait=wait, force=force)


def index(
    force: Annotated[bool, typer.Option("--force", help="没有变化也重建（算过的向量不会重算）")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """把指引编成索引（只算变了的，整体替换）。例：hegui index"""
    from rag.content import load_corpus
    from rag.ground import load_settings
    from rag.release import recover

    settings = load_settings()
    recover(settings)
    report = update_index(settings, load_corpus(settings.guidelines), force=force)
    if as_json:
        print(report.model_dump_json())
    else:
        print(
            f"索引第 {report.generation} 代：新增 {report.created}，更新 {report.updated}，未变 {report.unchanged}，"
            f"删除 {report.deleted}；新算向量 {report.embedded} 个。"
        )


def rollback() -> None:
    """退回上一代索引，助手马上换用，重启也不变；指引没有改回去的，下一次 hegui index 或发布又会换成新的。例：hegui rollback"""
    from rag.ground import load_settings
    from rag.index import roll_back

    settings = load_settings()
    back = roll_back(settings.data / "index", settings.chroma_url)
    print(
        f"已退回第 {back.generation} 代（{back.published} 发布，{back.chunks} 条）。改正指引后运行 hegui index。"
    )


def evaluate(
    file: Annotated[Path, typer.Argument(help="题目文件（JSON 行）")],
    split: Annotated[str, typer.Option(help="只用这一部分题目")] = "",
    keep: Annotated[str, typer.Option(help="把这次的结果用这个名字存下来")] = "",
    compare: Annotated[str, typer.Option(help="和存过的哪一次比：各类对错、变好和变坏的题")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """用题集给助手打分，列出答错的题和错在哪一步。例：hegui eval tests/eval/gold.jsonl --keep before"""
    from rag.eval import difference, failures, kept, load_items, report, run, stage_of, table, to_json
    from rag.eval import keep as keep_run
    from rag.ground import load_settings

    folder = load_settings().data / "eval"
    # read before the work, so that a wrong name is told at once
    before = kept(folder, compare) if compare else None
    items = [i for i in load_items(file) if not split or i.split == split]
    assistant = _assistant()
    results = run(items, assistant.ask, stage=lambda item, answer: stage_of(assistant, item, answer))
    if keep:
        keep_run(results, folder, keep)
    if before is not None:
        print(difference(before, results))
    else:
        told = f"{table(report(results))}\n\n{failures(results)}".rstrip()
        print(to_json(results) if as_json else told)


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
