"""Self-assessment sheets: the project's own are sound, and a broken one is named with its line."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from rag.content import Weight, clause_on, load_corpus, read_assessments, weight_of
from rag.content.check.assessments import check_assessments
from rag.ground import ContentError
from rag.ground.settings import ROOT
from tests.conftest import copy_corpus

TODAY = dt.date(2026, 11, 24)
SHEET = """- id: sheet
  title: 一张表
  operator: live-room
  about: live-room/genuine-trade
  lead: 试一试。
  areas:
    - name: 一面
      items:
        - {ask: 有没有？, clause: live-room/genuine-trade#mustnot-1, proof: 截图}
"""


def test_the_project_has_five_sheets_and_each_tells_law_from_encouragement() -> None:
    corpus = load_corpus(ROOT / "guidelines")
    sheets = {sheet.id: sheet for sheet in read_assessments(ROOT / "guidelines")}
    assert {"honest-live-room", "before-live", "service-station", "credit", "contract-credit"} <= set(sheets)
    found = [clause_on(corpus, i.clause, TODAY) for a in sheets["honest-live-room"].areas for i in a.items]
    weights = {weight_of(f[1]) for f in found if f}
    assert None not in found
    assert weights == {Weight.LAW, Weight.ENCOURAGED}


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("genuine-trade#mustnot-1", "genuine-trade#mustnot-99", 9, "今天没有"),
        ("about: live-room/genuine-trade", "about: live-room/nothing", 4, "今天没有"),
        ("        - {ask", "        - {ask: 有没有？, clause: live-room/genuine-trade#mustnot-1, proof: 又}\n        - {ask", 9, "写了两次"),
        ("title: 一张表", "titel: 一张表", 1, "读不了"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_at_its_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    root = copy_corpus(tmp_path / "guidelines")
    corpus = load_corpus(root)
    (root / "assessments.yml").write_text(SHEET, "utf-8")
    assert list(check_assessments(corpus, root, TODAY)) == []
    assert old in SHEET
    (root / "assessments.yml").write_text(SHEET.replace(old, new, 1), "utf-8")
    (problem,) = check_assessments(corpus, root, TODAY)
    assert (problem.line, said in problem.message) == (line, True)


def test_without_the_file_there_are_no_sheets(tmp_path: Path) -> None:
    assert read_assessments(tmp_path) == ()
    (tmp_path / "assessments.yml").write_text("- [", "utf-8")
    with pytest.raises(ContentError, match=r"assessments\.yml"):
        read_assessments(tmp_path)
