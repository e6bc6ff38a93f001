"""What officers type by mistake: one message for one cause, in plain Chinese, at the right line, with what to write."""

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

from rag.content.check.run import check_corpus
from rag.content.corpus import load_corpus, read_corpus
from rag.content.models import Problem
from rag.content.parse import parse_guideline
from rag.content.scaffold import new_guideline, new_version
from rag.ground.errors import ContentError
from tests.content.sample import HEAD, NAME, REGISTERS, ROOT

TODAY = dt.date(2026, 11, 26)
BODY = """## 要做到
1. 直播间卖货要标价。《直播电商监督管理办法》第三十二条
2. 直播间要写计价单位。《直播电商监督管理办法》第三十二条
3. 直播间要写品名。《直播电商监督管理办法》第三十二条
## 自查清单
- [ ] 都标了价
- [ ] 都写了单位
## 常见问题
### 能不标价吗？
不能。要标价。《直播电商监督管理办法》第三十二条
"""
TEXT = HEAD + BODY


def told(text: str) -> list[Problem]:
    return parse_guideline(NAME, text, REGISTERS)[1]


def line_of(text: str, words: str) -> int:
    return next(n for n, line in enumerate(text.split("\n"), 1) if words in line)


def numbered(mark: str) -> str:
    return re.sub(r"^(\d)\. ", mark, TEXT, flags=re.M)


@pytest.mark.parametrize(
    ("old", "new", "message", "fix"),
    [
        ("title: 直播间价格", "title：直播间价格", "title 的冒号是全角的", "title: 直播间价格展示"),
        ("title: 直播间价格", "title:直播间价格", "title 的冒号后面少一个空格", "title: 直播间价格展示"),
        ("title: 直播间价格", "title: 直播间 #话题 怎么写", "title 里“ #”后面的字会丢掉", "双引号"),
        ("title: 直播间价格", "title: 直播间: 价格", "title 的值里有半角冒号", "全角冒号"),
        ("title: 直播间价格", 'title: "直播间价格', "title 的引号没有成对", "收尾的引号"),
        ("title: 直播间价格", f"title: {'直' * 300}", "title（标题）的值不对：有 300 个字", "2 到 40 个字"),
        ("title: 直播间价格", "title: 直", "title（标题）的值不对：直", "2 到 40 个字"),
        ("title: 直播间价格", "title: @直播间", "title 的值写法不对", "双引号"),
        ("topics: [price]", "topics: [price", "topics 的方括号没有成对", "topics: [price, promotion]"),
        ("topics: [price]", "topics: price", "topics（主题）的值不对：price", "topics: [price, promotion]"),
        ("topics: [price]", "topics:", "topics（主题）的值不对：是空的", "topics: [price, promotion]"),
        ("status: published", "status: 发布", "status（状态）的值不对：发布", "draft、review、published、withdrawn"),
        ("revision: 1", "revision: 1.5", "revision（更正次数）的值不对：1.5", "从 1 起的整数"),
        ("revision: 1", "revision: 0", "revision（更正次数）的值不对：0", "从 1 起的整数"),
        ("verified_on: 2026-11-20", "verified_on: 2026-02-30", "verified_on 的日期不存在：2026-02-30", "YYYY-MM-DD"),
        ("verified_on: 2026-11-20", "verified_on: 2026年11月20日", "verified_on 不是日期", "YYYY-MM-DD"),
        ("summary: 怎么标价才对", "summary: 一句话说明这份指引管什么", "summary 还是模板里的话", "自己的内容"),
        ("summary: 怎么标价才对", "怎么标价才对", "看不懂“怎么标价才对”", "键: 值"),
        ("3. 直播间要写品名。", "| 品名 | 价格 |\n|---|---|\n| 甲 | 1 |\n", "不能用表格", "一条编号条款"),
        ("## 要做到", "##要做到", "标题的 # 写法不对：##要做到", "“## 要做到”"),
        ("## 要做到", "＃＃ 要做到", "标题的 # 写法不对：＃＃ 要做到", "“## 要做到”"),
        ("### 能不标价吗？", "###能不标价吗？", "标题的 # 写法不对", "“### 能不标价吗？”"),
        ("- [ ] 都标了价", "－ [ ] 都标了价", "自查项的写法不对：－ [ ] 都标了价", "“- [ ] 都标了价”"),
        ("- [ ] 都标了价", "-[] 都标了价", "自查项的写法不对", "“- [ ] 都标了价”"),
        ("- [ ] 都标了价", "□都标了价", "自查项的写法不对", "“- [ ] 都标了价”"),
        ("- [ ] 都标了价", "- 【 】都标了价", "自查项的写法不对", "“- [ ] 都标了价”"),
        ("## 要做到", "## 必须做到", "没有栏目“必须做到”", "要做到、不得"),
        ("3. 直播间要写品名。《直播电商监督管理办法》第三十二条", "3. 谁要做什么。《法律名》第N条", "must-3 还是模板里的话", "换成"),
    ],
)  # fmt: skip
def test_one_cause_is_one_message_at_its_line(old: str, new: str, message: str, fix: str) -> None:
    text = TEXT.replace(old, new, 1)
    [problem] = told(text)
    assert message in problem.message
    assert fix in problem.fix
    assert problem.line == line_of(text, new.split("\n")[0])
    assert not re.search(r"[a-z]{3,} [a-z]{2,} [a-z]", problem.message), "a vendor's English"


