"""The example of the manual runs: our retriever in a langchain chain of a user's own."""

from __future__ import annotations

import runpy
from typing import Any

import pytest

from rag.ask.assistant import Assistant
from rag.content.corpus import load_corpus
from rag.ground.settings import ROOT, Settings

EXAMPLE = ROOT / "docs" / "examples" / "langchain_chain.py"


@pytest.fixture(scope="module")
def example() -> dict[str, Any]:
    """What the example defines."""
    return runpy.run_path(str(EXAMPLE))


def test_the_chain_tells_clauses_with_articles_and_addresses(
    indexed: Settings, example: dict[str, Any]
) -> None:
    assistant = Assistant.open(indexed, load_corpus(indexed.guidelines))
    text = example["chain"](assistant, limit=2).invoke("好评返现可以吗")
    assistant.close()
    first, second = text.split("\n\n")
    assert first.startswith("[1] ")
    assert "返现" in first
    assert "《" in first.splitlines()[1]
    assert "/live-room/genuine-trade/#" in first
    assert second.startswith("[2] ")


def test_it_runs_from_the_command_line(
    indexed: Settings,
    example: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("guidelines", "data", "today"):
        monkeypatch.setenv(f"HEGUI_{name.upper()}", str(getattr(indexed, name)))
    monkeypatch.setattr("sys.argv", [str(EXAMPLE), "数字人要标识吗"])
    example["main"]()
    assert "[3] " in capsys.readouterr().out
