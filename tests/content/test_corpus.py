"""Versions by day."""

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

from rag.content.corpus import read_corpus
from rag.ground.errors import ContentError, NotFoundError

ROOT = Path(__file__).resolve().parents[2]
FILE = """---
title: 直播间价格
operator: live-room
topics: [price]
status: {status}
revision: 1
verified_on: 2026-11-20
summary: 怎么标价
---
## 要做到
1. {text}。《价格法》第十三条
"""


def write(root: Path, version: str, text: str, status: str = "published") -> None:
    path = root / "live-room" / "price" / f"{version}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(FILE.format(text=text, status=status), "utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("operators.yml", "topics.yml", "laws.yml", "glossary.yml"):
        shutil.copy(ROOT / "guidelines" / name, tmp_path / name)
    write(tmp_path, "2024-07-01", "旧规则")
    write(tmp_path, "2026-02-01", "新规则")
    write(tmp_path, "2027-01-01", "将来的规则")
    write(tmp_path, "2026-06-01", "草稿", status="draft")
    return tmp_path


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (dt.date(2024, 6, 30), None),
        (dt.date(2024, 7, 1), "旧规则"),
        (dt.date(2026, 1, 31), "旧规则"),
        (dt.date(2026, 2, 1), "新规则"),
        (dt.date(2026, 12, 31), "新规则"),
        (dt.date(2027, 1, 1), "将来的规则"),
    ],
)
def test_the_newest_published_version_of_the_day_applies(root: Path, day: dt.date, text: str | None) -> None:
    found = read_corpus(root).on_day("live-room/price", day)
    assert (found.clauses[0].text.split("。")[0] if found else None) == text


def test_a_withdrawn_version_ends_its_predecessor(root: Path) -> None:
    write(root, "2026-09-01", "撤回", status="withdrawn")
    corpus = read_corpus(root)
    assert corpus.on_day("live-room/price", dt.date(2026, 10, 1)) is None
    assert corpus.on_day("live-room/price", dt.date(2026, 8, 31)) is not None


def test_an_unknown_guideline_or_version_says_what_there_is(root: Path) -> None:
    corpus = read_corpus(root)
    with pytest.raises(NotFoundError, match="没有指引"):
        corpus.get("live-room/none", day=dt.date(2026, 3, 1))
    with pytest.raises(NotFoundError, match="2024-07-01"):
        corpus.get("live-room/price", version=dt.date(2025, 1, 1), day=dt.date(2026, 3, 1))


def test_files_in_wrong_places_and_unreadable_ones_are_named(root: Path) -> None:
    (root / "live-room" / "lost.md").write_text("x", "utf-8")
    (root / "live-room" / "price" / "2025-01-01.md").write_bytes(b"\xff\xfe\x00")
    codes = {p.code for p in read_corpus(root).problems}
    assert {"file-place", "unreadable"} <= codes


@pytest.mark.parametrize("name", ["operators.yml", "laws.yml"])
@pytest.mark.parametrize("text", ["- [", "- {id: 1}", "- {id: a, nme: b}", "id: 1", None])
def test_a_broken_register_is_one_clear_error(root: Path, name: str, text: str | None) -> None:
    if text is None:
        (root / name).unlink()
    else:
        (root / name).write_text(text, "utf-8")
    with pytest.raises(ContentError, match=name) as caught:
        read_corpus(root)
    assert re.findall(r"[a-z]{3,} [a-z]{3,}", caught.value.message) == [], "English sentences"
    if text and "nme" in text:
        assert "第 1 条的 " in caught.value.message