@pytest.mark.parametrize("mark", [r"\1、", r"\1．", r"（\1）", r"\1.", r"\1。 "])
def test_a_list_with_wrong_numbers_is_one_message_and_read_as_meant(mark: str) -> None:
    text = numbered(mark)
    guideline, found = parse_guideline(NAME, text, REGISTERS)
    assert [(p.line, p.code) for p in found] == [(11, "markup")]
    assert "3 行" in found[0].message
    assert "“1. 直播间" in found[0].fix
    assert guideline is not None
    assert [c.id for c in guideline.clauses][:3] == ["must-1", "must-2", "must-3"]


@pytest.mark.parametrize("mark", [r"\1) ", r"　　\1. ", r" \1. ", r"\t\1. ", r"\1.\t"])
def test_numbers_that_mean_the_same_are_taken(mark: str) -> None:
    assert told(numbered(mark)) == []


@pytest.mark.parametrize("end", ["　", " ", "\t"])
def test_blanks_nobody_sees_are_nothing_to_tell(end: str) -> None:
    """Behind every line, and a Tab in front of or behind a mark."""
    text = "\n".join(f"{line}{end}" for line in TEXT.split("\n"))
    text = text.replace("## 要做到", "##\t要做到").replace("- [ ] 都写", "\t-\t[ ]\t都写")
    guideline, found = parse_guideline(NAME, text, REGISTERS)
    assert found == []
    clean, _ = parse_guideline(NAME, TEXT, REGISTERS)
    assert guideline == clean


@pytest.mark.parametrize("item", ["第(三)项", "第（三）项", "第(三）项"])
def test_brackets_of_either_width_name_the_same_item(item: str) -> None:
    text = TEXT.replace("《直播电商监督管理办法》第三十二条", f"《广告法》第九条{item}", 1)
    guideline, found = parse_guideline(NAME, text, REGISTERS)
    assert found == []
    assert guideline is not None
    assert [(law.law, law.article, law.items) for law in guideline.clauses[0].laws] == [("广告法", 9, (3,))]


def test_a_number_with_decimals_or_a_year_is_no_mistyped_mark() -> None:
    text = TEXT.replace("不能。要标价。", "不能。要标价。", 1) + "\n### 打几折？\n2.5 折要写原价。\n"
    assert told(text) == []


