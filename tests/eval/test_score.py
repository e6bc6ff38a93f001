"""Right and wrong, the stage of a fault, and the comparison of runs, over the small real corpus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rag.ask import Answer, Assistant, Status
from rag.cli import app
from rag.content import load_corpus
from rag.eval import difference, keep, kept, report, run, stage_of
from rag.eval.questions import Item, Part
from rag.eval.score import Result, judge
from rag.ground.errors import ContentError, HeguiError
from rag.ground.settings import Settings

ASKED = "好评返现可以吗"


@pytest.fixture(scope="module")
def assistant(indexed: Settings) -> Iterator[Assistant]:
    opened = Assistant.open(indexed, load_corpus(indexed.guidelines))
    yield opened
    opened.close()


@pytest.fixture
def answer(assistant: Assistant) -> Answer:
    """An answer to the question, with what it cites."""
    return run([Item(id="a", kind="answerable", question=ASKED)], assistant.ask)[0].answer


def cited(answer: Answer) -> str:
    first = answer.citations[0]
    return f"{first.guideline}#{first.clause}"


def item(kind: str, **more: object) -> Item:
    return Item.model_validate({"id": "a", "kind": kind, "question": ASKED, **more})


def status(answer: Answer, value: Status) -> Answer:
    return answer.model_copy(update={"status": value})


def test_a_clause_that_is_expected_is_as_right_as_a_gold_article(answer: Answer) -> None:
    assert judge(item("followup", clauses=[cited(answer)]), answer) == ""
    assert judge(item("followup", clauses=["anchor/none#faq-1"]), answer).startswith("引用了")


@pytest.mark.parametrize("kind", ["ambiguous", "contradicting", "missing", "granularity"])
def test_what_is_not_to_be_answered_plainly_may_be_partly_answered(kind: str, answer: Answer) -> None:
    asked = item(kind, clauses=["anchor/none#faq-1"])
    assert judge(asked, status(answer, Status.ANSWERED)) == "status answered"
    assert judge(asked, status(answer, Status.PARTIAL)) == ""
    assert judge(asked, status(answer, Status.NEEDS_CLARIFICATION)) == ""


def test_an_ambiguous_question_is_right_if_every_reading_is_answered(answer: Answer) -> None:
    whole = status(answer, Status.ANSWERED)
    assert judge(item("ambiguous", clauses=[cited(answer)]), whole) == ""
    assert judge(item("ambiguous", clauses=[cited(answer), "anchor/none#faq-1"]), whole)


def test_knowledge_of_the_world_is_not_even_partly_answered(answer: Answer) -> None:
    assert judge(item("outside"), status(answer, Status.PARTIAL)) == "status partial"
    assert judge(item("outside"), status(answer, Status.NO_EVIDENCE)) == ""


def test_every_ask_is_answered_or_named(answer: Answer) -> None:
    whole = status(answer, Status.ANSWERED)
    parts = [Part(asked="好评返现可以吗", clauses=[cited(answer)]), Part(asked="邮费谁出", clauses=["a/b#c"])]
    asked = item("multi", parts=parts)
    assert judge(asked, whole) == "没有回答：邮费谁出"
    assert judge(asked, whole.model_copy(update={"missing": ("没查到“邮费谁出”。",)})) == ""
    assert report([Result(item=asked, answer=whole, right=False)]).citation_recall == 0.5


def test_the_stage_of_a_fault(assistant: Assistant, answer: Answer) -> None:
    right = item("answerable", clauses=[cited(answer)])
    none = status(answer, Status.NO_EVIDENCE).model_copy(update={"citations": (), "sentences": ()})
    assert stage_of(assistant, right, none) == "judgement"
    assert stage_of(assistant, item("answerable", clauses=["a/b#c"]), none) == "retrieval"
    assert stage_of(assistant, right, status(answer, Status.ANSWERED)) == "composition"
    assert stage_of(assistant, item("outside"), status(answer, Status.ANSWERED)) == "judgement"


def test_runs_are_kept_and_compared(answer: Answer, tmp_path: Path) -> None:
    asked = item("missing", clauses=[cited(answer)])
    good = Result(item=asked, answer=answer, right=True)
    bad = Result(item=asked, answer=answer, right=False, why="status answered", stage="judgement")
    keep([good], tmp_path, "before")
    told = difference(kept(tmp_path, "before"), [bad])
    assert f"- a {ASKED} → status answered (judgement)" in told
    assert "1         0     1" in told
    keep([bad], tmp_path, "after")
    assert f"+ a {ASKED}" in difference(kept(tmp_path, "after"), [good])
    other = bad.model_copy(update={"item": asked.model_copy(update={"id": "b"})})
    assert "only in one of the runs: 2" in difference(kept(tmp_path, "after"), [other])


def test_a_run_that_is_not_there_or_broken_is_said(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="没有存过叫 x 的评测"):
        kept(tmp_path, "x")
    with pytest.raises(ContentError, match="不能用"):
        kept(tmp_path, "../x")
    (tmp_path / "x.json").write_text("{", "utf-8")
    with pytest.raises(ContentError, match="读不懂"):
        kept(tmp_path, "x")


def test_on_the_command_line(indexed: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    shutil.copytree(indexed.data, tmp_path / "var")
    monkeypatch.setenv("HEGUI_GUIDELINES", str(indexed.guidelines))
    monkeypatch.setenv("HEGUI_DATA", str(tmp_path / "var"))
    file = tmp_path / "set.jsonl"
    file.write_text(item("answerable", clauses=["a/b#c"]).model_dump_json(), "utf-8")

    def told(*arguments: str) -> str:
        return CliRunner().invoke(app, ["eval", str(file), *arguments], catch_exceptions=False).output

    assert "wrong at  retrieval 1" in told("--keep", "one")
    assert "answerable" in told("--compare", "one")
    with pytest.raises(HeguiError, match="没有存过"):
        told("--compare", "two")
