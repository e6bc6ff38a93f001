"""Compute the vectors that come with the program: `python -m bench.training.vectors` writes weights/encoder/vectors.npz.

To be run after larger changes of the content: what has changed since is computed by every first index. Those that are known stay as
they are; after a new encoder ``--anew`` computes all.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from tqdm import tqdm

from bench.training.export import write_digests
from rag.content import load_corpus
from rag.ground import Settings
from rag.index.build import texts_to_embed
from rag.index.chunks import chunk_corpus
from rag.index.embed import BATCH, TrainedEmbeddings
from rag.index.precomputed import Precomputed, write_precomputed
from rag.index.probe import ENCODER, WEIGHTS
from rag.index.store import PASSAGE, QUESTION


def main() -> None:
    """Compute, write, and renew the digests."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--anew", action="store_true")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="the folder of other models")
    options = parser.parse_args()
    model, corpus = TrainedEmbeddings(options.weights), load_corpus(Settings().guidelines)
    known = Precomputed.open("" if options.anew else "bundled")
    passages, questions, foreign = texts_to_embed(chunk_corpus(corpus), corpus.registers.outside)
    questions = list(dict.fromkeys([*questions, *foreign]))
    found: list[np.ndarray] = []
    with tqdm(total=len(passages) + len(questions), unit="条") as bar:
        for kind, texts, embed in (
            (PASSAGE, passages, model.embed_documents), (QUESTION, questions, model.embed_queries),
        ):  # fmt: skip
            for start in range(0, len(texts), BATCH):
                batch = texts[start : start + BATCH]
                there = known.find(batch, kind)
                missing = [t for t in batch if t not in there]
                there |= (
                    dict(zip(missing, np.array(embed(missing), np.float32), strict=True)) if missing else {}
                )
                found += [there[t] for t in batch]
                bar.update(len(batch))
    kinds = [(t, PASSAGE) for t in passages] + [(t, QUESTION) for t in questions]
    write_precomputed(options.weights / ENCODER, kinds, np.array(found, np.float32))
    write_digests(options.weights / ENCODER)
    print(f"{len(found)} vectors")


if __name__ == "__main__":
    main()
