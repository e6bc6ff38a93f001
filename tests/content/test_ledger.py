"""The ledger of the law: notation, units, what a citation covers, findings, and the real ledger."""

import datetime as dt
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rag.cli import app
from rag.content.articles import parse_articles
from rag.content.check.ledger import check_ledger, ledger_table
from rag.content.corpus import Corpus, read_corpus
from rag.content.lawfile import law_files
from rag.content.laws import LawRegister
from rag.content.lawtext import LawLibrary, LawText, read_law_text
from rag.content.ledger.addresses import Unit, format_units, parse_addresses, shape_of, units_in, units_of
from rag.content.ledger.book import read_ledger, write_units
from rag.content.ledger.coverage import states
from rag.content.models import Clause, Guideline, Law, LawRef, LawVersion, Problem, Section
from rag.content.registers import Registers
from rag.ground.errors import ContentError, HeguiError
from rag.ground.numerals import to_chinese

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "laws"
DAY = dt.date(2026, 11, 24)
START = dt.date(2026, 2, 1)

TEXT = """第一条 为了试验，制定本法。
第二条 商家应当做两件事：
（一）第一件；
（二）第二件。
主播不得做第三件。
第三条 由试验部门负责。""".splitlines()

UNITS = "试验法:\n  version: 2026-02-01\n  1: 1 2[1:2] 1\n"
GOOD = "试验法:\n  version: 2026-02-01\n  1: 总则宣示\n  3: 监管部门职责\n"


def law(*versions: LawVersion) -> Law:
    return Law(
        title="中华人民共和国试验法", short_title="试验法", issuer="试验机关", level="法律",
        versions=versions or (LawVersion(effective_from=START, articles=3),),
    )  # fmt: skip


def text() -> LawText:
    return LawText(law="试验法", effective_from=START, source="", digest="", articles=parse_articles(TEXT))


def cite(article: int | None = 2, paragraphs: tuple[int, ...] = (), items: tuple[int, ...] = ()) -> LawRef:
    return LawRef(law="试验法", article=article, paragraphs=paragraphs, items=items, start=0, end=1)


def corpus(
    *refs: LawRef, of: Law | None = None, version: dt.date = START, status: str = "published"
) -> Corpus:
    clause = Clause(id="must-1", section=Section.MUST, ordinal=1, text="做两件事。", line=9, laws=refs)
    guideline = Guideline(
        operator="merchant", slug="trial", version=version, title="试验", topics=(), status=status,
        revision=1, verified_on=DAY, summary="", path="merchant/trial/2026-02-01.md", clauses=(clause,),
    )  # fmt: skip
    return Corpus(Registers((), (), (), LawRegister([of or law()])), (guideline,))


def findings(root: Path, ledger: str, content: Corpus, *, units: str = UNITS, library: LawLibrary | None = None) -> list[Problem]:  # fmt: skip
    (root / "ledger.yml").write_text(ledger, "utf-8")
    (root / "ledger-units.yml").write_text(units, "utf-8")
    return check_ledger(content, read_ledger(root), DAY, library)


def codes(problems: list[Problem]) -> list[str]:
    return [p.code.removeprefix("ledger-") for p in problems]


# --- notation --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2", [(2,)]),
        ("1, 3-5", [(1,), (3,), (4,), (5,)]),
        ("12.2-3、14", [(12, 2), (12, 3), (14,)]),
        ("30.1.4，30.1.8-9", [(30, 1, 4), (30, 1, 8), (30, 1, 9)]),
        ("12.20", [(12, 20)]),
    ],
)
def test_units_are_written_as_numbers_with_dots_and_dashes(
    written: str, meant: list[tuple[int, ...]]
) -> None:
    assert list(parse_addresses(written)) == meant


@pytest.mark.parametrize("written", ["第三条", "5-3", "1.2.3.4", "1.2-1", "3—5"])
def test_what_breaks_the_grammar_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=written[:2]):
        list(parse_addresses(written))


def test_units_are_printed_in_the_same_notation() -> None:
    units = [Unit(2, 1, 1), Unit(2, 1, 2), Unit(2, 2), Unit(3, 1), Unit(3, 2), Unit(3, 4)]
    assert format_units(units) == "2.1.1-2、2.2、3.1-2、3.4"


# --- units and coverage ----------------------------------------------------------------------------------------


def test_a_unit_is_an_item_or_a_paragraph_without_items() -> None:
    shape = shape_of(text())
    assert shape == {1: (0,), 2: (2, 0), 3: (0,)}
    assert units_in(shape) == (Unit(1, 1), Unit(2, 1, 1), Unit(2, 1, 2), Unit(2, 2), Unit(3, 1))


