"""After a change of content: which graded clauses are reworded, moved or gone, and what has to be graded anew.

    python -m bench.relevance.refresh            # names them
    python -m bench.relevance.refresh --write    # carries the grades over to the clauses of today

A clause keeps its grades while its wording stays alike (`ALIKE` of its character pairs), while nearly all of it is still said
(`STILL`) and more beside it, or while it answers the same question, word for word, wherever in its guideline it stands now. What changed more loses them; such families, and those for which a new clause is among the nearest, are
named with the clauses to grade.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Sequence

from bench.relevance.read import HERE, read_families
from rag.ask.clauses import grams
from rag.content import load_corpus
from rag.ground import Settings
from rag.index.chunks import chunk_corpus, in_force
from rag.index.models import Chunk

ALIKE, STILL = 0.5, 0.7


def likeness(a: str, b: str) -> float:
    """Share of the character pairs that a text of then and one of today have in common (Jaccard), at least `ALIKE` where they
    answer one question or the one of today still says the other: 0..1."""
    left, right = grams(a), grams(b)
    both = len(left & right)
    share = both / (len(left | right) or 1)
    asked = bool(question_of(a)) and question_of(a) == question_of(b)
    return max(share, ALIKE) if asked or both >= STILL * len(left) else share


def question_of(text: str) -> str | None:
    """The question of a Q&A as it is indexed: its second line; None for other clauses."""
    lines = text.splitlines()
    return lines[1] if len(lines) > 2 and lines[1].endswith(("？", "?")) else None


def counterpart(text: str, digest: str, pool: Sequence[Chunk]) -> tuple[Chunk | None, float]:
    """The clause of today that a graded one has become, and how alike they are."""
    same = next((c for c in pool if c.digest == digest), None)
    if same is not None:
        return same, 1.0
    best = max(pool, key=lambda c: likeness(text, c.text), default=None)
    return best, likeness(text, best.text) if best else 0.0


def current_chunks() -> list[Chunk]:
    """The clauses in force today."""
    settings = Settings()
    return [c for c in chunk_corpus(load_corpus(settings.guidelines)) if in_force(c, settings.current_day())]


def main(argv: Sequence[str] | None = None) -> None:
    """Compare the graded clauses with those of today."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(argv)
    chunks = current_chunks()
    by_guideline: dict[str, list[Chunk]] = defaultdict(list)
    for chunk in chunks:
        by_guideline[chunk.guideline].append(chunk)
    stored = [json.loads(line) for line in (HERE / "clauses.jsonl").read_text("utf-8").splitlines()]
    moved: dict[str, Chunk] = {}
    counts: Counter[str] = Counter()
    for row in stored:
        found, share = counterpart(row["text"], row["digest"], by_guideline[row["clause"].split("@")[0]])
        kept = found is not None and share >= ALIKE
        state = "gone" if not kept else "same" if share == 1.0 else "reworded"
        counts[state] += 1
        if found is not None and kept:
            moved[row["clause"]] = found
        if state != "same":
            print(f"{state} {row['clause']} → {found.id if found else '-'} {share:.2f}")
    print(dict(counts))
    grades = [json.loads(line) for line in (HERE / "grades.jsonl").read_text("utf-8").splitlines()]
    rows = [
        {"family": g["family"], "clause": moved[g["clause"]].id, "grade": g["grade"]}
        for g in grades
        if g["clause"] in moved
    ]
    answered = {r["family"] for r in rows if r["grade"] == 2}
    lost = [f.id for f in read_families(kinds=("answer",)) if f.id not in answered]
    print(f"to grade anew (no clause answers any more): {lost or 'none'}")
    if options.write:
        write(rows, chunks)


def write(rows: Sequence[dict[str, object]], chunks: Sequence[Chunk]) -> None:
    """Store grades and the wording of the clauses that they are on."""
    by_id = {c.id: c for c in chunks}
    used = sorted({str(r["clause"]) for r in rows})
    clauses = [{"clause": i, "digest": by_id[i].digest, "text": by_id[i].text} for i in used]
    for name, lines in (("grades.jsonl", rows), ("clauses.jsonl", clauses)):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (HERE / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
