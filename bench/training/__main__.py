"""Train the judge and write it to var/models: `python -m bench.training` (make train).

Everything is seeded; what is trained on a machine of other arithmetic differs in the last digits. ``--from`` begins at a
later stage with what an earlier run left in ``--work``; ``--steps`` makes every training short, to see that all runs.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

from bench.relevance.read import read_families
from bench.training.base import build, pruned_vocabulary, read_base
from bench.training.data import SEED, Content, corpus_texts, read_content, relevance_pairs, wording_pairs
from bench.training.encoder import BATCH, as_sentence_transformer, train_encoder
from bench.training.evidence import write_evidence
from bench.training.export import publish_encoder, publish_judge, write_digests
from bench.training.judge import load_judge, new_judge, shipped_judge, train_judge
from rag.ground import TOKENIZER
from rag.index.judge import EVIDENCE, LENGTH
from rag.index.probe import WEIGHTS

RELEVANCE, WORDINGS = 8000, 2500  # pairs that the encoder sees, at most
STAGES = ("encoder", "judge", "export", "evidence")


def encoder(content: Content, work: Path, steps: int | None) -> None:
    """The encoder whose layers the judge is made of, in ``work``/encoder."""
    base = read_base()
    keep = pruned_vocabulary(base, [*corpus_texts(content), "query: passage: "])
    model = as_sentence_transformer(*build(base, keep), work / "base")
    draw = random.Random(SEED)
    graded = relevance_pairs(content, read_families("train", kinds=("answer",)))
    pairs = draw.sample(graded, min(RELEVANCE, len(graded))) + draw.sample(
        wording_pairs(content, 1), WORDINGS
    )
    train_encoder(model, content, pairs[: steps and steps * BATCH], work / "encoder")


def main(argv: Sequence[str] | None = None) -> None:
    """Train, export, fit, and print the table of the dev split."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, default=Path("var/training"))
    parser.add_argument("--target", type=Path, default=Path("var/models"))
    parser.add_argument("--from", dest="first", choices=STAGES, default=STAGES[0])
    parser.add_argument("--steps", type=int, help="at most so many batches in every training")
    parser.add_argument("--resume", action="store_true", help="judge: go on from the one that is shipped")
    options = parser.parse_args(argv)
    started, content, work = time.monotonic(), read_content(), options.work
    judge = options.target / "judge"
    start = shipped_judge if options.resume else new_judge
    stages = STAGES[STAGES.index(options.first) :]
    if "encoder" in stages:
        encoder(content, work, options.steps)
    source = WEIGHTS / "judge" if options.resume else work / "encoder"
    if "judge" in stages:
        pieces = Tokenizer.from_file(str(source / TOKENIZER))
        pieces.enable_truncation(LENGTH)
        work.mkdir(parents=True, exist_ok=True)
        train_judge(start(source), pieces, content, work / "judge.pt", options.steps)
    if "export" in stages:
        if not options.resume:
            publish_encoder(source, content, options.target / "encoder")
        publish_judge(load_judge(start(source), work / "judge.pt"), source, content, judge)
        (judge / EVIDENCE).write_text("{}\n", "utf-8")
        write_digests(judge)
    print("\n".join(write_evidence(judge)))
    write_digests(judge)
    print(f"{(time.monotonic() - started) / 60:.0f} minutes; the model is in {options.target}")


if __name__ == "__main__":
    main()