def test_a_wrapped_item_is_told_once_at_the_line_that_is_too_many() -> None:
    text = TEXT.replace("1. 直播间卖货要标价。", "1. 直播间卖货\n要标价，\n写清楚。", 1)
    [problem] = told(text)
    assert (problem.code, problem.line) == ("line-break", 12)


def test_a_key_twice_names_both_lines() -> None:
    text = TEXT.replace("revision: 1", "revision: 1\ntitle: 另一个", 1)
    [problem] = told(text)
    assert (problem.line, problem.message) == (7, "title 写了两次，第 2 行已经有了")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "文件是空的"),
        (BODY, 1, "第一行不是 ---"),
        ("\n" + TEXT, 1, "第一行不是 ---"),
        (TEXT.replace("\n---\n", "\n", 1), 9, "文件头没有结束"),
    ],
)
def test_a_head_without_its_marks_is_one_message(text: str, line: int, message: str) -> None:
    [problem] = told(text)
    assert problem.line == line
    assert message in problem.message


def test_several_mistakes_are_all_told_at_once() -> None:
    text = (
        TEXT.replace("title: 直", "title：直").replace("revision: 1", "revision: x").replace("## 要", "##要")
    )
    assert [p.line for p in told(text)] == [2, 6, 10]


# Files


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("operators.yml", "topics.yml", "laws.yml"):
        shutil.copy(ROOT / "guidelines" / name, tmp_path / name)
    (tmp_path / "glossary.yml").write_text("[]\n", "utf-8")
    put(tmp_path, TEXT.encode())
    return tmp_path


def put(root: Path, raw: bytes, name: str = NAME) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)


@pytest.mark.parametrize(
    "name",
    ["~$2026-02-01.md", "Thumbs.db", "desktop.ini", ".DS_Store", "2026-02-01.md.bak", "x.tmp", "x.md~"],
)
def test_litter_is_left_out_without_a_word(root: Path, name: str) -> None:
    put(root, b"\x00\xd0\xff", f"live-room/price/{name}")
    corpus = load_corpus(root)
    assert len(corpus.guidelines) == 1
    assert corpus.problems == ()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("live-room/price/2026-02-01 副本.md", "不是施行日期"),
        ("live-room/price/2026-2-1.md", "不是施行日期"),
        ("live-room/price/2026-02-30.md", "不是施行日期"),
        ("live-room/price/说明.txt", "不是施行日期"),
        ("live-room/price/说明 .docx", "Word 文件"),
        ("live-room/price 副本/2026-02-01.md", "不合规则"),
        ("新建文件夹/price/2026-02-01.md", "没有经营者类型"),
        ("live-room/lost.md", "放错了位置"),
    ],
)
def test_a_stray_file_is_one_note_and_stops_nothing(root: Path, name: str, words: str) -> None:
    put(root, b"\xff\x00 x", name)
    corpus = load_corpus(root)
    assert [g.path for g in corpus.guidelines] == [NAME]
    [note] = corpus.problems
    assert (note.path, note.level) == (name, "note")
    assert words in note.message
    assert "不会发布" in note.message


@pytest.mark.parametrize("status", ["draft", "review"])
@pytest.mark.parametrize("spoil", [("title: 直", "title：直"), ("## 要", "##要"), ("第三十二条", "第九百条")])
def test_a_broken_draft_stops_nothing(root: Path, status: str, spoil: tuple[str, str]) -> None:
    text = TEXT.replace("published", status).replace(*spoil)
    put(root, text.encode(), "live-room/gift-box/2026-11-26.md")
    corpus = load_corpus(root)
    assert corpus.ids() == ["live-room/price"]
    found = check_corpus(corpus, today=TODAY)
    mine = [p for p in found if "gift-box" in p.path]
    assert mine
    assert {p.level for p in mine} == {"note"}


