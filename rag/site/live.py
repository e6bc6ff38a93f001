"""One list per role for a live session: the steps of all guidelines, before, during and after, to tick and to print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from rag.content import Clause, Guideline, Operator, Section
from rag.site.context import Site, in_section
from rag.site.markup import Page, crumbs, esc, heading, link, md, plain_list

PHASES = {
    "before": ("直播前", ("直播前", "开播前", "首次直播前")),
    "during": ("直播中", ("直播中",)),
    "after": ("直播后", ("直播后", "开播后")),
}
Step = tuple[Guideline, Clause]


def phases(guidelines: Iterable[Guideline]) -> dict[str, list[Step]]:
    """The steps of all guidelines by when they are due; phases without steps are left out."""
    steps = [(g, c) for g in guidelines for c in in_section(g, Section.HOWTO)]
    found = {phase: [s for s in steps if s[1].heading in names] for phase, (_, names) in PHASES.items()}
    return {phase: mine for phase, mine in found.items() if mine}


def live_pages(site: Site) -> Iterator[Page]:
    """The list of roles, and per role with steps its list."""
    items = []
    for operator in site.operators:
        steps = phases(g for g in site.in_force if g.operator == operator.id)
        if steps:
            yield _page(site, operator, steps)
            count = sum(map(len, steps.values()))
            name = link("live", f"live/{operator.id}", operator.name)
            items.append(f'{name}<span class="hg-note">{count} 步</span>')
    body = f'{crumbs("live")}# 播前播中播后\n\n<p class="hg-lead">一次直播要做的事，一类人一张清单，可以打勾、打印。</p>\n\n'
    yield Page(path="live/index.md", title="播前播中播后", body=body + plain_list(items, "hg-links"))


def _page(site: Site, operator: Operator, steps: dict[str, list[Step]]) -> Page:
    folder = f"live/{operator.id}"
    jump = [
        f'<a href="#{phase}">{PHASES[phase][0]} <b>{len(found)}</b></a>' for phase, found in steps.items()
    ]
    body = [
        crumbs(folder, (operator.id, operator.short), ("live", "播前播中播后")),
        f"# {md(operator.short)}：播前播中播后\n\n",
        '<p class="hg-lead">出自全部现行指引的“怎么做”。勾选只存在这台设备的浏览器里。</p>\n\n',
        f'<nav class="hg-jump hg-jump--few" aria-label="本页栏目" data-search-exclude>{plain_list(jump, "")}</nav>\n\n',
        *(_phase(operator, folder, phase, found) for phase, found in steps.items()),
        '<p class="hg-sign">直播间：＿＿＿＿＿＿＿＿　日期：＿＿＿＿＿＿＿＿　签名：＿＿＿＿＿＿＿＿</p>\n\n',
        '<p><button type="button" class="hg-button" data-action="print">打印清单</button></p>\n\n',
    ]
    return Page(
        path=f"{folder}/index.md",
        title=f"{operator.short}：播前播中播后",
        description=f"{operator.name}一次直播前、直播中、直播后要做的事。",
        body="".join(body),
        operator=operator.id,
        search=False,
    )


def _phase(operator: Operator, folder: str, phase: str, steps: list[Step]) -> str:
    groups = []
    for guideline, members in groupby(steps, key=lambda step: step[0]):
        way = link(folder, f"{guideline.id}#{Section.HOWTO.slug}", guideline.title)
        items = [_item(phase, g, c) for g, c in members]
        groups.append(f'<p class="hg-group">{way}</p>{plain_list(items, "")}')
    return (
        heading(2, PHASES[phase][0], phase)
        + f'<div class="hg-check" data-check="live/{operator.id}/{phase}">{"".join(groups)}'
        '<p class="hg-check-foot"><span class="hg-check-count" aria-live="polite"></span>'
        '<button type="button" class="hg-button" data-action="uncheck">全部清除</button></p></div>\n\n'
    )


def _item(phase: str, guideline: Guideline, clause: Clause) -> str:
    box = f"box-{phase}-{guideline.slug}-{clause.id}"
    text = esc(clause.text)
    return f'<input type="checkbox" id="{box}" data-text="{text}"><label for="{box}">{text}</label>'
