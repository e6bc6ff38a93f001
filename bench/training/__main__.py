"""Train encoder and judge and write them to var/models: `python -m bench.training` (make train).

Everything is seeded; what is trained on a machine of other arithmetic differs in the last digits. ``--from`` begins at a
later stage with what an earlier run left in ``--work``; ``--steps`` makes every training short, to see that all runs.
"""

from __future__ import annotations

import argparse
import random
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import nn

from bench.relevance.read import read_families
from bench.training.base import build, pruned_vocabulary, read_base
from bench.training.bi_encoder import new_bi_encoder, shipped_bi_encoder, train_bi_encoder
from bench.training.data import SEED, Content, corpus_texts, read_content, relevance_pairs, wording_pairs
from bench.training.encoder import BATCH, as_sentence_transformer, train_encoder
from bench.training.evidence import write_evidence
from bench.training.export import open_pieces, publish_encoder, publish_judge, publish_lower, write_digests
from bench.training.judge import mix, new_judge, shipped_judge, train_judge
from rag.index.judge import EVIDENCE
from rag.index.judge import FOLDER as JUDGE
from rag.index.lower import FOLDER
from rag.index.probe import ENCODER, WEIGHTS

RELEVANCE, WORDINGS = 8000, 2500  # pairs that the layers are tuned by, at most
TUNED = "tuned"
STAGES = ("base", "encoder", "judge", "export", "evidence")


def base(content: Content, work: Path, steps: int | None) -> None:
    """The layers of which encoder and judge are made, in ``work``/tuned."""
    untouched = read_base()
    keep = pruned_vocabulary(untouched, [*corpus_texts(content), "query: passage: "])
    model = as_sentence_transformer(*build(untouched, keep), work / "base")
    draw = random.Random(SEED)
    graded = relevance_pairs(content, read_families("train", kinds=("answer",)))
    pairs = draw.sample(graded, min(RELEVANCE, len(graded))) + draw.sample(
        wording_pairs(content, 1), WORDINGS
    )
    train_encoder(model, content, pairs[: steps and steps * BATCH], work / TUNED)


def load(net: nn.Module, path: Path, target: Path) -> bool:
    """Give ``net`` what was trained; where nothing was, copy what is shipped to ``target`` and say so."""
    if path.exists():
        net.load_state_dict(torch.load(path, weights_only=True))
        net.eval()
    else:
        shutil.copytree(WEIGHTS / target.name, target, dirs_exist_ok=True)
    return path.exists()


def main(argv: Sequence[str] | None = None) -> None:
    """Train, export, fit, and print the table of the dev split."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, default=Path("var/training"))
    parser.add_argument("--target", type=Path, default=Path("var/models"))
    parser.add_argument("--from", dest="first", choices=STAGES, default=STAGES[0])
    parser.add_argument("--steps", type=int, help="at most so many batches in every training")
    parser.add_argument(
        "--resume", action="store_true", help="go on from what is shipped, whose lower half stays"
    )
    parser.add_argument(
        "--share",
        type=float,
        default=1.0,
        help="of the trained judge in the mean with the shipped one's weights",
    )
    options = parser.parse_args(argv)
    started, content, work, target = time.monotonic(), read_content(), options.work, options.target
    stages = STAGES[STAGES.index(options.first) :]
    work.mkdir(parents=True, exist_ok=True)
    if "base" in stages and not options.resume:
        base(content, work, options.steps)
    tuned = WEIGHTS / FOLDER if options.resume else work / TUNED
    pieces = open_pieces(tuned)
    encoder = shipped_bi_encoder(WEIGHTS) if options.resume else new_bi_encoder(tuned)
    judge = shipped_judge(WEIGHTS) if options.resume else new_judge(tuned)
    if "encoder" in stages:
        train_bi_encoder(encoder, pieces, content, work / "encoder.pt", options.steps)
    if "judge" in stages:
        train_judge(judge, pieces, content, work / "judge.pt", options.steps)
    if "export" in stages:
        lower = publish_lower(judge, tuned, target / FOLDER, content)
        if load(encoder, work / "encoder.pt", target / ENCODER):
            publish_encoder(encoder, lower, pieces, content, target / ENCODER)
        if load(judge, work / "judge.pt", target / JUDGE):
            if options.share < 1:
                mix(judge, shipped_judge(WEIGHTS), options.share)
            publish_judge(judge, lower, pieces, content, target / JUDGE)
            (target / JUDGE / EVIDENCE).write_text("{}\n", "utf-8")
            write_digests(target / JUDGE)
    print("\n".join(write_evidence(target)))
    write_digests(target / JUDGE)
    print(f"{(time.monotonic() - started) / 60:.0f} minutes; the model is in {target}")


if __name__ == "__main__":
    main()
