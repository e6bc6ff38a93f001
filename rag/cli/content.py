"""Verbs on content: check, new, diff, and `law`: import, units, pending."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.ground import ContentError, HeguiError

if TYPE_CHECKING:
    from rag.content import Corpus, Embed, LawLibrary, Problem
    from rag.ground import Settings

law = typer.Typer(no_args_is_help=True, help="法律原文")


def register(app: typer.Typer) -> None:
    """Add the verbs of this module."""
    app.command()(check)
    app.command()(new)
    app.command("diff")(difference)
    app.add_typer(law, name="law")


def check(
    laws: Annotated[
        Path | None, typer.Option(help="法律原文文件夹：核对抄录、数字、款项；不写就用已导入的")
    ] = None,
    only: Annotated[str, typer.Option(help="只报告这个文件夹下的问题，如 guidelines/live-room")] = "",
    like: Annotated[
        bool, typer.Option("--like", help="用向量找意思相近、结论却不同的问答（首次要算一分钟，以后取缓存）")
    ] = False,
    pairs: Annotated[
        Path | None, typer.Option(help="把比较过的相近问答全部写进这个文件（含 --like）")
    ] = None,
    coverage: Annotated[bool, typer.Option("--coverage", help="再打印覆盖表（主题 × 经营者）")] = False,
    ledger: Annotated[
        bool, typer.Option("--ledger", help="再核对法条台账：每部核心法律的每款每项都有指引或说明")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="不列提醒，只列错误")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """检查全部内容，逐条报告问题和改法。例：hegui check --laws ../laws --coverage"""
    from rag.content import (
        check_corpus,
        check_ledger,
        ledger_table,
        like_pairs,
        pairs_table,
        read_corpus,
        read_ledger,
    )
    from rag.ground import load_settings
    from rag.index import corrected

    settings = load_settings()
    corpus, today = read_corpus(settings.guidelines), settings.current_day()
    library = read_library(laws or settings.laws, corpus) or imported(settings)
    embed = question_vectors(settings) if like or pairs else None
    found = check_corpus(
        corpus, root=settings.guidelines, today=today, stale_days=settings.stale_days, library=library, embed=embed
    )  # fmt: skip
    found += [*script_problems(settings, corpus), *corrected(settings.data / "index", corpus)]
    book = read_ledger(settings.guidelines) if ledger else None
    if book:
        found += check_ledger(corpus, book, today, library)
    if pairs:
        pairs.write_text(pairs_table(like_pairs(corpus, today, embed)), "utf-8")
    prefix = only.removeprefix(settings.guidelines.as_posix()).removeprefix("guidelines").strip("/")
    found = [p for p in found if p.path.startswith(prefix) and not (quiet and p.level == "note")]
    errors = sum(p.level == "error" for p in found)
    if as_json:
        print(json.dumps([p.model_dump() for p in found], ensure_ascii=False, indent=2))
    else:
        tables = [coverage_table(corpus, today)] if coverage else []
        tables += [ledger_table(corpus, book, today)] if book else []
        _show(found, corpus, tables, compared=library is not None)
    raise typer.Exit(1 if errors else 0)


def _show(found: list[Problem], corpus: Corpus, tables: list[str], *, compared: bool) -> None:
    """Print findings, tables and counts; ``compared``: whether there were law texts to compare with."""
    for problem in found:
        print(problem if problem.level == "error" else f"{problem}（提醒）")
    for table in tables:
        print(table)
    errors = sum(p.level == "error" for p in found)
    print(
        f"{len(corpus.ids())} 份指引，{len(corpus.guidelines)} 个版本：{errors} 处错误，{len(found) - errors} 处提醒。"
    )
    if not compared:
        print("没有导入法律原文，数字和抄录没有核对：先运行 hegui law import 法律原文文件夹。")


def script_problems(settings: Settings, corpus: Corpus) -> list[Problem]:
    """Problems of the rules of the script check; none where there are no rules."""
    from rag.script import check_rules

    folder = settings.guidelines / "rules"
    return check_rules(corpus, folder, settings.current_day()) if folder.is_dir() else []


def read_library(folder: Path | None, corpus: Corpus) -> LawLibrary | None:
    """The law texts of a folder; None without one. A file that cannot be read is named on stderr and left out.

    Raises:
        HeguiError: there is no such folder.
    """
    from rag.content import LawLibrary, law_files, read_law_text

    if folder is None:
        return None
    if not folder.exists():
        raise HeguiError(f"没有文件夹 {folder}。", "检查 --laws 的路径。")
    texts = []
    for path in law_files(folder):
        try:
            texts.append(read_law_text(path, corpus.registers.laws))
        except ContentError as error:
            typer.echo(f"没有读：{error}", err=True)
    return LawLibrary.of_texts(texts)


def imported(settings: Settings) -> LawLibrary | None:
    """The law texts that ``hegui law import`` stored; None if there are none."""
    from rag.content import LawLibrary

    library = LawLibrary(settings.data / "laws")
    return library if len(library) else None


def question_vectors(settings: Settings) -> Embed:
    """Vectors of questions by the embedding that is set, cached by content beside the index.

    Raises:
        HeguiError: no embedding is set or it does not load.
    """
    from rag.index import CachedEmbeddings, open_embeddings

    model = open_embeddings(settings.embedding)
    if model is None:
        raise HeguiError("没有设向量模型，不能比较问答。", "设 HEGUI_EMBEDDING=bundled，或去掉 --like。")
    cached = CachedEmbeddings(model, settings.embedding, settings.data / "index" / "vectors.sqlite3")
    return lambda questions: cached.embed_many(questions, "query")


def coverage_table(corpus: Corpus, day: dt.date) -> str:
    """The coverage matrix in force on ``day`` as text: topics down, operator types across, numbers of guidelines."""
    from rag.content import coverage

    operators = corpus.registers.operators
    lines = ["主题\t" + "\t".join(o.short for o in operators)]
    names = {t.id: t.name for t in corpus.registers.topics}
    for topic, row in coverage(corpus, day).items():
        lines.append(f"{names[topic]}\t" + "\t".join(str(len(row[o.id]) or "·") for o in operators))
    return "\n".join(lines)


def new(
    operator: Annotated[str, typer.Argument(help="经营者类型，如 live-room")],
    slug: Annotated[str, typer.Argument(help="指引名，小写字母和连字符，如 price")],
    version: Annotated[str, typer.Option(help="新版本的施行日期 YYYY-MM-DD：复制现行版供修改")] = "",
) -> None:
    """新建一份指引，或给已有指引开一个新版本。例：hegui new live-room price --version 2027-01-01"""
    from rag.content import new_guideline, new_version, read_corpus
    from rag.ground import load_settings

    settings = load_settings()
    corpus = read_corpus(settings.guidelines)
    if version:
        path = new_version(corpus, settings.guidelines, f"{operator}/{slug}", parse_day(version))
    else:
        path = new_guideline(corpus, settings.guidelines, operator, slug, settings.current_day())
    print(f"已生成 {path}。改好后运行 hegui check。")


def difference(
    guideline: Annotated[str, typer.Argument(help="指引，如 live-room/price")],
    old: Annotated[str, typer.Argument(metavar="FROM", help="旧版日期；不写就用倒数第二版")] = "",
    new: Annotated[str, typer.Argument(metavar="TO", help="新版日期；不写就用最新一版")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """逐条比较一份指引的两个版本。例：hegui diff live-room/price 2024-07-01 2026-02-01"""
    from rag.content import diff_guidelines, read_corpus, render_text
    from rag.ground import load_settings

    settings = load_settings()
    corpus = read_corpus(settings.guidelines)
    versions = corpus.versions(guideline)
    if len(versions) < 2 and not (old and new):
        raise HeguiError(
            f"指引 {guideline} 没有两个版本可比。", "用 hegui check --coverage 看有哪些指引，或核对名称。"
        )
    day = settings.current_day()
    before = corpus.get(guideline, version=parse_day(old) if old else versions[-2].version, day=day)
    after = corpus.get(guideline, version=parse_day(new) if new else versions[-1].version, day=day)
    result = diff_guidelines(before, after)
    print(result.model_dump_json(indent=2) if as_json else render_text(result))


def parse_day(text: str) -> dt.date:
    """A date as the command line takes it.

    Raises:
        HeguiError: not a real date in the form YYYY-MM-DD.
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise HeguiError(f"{text} 不是日期。", "写成 YYYY-MM-DD，例如 2026-02-01。") from error


