"""The bundled models' files: one that is missing, cut short or no model at all is named, whichever model needs it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from rag.ground import TOKENIZER
from rag.ground.errors import EmbeddingError
from rag.index.gate import FOLDER as GATE
from rag.index.gate import MEASURED as BAR
from rag.index.gate import TrainedGate
from rag.index.judge import EVIDENCE, TrainedJudge
from rag.index.judge import FOLDER as JUDGE
from rag.index.lower import FOLDER as SHARED
from rag.index.lower import LOWER, UPPER
from rag.index.probe import WEIGHTS as SEARCH
from rag.script.tagger import GRAPH, MEASURED, Tagger
from rag.script.tagger import WEIGHTS as SCRIPT
from tests.models import cut_short, no_model


@dataclass(frozen=True)
class Model:
    """How a model is opened, the folder of its files, and which of them are graphs or tokenizers and which are figures."""

    open: Callable[[Path], object]
    weights: Path
    models: tuple[str, ...]
    figures: str

    def copied(self, target: Path) -> Path:
        """The files, in a folder of their own."""
        for folder in {Path(name).parent for name in (*self.models, self.figures)}:
            shutil.copytree(self.weights / folder, target / folder, dirs_exist_ok=True)
        return target


OPENED = {
    "judge": Model(
        TrainedJudge,
        SEARCH,
        (f"{SHARED}/{LOWER}", f"{SHARED}/{TOKENIZER}", f"{JUDGE}/{UPPER}"),
        f"{JUDGE}/{EVIDENCE}",
    ),
    "gate": Model(TrainedGate, SEARCH, (f"{SHARED}/{LOWER}", f"{GATE}/{UPPER}"), f"{GATE}/{BAR}"),
    "tagger": Model(Tagger, SCRIPT, (GRAPH, TOKENIZER), MEASURED),
}
FILES = [(model, name) for model, m in OPENED.items() for name in (*m.models, m.figures)]
MODELS = [(model, name) for model, m in OPENED.items() for name in m.models]


@pytest.mark.parametrize(("model", "name"), FILES)
def test_another_file_is_refused_by_its_digest(tmp_path: Path, model: str, name: str) -> None:
    weights = OPENED[model].copied(tmp_path)
    cut_short(weights / name)
    with pytest.raises(EmbeddingError, match=r"digests\.json"):
        OPENED[model].open(weights)


@pytest.mark.parametrize(("model", "name"), FILES)
def test_a_missing_file_is_named(tmp_path: Path, model: str, name: str) -> None:
    weights = OPENED[model].copied(tmp_path)
    (weights / name).unlink()
    with pytest.raises(EmbeddingError, match=name):
        OPENED[model].open(weights)


@pytest.mark.parametrize(("model", "name"), MODELS)
def test_a_file_that_is_no_model_is_named(tmp_path: Path, model: str, name: str) -> None:
    weights = OPENED[model].copied(tmp_path)
    no_model(weights / name)
    with pytest.raises(EmbeddingError, match="载入不了模型"):
        OPENED[model].open(weights)
