"""What the running assistant finds for the questions and nobody has graded yet.

    python -m bench.relevance.ungraded --list FILE                # families with their questions and the clauses to grade
    python -m bench.relevance.ungraded --list FILE --split test   # of one split
    python -m bench.relevance.ungraded --add FILE                 # takes the grades in

FILE is JSON lines `{family, clause, grade, lead, kind, split, operator, questions, text}`, kept outside the repository;
`grade` is null until somebody writes it there, `lead` says that an answer leads with the clause. Leads come first, then
test, dev, train. Lines without a grade are left out by `--add`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.relevance.read import HERE, Family, grade_of, read_families, twins_of
from bench.relevance.refresh import current_chunks, write
from rag.ask import Assistant, Question
from rag.content import load_corpus
from rag.ground import Settings

Twins = dict[str, set[str]]
DEPTH = 3
SPLITS = ("test", "dev", "train")


def found_for(assistant: Assistant, family: Family, twins: Twins) -> dict[str, tuple[str, bool]]:
    """Digest of an ungraded clause -> its id, and whether an answer leads with it."""
    pipeline, found = assistant.pipeline(), dict[str, tuple[str, bool]]()
    for text in family.questions:
        question = Question(question=text, operator=family.operator)
        parts = pipeline.asks(question, pipeline.snapshot.reader.read(question, pipeline.today))
        lead = next((p.shown[0].chunk for p in parts if p.found), None)
        for chunk in [*filter(None, [lead]), *(h.chunk for p in parts for h in p.hits[:DEPTH])]:
            if grade_of(family.grades, twins[chunk.digest]) < 0:
                led = chunk is lead or found.get(chunk.digest, ("", False))[1]
                found[chunk.digest] = (chunk.id, led)
    return found


def to_grade(assistant: Assistant, families: Iterable[Family]) -> list[dict[str, object]]:
    """The lines to grade, leads first."""
    chunks = assistant.pipeline().snapshot.index.chunks
    twins, texts = twins_of(chunks), {c.id: c.text for c in chunks}
    rows: list[dict[str, object]] = []
    for family in families:
        for clause, lead in found_for(assistant, family, twins).values():
            rows.append({
                "family": family.id, "clause": clause, "grade": None, "lead": lead, "kind": family.kind, "split": family.split,
                "operator": family.operator, "questions": family.questions, "text": texts[clause],
            })  # fmt: skip
    return sorted(rows, key=lambda r: (not r["lead"], SPLITS.index(str(r["split"]))))


def add(new: Iterable[dict[str, object]]) -> int:
    """Store new grades behind those that there are; how many.

    Raises:
        ValueError: a grade is not 0, 1 or 2, a clause is not in force, or the family has a grade for it.
    """
    chunks = current_chunks()
    known, families = {c.id for c in chunks}, {f.id for f in read_families()}
    rows = [json.loads(line) for line in (HERE / "grades.jsonl").read_text("utf-8").splitlines()]
    graded, before = {(r["family"], r["clause"]) for r in rows}, len(rows)
    for row in new:
        pair = (row["family"], row["clause"])
        if row["grade"] not in (0, 1, 2) or pair[0] not in families or pair[1] not in known or pair in graded:
            raise ValueError(f"not to be taken in: {pair} {row['grade']}")
        graded.add(pair)
        rows.append({k: row[k] for k in ("family", "clause", "grade")})
    write(rows, chunks)
    return len(rows) - before


def main(argv: Sequence[str] | None = None) -> None:
    """List what has to be graded, or take grades in."""
    parser = argparse.ArgumentParser()
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--list", type=Path)
    what.add_argument("--add", type=Path)
    parser.add_argument("--split", choices=SPLITS)
    options = parser.parse_args(argv)
    if options.add:
        rows = [json.loads(line) for line in options.add.read_text("utf-8").splitlines()]
        print(f"{add(r for r in rows if r['grade'] is not None)} grades taken in")
        return
    settings = Settings(rate_limit=0)
    assistant = Assistant.open(settings, load_corpus(settings.guidelines))
    families = read_families(*filter(None, [options.split]), kinds=("answer", "near"))
    rows = to_grade(assistant, families)
    options.list.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")
    print(f"{len(rows)} clauses to grade, {sum(bool(r['lead']) for r in rows)} of them lead an answer")
    assistant.close()


if __name__ == "__main__":
    main()
