"""A new version of a law in the register: read off its text, written between lines that stay as they are."""

import datetime as dt
import difflib
import shutil
import zipfile
from pathlib import Path

import pytest

from rag.content import LawLibrary, load_laws, read_version, register_with
from rag.content.lawtext import LawText, parse_articles
from rag.content.models import LawVersion
from rag.ground import ContentError

REGISTER = Path(__file__).resolve().parents[2] / "guidelines" / "laws.yml"
DAY = dt.date(2031, 5, 1)
SMALL = """# 说明
- title: 中华人民共和国甲法
  short_title: 甲法
  issuer: 某机关
  document_number: null
  level: 法律
  versions:  # 两版
  - effective_from: 2020-01-01
    articles: 3
    date_note: 待核实
# 乙法在后面
- {title: 乙法, short_title: 乙法, issuer: 某机关, level: 法律, versions: [{effective_from: 2020-01-01, articles: 3}]}
"""


def add_version(root: Path, law: str, version: LawVersion) -> None:
    before, after = register_with(root, law, version)
    assert (root / "laws.yml").read_bytes() == before
    (root / "laws.yml").write_bytes(after)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copy(REGISTER, tmp_path / "laws.yml")
    return tmp_path


@pytest.mark.parametrize("law", [law.short_title for law in load_laws(REGISTER)])
def test_only_the_versions_of_that_law_change(root: Path, law: str) -> None:
    before = (root / "laws.yml").read_bytes().decode()
    version = LawVersion(
        effective_from=DAY, articles=9, changed_articles=(1, 2), document_number="令第9号：甲"
    )
    add_version(root, law, version)
    after = (root / "laws.yml").read_bytes().decode()
    lines = [d for d in difflib.ndiff(before.splitlines(), after.splitlines()) if d[0] in "+-"]
    added = [d for d in lines if d.startswith("+") and "令第9号：甲" in d]
    assert len(added) == 1
    assert len(lines) <= 3, lines  # the line of the version before may end the day before
    entry = load_laws(root / "laws.yml").get(law)
    assert entry
    assert entry.versions[-1] == version
    assert entry.versions[-2].effective_to is not None
    with pytest.raises(ContentError, match="已经登记了 2031-05-01"):
        add_version(root, law, version)


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
def test_a_version_in_lines_of_its_own_and_other_line_ends(tmp_path: Path, eol: str) -> None:
    (tmp_path / "laws.yml").write_bytes(SMALL.replace("\n", eol).encode())
    add_version(tmp_path, "甲法", LawVersion(effective_from=DAY, articles=4))
    expected = SMALL.replace(
        "  - effective_from: 2020-01-01\n", "  - effective_from: 2020-01-01\n    effective_to: 2031-04-30\n"
    ).replace(
        "date_note: 待核实\n",
        "date_note: 待核实\n  - {effective_from: 2031-05-01, effective_to: null, articles: 4}\n",
    )
    assert (tmp_path / "laws.yml").read_bytes().decode() == expected.replace("\n", eol)


def test_a_way_of_writing_that_is_not_understood_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "laws.yml"
    path.write_text(SMALL, "utf-8")
    with pytest.raises(ContentError):
        add_version(tmp_path, "乙法", LawVersion(effective_from=DAY, articles=4))
    with pytest.raises(ContentError, match="没有《丙法》"):
        add_version(tmp_path, "丙法", LawVersion(effective_from=DAY, articles=4))
    assert path.read_text("utf-8") == SMALL
    assert [p.name for p in tmp_path.iterdir()] == ["laws.yml"]


def articles(*words: str) -> str:
    return "\n".join(f"第{n}条　{word}" for n, word in enumerate(words, 1))


def library(*words: str) -> LawLibrary:
    old = LawText(
        law="甲法", effective_from=dt.date(2020, 1, 1), source="x", digest="x",
        articles=parse_articles(articles(*words).splitlines()),
    )  # fmt: skip
    return LawLibrary.of_texts([old])


def read(tmp_path: Path, text: str, *old: str, name: str = "甲法-2031-05-01.txt"):  # type: ignore[no-untyped-def]
    (tmp_path / "laws.yml").write_text(SMALL, "utf-8")
    register = load_laws(tmp_path / "laws.yml")
    law = register.get("甲法")
    assert law
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return read_version(path, law, DAY, register, library(*old) if old else LawLibrary.of_texts([]))


def test_the_text_says_how_many_articles_and_which_changed(tmp_path: Path) -> None:
    version, text = read(
        tmp_path, f"中华人民共和国甲法\n{articles('一。', '二改。', '三。', '四。')}", "一。", "二。", "三。"
    )
    assert (version.articles, version.changed_articles) == (4, (2, 4))
    assert (text.law, text.effective_from, text.articles[2].text) == ("甲法", DAY, "二改。")
    renumbered, _ = read(tmp_path, articles("零。", "一。", "二。", "三。"), "一。", "二。", "三。")
    assert renumbered.changed_articles is None
    alone, _ = read(tmp_path, articles("一。", "二。"))
    assert (alone.articles, alone.changed_articles) == (2, None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("没有条文", "没有读出一条条文"),
        ("第一条　一。\n第二条　二。\n第四条　四。", "缺第 3 条"),
        ("乙法\n第一条　一。\n第二条　二。\n第三条　三。", "这是《乙法》的文本"),
    ],
)
def test_a_text_that_is_not_whole_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ContentError, match=says):
        read(tmp_path, text)


def test_the_text_in_force_is_not_a_new_version(tmp_path: Path) -> None:
    _, text = read(tmp_path, articles("一。", "二。"))
    register = load_laws(tmp_path / "laws.yml")
    law = register.get("甲法")
    assert law
    old = text.model_copy(update={"effective_from": dt.date(2020, 1, 1)})
    with pytest.raises(ContentError, match="一字不差"):
        read_version(tmp_path / "甲法-2031-05-01.txt", law, DAY, register, LawLibrary.of_texts([old]))


def test_a_word_file_that_unpacks_without_end_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "甲法-2031-05-01.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(7):
            archive.writestr(f"word/media/{n}.bin", bytes(10_000_000))
    assert path.stat().st_size < 100_000
    (tmp_path / "laws.yml").write_text(SMALL, "utf-8")
    register = load_laws(tmp_path / "laws.yml")
    law = register.get("甲法")
    assert law
    with pytest.raises(ContentError, match="解压后太大"):
        read_version(path, law, DAY, register, LawLibrary.of_texts([]))
