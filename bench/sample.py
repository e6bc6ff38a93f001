"""Draw clauses for a reading: each as it stands alone, beside the articles it cites, for readers who see nothing else.

    python -m bench.sample --seed 1126 --count 160 --laws ../shared/laws --out var/sample

At least half of the sample are Q&As and liability clauses; versions in force, past and coming are drawn alike. Writes
numbered parts of forty clauses and an index (number, guideline, version, clause) that the readers do not need.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from rag.content.corpus import Corpus, load_corpus
from rag.content.lawfile import law_files
from rag.content.lawtext import LawLibrary, read_law_text
from rag.content.models import Clause, Guideline, Section
from rag.ground.settings import ROOT

PART = 40
PROMINENT = (Section.FAQ, Section.LIABILITY)
SHARE = 0.6  # of the sample that is drawn from the prominent sections

Drawn = tuple[Guideline, Clause]


def draw(corpus: Corpus, count: int, seed: int) -> list[Drawn]:
    """``count`` clauses of published versions, distinct in wording, in random order."""
    chosen = random.Random(seed)
    distinct: dict[tuple[str, str | None, str], Drawn] = {}
    for guideline in corpus.guidelines:
        for clause in guideline.clauses if guideline.status == "published" else ():
            distinct.setdefault((guideline.id, clause.heading, clause.text), (guideline, clause))
    pool = list(distinct.values())
    prominent = [d for d in pool if d[1].section in PROMINENT]
    others = [d for d in pool if d[1].section not in PROMINENT and d[1].laws]
    many = round(count * SHARE)
    drawn = chosen.sample(prominent, many) + chosen.sample(others, count - many)
    chosen.shuffle(drawn)
    return drawn


def shown(number: int, drawn: Drawn, corpus: Corpus, library: LawLibrary) -> Iterator[str]:
    """One clause as the assistant quotes it, then the articles it cites as they stood on its version's day."""
    guideline, clause = drawn
    role = corpus.registers.operator(guideline.operator)
    yield f"## {number}. 【{role.short if role else guideline.operator}】{guideline.version} 起 · {clause.section.value}"
    if clause.heading:
        yield f"**问：{clause.heading}**" if clause.section is Section.FAQ else f"（{clause.heading}）"
    yield clause.text
    for law_title, article in dict.fromkeys((ref.law, ref.article) for ref in clause.laws):
        law = corpus.registers.laws.get(law_title)
        found = library.article(law, article, guideline.version) if law and article is not None else None
        text = "\n>\n> ".join(found.paragraphs) if found else "（原文不在手边）"
        yield f"> 《{law_title}》第{article}条：{text}"


def main(argv: Sequence[str] | None = None) -> None:
    """Write the parts and the index."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=160)
    parser.add_argument("--laws", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(argv)
    corpus = load_corpus(ROOT / "guidelines")
    library = LawLibrary.of_texts(read_law_text(p, corpus.registers.laws) for p in law_files(options.laws))
    drawn = draw(corpus, options.count, options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(drawn), PART):
        blocks = [
            "\n\n".join(shown(start + n, d, corpus, library))
            for n, d in enumerate(drawn[start : start + PART], 1)
        ]
        (options.out / f"part-{start // PART + 1}.md").write_text("\n\n".join(blocks) + "\n", "utf-8")
    rows = [f"{n}\t{g.id}\t{g.version}\t{c.id}" for n, (g, c) in enumerate(drawn, 1)]
    (options.out / "index.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    print(f"{len(drawn)} clauses in {-(-len(drawn) // PART)} parts below {options.out}")


if __name__ == "__main__":
    main()
