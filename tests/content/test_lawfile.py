"""Law texts in the forms in which authorities publish them: small files of every kind, and the official Word files."""

import datetime as dt
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from rag.content.articles import Article, parse_articles
from rag.content.lawfile import decode, law_files, read_paragraphs
from rag.content.laws import LawRegister, load_laws
from rag.content.lawtext import LawLibrary, import_texts, read_law_text
from rag.content.models import Law, LawVersion
from rag.ground.errors import ContentError
from tests.content.checking import DATA, ROOT, official

WORD = DATA.parent / "docx"
needs_word = pytest.mark.skipif(not WORD.exists(), reason=f"官方 Word 文件不在 {WORD}，跳过")


def articles(path: Path) -> dict[int, Article]:
    return parse_articles(read_paragraphs(path)[0])


def saved(document: Any, tmp_path: Path) -> dict[int, Article]:
    document.save(str(tmp_path / "x.docx"))
    return articles(tmp_path / "x.docx")


def register(*starts: dt.date, count: int = 2) -> LawRegister:
    versions = tuple(LawVersion(effective_from=day, articles=count) for day in starts)
    law = Law(title="甲乙办法", short_title="甲乙办法", issuer="某部", level="部门规章", versions=versions)
    return LawRegister([law])


def number(paragraph: Any, list_id: int, level: int = 0) -> None:
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>')
    )


def make_list(document: Any, list_id: int, *levels: str) -> None:
    """A list of Chinese numbers whose levels are written as ``levels`` say."""
    root = document.part.numbering_part.element
    written = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, text in enumerate(levels)
    )
    abstract = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{list_id}">{written}</w:abstractNum>'
    root.insert(0, parse_xml(abstract))
    num = f'<w:num {nsdecls("w")} w:numId="{list_id}"><w:abstractNumId w:val="{list_id}"/></w:num>'
    root.append(parse_xml(num))


@pytest.mark.parametrize(
    "heading",
    [
        "第六章　附　　则", "第 一 章  总  则", "第六章附则", "附　则", "第二节", "第三章　个人信息跨境提供的规则",
        "第一分编　通则", "## 第二章 罚则", "总　　则",
    ],
)  # fmt: skip
def test_a_spaced_heading_is_no_paragraph_of_an_article(heading: str) -> None:
    found = parse_articles(["第 一 条　甲。", heading, "第二条　乙。"])
    assert {n: a.paragraphs for n, a in found.items()} == {1: ("甲。",), 2: ("乙。",)}


@pytest.mark.parametrize(
    "line", ["第三章规定的行为，由公安机关处理。", "附则规定的除外。", "附件所列商品，按本条办理。"]
)
def test_a_sentence_that_begins_like_a_heading_is_a_paragraph(line: str) -> None:
    assert parse_articles(["第一条　甲。", line])[1].paragraph_count == 2


def test_automatic_numbers_are_written_out(tmp_path: Path) -> None:
    document = docx.Document()
    make_list(document, 91, "第%1节")
    make_list(document, 92, "第%1条", "（%2）")
    for text, list_id, level in (
        ("一般规定", 91, 0), ("经营者应当：", 92, 0), ("标价；", 92, 1), ("开票。", 92, 1), ("平台经营者", 91, 0),
        ("不得刷单。", 92, 0), ("炒信；", 92, 1),
    ):  # fmt: skip
        number(document.add_paragraph(text), list_id, level)
    found = saved(document, tmp_path)
    assert found[1].paragraphs == ("经营者应当：", "（一）标价；", "（二）开票。")
    assert found[2].paragraphs == ("不得刷单。", "（一）炒信；")
    assert found[1].items == {1: (1, 2)}


def test_a_number_may_come_from_the_style(tmp_path: Path) -> None:
    document = docx.Document()
    make_list(document, 91, "第%1条")
    style = document.styles["Heading 2"].element.get_or_add_pPr()
    style.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="91"/></w:numPr>'))
    for text in ("甲。", "乙。"):
        document.add_paragraph(text, style="Heading 2")
    assert {n: a.text for n, a in saved(document, tmp_path).items()} == {1: "甲。", 2: "乙。"}


