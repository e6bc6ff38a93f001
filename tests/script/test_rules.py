"""What the rules find and what they leave alone: claim types and the innocent phrases that look like them."""

import datetime as dt
import re
from collections import Counter
from pathlib import Path

import pytest

from rag.content.corpus import Corpus
from rag.ground.settings import ROOT
from rag.script.checker import Checker
from rag.script.claims import RULES, rules_of
from rag.script.judge import RuleJudge
from rag.script.models import Level
from rag.script.packcheck import check_rules
from rag.script.packs import load_pack
from tests.script.conftest import TODAY

LINES = (Path(__file__).parent / "sentences.tsv").read_text("utf-8").splitlines()
RISKY = [line.split("\t")[1] for line in LINES if line.startswith("x")]
INNOCENT = [line.split("\t")[1] for line in LINES if line.startswith("o")]
GRAVE = (Level.UNLAWFUL, Level.RISKY, Level.EVIDENCE)


@pytest.fixture(scope="module")
def rules_alone(corpus: Corpus) -> Checker:
    pack = load_pack(ROOT / "guidelines" / "rules")
    return Checker(corpus, pack, judge=RuleJudge(pack))


@pytest.mark.parametrize("text", RISKY)
def test_what_is_risky_is_found_by_a_rule_or_read_as_such(
    rules_alone: Checker, checker: Checker, text: str
) -> None:
    assert rules_alone.check(text, today=TODAY).findings or checker.check(text, today=TODAY).findings


def test_of_what_is_risky_the_model_lets_little_go(checker: Checker) -> None:
    gone = [text for text in RISKY if not checker.check(text, today=TODAY).findings]
    assert len(gone) <= 0.02 * len(RISKY), gone


def test_what_only_looks_so_is_left_alone(checker: Checker) -> None:
    found = [
        (text, f.rule, f.text)
        for text in INNOCENT
        for f in checker.check(text, today=TODAY).findings
        if f.level in GRAVE
    ]
    assert len({text for text, *_ in found}) <= 0.02 * len(INNOCENT), found


def test_the_rules_of_the_project_pass_their_own_check(corpus: Corpus) -> None:
    assert check_rules(corpus, ROOT / "guidelines" / "rules", TODAY) == []


def test_every_claim_that_is_read_has_rules_and_one_that_holds_for_any_goods() -> None:
    pack = load_pack(ROOT / "guidelines" / "rules")
    known = {r.rule.id for r in pack.rules}
    assert {name for names in RULES.values() for name in names} <= known
    goods_only = [c for c in RULES if all(r.rule.goods for r in rules_of(c, pack.rules))]
    assert goods_only == []


def test_every_finding_rests_on_a_clause_in_force_on_the_day(corpus: Corpus, checker: Checker) -> None:
    text = "。".join(RISKY)[:20_000]
    for day in (TODAY, dt.date(2025, 6, 1)):
        report = checker.check(text, today=TODAY, as_of=day)
        assert len(report.findings) > 100
        for finding in (*report.findings, *report.missing):
            version = corpus.on_day(finding.clause.guideline, day)
            assert version is not None
            assert version.version == finding.clause.version
            assert version.clause(finding.clause.clause) is not None
            assert finding.laws


def test_a_rule_is_silent_before_its_clause_was_in_force(checker: Checker) -> None:
    text = "全网最低价"
    assert checker.check(text, today=TODAY).findings
    assert not checker.check(text, today=TODAY, as_of=dt.date(2020, 1, 1)).findings


def test_goods_decide_what_may_be_said(checker: Checker) -> None:
    def rules(goods: str) -> set[str]:
        return {f.rule for f in checker.check("能增强免疫力", today=TODAY, goods=[goods]).findings}

    assert "food-function" in rules("food")
    assert rules("health-food") == {"health-food-scope"}


def test_what_is_missing(checker: Checker) -> None:
    def missing(text: str) -> Counter[str]:
        return Counter(m.rule for m in checker.check(text, today=TODAY).missing)

    assert missing("这款保健食品大家看一下")["missing-health-food"] == 1
    assert missing("这款保健食品，本品不能代替药物")["missing-health-food"] == 0
    assert missing("今天测评三款锅，链接在小黄车")["missing-ad-mark"] == 1
    assert missing("本视频为广告。今天测评三款锅，链接在小黄车")["missing-ad-mark"] == 0
    assert missing("全场打八折")["missing-price-basis"] == 1
    assert missing("打八折，以本店前七日最低成交价为基准")["missing-price-basis"] == 0


def test_spans_are_those_of_the_text_as_sent(checker: Checker) -> None:
    text = "😀😀宝宝们，全 网 最 低 价！銷量第一"
    found = checker.check(text, today=TODAY).findings
    assert all(text[f.start : f.end] == f.text for f in found)
    assert {re.sub(r"\s", "", f.text) for f in found} >= {"全网最低价", "銷量第一"}


def test_the_same_text_gives_the_same_report(checker: Checker) -> None:
    text = "国家级品质，全网最低价"
    assert checker.check(text, today=TODAY) == checker.check(text, today=TODAY)
    assert checker.check(text, today=TODAY).digest != checker.check(text + "。", today=TODAY).digest


def test_a_phrase_is_named_once_for_a_clause(checker: Checker) -> None:
    """Several rules find 概不退, 概不退不换 and 不退不换: they say the same of the same words."""
    found = checker.check("拆不拆封都一概不退不换", today=TODAY).findings
    assert [(f.text, f.level) for f in found] == [("不退不换", Level.UNLAWFUL)]
    twice = checker.check("一概不退不换，买了就是概不退不换", today=TODAY).findings
    assert [f.text for f in twice] == ["不退不换", "不退不换"]
