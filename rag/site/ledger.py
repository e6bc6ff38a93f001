"""The page 法条覆盖: per core law one cell an article, covered by clauses, marked with a reason, or still to be written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rag.content import REASONS, LawState, Mark, Unit, format_label, states
from rag.site.context import Site
from rag.site.markup import (
    Page,
    article_anchor,
    crumbs,
    esc,
    heading,
    href,
    law_page,
    link,
    plain_list,
    service_pages,
)

FOLDER = "laws/coverage"
SIGNS = {"full": "●", "part": "◐", "said": "–", "open": "○"}
MEANINGS = {
    "full": "全部有指引",
    "part": "一部分有指引，其余说明了为什么不写",
    "said": "说明了为什么不写",
    "open": "还有款或项待写",
}


def ledger_pages(site: Site) -> Iterator[Page]:
    """The page, if there is a ledger."""
    found = states(site.corpus, site.options.ledger, site.day) if site.options.ledger else []
    if found:
        body = [
            crumbs(FOLDER, ("laws", "按法条查")),
            "# 法条覆盖\n\n",
            '<p class="hg-lead">核心法律的每一条落到了指引没有。一格一条，格里是条号；点开看引用它的指引。</p>\n\n',
            _figures(found),
            _legend(),
            *(_law(site, number, state) for number, state in enumerate(found, 1)),
            _reasons(),
            service_pages(FOLDER),
        ]
        yield Page(path=f"{FOLDER}/index.md", title="法条覆盖", body="".join(body), search=False)


def _figures(found: list[LawState]) -> str:
    units = sum(len(s.units) for s in found)
    covered = sum(len(s.covered) for s in found)
    left = sum(len(s.open) for s in found)
    figures = (
        f"<b>{len(found)}</b> 部规定",
        f"<b>{units}</b> 款、项",
        f"<b>{covered}</b> 有指引",
        f"<b>{units - covered - left}</b> 已说明",
        f"<b>{left}</b> 待写",
    )
    return f'<p class="hg-figures">{"".join(f"<span>{f}</span>" for f in figures)}</p>\n\n'


def _legend() -> str:
    keys = [
        f'<span class="hg-cell hg-cell--{kind}" aria-hidden="true">{sign}</span> {MEANINGS[kind]}'
        for kind, sign in SIGNS.items()
    ]
    return plain_list(keys, "hg-legend") + "\n\n"


def _law(site: Site, number: int, state: LawState) -> str:
    name = state.law.short_title
    articles: dict[int, list[Unit]] = defaultdict(list)
    for unit in state.units:
        articles[unit.article].append(unit)
    cells = "".join(f"<li>{_cell(site, state, a, units)}</li>" for a, units in articles.items())
    left = f"，待写 {len(state.open)}" if state.open else ""
    said = sum(state.by_reason().values())
    return (
        heading(2, name, f"law-{number}")
        + f"<p>{len(articles)} {state.law.versions[0].unit}，{len(state.units)} 款、项：有指引 {len(state.covered)}，"
        f"已说明 {said}{left}。{link(FOLDER, law_page(name), '看条文和指引') if name in _used(site) else ''}</p>\n\n"
        f'<ol class="hg-cells" aria-label="《{esc(name)}》各条">{cells}</ol>\n\n' + _notes(state)
    )


def _used(site: Site) -> set[str]:
    return {law.short_title for law in site.used_laws()}


def kind_of(state: LawState, units: list[Unit]) -> str:
    """How an article stands: full, part, said or open."""
    if any(u not in state.covered and u not in state.marked for u in units):
        return "open"
    count = sum(u in state.covered for u in units)
    return "full" if count == len(units) else "part" if count else "said"


def _cell(site: Site, state: LawState, article: int, units: list[Unit]) -> str:
    kind = kind_of(state, units)
    unit = state.law.versions[0].unit
    reasons = dict.fromkeys(
        state.marked[u].reason for u in units if u in state.marked and u not in state.covered
    )
    said = f"第{article}{unit}：{MEANINGS[kind]}" + (f"（{'、'.join(reasons)}）" if reasons else "")
    inner = f'<span aria-hidden="true">{article}<i>{SIGNS[kind]}</i></span>'
    css = f'class="hg-cell hg-cell--{kind}" title="{esc(said)}"'
    start = site.main_version(state.law).effective_from
    if article in site.uses.get((state.law.short_title, start), {}):
        target = f"{law_page(state.law.short_title)}#{article_anchor(site, state.law, start, article)}"
        return f'<a {css} href="{esc(href(FOLDER, target))}" aria-label="{esc(said)}">{inner}</a>'
    return f'<span {css} role="img" aria-label="{esc(said)}">{inner}</span>'


def _notes(state: LawState) -> str:
    """The same in words, folded: units by reason, and those still to be written."""
    unit = state.law.versions[0].unit
    groups: dict[str, list[str]] = defaultdict(list)
    marks: dict[Mark, list[Unit]] = defaultdict(list)
    for found, mark in state.marked.items():
        if found not in state.covered:
            marks[mark].append(found)
    for mark, units in marks.items():
        note = f"（{mark.note}）" if mark.note else ""
        groups[mark.reason].append(labels(state, units, unit) + note)
    rows = [
        f"<b>{esc(reason)}</b> {esc('；'.join(groups[reason]))}" for reason in REASONS if reason in groups
    ]
    rows += [f"<b>待写</b> {esc(labels(state, list(state.open), unit))}"] if state.open else []
    if not rows:
        return ""
    return f'<details class="hg-said"><summary>没有写成指引的条款和理由</summary>{plain_list(rows, "hg-log")}</details>\n\n'


def labels(state: LawState, units: list[Unit], unit: str) -> str:
    """Units as people write them; an article that is meant whole is named alone."""
    names: list[str] = []
    for article in dict.fromkeys(u.article for u in units):
        here = [u for u in units if u.article == article]
        if len(here) == sum(u.article == article for u in state.units):
            names.append(format_label(article, unit=unit))
            continue
        whole = [u.paragraph for u in here if not u.item]
        names += [format_label(article, whole, unit=unit)] if whole else []
        for paragraph in dict.fromkeys(u.paragraph for u in here if u.item):
            items = [u.item for u in here if u.paragraph == paragraph]
            names.append(format_label(article, [paragraph], items, unit))
    return "、".join(names)


def _reasons() -> str:
    rows = [f"<b>{esc(name)}</b> {esc(meaning)}" for name, meaning in REASONS.items()]
    return heading(2, "理由的意思", "reasons") + plain_list(rows, "hg-log") + "\n\n"
