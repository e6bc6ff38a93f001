"""The project's own rules over its own guidelines."""

import datetime as dt

import pytest

from rag.content.corpus import Corpus, read_corpus
from rag.ground.settings import ROOT
from rag.script.checker import Checker
from rag.script.packs import load_pack

TODAY = dt.date(2026, 11, 26)


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return read_corpus(ROOT / "guidelines")


@pytest.fixture(scope="session")
def checker(corpus: Corpus) -> Checker:
    return Checker(corpus, load_pack(ROOT / "guidelines" / "rules"))