@pytest.mark.parametrize(
    ("ref", "covered"),
    [
        (cite(), "2.1.1-2、2.2"),
        (cite(paragraphs=(1,)), "2.1.1-2"),
        (cite(paragraphs=(2,)), "2.2"),
        (cite(paragraphs=(1,), items=(2,)), "2.1.2"),
        (cite(items=(1,)), "2.1.1"),
        (cite(paragraphs=(2, 1), items=(1,)), "2.1.1、2.2"),
        (cite(None), ""),
        (cite(9), ""),
    ],
)
def test_a_citation_covers_what_it_names(ref: LawRef, covered: str) -> None:
    assert format_units(units_of(ref, shape_of(text()))) == covered


@pytest.mark.parametrize(("changed", "counts"), [((1,), True), ((2,), False), (None, False)])
def test_a_citation_of_an_older_version_counts_where_the_article_reads_the_same(
    tmp_path: Path, changed: tuple[int, ...] | None, counts: bool
) -> None:
    old = LawVersion(effective_from=dt.date(2025, 1, 1), effective_to=dt.date(2026, 1, 31), articles=3)
    new = LawVersion(effective_from=START, articles=3, changed_articles=changed)
    content = corpus(cite(), of=law(old, new), version=dt.date(2025, 6, 1))
    assert ("open" not in codes(findings(tmp_path, GOOD, content))) is counts


# --- findings --------------------------------------------------------------------------------------------------


def test_a_complete_ledger_has_no_findings(tmp_path: Path) -> None:
    library = LawLibrary.of_texts([text()])
    assert findings(tmp_path, GOOD, corpus(cite()), library=library) == []


def test_an_open_unit_is_named_with_file_line_and_remedy(tmp_path: Path) -> None:
    (problem,) = findings(tmp_path, GOOD, corpus(cite(paragraphs=(1,), items=(1,))))
    assert str(problem) == (
        "ledger.yml:1: [ledger-open] 《试验法》2.1.2、2.2 没有指引引用，也没有说明理由 → 写一条指引，或在台账里标明理由"
    )


def test_a_draft_covers_nothing(tmp_path: Path) -> None:
    assert codes(findings(tmp_path, GOOD, corpus(cite(), status="draft"))) == ["open"]


def test_a_mark_on_a_covered_unit_is_a_note(tmp_path: Path) -> None:
    (problem,) = findings(tmp_path, GOOD + "  2.2: 非本行业\n", corpus(cite()))
    assert (problem.code, problem.level, problem.line) == ("ledger-stale", "note", 5)


@pytest.mark.parametrize(
    ("added", "code"),
    [
        ("  4: 附则\n", "missing"),
        ("  2.2.1: 附则\n", "missing"),
        ("  2.1.3: 附则\n", "missing"),
        ("  2.2: 不想写\n", "reason"),
        ("  2.2: 其他主体\n", "note"),
        ("  2.2: 同一规则；\n", "note"),
        ("  第二条: 定义\n", "notation"),
        ("  3.1: 定义\n", "twice"),
    ],
)
def test_faulty_marks(tmp_path: Path, added: str, code: str) -> None:
    found = findings(tmp_path, GOOD + added, corpus(cite()))
    assert [(p.code, p.line) for p in found if p.level == "error"] == [(f"ledger-{code}", 5)]


def test_a_note_says_who_else(tmp_path: Path) -> None:
    ledger = GOOD.replace("监管部门职责", "其他主体；只管检验机构")
    assert findings(tmp_path, ledger, corpus(cite())) == []
    assert read_ledger(tmp_path).entries[0].marks[1].note == "只管检验机构"


@pytest.mark.parametrize(
    ("note", "says"),
    [
        ("《试验法》第二条", ""),
        ("《试验法》第一条", "《试验法》第一条 没有指引引用"),
        ("第二条", "没有写明哪一条"),
        ("《试验法》", "没有写明哪一条"),
        ("《别的法》第二条", "登记册里没有《别的法》"),
    ],
)
def test_the_same_rule_elsewhere_must_have_a_clause(tmp_path: Path, note: str, says: str) -> None:
    found = findings(tmp_path, GOOD.replace("监管部门职责", f"同一规则；{note}"), corpus(cite()))
    assert codes(found) == (["same"] if says else [])
    assert all(says in p.message for p in found)


def test_a_ledger_for_another_version_has_to_be_read_again(tmp_path: Path) -> None:
    found = findings(tmp_path, GOOD.replace("2026-02-01", "2020-01-01"), corpus(cite()))
    assert codes(found) == ["version"]
    assert "重读" in found[0].fix


def test_where_the_register_has_no_date_the_version_is_not_compared(tmp_path: Path) -> None:
    content = corpus(cite(), of=law(LawVersion(effective_from=None, articles=3)))
    assert findings(tmp_path, GOOD.replace("2026-02-01", "未核实"), content) == []


