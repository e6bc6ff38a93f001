"""The figures of a run: rates by kind, precision and recall of citations and refusals, latency; as a table or JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from statistics import quantiles

from pydantic import BaseModel, ConfigDict

from rag.ask import Status
from rag.eval.right import SUBSTANCE, expects_answer, is_right, part_is_right
from rag.eval.score import Result


class Report(BaseModel):
    """Numbers of one run. Rates are fractions; latencies in milliseconds."""

    model_config = ConfigDict(frozen=True)

    kinds: dict[str, tuple[int, int]]
    stages: dict[str, int] = {}
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
        stages=dict(Counter(r.stage for r in results if r.stage)),
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
    """Precision: of the cited clauses in answers to questions with gold, the share that is expected or rests on a gold
    article. Recall: of those questions (of each ask, where there are several), the share with at least one such clause.
    """
    golden = [
        r for r in results if expects_answer(r.item) and (r.item.gold or r.item.clauses or r.item.parts)
    ]
    flat = [is_right(r.item, c) for r in golden for c in r.answer.citations]
    asks = [found for r in golden for found in _asks_found(r)]
    return _share(sum(flat), len(flat)), _share(sum(asks), len(asks))


def _asks_found(result: Result) -> list[bool]:
    """For every ask of a question, whether a right clause is cited."""
    cited = result.answer.citations
    if result.item.parts:
        return [any(part_is_right(part, c) for c in cited) for part in result.item.parts]
    return [any(is_right(result.item, c) for c in cited)]


def refusal_rates(results: Sequence[Result]) -> tuple[float, float]:
    """Precision and recall of not answering, with every kind that is not to be answered as those not to answer."""
    refused = [r for r in results if r.answer.status not in (Status.ANSWERED, Status.PARTIAL)]
    unwanted = [r for r in results if not expects_answer(r.item)]
    both = [r for r in refused if not expects_answer(r.item)]
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
    if summary.stages:
        lines.append("wrong at  " + "  ".join(f"{k} {n}" for k, n in sorted(summary.stages.items())))
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
        f"{r.item.id} {r.item.kind}: {r.item.question} → {r.why}{f' ({r.stage})' if r.stage else ''}"
        for r in results
        if not r.right
    )


def to_json(results: Sequence[Result]) -> str:
    """Summary and every result for programs."""
    payload = {
        "summary": report(results).model_dump(),
        "results": [
            {
                "id": r.item.id,
                "kind": r.item.kind,
                "question": r.item.question,
                "right": r.right,
                "stage": r.stage,
                "why": r.why,
                "answer": r.answer.model_dump(mode="json"),
            }
            for r in results
        ],
    }
    return json.dumps(payload, ensure_ascii=False)
