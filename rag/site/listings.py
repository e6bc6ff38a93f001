"""Home, role, topic and glossary pages: lists that lead to guidelines."""

from __future__ import annotations

from collections.abc import Iterator

from rag.content import Clause, Guideline, Operator, Section
from rag.site.context import Site, in_section
from rag.site.markup import (
    Page,
    card,
    crumbs,
    esc,
    heading,
    href,
    link,
    md,
    page_of,
    plain_list,
    term_anchor,
    time_tag,
)

RECENT = 6
PHASES = {
    "before": ("直播前", ("直播前", "开播前")),
    "during": ("直播中", ("直播中",)),
    "after": ("直播后", ("直播后", "开播后")),
}


# --- home ------------------------------------------------------------------------------------------------------


def home_page(site: Site) -> Page:
    """The first page: who are you, what others ask, what changed, ask the assistant."""
    count = len(site.in_force)
    ask = (
        '<form class="hg-ask" action="chat" role="search" aria-label="提问"><label for="hg-q">有问题，直接问</label>'
        '<div><input id="hg-q" name="q" maxlength="500" placeholder="能说全网最低价吗" autocomplete="off">'
        '<button type="submit">问一问</button></div>'
        f"<p>答案只取自 {count} 份现行指引，逐句注明出处和法条。</p></form>"
    )
    body = [
        f'<div class="hg-hero"><h1>直播带货，先看规矩</h1>{ask}</div>\n\n',
        heading(2, "您是哪一类", "roles"),
        f'<div class="hg-roles">{"".join(_role_tile(site, o) for o in site.operators)}</div>\n\n',
        heading(2, "大家常问", "hot"),
        plain_list(_hot(site), "hg-hot") + "\n\n",
        _recent(site),
        heading(2, "按主题找", "topics"),
        plain_list([link("", f"topics/{t.id}", t.name) for t in site.topics], "hg-chips") + "\n\n",
        heading(2, "还可以这样查", "more"),
        plain_list(_more(), "hg-links") + "\n\n",
    ]
    return Page(
        path="index.md",
        title="首页",
        description="直播电商合规指引：平台、直播间、主播、机构、商家、园区各要守哪些规矩，条条有法律依据。",
        body="".join(body),
        hide=("navigation", "toc"),
        search=False,
    )


def _role_tile(site: Site, operator: Operator) -> str:
    count = sum(g.operator == operator.id for g in site.in_force)
    name = f"<strong>{esc(operator.short)}</strong><span>{esc(operator.definition)}</span><em>{count} 份指引</em>"
    return f'<a href="{href("", operator.id)}">{name}</a>'


def _hot(site: Site) -> Iterator[str]:
    """Per hot word the first question in force that contains it."""
    taken: set[tuple[str, str]] = set()
    questions = [(g, c) for g in site.in_force for c in in_section(g, Section.FAQ)]
    for word in site.options.hot:
        fitting = [(g, c) for g, c in questions if word in (c.heading or "") and (g.id, c.id) not in taken]
        if not fitting:
            continue
        guideline, clause = min(fitting, key=lambda pair: len(pair[1].heading or ""))
        taken.add((guideline.id, clause.id))
        role = site.operator(guideline.operator).short
        yield f'{link("", f"{guideline.id}#{clause.id}", clause.heading or "")}<span class="hg-note">{esc(role)}</span>'


def _recent(site: Site) -> str:
    versions = [g for g in site.corpus.guidelines if g.status == "published" and g.changes]
    past = sorted((g for g in versions if g.version <= site.day), key=lambda g: g.version, reverse=True)
    coming = sorted((g for g in versions if g.version > site.day), key=lambda g: g.version)
    items = []
    for guideline in [*coming[:2], *past[:RECENT]]:
        role = site.operator(guideline.operator).short
        when = "还没有施行：" if guideline.version > site.day else ""
        way = link("", page_of(site, guideline), f"{guideline.title}（{role}）")
        items.append(
            f"<p>{when}{time_tag(guideline.version)}起</p>{way}<p>{esc(guideline.changes or '')}</p>"
        )
    more = f"<p>{link('', 'changes', '全部更新')}</p>\n\n"
    return heading(2, "最近变了什么", "recent") + plain_list(items, "hg-recent") + more