@law.command("pending")
def pending_laws(
    laws: Annotated[Path | None, typer.Option(help="法律原文文件夹；不写就看已导入的")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """列出还要对照官方文本确认的施行日期和原文。例：hegui law pending"""
    from rag.content import pending, read_corpus
    from rag.ground import load_settings

    settings = load_settings()
    corpus = read_corpus(settings.guidelines)
    library = read_library(laws or settings.laws, corpus) or imported(settings)
    found = pending(corpus, library)
    if as_json:
        print(json.dumps([p.model_dump() for p in found], ensure_ascii=False, indent=2))
        return
    for p in found:
        print(f"{p.law}\t{p.version or '日期未知'}\t{p.what}\t{p.source or '出处未登记'}\t{p.clauses} 条条款")
    print(f"共 {len(found)} 件要确认。")


@law.command("import")
def import_laws(
    source: Annotated[Path, typer.Argument(help="文件或文件夹（Markdown、txt、docx、html）")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """导入官方法律原文，引用处就能看到条文；重复导入不变。例：hegui law import ../laws"""
    from rag.content import LawLibrary, import_texts, load_laws
    from rag.ground import Bars, load_settings

    settings = load_settings()
    if not source.exists():
        raise HeguiError(f"没有 {source}。", "检查路径。")
    register = load_laws(settings.guidelines / "laws.yml")
    with Bars() as bars:
        outcome = import_texts(source, register, LawLibrary(settings.data / "laws"), bars.update)
    if as_json:
        print(outcome.model_dump_json())
    else:
        for failure in outcome.failed:
            print(f"没有导入：{failure}")
        print(
            f"法律原文：新增 {outcome.created}，更新 {outcome.updated}，未变 {outcome.unchanged}，失败 {len(outcome.failed)}。"
        )
    raise typer.Exit(1 if outcome.failed else 0)


@law.command("units")
def law_units(source: Annotated[Path, typer.Argument(help="法律原文文件夹")]) -> None:
    """按法律原文重写台账的结构表 ledger-units.yml（只有款数和项数）。例：hegui law units ../laws"""
    from rag.content import UNITS_FILE, read_corpus, read_ledger, write_units
    from rag.ground import load_settings

    settings = load_settings()
    corpus = read_corpus(settings.guidelines)
    library = read_library(source, corpus)
    assert library is not None
    text = write_units(read_ledger(settings.guidelines), corpus, library, settings.current_day())
    path = settings.guidelines / UNITS_FILE
    path.write_text(text, "utf-8")
    print(f"已写 {path}。")
