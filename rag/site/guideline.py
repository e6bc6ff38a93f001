"""The page of a guideline version: status line, clauses with numbers and anchors, related pages, feedback."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import groupby

import segno

from rag.content import Clause, Guideline, Section
from rag.site.context import Site, in_section
from rag.site.foot import related, tools
from rag.site.markup import (
    Glossary,
    Page,
    chinese_date,
    clause_html,
    crumbs,
    esc,
    heading,
    link,
    md,
    page_of,
    plain_list,
    time_tag,
    version_page,
)

SHORT = {
    Section.MUST: "要做到",
    Section.MUST_NOT: "不得",
    Section.HOWTO: "怎么做",
    Section.CHECKLIST: "自查",
    Section.LIABILITY: "罚则",
    Section.FAQ: "问答",
}
FEW_QUESTIONS = 8


def guideline_pages(site: Site) -> Iterator[Page]:
    """Per guideline the plain page, and per version its permanent page."""
    for guideline in site.current.values():
        yield _page(site, guideline, guideline.id)
        for version in site.corpus.versions(guideline.id):
            yield _page(site, version, version_page(version))


def page_of_version(site: Site, guideline: Guideline) -> Page:
    """The permanent page of one version."""
    return _page(site, guideline, version_page(guideline))


def qr_files(site: Site) -> Iterator[tuple[str, str]]:
    """QR codes of the guideline pages; none without a public address, for there is nothing to encode."""
    if site.options.public_url:
        for guideline_id in site.current:
            yield f"{guideline_id}/qr.svg", qr_svg(f"{site.options.public_url.rstrip('/')}/{guideline_id}/")


def qr_svg(address: str) -> str:
    """A QR code (error correction M) as an SVG document."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", scale=4, border=3, light="#fff", svgns=True
    )
    return out.getvalue().decode()


def _page(site: Site, guideline: Guideline, folder: str) -> Page:
    plain = folder == guideline.id
    glossary = Glossary(site, folder)
    operator = site.operator(guideline.operator)
    body = [
        crumbs(
            folder,
            (guideline.operator, operator.short),
            *(() if plain else ((guideline.id, guideline.title),)),
        ),
        f"# {md(guideline.title)}\n\n",
        status_banner(site, guideline, folder),
        _status_line(site, guideline, folder),
        f'<p class="hg-lead">{esc(guideline.summary)}</p>\n\n',
        _changes(site, guideline, folder),
        _jump(guideline),
        *(section_html(site, guideline, folder, section, glossary) for section in Section),
        related(site, guideline, folder) if plain else "",
        tools(site, guideline, folder),
    ]
    slang = tuple(w for t in glossary.seen for w in _slang(site, t)) if plain else ()
    return Page(
        path=f"{folder}/index.md",
        title=guideline.title if plain else f"{guideline.title}（{guideline.version} 版）",
        description=guideline.summary,
        body="".join(body),
        operator=guideline.operator,
        guideline=guideline.id,
        search=plain,
        canonical="" if plain else guideline.id,
        indexed=plain or guideline.in_force(site.day),
        keywords=slang,
    )


def _slang(site: Site, term: str) -> tuple[str, ...]:
    return next((t.slang for t in site.registers.terms if t.term == term), ())


def status_banner(site: Site, guideline: Guideline, origin: str) -> str:
    """A banner on versions that are not in force, with the way to the one that is."""
    if guideline.in_force(site.day):
        return ""
    now = site.corpus.on_day(guideline.id, site.day)
    until = f" 至 {chinese_date(guideline.effective_to)}" if guideline.effective_to else " 起"
    if guideline.version > site.day:
        kind, said = "future", f"这是还没有施行的版本，{chinese_date(guideline.version)}起施行。"
    else:
        kind, said = "past", f"这是过去的版本，适用于{chinese_date(guideline.version)}{until}。"
    way = (
        link(origin, guideline.id, f"看现行版本（{chinese_date(now.version)}起施行）")
        if now
        else "这份指引现在没有施行中的版本。"
    )
    compare = link(origin, compare_target(guideline, now), "两版有什么不同") if now else ""
    return (
        f'<div class="hg-banner hg-banner--{kind}" role="note"><p><strong>{said}</strong></p>'
        f"<p>{way} {compare}</p></div>\n\n"
    )


def compare_target(a: Guideline, b: Guideline) -> str:
    """Address of the comparison of two versions, older first."""
    old, new = sorted((a.version, b.version))
    return f"{a.id}/compare#d-{old}-{new}"


