"""The verb `script`: check scripts, one or a folder of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.content import parse_day
from rag.ground import HeguiError

if TYPE_CHECKING:
    from rag.content import Corpus
    from rag.script import Report


def register(app: typer.Typer) -> None:
    """Add the verb of this module."""
    app.command()(script)


def script(
    source: Annotated[Path, typer.Argument(help="稿子（.txt .md .docx .srt），或装着稿子的文件夹")],
    operator: Annotated[
        str | None, typer.Option("--as", "--operator", help="谁来说，如 anchor；不写表示不限")
    ] = None,
    goods: Annotated[str, typer.Option(help="卖的是什么，逗号分开，如 food,liquor；不写就从稿子里认")] = "",
    as_of: Annotated[str | None, typer.Option(help="按哪一天的规定，YYYY-MM-DD")] = None,
    table: Annotated[Path | None, typer.Option("--csv", help="把全部结果写成这个表格文件")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """审稿：找出有问题的说法、依据和改法；有违法、有风险的退出码是 1，否则有没审成的是 2。例：hegui script 口播稿.docx"""
    from rag.content import load_corpus
    from rag.ground import load_settings
    from rag.script import Checker, as_csv, load_pack

    settings = load_settings()
    corpus = load_corpus(settings.guidelines)
    kinds = tuple(k.strip() for k in goods.split(",") if k.strip())
    _require_names(corpus, kinds, operator)
    checker = Checker(corpus, load_pack(settings.guidelines / "rules"))
    day, wanted = settings.current_day(), parse_day(as_of) if as_of else None
    check = partial(checker.check, today=day, as_of=wanted, operator=operator, goods=kinds)
    done, failed = _check_all(list(_files(source)), check, show=not as_json)
    if table is not None:
        table.write_text(as_csv(done, failed), "utf-8", newline="")
    if as_json:
        facts = [{"file": name, **report.model_dump(mode="json")} for name, _, report in done]
        print(json.dumps(facts, ensure_ascii=False, indent=2))
    elif source.is_dir():
        print(f"共 {len(done)} 份稿子，{len(failed)} 份没有审。")
    grave = any(_grave(report) for _, _, report in done)
    raise typer.Exit(1 if grave else 2 if failed else 0)


def _require_names(corpus: Corpus, goods: tuple[str, ...], operator: str | None) -> None:
    if unknown := [k for k in goods if corpus.registers.topic(k) is None]:
        raise HeguiError(f"没有主题 {'、'.join(unknown)}。", "用 topics.yml 里的编号，如 food、cosmetics。")
    if operator is not None and corpus.registers.operator(operator) is None:
        raise HeguiError(f"没有经营者类型 {operator}。", "用 operators.yml 里的编号，如 anchor。")


def _check_all(
    paths: list[Path], check: Callable[[str], Report], *, show: bool
) -> tuple[list[tuple[str, str, Report]], list[tuple[str, str]]]:
    """(name, text, report) of each script that could be read, (name, why) of those that could not; these are named on stderr."""
    from rag.script import ScriptError, as_text, read_script_file

    done: list[tuple[str, str, Report]] = []
    failed: list[tuple[str, str]] = []
    for path in paths:
        try:
            text = read_script_file(path)
            report = check(text)
        except ScriptError as error:
            failed.append((str(path), str(error)))
            typer.echo(f"{path}：{error}", err=True)
            continue
        done.append((str(path), text, report))
        if show:
            print(as_text(str(path), text, report))
    return done, failed


def _grave(report: Report) -> bool:
    from rag.script import Level

    found = (*report.findings, *report.missing)
    return any(item.level in (Level.UNLAWFUL, Level.RISKY) for item in found)


def _files(source: Path) -> Iterator[Path]:
    """The script files of a folder in their order, or the one file."""
    from rag.script import SUFFIXES

    if not source.exists():
        raise HeguiError(f"没有 {source}。", "检查路径。")
    if source.is_file():
        yield source
        return
    found = sorted(p for p in source.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    if not found:
        raise HeguiError(f"{source} 里没有稿子。", f"稿子要是 {'、'.join(SUFFIXES)}。")
    yield from found
