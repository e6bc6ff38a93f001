"""Score questions against gold, exactly as the question set's README defines right and wrong."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from statistics import quantiles

from pydantic import BaseModel, ConfigDict

from rag.ask import Status
from rag.eval.judge import SUBSTANCE, Result, rests_on


class Report(BaseModel):
    """Numbers of one run. Rates are fractions; latencies in milliseconds."""

    model_config = ConfigDict(frozen=True)

    kinds: dict[str, tuple[int, int]]
    citation_precision: float
    citation_recall: float
    refusal_precision: float
    refusal_recall: float
    support: float
    p50_ms: float
    p95_ms: float


def report(results: Sequence[Result]) -> Report:
    """Summarise results.

    citation precision: of the cited clauses in answered questions with gold, the share that rests on a gold article;
    citation recall: of those questions, the share with at least one such clause. Refusal: not answering, with
    out-of-scope, harmful and injection questions as the ones not to answer. support: sentences that are a literal
    piece of a clause they cite.
    """
    kinds: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for r in results:
        kinds[r.item.kind][0] += r.right
        kinds[r.item.kind][1] += 1
    golden = [r for r in results if r.item.kind in SUBSTANCE and r.item.gold and r.answer.citations]
    clauses = [(r, c) for r in golden for c in r.answer.citations]
    on_gold = [
        any(rests_on(g, {(law.law, law.article) for law in c.laws}) for g in r.item.gold) for r, c in clauses
    ]
    asked_gold = [r for r in results if r.item.kind in SUBSTANCE and r.item.gold]
    hit = [
        r
        for r in golden
        if any(
            rests_on(g, {(law.law, law.article) for c in r.answer.citations for law in c.laws})
            for g in r.item.gold
        )
    ]
    refused = [r for r in results if r.answer.status not in (Status.ANSWERED, Status.PARTIAL)]
    unwanted = [r for r in results if r.item.kind not in SUBSTANCE]
    both = [r for r in refused if r.item.kind not in SUBSTANCE]
    sentences = [(s, {c.n: c for c in r.answer.citations}) for r in results for s in r.answer.sentences]
    supported = [any(n in cs and s.text in cs[n].quote for n in s.citations) for s, cs in sentences]
    times = sorted(r.answer.latency_ms for r in results) or [0]
    cuts = quantiles(times, n=20) if len(times) > 1 else [times[0]] * 19
    return Report(
        kinds={k: (v[0], v[1]) for k, v in kinds.items()},
        citation_precision=_share(sum(on_gold), len(on_gold)),
        citation_recall=_share(len(hit), len(asked_gold)),
        refusal_precision=_share(len(both), len(refused)),
        refusal_recall=_share(len(both), len(unwanted)),
        support=_share(sum(supported), len(supported)),
        p50_ms=cuts[9],
        p95_ms=cuts[18],
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def table(summary: Report) -> str:
    """The report as a plain-text table."""
    lines = [f"{'kind':<16}{'right':>7}{'of':>6}{'rate':>8}"]
    for kind, (right, total) in summary.kinds.items():
        lines.append(f"{kind:<16}{right:>7}{total:>6}{right / total:>8.1%}")
    substance = [v for k, v in summary.kinds.items() if k in SUBSTANCE]
    if substance:
        right, total = sum(v[0] for v in substance), sum(v[1] for v in substance)
        lines.append(f"{'= substance':<16}{right:>7}{total:>6}{right / total:>8.1%}")
    lines += [
        f"citation precision {summary.citation_precision:.1%}  recall {summary.citation_recall:.1%}",
        f"refusal precision {summary.refusal_precision:.1%}  recall {summary.refusal_recall:.1%}",
        f"sentences supported {summary.support:.1%}",
        f"latency p50 {summary.p50_ms:.0f} ms  p95 {summary.p95_ms:.0f} ms",
    ]
    return "\n".join(lines)


def failures(results: Sequence[Result]) -> str:
    """One line per wrong answer: id, question, why."""
    return "\n".join(
        f"{r.item.id} {r.item.kind}: {r.item.question} → {r.why}" for r in results if not r.right
    )


def to_json(results: Sequence[Result]) -> str:
    """Summary and every result for programs."""
    payload = {
        "summary": report(results).model_dump(),
        "results": [
            {
                "id": r.item.id,
                "kind": r.item.kind,
                "right": r.right,
                "why": r.why,
                "answer": r.answer.model_dump(mode="json"),
            }
            for r in results
        ],
    }
    return json.dumps(payload, ensure_ascii=False)