def _status_line(site: Site, guideline: Guideline, origin: str) -> str:
    operator = site.operator(guideline.operator)
    items = [link(origin, guideline.operator, operator.short, "hg-tag hg-tag--role")]
    if guideline.in_force(site.day):
        items.append(f'<span class="hg-state">现行有效</span> {time_tag(guideline.version)}起施行')
    else:
        items.append(f"{time_tag(guideline.version)}起施行")
    items.append(f"{time_tag(guideline.verified_on)}核对过法律依据")
    if guideline.revision > 1:
        items.append(f"更正过 {guideline.revision - 1} 次")
    coming = site.next_version(guideline)
    if coming and coming.version > site.day:
        text = f"下一版{chinese_date(coming.version)}起施行"
        items.append(link(origin, page_of(site, coming), text, "hg-next"))
    versions = len(site.corpus.versions(guideline.id))
    if versions > 1:
        items.append(f'<a href="#versions">全部 {versions} 个版本</a>')
    topics = " ".join(
        link(origin, f"topics/{t.id}", t.name, "hg-tag") for t in site.topics if t.id in guideline.topics
    )
    return f"<div data-search-exclude>{plain_list([*items, topics], 'hg-status')}</div>\n\n"


def _changes(site: Site, guideline: Guideline, origin: str) -> str:
    before = site.previous_version(guideline)
    if not guideline.changes or before is None:
        return ""
    way = link(origin, compare_target(before, guideline), "逐条对比")
    return f'<p class="hg-changes"><strong>和上一版比</strong>　{esc(guideline.changes)} {way}</p>\n\n'


def _jump(guideline: Guideline) -> str:
    """Links to the sections with the number of clauses, for a phone where there is no table of contents."""
    counts = [(s, len(in_section(guideline, s))) for s in Section]
    items = [f'<a href="#{s.slug}">{SHORT[s]} <b>{n}</b></a>' for s, n in counts if n]
    return f'<nav class="hg-jump" aria-label="本页栏目" data-search-exclude>{plain_list(items, "")}</nav>\n\n'


# --- sections --------------------------------------------------------------------------------------------------


def section_html(site: Site, guideline: Guideline, origin: str, section: Section, glossary: Glossary) -> str:
    """One section with its heading; empty without clauses."""
    clauses = in_section(guideline, section)
    if not clauses:
        return ""
    title = heading(2, section.value, section.slug)
    if section is Section.FAQ:
        answers = "".join(_question(site, guideline, origin, c, glossary) for c in clauses)
        return title + _questions(clauses) + answers
    if section is Section.CHECKLIST:
        return title + _checklist(site, guideline, origin, clauses, glossary)
    parts = []
    for group, members in groupby(clauses, key=lambda c: c.heading):
        items = "".join(_item(site, guideline, origin, c, glossary) for c in members)
        parts.append(f'<p class="hg-group">{esc(group)}</p>' if group else "")
        parts.append(f'<ol class="hg-clauses hg-{section.slug}">{items}</ol>')
    return title + "".join(parts) + "\n\n"


def _number(clause: Clause) -> str:
    label = f"{clause.section.value}第{clause.ordinal}条，复制链接"
    return f'<a class="hg-no" href="#{clause.id}" title="{label}" aria-label="{label}">{clause.ordinal}</a>'


def _item(site: Site, guideline: Guideline, origin: str, clause: Clause, glossary: Glossary) -> str:
    text = clause_html(site, origin, guideline, clause, glossary)
    return f'<li id="{clause.id}">{_number(clause)}<div>{text}</div></li>'


def _checklist(
    site: Site, guideline: Guideline, origin: str, clauses: list[Clause], glossary: Glossary
) -> str:
    items = []
    for clause in clauses:
        text = clause_html(site, origin, guideline, clause, glossary)
        box = f'<input type="checkbox" id="box-{clause.id}" data-text="{esc(clause.text)}">'
        items.append(f'<li id="{clause.id}">{box}<label for="box-{clause.id}">{text}</label></li>')
    key = esc(guideline.key)
    return (
        f'<div class="hg-check" data-check="{key}"><ul>{"".join(items)}</ul>'
        '<p class="hg-check-foot"><span class="hg-check-count" aria-live="polite"></span>'
        '<button type="button" class="hg-button" data-action="uncheck">全部清除</button>'
        '<button type="button" class="hg-button" data-action="print-check">打印清单</button></p></div>\n\n'
    )


def _questions(clauses: list[Clause]) -> str:
    """The questions by themselves with links to their answers, folded; empty for a few, which are seen at a glance."""
    if len(clauses) <= FEW_QUESTIONS:
        return ""
    items = plain_list([f'<a href="#{c.id}">{esc(c.heading or "")}</a>' for c in clauses], "hg-links")
    return (
        '<nav class="hg-asked" aria-label="本页的问题" data-search-exclude>'
        f"<details><summary>这里答了 {len(clauses)} 个问题，点开找您的</summary>{items}</details></nav>\n\n"
    )


def _question(site: Site, guideline: Guideline, origin: str, clause: Clause, glossary: Glossary) -> str:
    text = clause_html(site, origin, guideline, clause, glossary)
    return heading(3, clause.heading or "", clause.id) + f'<div class="hg-answer"><p>{text}</p></div>\n\n'
