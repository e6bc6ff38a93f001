"""Other wordings of what a clause answers: attached by question or beginning, matched, never shown."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from rag.ask.assistant import Assistant
from rag.ask.models import Question
from rag.content.corpus import Corpus, read_corpus
from rag.ground.settings import ROOT, Settings
from rag.index.build import lexical_text
from rag.index.chunks import chunk_corpus
from tests.conftest import REGISTERS, publish

FILE = """---
title: 直播间发票
operator: live-room
topics: [price]
status: published
revision: 1
verified_on: 2026-11-20
summary: 怎么开票
{changes}---
## 要做到
1. 商家卖货要出具发票等购货凭证。《消费者权益保护法》第二十二条
2. 直播间要写明商品价格。《价格法》第十三条
## 常见问题
### {question}
要给。《消费者权益保护法》第二十二条
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "live-room" / "invoice"
    folder.mkdir(parents=True)
    for version, changes, question in (
        ("2024-07-01", "", "顾客要发票，给不给？"),
        ("2026-02-01", "changes: 换了问法\n", "要发票给吗？"),
    ):
        text = FILE.format(changes=changes, question=question)
        (folder / f"{version}.md").write_text(text, "utf-8")
    for name in REGISTERS:
        shutil.copy(ROOT / "guidelines" / name, tmp_path / name)
    return tmp_path


def write(root: Path, text: str) -> Corpus:
    (root / "live-room" / "invoice" / "asked.yml").write_text(text, "utf-8")
    return read_corpus(root)


def test_a_wording_holds_for_every_version_that_has_the_clause(root: Path) -> None:
    corpus = write(
        root,
        "- clause: 商家卖货要出具发票\n  as: [开票要加税点行吗]\n- clause: 要发票给吗？\n  as: [不给小票咋办]\n",
    )
    assert corpus.problems == ()
    old, new = corpus.versions("live-room/invoice")
    assert [c.asked for c in old.clauses] == [("开票要加税点行吗",), (), ()]
    assert [c.asked for c in new.clauses] == [("开票要加税点行吗",), (), ("不给小票咋办",)]


def test_wordings_are_matched_but_not_part_of_the_clause(root: Path) -> None:
    corpus = write(root, "- clause: 商家卖货要出具发票\n  as: [开票要加税点行吗]\n")
    chunk = chunk_corpus(corpus)[0]
    assert chunk.questions == ("开票要加税点行吗",)
    assert "税点" in lexical_text(chunk)
    assert "税点" not in chunk.body + chunk.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- clause: 没有这一条\n  as: [问]\n", "没有哪一版有条款"),
        ("- clause: 商家卖货\n  as: []\n", "问法文件有误"),
        ("- clause: 商家卖货\n  als: [问]\n", "问法文件有误"),
        ("- [", "问法文件有误"),
        (
            "- clause: 商家卖货\n  as: [一样的问法]\n- clause: 直播间要写明\n  as: [一样的问法]\n",
            "和别处重复",
        ),
        (f"- clause: 商家卖货\n  as: [{'长' * 61}]\n", "太长"),
    ],
)
def test_a_wording_that_fits_nowhere_is_named_with_the_remedy(root: Path, text: str, said: str) -> None:
    (problem, *_) = write(root, text).problems
    assert problem.path == "live-room/invoice/asked.yml"
    assert said in problem.message
    assert problem.fix


def test_a_question_in_other_words_finds_the_clause_and_the_answer_is_the_clause(
    root: Path, tmp_path: Path
) -> None:
    corpus = write(root, "- clause: 商家卖货要出具发票\n  as: [顾客要小票我让他加税点行不行]\n")
    settings = Settings(
        guidelines=root, data=tmp_path / "var", site=tmp_path / "site", embedding="none", judge="none", rate_limit=0,
        today=dt.date(2026, 11, 24), _env_file=None,
    )  # fmt: skip
    publish(settings)
    answer = Assistant.open(settings, corpus).ask(Question(question="让顾客加税点才给小票行不行"))
    assert answer.citations[0].clause == "must-1"
    assert "税点" not in answer.answer


def test_a_beginning_that_fits_two_clauses_is_named_with_the_version(root: Path) -> None:
    path = root / "live-room" / "invoice" / "2026-02-01.md"
    path.write_text(
        path.read_text("utf-8").replace("直播间要写明商品价格", "商家卖货要写明商品价格"), "utf-8"
    )
    (problem,) = write(root, "- clause: 商家卖货要\n  as: [怎么开票]\n").problems
    assert problem.message == "2026-02-01 这一版有几条“商家卖货要”"
