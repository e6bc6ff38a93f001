"""`hegui check --ledger`: findings on the ledger of the law, and its table."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator

from rag.content.citations import resolve_references
from rag.content.corpus import Corpus
from rag.content.lawtext import LawLibrary
from rag.content.ledger.addresses import Unit, format_units, shape_of
from rag.content.ledger.book import SAME, UNITS_FILE, Entry, Ledger, Mark, fault
from rag.content.ledger.coverage import LawState, states
from rag.content.models import Problem


def check_ledger(
    corpus: Corpus, ledger: Ledger, day: dt.date, library: LawLibrary | None = None
) -> list[Problem]:
    """Every finding on the ledger; with ``library`` the recorded structure is compared with the texts."""
    found = list(ledger.problems)
    if not ledger.entries:
        found.append(fault(1, "empty", "没有台账", "写 guidelines/ledger.yml，格式见联络员手册"))
    for entry in ledger.entries:
        found.extend(_entry_findings(corpus, ledger, entry, day, library))
    for state in states(corpus, ledger, day):
        found.extend(_mark_findings(state))
        found.extend(_open_findings(state))
    found.extend(_same_findings(corpus, ledger, day))
    return sorted(found, key=lambda p: (p.path, p.line, p.code))


def _entry_findings(
    corpus: Corpus, ledger: Ledger, entry: Entry, day: dt.date, library: LawLibrary | None
) -> Iterator[Problem]:
    """The law, the version it was written for, and its recorded structure."""
    law = corpus.registers.laws.get(entry.law)
    version = law.version_on(day) if law else None
    if law is None or version is None:
        yield fault(
            entry.line, "law", f"登记册里没有现行的《{entry.law}》", "改用 laws.yml 的简称，或删去这一部"
        )
        return
    start = version.effective_from
    if start and entry.version != str(start):
        yield fault(
            entry.line, "version", f"《{entry.law}》的台账是按 {entry.version or '（没写）'} 的版本写的，现行的是 {start} 起的版本",
            f"对照新版逐条重读，改好后写 version: {start}",
        )  # fmt: skip
    remake = "运行 hegui law units <法律原文文件夹> 重新生成"
    units = ledger.units.get(entry.law)
    if units is None or (start and units.version != str(start)):
        yield fault(entry.line, "units", f"{UNITS_FILE} 里没有现行《{entry.law}》的结构", remake)
        return
    text = library.text_on(law, day) if library else None
    if text is not None and shape_of(text) != units.shape:
        yield fault(entry.line, "units", f"{UNITS_FILE} 里《{entry.law}》的款项数和原文不一致", remake)


def _mark_findings(state: LawState) -> Iterator[Problem]:
    seen: dict[Unit, Mark] = {}
    for mark in state.entry.marks:
        fits = {a: [u for u in state.units if u[: len(a)] == a] for a in mark.addresses}
        for address in (a for a, units in fits.items() if not units):
            written = ".".join(map(str, address))
            yield fault(
                mark.line,
                "missing",
                f"《{state.entry.law}》没有 {written}",
                "对照原文改正；没有分项的款不写第三级",
            )
        units = [u for found in fits.values() for u in found]
        if twice := [u for u in units if u in seen]:
            yield fault(
                mark.line, "twice", f"《{state.entry.law}》{format_units(twice)} 标了两次", "只留一处"
            )
        seen.update(dict.fromkeys(units, mark))
        if stale := [u for u in units if u in state.covered]:
            yield fault(
                mark.line, "stale", f"《{state.entry.law}》{format_units(stale)} 标了“{mark.reason}”，也有指引引用",
                "看看标记是否还要", note=True,
            )  # fmt: skip


def _same_findings(corpus: Corpus, ledger: Ledger, day: dt.date) -> Iterator[Problem]:
    """Marks that say 同一规则 name an article, and a clause in force cites it."""
    cited = {(r.law, r.article) for g in corpus.in_force(day) for c in g.clauses for r in c.laws}
    fix = "写明《法律》第几条，那一条要有指引引用；没有的就写指引"
    for entry in ledger.entries:
        for mark in (m for m in entry.marks if m.reason == SAME and m.note):
            refs, broken = resolve_references(mark.note, corpus.registers.laws, day)
            if broken or not any(ref.article for ref in refs):
                why = broken[0].message if broken else f"《{entry.law}》的“{mark.note}”没有写明哪一条"
                yield fault(mark.line, "same", why, fix)
            for ref in refs:
                if ref.article and (ref.law, ref.article) not in cited:
                    yield fault(mark.line, "same", f"《{ref.law}》{ref.label} 没有指引引用", fix)


def _open_findings(state: LawState) -> Iterator[Problem]:
    """One finding per article with open units."""
    articles: dict[int, list[Unit]] = defaultdict(list)
    for unit in state.open:
        articles[unit.article].append(unit)
    for units in articles.values():
        yield fault(
            state.entry.line, "open", f"《{state.entry.law}》{format_units(units)} 没有指引引用，也没有说明理由",
            "写一条指引，或在台账里标明理由",
        )  # fmt: skip


def ledger_table(corpus: Corpus, ledger: Ledger, day: dt.date) -> str:
    """Per law: units, covered, marked by reason, open; a line of totals."""
    lines, total = ["法律\t单位\t有指引\t已说明\t待写\t说明的理由"], Counter[str]()
    for state in states(corpus, ledger, day):
        reasons = state.by_reason()
        row = {
            "单位": len(state.units),
            "有指引": len(state.covered),
            "已说明": reasons.total(),
            "待写": len(state.open),
        }
        said = "、".join(f"{reason} {count}" for reason, count in reasons.most_common())
        lines.append(f"{state.entry.law}\t" + "\t".join(map(str, row.values())) + f"\t{said}")
        total.update(row)
    lines.append(
        "合计\t" + "\t".join(str(total[name]) for name in ("单位", "有指引", "已说明", "待写")) + "\t"
    )
    return "\n".join(lines)
