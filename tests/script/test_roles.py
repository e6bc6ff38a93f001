"""Who speaks: rules of others are not raised, and the clause shown is the speaker's own where there is one of the same matter."""

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

from rag.content.corpus import Corpus
from rag.ground.settings import ROOT
from rag.script import Checker, Report, load_pack
from rag.script.basis import Basis
from tests.script.conftest import TODAY

FOR_MERCHANTS = """- id: trial
  name: 试验规则
  level: 违法
  clause: anchor/price-talk#mustnot-1
  operators: [merchant]
  find: [天上掉价]
  why: 试验用的理由
"""
MISSING = """- id: trial-missing
  name: 试验要说的话
  level: 提示
  clause: anchor/price-talk#mustnot-1
  operators: [merchant, live-room]
  present: [嗯嗯嗯]
  why: 试验用的理由
"""


@pytest.fixture
def trial(tmp_path: Path, corpus: Corpus) -> Checker:
    """A rule for merchants and a statement for merchants and live rooms, nothing else."""
    for name in ("lists.yml", "exemptions.yml"):
        shutil.copy(ROOT / "guidelines" / "rules" / name, tmp_path / name)
    (tmp_path / "missing.yml").write_text(MISSING, "utf-8")
    (tmp_path / "trial.yml").write_text(FOR_MERCHANTS, "utf-8")
    return Checker(corpus, load_pack(tmp_path))


@pytest.mark.parametrize(
    ("operator", "found"),
    [
        (None, ["trial", "trial-missing"]),
        ("merchant", ["trial", "trial-missing"]),
        ("live-room", ["trial-missing"]),
        ("anchor", []),
    ],
)
def test_a_rule_for_others_is_not_raised(trial: Checker, operator: str | None, found: list[str]) -> None:
    report = trial.check("天上掉价，好看。", today=TODAY, operator=operator)
    assert [item.rule for item in (*report.findings, *report.missing)] == found


def test_the_clause_shown_is_the_speakers_own(checker: Checker, corpus: Corpus) -> None:
    def of(operator: str | None) -> Report:
        return checker.check("划线价599，今天199。", today=TODAY, operator=operator)

    basis = Basis(corpus, TODAY, TODAY)
    named, anchors, merchants = (
        basis.cited("live-room/price#must-4", o) for o in (None, "live-room", "merchant")
    )
    assert named is not None
    assert anchors == named
    assert merchants is not None
    assert merchants[0].url == "/merchant/price/#must-4"
    assert set(merchants[1]) & set(named[1])
    assert [f.rule for f in of(None).findings] == [f.rule for f in of("merchant").findings]
    assert of(None).digest != of("merchant").digest


def test_a_speakers_clause_rests_on_the_same_provision_and_is_in_force(
    checker: Checker, corpus: Corpus
) -> None:
    pack, replaced = load_pack(ROOT / "guidelines" / "rules"), 0
    for day in (TODAY, dt.date(2025, 6, 1)):
        basis = Basis(corpus, day, TODAY)
        for rule in (r.rule for r in pack.rules):
            for operator in ("anchor", "live-room", "merchant", "mcn"):
                named, own = basis.cited(rule.clause), basis.cited(rule.clause, operator)
                assert (named is None) == (own is None)
                if named and own and own != named:
                    replaced += 1
                    assert own[0].guideline.startswith(f"{operator}/")
                    assert {(law.law, law.label) for law in own[1]} & {
                        (law.law, law.label) for law in named[1]
                    }
                    version = corpus.on_day(own[0].guideline, day)
                    assert version is not None
                    assert version.clause(own[0].clause) is not None
    assert replaced


def test_another_matter_of_the_same_article_is_not_taken(corpus: Corpus) -> None:
    found = Basis(corpus, TODAY, TODAY).cited("anchor/live-conduct#mustnot-3", "merchant")
    assert found is not None
    assert found[0].guideline == "anchor/live-conduct"  # merchants have 广告法 9 only of liquor and others


def test_the_page_offers_the_roles_of_the_register(corpus: Corpus) -> None:
    source = (ROOT / "api" / "static" / "script" / "review.js").read_text("utf-8")
    offered = re.search(r"const ROLES = \[(.*)\];", source)
    assert offered is not None
    pairs = set(re.findall(r'\["([a-z-]+)", "([^"]+)"\]', offered[1]))
    assert pairs == {(o.id, o.short) for o in corpus.registers.operators if o.id != "common"}
