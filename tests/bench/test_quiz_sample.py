"""The drawing of quiz questions for a reading."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bench.quiz_sample import main, order
from rag.content import load_corpus, load_quiz
from rag.ground.settings import ROOT
from rag.training import reviewed_exercises

DAY = dt.date(2026, 11, 27)


def test_a_seed_gives_one_order_and_the_next_draw_has_none_of_the_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus = load_corpus(ROOT / "guidelines")
    exercises = reviewed_exercises(corpus, load_quiz(ROOT / "guidelines"), DAY)
    drawn = [e.id for e in order(exercises, 7)]
    assert drawn == [e.id for e in order(exercises[::-1], 7)]
    assert drawn != [e.id for e in order(exercises, 8)]
    assert len(drawn) == len(exercises) >= 600
    for skip in (0, 3):
        main(
            [
                "--seed",
                "7",
                "--count",
                "3",
                "--skip",
                str(skip),
                "--day",
                str(DAY),
                "--out",
                str(tmp_path / "q.md"),
            ]
        )
        text = (tmp_path / "q.md").read_text("utf-8")
        assert [line.partition(". ")[2] for line in text.splitlines() if line.startswith("## ")] == drawn[
            skip : skip + 3
        ]
        assert text.count("标为对的：") == 3
    assert f"3 of {len(drawn)} questions" in capsys.readouterr().out
