"""Role, topic and glossary pages: lists that lead to guidelines."""

from __future__ import annotations

from collections.abc import Iterator

from rag.content import Guideline, Operator, Section
from rag.site.context import Site, in_section
from rag.site.live import PHASES, phases
from rag.site.markup import (
    Page,
    card,
    crumbs,
    esc,
    heading,
    link,
    md,
    plain_list,
    term_anchor,
)

# --- roles -----------------------------------------------------------------------------------------------------


def role_pages(site: Site) -> Iterator[Page]:
    """Per operator type: duties at a glance, the list for a live session, guidelines by topic."""
    for operator in site.operators:
        mine = [g for g in site.current.values() if g.operator == operator.id]
        must = sum(len(in_section(g, Section.MUST)) for g in mine)
        mustnot = sum(len(in_section(g, Section.MUST_NOT)) for g in mine)
        printed = any(g.in_force(site.day) for g in mine)
        handout = link(operator.id, f"handouts/{operator.id}", "打印成册") if printed else ""
        body = [
            crumbs(operator.id),
            f"# {md(operator.name)}\n\n",
            f'<p class="hg-lead">{esc(operator.definition)}<span class="hg-note">{esc(operator.source)}</span></p>\n\n',
            f'<p class="hg-figures"><span><b>{len(mine)}</b> 份指引</span><span><b>{must}</b> 条要做到</span>'
            f"<span><b>{mustnot}</b> 条不得</span>{handout}</p>\n\n",
            _live(operator, [g for g in mine if g.in_force(site.day)]),
            _by_topic(site, operator, mine),
        ]
        yield Page(
            path=f"{operator.id}/index.md",
            title=operator.name,
            description=f"{operator.name}要守的规矩：{len(mine)} 份现行合规指引。",
            body="".join(body),
            operator=operator.id,
        )


def _by_topic(site: Site, operator: Operator, mine: list[Guideline]) -> str:
    parts = [heading(2, "指引", "guidelines")]
    for topic in site.registers.topics:
        group = [g for g in mine if g.topics[0] == topic.id]
        if group:
            parts.append(heading(3, topic.name, f"topic-{topic.id}"))
            parts.append(plain_list([_duties(operator.id, g) for g in group], "hg-cards") + "\n\n")
    return "".join(parts)


def _duties(origin: str, guideline: Guideline) -> str:
    """A guideline with its numbers of duties and bans, the first of each at a glance."""
    sections = ((Section.MUST, "要做到"), (Section.MUST_NOT, "不得"), (Section.FAQ, "问答"))
    counts = [
        (link(origin, f"{guideline.id}#{s.slug}", f"{name} {n}"))
        for s, name in sections
        if (n := len(in_section(guideline, s)))
    ]
    return card(origin, guideline, guideline.id) + f'<p class="hg-counts">{" ".join(counts)}</p>'


def _live(operator: Operator, mine: list[Guideline]) -> str:
    """Links into the merged list of steps, with their number."""
    steps = phases(mine)
    items = [
        link(operator.id, f"live/{operator.id}#{phase}", f"{PHASES[phase][0]}要做的 {len(found)} 步")
        for phase, found in steps.items()
    ]
    if not items:
        return ""
    return f'<nav class="hg-jump hg-jump--few" aria-label="一次直播的清单" data-search-exclude>{plain_list(items, "")}</nav>\n\n'


# --- topics ----------------------------------------------------------------------------------------------------


def topic_pages(site: Site) -> Iterator[Page]:
    """The list of topics, and per topic the guidelines of all roles."""
    kinds = (("theme", "按事项"), ("goods", "按商品和服务"))
    parts = [crumbs("topics"), "# 按主题找\n\n"]
    for kind, name in kinds:
        items = [
            f'{link("topics", f"topics/{t.id}", t.name)}<span class="hg-note">{len(site.on_topic(t.id))} 份</span>'
            for t in site.topics
            if t.kind == kind
        ]
        parts.append(heading(2, name, kind) + plain_list(items, "hg-links") + "\n\n")
    yield Page(path="topics/index.md", title="按主题找", body="".join(parts))
    for topic in site.topics:
        yield _topic_page(site, topic.id, topic.name)


def _topic_page(site: Site, topic_id: str, name: str) -> Page:
    folder = f"topics/{topic_id}"
    parts = [crumbs(folder, ("topics", "按主题找")), f"# {md(name)}\n\n"]
    found = site.on_topic(topic_id)
    for operator in site.operators:
        group = [g for g in found if g.operator == operator.id]
        if group:
            title = f'<h2 id="{operator.id}">{esc(operator.name)}</h2>'
            cards = plain_list([_duties(folder, g) for g in group], "hg-cards")
            parts.append(f'<section data-role="{operator.id}">{title}{cards}</section>\n\n')
    return Page(
        path=f"{folder}/index.md",
        title=name,
        description=f"{name}：各类经营者的合规指引。",
        body="".join(parts),
    )


# --- glossary --------------------------------------------------------------------------------------------------


def glossary_page(site: Site) -> Page:
    """All terms with meaning and slang, filtered as one types."""
    rows = []
    for term in site.registers.terms:
        slang = f'<p class="hg-slang">也说：{esc("、".join(term.slang))}</p>' if term.slang else ""
        rows.append(
            f'<div id="{esc(term_anchor(term))}" class="hg-entry"><dt>{esc(term.term)}</dt><dd><p>{esc(term.meaning)}</p>{slang}</dd></div>'
        )
    body = [
        crumbs("glossary"),
        "# 行话对照\n\n",
        '<p class="hg-lead">每个词先写指引里的规范说法和意思，再写直播间里的叫法。</p>\n\n',
        '<p class="hg-filter"><label for="hg-filter">找一个词</label><input id="hg-filter" type="search" data-filter="hg-entry"'
        ' placeholder="例如：小黄车" autocomplete="off"><span role="status"></span></p>\n\n',
        f'<dl class="hg-glossary">{"".join(rows)}</dl>\n\n',
    ]
    return Page(path="glossary/index.md", title="行话对照", body="".join(body), hide=("toc",))