@pytest.mark.parametrize(
    "units", ["", UNITS.replace("2026", "2020"), UNITS.replace("1:2]", "1:x]"), UNITS.replace("  1:", "  x:")]
)
def test_a_structure_that_is_missing_old_or_broken(tmp_path: Path, units: str) -> None:
    assert "units" in codes(findings(tmp_path, GOOD, corpus(cite()), units=units))


def test_a_structure_other_than_the_text_is_found_with_the_library(tmp_path: Path) -> None:
    units = UNITS.replace("2[1:2]", "2[1:3]")
    found = findings(tmp_path, GOOD, corpus(cite()), units=units, library=LawLibrary.of_texts([text()]))
    assert codes(found) == ["units"]


def test_unknown_and_repeated_laws(tmp_path: Path) -> None:
    assert "law" in codes(findings(tmp_path, GOOD + "没有的法:\n  version: 未核实\n", corpus(cite())))
    assert "twice" in codes(findings(tmp_path, GOOD + GOOD, corpus(cite())))


def test_no_ledger_is_a_finding(tmp_path: Path) -> None:
    assert codes(check_ledger(corpus(cite()), read_ledger(tmp_path), DAY)) == ["empty"]


@pytest.mark.parametrize("ledger", ["- 试验法\n", "试验法: 1\n", "试验法: [\n", "试验法:\n  1: [定义]\n"])
def test_a_file_that_is_no_ledger_is_refused_with_a_remedy(tmp_path: Path, ledger: str) -> None:
    with pytest.raises(ContentError, match=r"→|按|写"):
        findings(tmp_path, ledger, corpus(cite()))


# --- outputs ---------------------------------------------------------------------------------------------------


def test_the_table_counts_units_by_state(tmp_path: Path) -> None:
    findings(tmp_path, GOOD, corpus(cite(paragraphs=(1,))))
    rows = ledger_table(corpus(cite(paragraphs=(1,))), read_ledger(tmp_path), DAY).splitlines()
    assert rows[1].split("\t") == ["试验法", "5", "2", "2", "1", "总则宣示 1、监管部门职责 1"]
    assert rows[2].split("\t")[:5] == ["合计", "5", "2", "2", "1"]


def test_the_structure_is_written_as_it_is_read(tmp_path: Path) -> None:
    findings(tmp_path, GOOD, corpus())
    library = LawLibrary.of_texts([text()])
    written = write_units(read_ledger(tmp_path), corpus(), library, DAY)
    assert written.endswith(UNITS)
    with pytest.raises(ContentError, match="试验法"):
        write_units(read_ledger(tmp_path), corpus(), LawLibrary.of_texts([]), DAY)


def test_the_command_writes_the_structure_and_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guidelines, texts = tmp_path / "guidelines", tmp_path / "texts"
    guidelines.mkdir()
    texts.mkdir()
    for name in ("operators.yml", "topics.yml", "glossary.yml", "laws.yml"):
        shutil.copy(ROOT / "guidelines" / name, guidelines / name)
    articles = "\n".join(f"第{to_chinese(n)}条 试验。" for n in range(1, 49))
    (texts / "价格法-1998-05-01.md").write_text(articles, "utf-8")
    (guidelines / "ledger.yml").write_text("价格法:\n  version: 1998-05-01\n  1-47: 总则宣示\n", "utf-8")
    monkeypatch.setenv("HEGUI_GUIDELINES", str(guidelines))
    monkeypatch.setenv("HEGUI_TODAY", str(DAY))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments))

    assert "ledger-units.yml" in run("law", "units", str(texts)).output
    result = run("check", "--ledger", "--laws", str(texts), "--only", "ledger")
    assert result.exit_code == 1
    assert "《价格法》48.1 没有指引引用" in result.output
    assert "价格法\t48\t0\t47\t1\t总则宣示 47" in result.output
    assert isinstance(run("law", "units", str(tmp_path / "none")).exception, HeguiError)


# --- the real ledger -------------------------------------------------------------------------------------------


def test_the_real_ledger_is_well_formed() -> None:
    content = read_corpus(ROOT / "guidelines")
    ledger = read_ledger(ROOT / "guidelines")
    found = check_ledger(content, ledger, DAY)
    assert [str(p) for p in found if p.level == "error" and p.code != "ledger-open"] == []
    assert len(states(content, ledger, DAY)) == len(ledger.entries) >= 30


@pytest.mark.skipif(not DATA.exists(), reason=f"法律原文不在 {DATA}，跳过核对")
def test_the_real_structure_agrees_with_the_texts() -> None:
    content = read_corpus(ROOT / "guidelines")
    library = LawLibrary.of_texts(read_law_text(p, content.registers.laws) for p in law_files(DATA))
    found = check_ledger(content, read_ledger(ROOT / "guidelines"), DAY, library)
    assert [str(p) for p in found if p.code == "ledger-units"] == []
