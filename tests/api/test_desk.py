"""`hegui desk`: the inbox in the terminal, every kind of miss with a number, until it is closed."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from api.desk import report
from api.store import Store
from rag.ask.models import Answer, Question, Status
from rag.ground.contact import Contact

WHO = Contact(name="联络员", text="请拨打 12315。")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    url = f"sqlite:///{tmp_path / 'app.sqlite3'}"
    monkeypatch.setenv("HEGUI_DATABASE_URL", url)
    monkeypatch.setenv("HEGUI_EMBEDDING", "none")
    return Store(url, 180)


def keep(store: Store, answer_id: str, question: str, status: Status) -> None:
    answer = Answer(id=answer_id, status=status, answer="…", as_of=dt.date(2026, 11, 24), contact=WHO)
    store.save_answer(Question(question=question), answer)


def listed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert report.main(["--json", *arguments]) == 0
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def test_an_objection_to_a_rule_is_told_in_words(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    for rule in ("price-lowest", "gone-long-ago"):
        store.save_page_feedback(rule, ("", dt.date.min, 0), False, "全网最低价", rule=rule)
    store.close()
    assert report.main([]) == 0
    out = capsys.readouterr().out
    assert "审稿规则“无从比较的最低价”" in out
    assert "rule:price-lowest" not in out
    assert "rule:gone-long-ago" in out  # nothing is known of it any more


def test_an_empty_desk_says_so(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert report.main([]) == 0
    assert "待办：0 件" in capsys.readouterr().out


def test_every_miss_has_a_number_and_goes_once_it_is_closed(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    for answer_id, question, status in (
        ("a", "怎么报备福袋", Status.NO_EVIDENCE),
        ("b", "怎么报备福袋", Status.NO_EVIDENCE),
        ("c", "刷单罚多少", Status.ANSWERED),
        ("d", "好评返现行吗", Status.ANSWERED),
        ("e", "货车压坏了样品找谁赔", Status.OUT_OF_SCOPE),
    ):
        keep(store, answer_id, question, status)
    store.save_feedback("c", False, "没说个人罚多少")
    store.save_feedback("d", True, None)
    store.close()
    found = {case["question"]: case for case in listed(capsys)}
    assert {q: (c["times"], c["sources"]) for q, c in found.items()} == {
        "怎么报备福袋": (2, ["no_evidence"]),
        "刷单罚多少": (1, ["unhelpful"]),
        "货车压坏了样品找谁赔": (1, ["out_of_scope"]),
    }
    assert [case["question"] for case in listed(capsys, "--limit", "1")] == ["怎么报备福袋"]
    number = str(found["怎么报备福袋"]["id"])
    assert report.main(["--done", number]) == 0
    assert f"第 {number} 号已办结" in capsys.readouterr().out
    assert report.main(["--done", number]) == 0
    assert f"第 {number} 号早已办结" in capsys.readouterr().out
    assert "怎么报备福袋" not in [case["question"] for case in listed(capsys)]
    assert report.main([]) == 0
    assert "没用  刷单罚多少\n        留言：没说个人罚多少" in capsys.readouterr().out
    assert report.main(["--done", "999"]) == 2
    assert "没有第 999 号" in capsys.readouterr().err


def test_a_question_handed_over_is_listed_with_where_to_reach_its_asker(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store.save_handover("福袋要报备吗", contact="微信 hg01", answer_id=None, operator="live-room")
    store.close()
    assert report.main([]) == 0
    assert "转给联络员  福袋要报备吗\n        联系方式：微信 hg01" in capsys.readouterr().out
    assert report.main(["--done", "1"]) == 0
    capsys.readouterr()
    assert listed(capsys) == []


def test_pages_that_did_not_help_are_listed_with_the_comments(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    price, trade = (
        ("live-room/price", dt.date(2026, 2, 1), 1),
        ("live-room/genuine-trade", dt.date(2026, 2, 1), 2),
    )
    for reader, page, helpful, comment in (
        ("a", price, False, "太长"), ("b", price, False, "没写罚多少"), ("c", price, True, None), ("a", trade, True, "好"),
    ):  # fmt: skip
        store.save_page_feedback(reader, page, helpful, comment)
    store.close()
    (case,) = listed(capsys)
    assert (case["page"], case["times"]) == ("live-room/price", 2)
    assert {item["comment"] for item in case["items"]} == {"太长", "没写罚多少"}


def test_the_desk_shows_beijing_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store.close()
    url = f"sqlite:///{tmp_path / 'app.sqlite3'}"
    late = Store(url, 36_500, now=lambda: dt.datetime(2026, 11, 25, 23, 46, tzinfo=dt.UTC))
    late.save_handover("福袋要报备吗", contact=None, answer_id=None, operator=None)
    late.close()
    monkeypatch.setenv("HEGUI_RETENTION_DAYS", "3650")
    assert report.main([]) == 0
    assert "2026-11-26 07:46" in capsys.readouterr().out


def test_a_database_that_cannot_be_opened_is_an_error_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEGUI_DATABASE_URL", f"sqlite:///{tmp_path}")
    assert report.main([]) == 2
    assert "数据库" in capsys.readouterr().err