def test_the_untouched_template_stops_nothing_until_it_is_published(root: Path) -> None:
    path = new_guideline(read_corpus(root), root, "live-room", "gift-box", TODAY)
    corpus = load_corpus(root)
    assert {p.level for p in corpus.problems} == {"note"}
    assert {p.code for p in corpus.problems} == {"placeholder"}
    path.write_text(path.read_text("utf-8").replace("draft", "published"), "utf-8")
    with pytest.raises(ContentError, match="模板里的话"):
        load_corpus(root)


@pytest.mark.parametrize("status", ["published", "withdrawn"])
def test_a_new_version_that_left_the_copied_words_is_told(root: Path, status: str) -> None:
    put(root, b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())  # as Notepad saves it
    path = new_version(read_corpus(root), root, "live-room/price", dt.date(2027, 1, 1))
    path.write_text(path.read_text("utf-8").replace("status: draft", f"status: {status}"), "utf-8")
    found = [p for p in check_corpus(read_corpus(root), today=TODAY) if p.path.endswith("2027-01-01.md")]
    assert "changes 还是模板里的话" in [p.message for p in found if p.level == "error"]
    assert any("完全一样" in p.message for p in found) == (
        status == "published"
    )  # what is withdrawn needs no other text


def test_a_second_version_of_one_day_is_told_the_ways_out(root: Path) -> None:
    with pytest.raises(ContentError, match="status 改回 draft"):
        new_version(read_corpus(root), root, "live-room/price", dt.date(2026, 2, 1))


@pytest.mark.parametrize("coding", ["gb18030", "utf-16"])
def test_another_coding_is_read_with_a_note(root: Path, coding: str) -> None:
    put(root, TEXT.encode(coding))
    corpus = load_corpus(root)
    assert corpus.guidelines[0].title == "直播间价格"
    [note] = corpus.problems
    assert (note.code, note.level) == ("encoding", "note")
    assert "UTF-8" in note.fix


def test_a_mark_and_line_ends_of_windows_are_nothing_to_tell(root: Path) -> None:
    put(root, b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert load_corpus(root).problems == ()


@pytest.mark.parametrize(
    ("raw", "words"),
    [(b"PK\x03\x04\x00\xff", "Word 文件"), (b"\xff\xff\xff", "不是文本文件"), (b"x" * 200_001, "文件太大")],
)
def test_an_unreadable_version_is_one_message(root: Path, raw: bytes, words: str) -> None:
    put(root, raw)
    [problem] = read_corpus(root).problems
    assert (problem.code, problem.level) == ("unreadable", "error")
    assert words in problem.message


def test_a_broken_version_blames_no_file_beside_it(root: Path) -> None:
    asked = "- clause: 能不标价吗？\n  as: [不写价行不行]\n"
    put(root, asked.encode(), "live-room/price/asked.yml")
    assert read_corpus(root).problems == ()
    put(root, TEXT.replace("title: ", "title：").encode())
    assert [p.path for p in read_corpus(root).problems] == [NAME]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("- clause: 能不标价吗？\n  as: [不写\n", 2),
        ("- clause: 能不标价吗？\n  as: [甲]\n- clause: 能\n", 3),
        ("甲\n", 1),
    ],
)
def test_a_broken_list_of_wordings_is_told_in_chinese(root: Path, text: str, line: int) -> None:
    put(root, text.encode(), "live-room/price/asked.yml")
    [problem] = read_corpus(root).problems
    assert (problem.code, problem.line) == ("asked", line)
    assert not re.search(r"[a-z]{3,} [a-z]{2,} [a-z]", problem.message)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("要写品名", "要写“品名", "“和”没有成对"),
        ("要写品名", "要写品名😀", "表情符号 😀"),
        ("要写品名", "要写（品名", "（和）"),
    ],
)
def test_marks_of_a_phone_keyboard_are_told(root: Path, old: str, new: str, words: str) -> None:
    put(root, TEXT.replace(old, new).encode())
    found = [p for p in check_corpus(read_corpus(root), today=TODAY) if p.code == "marks"]
    assert [p.line for p in found] == [13]
    assert words in found[0].message