def _more() -> list[str]:
    pages = (
        ("laws", "按法条查", "每一条法律落到哪些指引"),
        ("matrix", "职责一图看清", "哪件事归谁管、谁的义务"),
        ("glossary", "行话对照", "小黄车、憋单、炸福利是什么规范说法"),
        ("handouts", "培训讲义", "按身份打印成册，配幻灯片"),
        ("changes", "更新日志", "规定变了，这里先写"),
        ("manual", "使用手册", "怎么看、怎么问、怎么维护"),
    )
    return [f"{link('', target, name)}<p>{esc(note)}</p>" for target, name, note in pages]


# --- roles -----------------------------------------------------------------------------------------------------


def role_pages(site: Site) -> Iterator[Page]:
    """Per operator type: duties at a glance, guidelines by topic, before, during and after a live session."""
    for operator in site.operators:
        mine = [g for g in site.current.values() if g.operator == operator.id]
        must = sum(len(in_section(g, Section.MUST)) for g in mine)
        mustnot = sum(len(in_section(g, Section.MUST_NOT)) for g in mine)
        phases = _phases(operator, mine)
        printed = any(g.in_force(site.day) for g in mine)
        handout = link(operator.id, f"handouts/{operator.id}", "打印成册") if printed else ""
        body = [
            crumbs(operator.id),
            f"# {md(operator.name)}\n\n",
            f'<p class="hg-lead">{esc(operator.definition)}<span class="hg-note">{esc(operator.source)}</span></p>\n\n',
            f'<p class="hg-figures"><span><b>{len(mine)}</b> 份指引</span><span><b>{must}</b> 条要做到</span>'
            f"<span><b>{mustnot}</b> 条不得</span>{handout}</p>\n\n",
            _jump(phases),
            _by_topic(site, operator, mine),
            *phases.values(),
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


def _jump(phases: dict[str, str]) -> str:
    items = [
        '<a href="#guidelines">指引</a>',
        *(f'<a href="#{anchor}">{PHASES[anchor][0]}</a>' for anchor in phases),
    ]
    return f'<nav class="hg-jump hg-jump--few" aria-label="本页栏目" data-search-exclude>{plain_list(items, "")}</nav>\n\n'


def _phases(operator: Operator, mine: list[Guideline]) -> dict[str, str]:
    """The steps of all guidelines, gathered by when they are due: anchor -> section, empty phases left out."""
    parts = {}
    for anchor, (name, headings) in PHASES.items():
        blocks = [b for g in mine if (b := _steps(operator.id, g, headings))]
        if blocks:
            parts[anchor] = heading(2, f"{name}做什么", anchor) + "".join(blocks) + "\n\n"
    return parts


def _steps(origin: str, guideline: Guideline, headings: tuple[str, ...]) -> str:
    steps = [c for c in in_section(guideline, Section.HOWTO) if c.heading in headings]
    if not steps:
        return ""
    items = [_step(origin, guideline, c) for c in steps]
    title = f'{esc(guideline.title)}<span class="hg-note">{len(steps)} 步</span>'
    return f'<details class="hg-steps" data-search-exclude><summary>{title}</summary>{plain_list(items, "")}</details>'


def _step(origin: str, guideline: Guideline, clause: Clause) -> str:
    return f"{esc(clause.text)} {link(origin, f'{guideline.id}#{clause.id}', '详情')}"


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
            parts.append(heading(2, operator.name, operator.id))
            parts.append(plain_list([_duties(folder, g) for g in group], "hg-cards") + "\n\n")
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
        '<p class="hg-lead">左边是指引用的规范说法，下面列着直播间里的叫法。</p>\n\n',
        '<p class="hg-filter"><label for="hg-filter">找一个词</label><input id="hg-filter" type="search" data-filter="hg-entry"'
        ' placeholder="例如：小黄车" autocomplete="off"><span role="status"></span></p>\n\n',
        f'<dl class="hg-glossary">{"".join(rows)}</dl>\n\n',
    ]
    return Page(path="glossary/index.md", title="行话对照", body="".join(body), hide=("toc",))
