"""Compute the vectors that come with the program: `python -m bench.training.vectors` writes weights/encoder/vectors.npz.

To be run after a new encoder, and after larger changes of the content: what has changed since is computed by every first index.
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
from rag.index.precomputed import write_precomputed
from rag.index.probe import WEIGHTS
from rag.index.store import PASSAGE, QUESTION


def main() -> None:
    """Compute, write, and renew the digests."""
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--encoder", type=Path, default=WEIGHTS / "encoder", help="the folder of another form of it"
    )
    model, corpus = TrainedEmbeddings(parser.parse_args().encoder), load_corpus(Settings().guidelines)
    passages, questions, foreign = texts_to_embed(chunk_corpus(corpus), corpus.registers.outside)
    questions = list(dict.fromkeys([*questions, *foreign]))
    found: list[list[float]] = []
    with tqdm(total=len(passages) + len(questions), unit="条") as bar:
        for texts, embed in ((passages, model.embed_documents), (questions, model.embed_queries)):
            for start in range(0, len(texts), BATCH):
                found += embed(texts[start : start + BATCH])
                bar.update(len(texts[start : start + BATCH]))
    kinds = [(t, PASSAGE) for t in passages] + [(t, QUESTION) for t in questions]
    write_precomputed(WEIGHTS / "encoder", kinds, np.array(found, np.float32))
    write_digests(WEIGHTS / "encoder")
    print(f"{len(found)} vectors")


if __name__ == "__main__":
    main()
