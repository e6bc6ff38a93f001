"""What an officer sees: questions handed over, questions without an answer, answers that did not help."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from api.desk import report as desk
from api.store import Store
from rag.ask.models import Answer, Question, Status
from rag.ground.contact import Contact

WHO = Contact(name="联络员", text="请拨打 12315。")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    url = f"sqlite:///{tmp_path / 'app.sqlite3'}"
    monkeypatch.setenv("HEGUI_DATABASE_URL", url)
    return Store(url, 180)


def keep(store: Store, answer_id: str, question: str, status: Status) -> None:
    answer = Answer(id=answer_id, status=status, answer="…", as_of=dt.date(2026, 11, 24), contact=WHO)
    store.save_answer(Question(question=question), answer)


def test_an_empty_desk_says_so(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk.main([]) == 0
    assert "0 件" in capsys.readouterr().out


def test_misses_are_counted_and_ordered_and_answers_that_helped_left_out(store: Store) -> None:
    keep(store, "a", "怎么报备福袋", Status.NO_EVIDENCE)
    keep(store, "b", "怎么报备福袋", Status.NO_EVIDENCE)
    keep(store, "c", "刷单罚多少", Status.ANSWERED)
    keep(store, "d", "好评返现行吗", Status.ANSWERED)
    keep(store, "e", "今天天气", Status.OUT_OF_SCOPE)
    store.save_feedback("c", False, "没说个人罚多少")
    store.save_feedback("d", True, None)
    first, second = store.misses()
    assert (first.question, first.times, first.why) == ("怎么报备福袋", 2, "no_evidence")
    assert (second.question, second.why, second.comment) == ("刷单罚多少", "没用", "没说个人罚多少")
    store.close()


def test_a_question_handed_over_waits_until_it_is_done(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store.save_handover("福袋要报备吗", contact="微信 hg01", answer_id=None, operator="live-room")
    store.close()
    assert desk.main(["--json"]) == 0
    (waiting,) = json.loads(capsys.readouterr().out)["waiting"]
    assert (waiting["question"], waiting["contact"]) == ("福袋要报备吗", "微信 hg01")
    assert desk.main([]) == 0
    assert "福袋要报备吗" in capsys.readouterr().out
    assert desk.main(["--done", str(waiting["id"])]) == 0
    assert desk.main(["--done", "999"]) == 2
    assert "没有第 999 号" in capsys.readouterr().err
    assert desk.main(["--json"]) == 0
    assert json.loads(capsys.readouterr().out)["waiting"] == []


def test_pages_that_did_not_help_are_listed_with_the_last_comment(
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
    (voice,) = store.pages()
    assert (voice.guideline, voice.unhelpful, voice.helpful, voice.comment) == (
        "live-room/price",
        2,
        1,
        "没写罚多少",
    )
    store.close()
    assert desk.main([]) == 0
    assert "2 次没用  1 次有用  live-room/price（2026-02-01 版）  留言：没写罚多少" in capsys.readouterr().out
    assert desk.main(["--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pages"][0]["guideline"] == "live-room/price"


def test_the_desk_shows_beijing_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'app.sqlite3'}"
    monkeypatch.setenv("HEGUI_DATABASE_URL", url)
    store = Store(url, 36_500, now=lambda: dt.datetime(2026, 11, 25, 23, 46, tzinfo=dt.UTC))
    store.save_handover("福袋要报备吗", contact=None, answer_id=None, operator=None)
    store.close()
    monkeypatch.setenv("HEGUI_RETENTION_DAYS", "3650")
    assert desk.main([]) == 0
    assert "2026-11-26 07:46" in capsys.readouterr().out


def test_a_database_that_cannot_be_opened_is_an_error_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEGUI_DATABASE_URL", f"sqlite:///{tmp_path}")
    assert desk.main([]) == 2
    assert "数据库" in capsys.readouterr().err
