"""For the training room: a printable handout per role."""

from __future__ import annotations

from collections.abc import Iterator

from rag.content import Guideline, Operator, Section
from rag.site.context import Site, in_section
from rag.site.markup import Page, chinese_date, crumbs, esc, heading, href, link, md, plain_list


def handout_pages(site: Site) -> Iterator[Page]:
    """The list of handouts, and one per role: every guideline in force, each starting on a page of its own."""
    items, pages = [], []
    for operator in site.operators:
        mine = [g for g in site.in_force if g.operator == operator.id]
        if mine:
            pages.append(_handout(site, operator, mine))
            items.append(
                f"{link('handouts', f'handouts/{operator.id}', operator.name)}<p>{len(mine)} 份指引，可打印或存成 PDF</p>"
            )
    parts = [
        crumbs("handouts"),
        "# 培训讲义\n\n",
        '<p class="hg-lead">一类人一册，打开后点“打印”。每份指引另有幻灯片，适合投影。</p>\n\n',
        _courses(),
    ]
    parts.append(plain_list(items, "hg-links") + "\n\n" + heading(2, "幻灯片", "slides"))
    for operator in site.operators:
        mine = [g for g in site.in_force if g.operator == operator.id]
        if mine:
            slides = [link("handouts", f"slides/{g.id}/index.html", g.title) for g in mine]
            parts.append(
                heading(3, operator.name, f"slides-{operator.id}") + plain_list(slides, "hg-chips") + "\n\n"
            )
    yield Page(path="handouts/index.md", title="培训讲义", body="".join(parts), search=False, hide=("toc",))
    yield from pages


def _courses() -> str:
    """Links to what the application makes: courses and rooms; docs/js/site.js shows them where it answers."""
    make, join = (href("handouts", place).rstrip("/") for place in ("training", "room"))
    return (
        f'<div data-live hidden><p><a class="hg-button" href="{make}">备一堂课</a></p>'
        "<p>选身份、指引和时长，得到课程安排、幻灯片、讲义、练习、离线包，和手机作答的现场课堂。"
        f'听课的人<a href="{join}">从这里进课堂</a>。</p></div>\n\n'
    )


def _handout(site: Site, operator: Operator, mine: list[Guideline]) -> Page:
    folder = f"handouts/{operator.id}"
    contents = plain_list([f'<a href="#{g.slug}">{esc(g.title)}</a>' for g in mine], "hg-contents")
    parts = [
        crumbs(folder, ("handouts", "培训讲义")),
        f"# {md(operator.name)}合规讲义\n\n",
        f'<p class="hg-lead">{len(mine)} 份指引，按{chinese_date(site.day)}施行的规定编印。'
        '<button type="button" class="hg-button" data-action="print">打印或存成 PDF</button></p>\n\n',
        contents + "\n\n",
        *(_handout_part(g) for g in mine),
    ]
    return Page(
        path=f"{folder}/index.md",
        title=f"{operator.short}合规讲义",
        body="".join(parts),
        operator=operator.id,
        search=False,
        hide=("toc", "navigation"),
    )


def _handout_part(guideline: Guideline) -> str:
    head = f"<p>{esc(guideline.summary)}　{chinese_date(guideline.version)}起施行</p>"
    sections = "".join(_handout_section(guideline, s) for s in Section)
    return heading(2, guideline.title, guideline.slug) + f'<div class="hg-handout">{head}{sections}</div>\n\n'


def _handout_section(guideline: Guideline, section: Section) -> str:
    clauses = in_section(guideline, section)
    if not clauses:
        return ""
    if section is Section.FAQ:
        inner = "".join(f"<dt>{esc(c.heading or '')}</dt><dd>{esc(c.text)}</dd>" for c in clauses)
        return f"<h3>{section.value}</h3><dl>{inner}</dl>"
    tag, css = ("ul", ' class="hg-boxes"') if section is Section.CHECKLIST else ("ol", "")
    inner = "".join(f"<li>{esc(c.text)}</li>" for c in clauses)
    return f"<h3>{section.value}</h3><{tag}{css}>{inner}</{tag}>"
