"""Broken rules are named with file and rule before anybody meets them."""

import shutil
from pathlib import Path

import pytest

from rag.content.corpus import Corpus
from rag.ground import ContentError
from rag.ground.settings import ROOT
from rag.script.packcheck import check_rules
from rag.script.packs import load_pack
from tests.script.conftest import TODAY

RULE = """- id: {id}
  name: 试验规则
  level: 违法
  clause: {clause}
  find: ["{find}"]
  goods: [{goods}]
  operators: [{operators}]
  why: 试验用的理由
  say: ["{say}"]
"""
GOOD = {
    "id": "trial",
    "clause": "anchor/price-talk#mustnot-1",
    "find": "啊啊啊",
    "goods": "",
    "operators": "",
    "say": "好的",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The lists and exemptions of the project, no rules."""
    for name in ("lists.yml", "exemptions.yml"):
        shutil.copy(ROOT / "guidelines" / "rules" / name, tmp_path / name)
    (tmp_path / "missing.yml").write_text("[]\n", "utf-8")
    return tmp_path


def codes(folder: Path, corpus: Corpus, *rules: dict[str, str]) -> list[str]:
    (folder / "trial.yml").write_text("".join(RULE.format(**(GOOD | r)) for r in rules), "utf-8")
    return [p.code for p in check_rules(corpus, folder, TODAY)]


def test_a_good_rule_passes(folder: Path, corpus: Corpus) -> None:
    assert codes(folder, corpus, {}) == []
    assert codes(folder, corpus, {"operators": "anchor, live-room"}) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"clause": "anchor/price-talk#mustnot-99"}, "rule-clause"),
        ({"clause": "anchor/nothing#must-1"}, "rule-clause"),
        ({"goods": "moon"}, "rule-name"),
        ({"operators": "moon"}, "rule-name"),
        ({"find": "(没关"}, "rule-format"),
        ({"find": "{没有的词表}"}, "rule-format"),
        ({"id": "Not An Id"}, "rule-format"),
        ({"find": "国家级", "say": "国家级"}, "rule-wording"),
    ],
)
def test_a_bad_rule_is_named(folder: Path, corpus: Corpus, change: dict[str, str], code: str) -> None:
    assert codes(folder, corpus, change) == [code]


def test_an_id_stands_once(folder: Path, corpus: Corpus) -> None:
    assert codes(folder, corpus, {}, {"find": "别的"}) == ["rule-id"]


def test_a_problem_has_its_line(folder: Path, corpus: Corpus) -> None:
    codes(folder, corpus, {}, {"id": "second", "clause": "anchor/nothing#must-1"})
    (problem,) = check_rules(corpus, folder, TODAY)
    assert (problem.path, problem.line) == ("rules/trial.yml", 10)


def test_a_folder_without_lists_says_so(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"lists\.yml"):
        load_pack(tmp_path)
