"""Importing official law texts in the forms a bureau has them."""

from pathlib import Path

import docx
import pytest

from rag.content.articles import parse_articles
from rag.content.laws import LawRegister
from rag.content.lawtext import LawLibrary, import_texts, read_law_text
from rag.content.models import Law, LawVersion
from rag.ground.errors import ContentError

PARAGRAPHS = [
    "甲乙办法",
    "第一章 总则",
    "第一条 为了规范，制定本办法。",
    "第二条 经营者应当做到：",
    "（一）标价；",
    "（二）开票。",
    "违反前款规定的，罚一万元。",
    "第三条 本办法自公布之日起施行。",
]


@pytest.fixture
def register() -> LawRegister:
    import datetime as dt

    return LawRegister(
        [
            Law(
                title="甲乙办法",
                short_title="甲乙办法",
                issuer="某部",
                level="部门规章",
                versions=(LawVersion(effective_from=dt.date(2020, 1, 1), articles=3),),
            )
        ]
    )


def ignore(step: str, done: int, total: int) -> None:
    """No progress shown."""


def write_docx(path: Path, paragraphs: list[str]) -> None:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(str(path))


def test_articles_keep_paragraphs_and_items() -> None:
    article = parse_articles(PARAGRAPHS[1:])[2]
    assert article.paragraph_count == 2
    assert article.items == {1: (1, 2)}
    assert "（二）开票。" in article.text


@pytest.mark.parametrize("form", ["md", "txt", "html", "docx"])
def test_reads_every_form(form: str, register: LawRegister, tmp_path: Path) -> None:
    path = tmp_path / f"甲乙办法.{form}"
    if form == "docx":
        write_docx(path, PARAGRAPHS)
    elif form == "html":
        path.write_text("<html><body>" + "".join(f"<p>{p}</p>" for p in PARAGRAPHS), "utf-8")
    elif form == "md":
        text = "\n\n".join(
            p.replace("第", "**第", 1).replace("条 ", "条** ", 1) if "条 " in p else p for p in PARAGRAPHS
        )
        path.write_text(f"---\nshort_title: 甲乙办法\n---\n# {text}", "utf-8")
    else:
        path.write_text("\n".join(PARAGRAPHS), "utf-8")
    assert sorted(read_law_text(path, register).articles) == [1, 2, 3]


def test_importing_again_changes_nothing_and_a_broken_file_is_named(
    register: LawRegister, tmp_path: Path
) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "甲乙办法.txt").write_text("\n".join(PARAGRAPHS), "utf-8")
    (source / "不认识.txt").write_text("第一条 某某。", "utf-8")
    (source / "坏.docx").write_bytes(b"not a zip")
    library = LawLibrary(tmp_path / "laws")
    first = import_texts(source, register, library, ignore)
    assert (first.created, len(first.failed)) == (1, 2)
    assert any("坏.docx" in f for f in first.failed)
    second = import_texts(source, register, library, ignore)
    assert (second.created, second.updated, second.unchanged) == (0, 0, 1)
    (source / "甲乙办法.txt").write_text("\n".join([*PARAGRAPHS[:-1], "第三条 改了。"]), "utf-8")
    assert import_texts(source, register, library, ignore).updated == 1


def test_a_text_with_missing_articles_is_refused(register: LawRegister, tmp_path: Path) -> None:
    path = tmp_path / "甲乙办法.txt"
    path.write_text("\n".join(PARAGRAPHS[:3]), "utf-8")
    with pytest.raises(ContentError, match="登记为 3 条"):
        read_law_text(path, register)


def test_an_article_is_found_by_the_day(register: LawRegister, tmp_path: Path) -> None:
    import datetime as dt

    path = tmp_path / "甲乙办法.txt"
    path.write_text("\n".join(PARAGRAPHS), "utf-8")
    library = LawLibrary(tmp_path / "laws")
    library.store(read_law_text(path, register))
    law = register.laws[0]
    found = library.article(law, 2, dt.date(2021, 1, 1))
    assert found is not None
    assert found.text.startswith("经营者应当做到")
    assert library.article(law, 2, dt.date(2019, 1, 1)) is None
