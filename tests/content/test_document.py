"""Files as forms: nothing changes that was not edited."""

from pathlib import Path

import pytest

from rag.content import (
    Document,
    Registers,
    Row,
    Section,
    load_registers,
    plain,
    read_document,
    write_document,
)
from rag.content.parse import parse_guideline

CONTENT = Path(__file__).resolve().parents[2] / "guidelines"
VERSIONS = sorted(CONTENT.glob("*/*/*.md"))
PRICE = (CONTENT / "live-room/price/2026-02-01.md").read_bytes().decode()


@pytest.fixture(scope="module")
def registers() -> Registers:
    return load_registers(CONTENT)


@pytest.mark.parametrize("path", VERSIONS, ids=lambda p: p.relative_to(CONTENT).as_posix())
def test_an_unchanged_version_keeps_its_bytes_and_its_clauses(path: Path, registers: Registers) -> None:
    text = path.read_bytes().decode()
    form = read_document(text)
    assert write_document(form, text) == text
    parsed, _ = parse_guideline(path.relative_to(CONTENT).as_posix(), text, registers)
    assert parsed is not None
    assert [(r.id, r.heading, r.text) for r in form.rows] == [
        (c.id, c.heading or "", c.text) for c in parsed.clauses
    ]


@pytest.mark.parametrize("path", VERSIONS[::9], ids=lambda p: p.relative_to(CONTENT).as_posix())
def test_a_form_written_without_its_file_says_the_same(path: Path) -> None:
    form = read_document(path.read_bytes().decode())
    assert read_document(write_document(form)) == form


def changed(form: Document, row: str, text: str) -> Document:
    rows = [r.model_copy(update={"text": text}) if r.id == row else r for r in form.rows]
    return form.model_copy(update={"rows": tuple(rows)})


def differing(before: str, after: str) -> list[tuple[str, str]]:
    pairs = zip(before.split("\n"), after.split("\n"), strict=True)
    return [(a, b) for a, b in pairs if a != b]


def test_an_edit_touches_only_its_line() -> None:
    form = read_document(PRICE)
    after = write_document(changed(form, "must-5", "前八日。"), PRICE)
    assert [b for _, b in differing(PRICE, after)] == ["5. 前八日。"]
    answer = write_document(changed(form, "faq-2", "不可以。"), PRICE)
    assert [b for _, b in differing(PRICE, answer)] == ["不可以。"]
    head = write_document(form.model_copy(update={"summary": "标价: 怎么 #写"}), PRICE)
    assert [b for _, b in differing(PRICE, head)] == ["summary: '标价: 怎么 #写'"]
    assert read_document(head).summary == "标价: 怎么 #写"


def test_a_row_put_in_renumbers_only_those_after_it() -> None:
    form = read_document(PRICE)
    row = Row(id="new", section=Section.MUST, text="新的一条。")
    after = write_document(form.model_copy(update={"rows": (form.rows[0], row, *form.rows[1:])}), PRICE)
    lines = [line for line in after.split("\n") if line not in PRICE.split("\n")]
    assert [line.partition(" ")[0] for line in lines] == ["2.", "3.", "4.", "5.", "6.", "7.", "8."]
    assert lines[0] == "2. 新的一条。"


def test_a_row_taken_out_and_one_moved() -> None:
    form = read_document(PRICE)
    last = form.rows[-1]
    without = form.model_copy(update={"rows": form.rows[:-1]})
    after = write_document(without, PRICE)
    assert read_document(after) == without
    assert after.endswith("\n")
    assert not after.endswith("\n\n")
    moved = form.model_copy(update={"rows": (last, *form.rows[:-1])})
    again = read_document(write_document(moved, PRICE))
    questions = [r.heading for r in again.rows if r.section is Section.FAQ]
    assert questions[0] == last.heading
    assert len(questions) == sum(r.section is Section.FAQ for r in form.rows)
    assert sorted(write_document(moved, PRICE)) == sorted(PRICE)


def test_windows_lines_and_a_mark_at_the_start_stay() -> None:
    text = "\ufeff" + PRICE.replace("\n", "\r\n")
    form = read_document(text)
    assert form.rows == read_document(PRICE).rows
    assert write_document(form, text) == text
    after = write_document(changed(form, "must-1", "改了。"), text)
    assert after.count("\r\n") == after.count("\n") == text.count("\n")


def test_typed_text_becomes_one_line_without_marks() -> None:
    assert plain(" 1. 一行\r\n二行 ") == "一行二行"
    assert plain("## 标题") == "标题"
    assert plain("1.5倍罚款") == "1.5倍罚款"
    assert plain("一段\n\n二段", paragraphs=True) == "一段\n二段"
