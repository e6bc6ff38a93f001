"""The figures of a run: rates by kind, precision and recall of citations and refusals, latency; as a table or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from statistics import quantiles

from pydantic import BaseModel, ConfigDict

from rag.ask import Status
from rag.eval.score import SUBSTANCE, Result, on_gold


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
    """Summarise results; each number is a function below."""
    p50, p95 = latencies(results)
    citations, refusals = citation_rates(results), refusal_rates(results)
    return Report(
        kinds=kind_counts(results),
        citation_precision=citations[0],
        citation_recall=citations[1],
        refusal_precision=refusals[0],
        refusal_recall=refusals[1],
        support=support(results),
        p50_ms=p50,
        p95_ms=p95,
    )


def kind_counts(results: Sequence[Result]) -> dict[str, tuple[int, int]]:
    """kind -> (right, asked), in the order of first appearance."""
    kinds: dict[str, tuple[int, int]] = {}
    for result in results:
        right, total = kinds.get(result.item.kind, (0, 0))
        kinds[result.item.kind] = (right + result.right, total + 1)
    return kinds


def citation_rates(results: Sequence[Result]) -> tuple[float, float]:
    """Precision: of the cited clauses in answers to questions with gold, the share that rests on a gold article.
    Recall: of those questions, the share with at least one such clause.
    """
    golden = [r for r in results if r.item.kind in SUBSTANCE and r.item.gold]
    marks = [[on_gold(r.item, c) for c in r.answer.citations] for r in golden]
    flat = [mark for per_question in marks for mark in per_question]
    return _share(sum(flat), len(flat)), _share(sum(map(any, marks)), len(golden))


def refusal_rates(results: Sequence[Result]) -> tuple[float, float]:
    """Precision and recall of not answering, with out-of-scope, harmful and injection questions as those not to answer."""
    refused = [r for r in results if r.answer.status not in (Status.ANSWERED, Status.PARTIAL)]
    unwanted = [r for r in results if r.item.kind not in SUBSTANCE]
    both = [r for r in refused if r.item.kind not in SUBSTANCE]
    return _share(len(both), len(refused)), _share(len(both), len(unwanted))


def support(results: Sequence[Result]) -> float:
    """Share of the sentences that are a literal piece of a clause they cite."""
    found: list[bool] = []
    for result in results:
        quotes = {c.n: c.quote for c in result.answer.citations}
        found += [any(s.text in quotes.get(n, "") for n in s.citations) for s in result.answer.sentences]
    return _share(sum(found), len(found))


def latencies(results: Sequence[Result]) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds."""
    times = sorted(r.answer.latency_ms for r in results) or [0]
    cuts = quantiles(times, n=20) if len(times) > 1 else [times[0]] * 19
    return cuts[9], cuts[18]


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
