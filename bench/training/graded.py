"""Write the graded questions that come with the program: `python -m bench.training.graded` makes weights/graded/graded.npz.

To be run after new grades, a new encoder, and changes of the content (`python -m bench.relevance.refresh --write` first); then
`python -m bench.training --from evidence`. Questions of the train split only: dev and test stay unseen.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from tqdm import tqdm

from bench.relevance.read import read_families
from bench.training.data import ANSWERS, read_content
from bench.training.export import write_digests
from rag.index.embed import BATCH, TrainedEmbeddings
from rag.index.graded import FOLDER, write_graded
from rag.index.probe import WEIGHTS


def main() -> None:
    """Compute, write, and renew the digests."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="the folder of other models")
    options = parser.parse_args()
    digests = {chunk.id: chunk.digest for chunk in read_content().chunks}
    texts: list[str] = []
    answered: dict[tuple[str, int], bool] = {}  # by clause and question
    for family in read_families("train", kinds=("answer", "near", "open")):
        known = {c: g for c, g in family.grades.items() if c in digests}
        for text in family.questions if known else ():
            for clause, grade in known.items():
                pair = digests[clause], len(texts)
                answered[pair] = answered.get(pair, False) or grade == ANSWERS
            texts.append(text)
    model, vectors = TrainedEmbeddings(options.weights), []
    for start in tqdm(range(0, len(texts), BATCH), unit="批"):
        vectors += model.embed_queries(texts[start : start + BATCH])
    pairs = [(*pair, answers) for pair, answers in answered.items()]
    write_graded(options.weights / FOLDER, np.array(vectors, np.float32), pairs)
    write_digests(options.weights / FOLDER)
    print(f"{len(texts)} questions, {len(pairs)} pairs")


if __name__ == "__main__":
    main()