def test_a_table_is_rows_and_no_paragraph(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("第一条　按下表罚款：")
    table = document.add_table(rows=3, cols=3)
    for row, cells in zip(
        table.rows, (["情节", "金额", ""], ["轻", "一万元", "首次"], ["", "二万元", "再次"]), strict=True
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_paragraph("第二条　本办法自公布之日起施行。")
    found = saved(document, tmp_path)
    assert found[1].paragraphs[1:] == ("| 情节 | 金额 |", "| 轻 | 一万元 | 首次 |", "| 轻 | 二万元 | 再次 |")
    assert found[1].paragraph_count == 1


def test_tracked_insertions_are_taken_and_deletions_left_out(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("第一条　甲。")
    second = document.add_paragraph()
    second._p.append(
        parse_xml(f'<w:ins {nsdecls("w")} w:id="1"><w:r><w:t>第二条　新增。</w:t></w:r></w:ins>')
    )
    second._p.append(
        parse_xml(f'<w:del {nsdecls("w")} w:id="2"><w:r><w:delText>删去。</w:delText></w:r></w:del>')
    )
    third = document.add_paragraph("第三条　前半")
    third._p.get_or_add_pPr().append(
        parse_xml(f'<w:rPr {nsdecls("w")}><w:del w:id="3" w:author="a"/></w:rPr>')
    )
    document.add_paragraph("后半。")
    assert {n: a.text for n, a in saved(document, tmp_path).items()} == {
        1: "甲。",
        2: "新增。",
        3: "前半后半。",
    }


def test_articles_joined_by_line_breaks_are_parted(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("第一条　甲：\n　　（一）一；\n　　（二）二。\n　　第二条　乙。")
    found = saved(document, tmp_path)
    assert found[1].items == {1: (1, 2)}
    assert found[2].text == "乙。"


HTML = """<html><head><meta charset="gb2312"><title>甲乙办法_某部网站</title><script>var a="第一条 假的";</script></head>
<body><nav><a>首页</a></nav><h1>甲乙办法</h1><p>第一条　经营者<b>不得</b>作<a href="#">虚假</a>
宣传。</p><table><tr><td>轻</td><td>一万元</td></tr></table><p>第二条　本办法自<br>公布之日起施行。</p></body></html>"""


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_html_of_every_coding_is_parted_at_blocks_only(coding: str, tmp_path: Path) -> None:
    path = tmp_path / "x.html"
    path.write_bytes(HTML.encode(coding))
    text = read_law_text(path, register(dt.date(2020, 1, 1)))
    assert text.law == "甲乙办法"
    assert text.articles[1].paragraphs == ("经营者不得作虚假宣传。", "| 轻 | 一万元 |")
    assert text.articles[2].paragraphs == ("本办法自", "公布之日起施行。")


def test_a_citation_at_the_beginning_of_a_paragraph_opens_no_article() -> None:
    lines = [
        "第一条　甲。",
        "第三条第二款规定的除外。",
        "第三条 规定的行为从重。",
        "第二条　乙。",
        "第三条　丙。",
    ]
    found = parse_articles(lines)
    assert (found[1].paragraph_count, found[3].text) == (3, "丙。")


def test_an_inserted_article_is_kept_beside_its_neighbour() -> None:
    found = parse_articles(["第十条　甲。", "第十条之一　乙。", "丙。", "第十一条　丁。"])
    assert sorted(found) == [10, 11]
    assert found[10].text == "甲。"
    assert [(a.insertion, a.text) for a in found[10].inserted] == [(1, "乙。\n丙。")]


def test_an_annex_is_no_part_of_the_last_article() -> None:
    lines = ["第一条　甲。", "附件1", "目录", "第一条　附件里的。"]
    assert {n: a.text for n, a in parse_articles(lines).items()} == {1: "甲。"}


@pytest.mark.parametrize(
    ("passed", "fits"), [("2020年5月1日", True), ("2013年5月1日", False), ("2022年5月1日", False)]
)
def test_the_text_of_another_version_is_refused(passed: str, fits: bool, tmp_path: Path) -> None:
    path = tmp_path / "甲乙办法.txt"
    path.write_text(f"甲乙办法\n（{passed}公布）\n第一条 甲。\n第二条 乙。\n", "utf-8")
    if fits:
        assert read_law_text(path, register(dt.date(2021, 1, 1))).effective_from == dt.date(2021, 1, 1)
    else:
        with pytest.raises(ContentError, match="不是同一版"):
            read_law_text(path, register(dt.date(2021, 1, 1)))


def test_files_of_other_programs_are_named_and_litter_is_not(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    for name in ("甲乙办法.doc", "~$甲乙办法.docx", "Thumbs.db", "扫描.pdf", "坏.docx"):
        (source / name).write_bytes(b"\x00\x01")
    outcome = import_texts(
        source, register(dt.date(2020, 1, 1)), LawLibrary(tmp_path / "laws"), lambda *_: None
    )
    told = "\n".join(outcome.failed)
    assert len(outcome.failed) == 3
    assert "甲乙办法.doc：读不了 .doc 文件" in told
    assert "另存为 docx" in told
    assert "坏.docx：不是 Word 文档" in told


def test_what_is_no_text_says_how_to_save_it() -> None:
    with pytest.raises(ContentError, match="另存为 UTF-8"):
        decode(b"\xff\xff\xff\x00", "x.txt")


@needs_word
@pytest.mark.parametrize("path", law_files(WORD) if WORD.exists() else [], ids=lambda p: p.stem)
def test_official_word_files_hold_nothing_but_articles(path: Path) -> None:
    found = articles(path)
    assert sorted(found) == list(range(1, len(found) + 1))
    for article in found.values():
        for line in article.paragraphs:
            assert (
                not line.replace("　", "").replace(" ", "").startswith(("第一节", "第二节", "附则", "附件1"))
            ), line
            assert line[-1] in "。：；，、|）" or len(line) > 20, line


@needs_word
@pytest.mark.skipif(not DATA.exists(), reason=f"法律原文不在 {DATA}，跳过")
@pytest.mark.parametrize("name", ["广告法", "个人信息保护法", "反不正当竞争法", "网络交易监督管理办法"])
def test_the_word_file_says_the_same_as_the_text(name: str) -> None:
    path = next(p for p in law_files(WORD) if p.stem.endswith(name))
    text = read_law_text(path, load_laws(ROOT / "guidelines" / "laws.yml"))
    same = next(
        t for t in official().all_texts() if (t.law, t.effective_from) == (text.law, text.effective_from)
    )
    for number_, article in same.articles.items():
        assert text.articles[number_].paragraph_count == article.paragraph_count, number_
        assert text.articles[number_].items == article.items, number_
