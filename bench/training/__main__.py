"""Train both models and write them to var/models: `python -m bench.training` (make train).

Everything is seeded; what is trained on a machine of other arithmetic differs in the last digits. With ``--from``
the trained models of an earlier run are only exported and measured again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from sentence_transformers import SentenceTransformer

from bench.relevance.read import read_families
from bench.training.base import build, pruned_vocabulary, read_base
from bench.training.calibrate import calibrate
from bench.training.data import SEED, Content, corpus_texts, read_content, relevance_pairs, wording_pairs
from bench.training.encoder import as_sentence_transformer, train_encoder
from bench.training.export import Encoding, export
from bench.training.head import measure_head, messages, query_vectors, train_head
from bench.training.judge import load_judge, train_judge, training_rows
from bench.training.onnx import BARS, ENCODER, HEAD, TrainedEmbeddings
from rag.index.judge import DIGESTS, JUDGE, TOKENIZER

RELEVANCE, WORDINGS = 3000, 1800  # pairs that the encoder sees


def write_digests(folder: Path) -> None:
    """SHA-256 of every file of the models, checked when they are loaded."""
    names = [n for n in (ENCODER, JUDGE, TOKENIZER, HEAD, BARS) if (folder / n).exists()]
    digests = {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in names}
    (folder / DIGESTS).write_text(json.dumps(digests, indent=2) + "\n", "utf-8")


def train(content: Content, work: Path) -> None:
    """Both models, written to ``work``/encoder and ``work``/judge."""
    base = read_base()
    keep = pruned_vocabulary(base, [*corpus_texts(content), "query: passage: "])
    encoder = as_sentence_transformer(*build(base, keep), work / "base")
    draw = random.Random(SEED)
    graded = relevance_pairs(content, read_families("train", kinds=("answer",)))
    pairs = draw.sample(graded, RELEVANCE) + draw.sample(wording_pairs(content, 1), WORDINGS)
    train_encoder(encoder, content, pairs, work / "encoder")
    train_judge(work / "encoder", training_rows(content), content, work / "judge.pt")


def publish(content: Content, work: Path, target: Path) -> list[str]:
    """Export what was trained, fit the head, choose the bars; returns the tables."""
    target.mkdir(parents=True, exist_ok=True)
    encoder = SentenceTransformer(str(work / "encoder"), device="cpu")
    export(Encoding(encoder[0].auto_model), target / ENCODER)
    export(load_judge(work / "encoder", work / "judge.pt"), target / JUDGE)
    (target / TOKENIZER).write_bytes((work / "encoder" / "tokenizer.json").read_bytes())
    (target / BARS).write_text(json.dumps({"direct": 0.5, "nearest": 0.3, "belongs": 0.7}) + "\n", "utf-8")
    write_digests(target)
    model = TrainedEmbeddings(target)
    rows = messages(content, "train")
    train_head(query_vectors(model, [text for text, _ in rows]), [kind for _, kind in rows], target / HEAD)
    write_digests(target)
    bars, table = calibrate(target, content)
    (target / BARS).write_text(json.dumps(asdict(bars)) + "\n", "utf-8")
    write_digests(target)
    return [f"bars: {asdict(bars)}", *table, *measure_head(model, content, target)]


def main(argv: Sequence[str] | None = None) -> None:
    """Train, export, measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, default=Path("var/training"))
    parser.add_argument("--target", type=Path, default=Path("var/models"))
    parser.add_argument(
        "--from", dest="trained", action="store_true", help="export what lies in --work already"
    )
    parser.add_argument(
        "--judge", action="store_true", help="train the judge alone, from the encoder in --work"
    )
    options = parser.parse_args(argv)
    started, content = time.monotonic(), read_content()
    if options.judge:
        train_judge(options.work / "encoder", training_rows(content), content, options.work / "judge.pt")
    elif not options.trained:
        train(content, options.work)
    print("\n".join(publish(content, options.work, options.target)))
    print(f"{(time.monotonic() - started) / 60:.0f} minutes; the models are in {options.target}")


if __name__ == "__main__":
    main()
