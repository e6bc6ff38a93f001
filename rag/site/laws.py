"""Pages by law: the list of laws, and per law its versions, articles and the clauses that rest on them."""

from __future__ import annotations

from collections.abc import Iterator

from rag.content import Article, Law, LawVersion, format_label, pending
from rag.site.context import Site, Use
from rag.site.markup import (
    Page,
    article_anchor,
    chinese_date,
    crumbs,
    esc,
    heading,
    law_page,
    link,
    md,
    page_of,
    plain_list,
    role_choice,
)

# Where official texts are read, by the names used in laws.yml.
OFFICIAL = {
    "国家法律法规数据库": "https://flk.npc.gov.cn/",
    "国家行政法规库": "https://xzfg.moj.gov.cn/",
    "国家市场监督管理总局网站": "https://www.samr.gov.cn/",
    "国家互联网信息办公室网站": "https://www.cac.gov.cn/",
    "国家药品监督管理局网站": "https://www.nmpa.gov.cn/",
    "最高人民法院网站": "https://www.court.gov.cn/",
}
SHORT = 6  # fewer articles need no list to jump from
LEVELS = ("法律", "行政法规", "部门规章", "规范性文件", "司法解释", "工作方案")


def law_pages(site: Site) -> Iterator[Page]:
    """The list of cited laws by level, and a page per law."""
    yield _list(site)
    yield _pending(site)
    for law in site.used_laws():
        yield _law(site, law)


def _list(site: Site) -> Page:
    parts = [crumbs("laws"), "# 按法条查\n\n", '<p class="hg-lead">每部规定落到哪些指引的哪一条。</p>\n\n']
    if site.options.ledger and site.options.ledger.entries:
        parts.append(
            f"<p>{link('laws', 'laws/coverage', '法条覆盖：核心法律的每一条，指引写了没有')}</p>\n\n"
        )
    for number, level in enumerate(LEVELS):
        items = []
        for law in site.used_laws():
            if law.level == level:
                count = sum(
                    len(uses)
                    for uses in site.uses.get(
                        (law.short_title, site.main_version(law).effective_from), {}
                    ).values()
                )
                note = f'<span class="hg-note">{count} 处引用</span>' if count else ""
                items.append(link("laws", law_page(law.short_title), law.short_title) + note)
        if items:
            parts.append(heading(2, level, f"level-{number + 1}") + plain_list(items, "hg-links") + "\n\n")
    parts.append(
        f"{link('laws', 'laws/pending', '待确认清单')}：给服务联络员，哪些日期和原文还要对照官方文本。\n"
    )
    return Page(path="laws/index.md", title="按法条查", body="".join(parts), hide=("toc",))


def _pending(site: Site) -> Page:
    """The liaison officers' list: what still has to be confirmed against an official text."""
    paged = {law.short_title for law in site.used_laws()}
    rows = pending(site.corpus, site.library if len(site.library) else None)
    lead = "发布前要对照官方文本确认的事，依据它的条款多的在前。确认一件，改 laws.yml（删去 date_note 或补上日期）。"
    items = []
    for p in rows:
        name = link("laws/pending", law_page(p.law), p.law) if p.law in paged else md(p.law)
        notes = [
            p.version or "",
            f"{p.clauses} 条依据它",
            p.source or "官方文本出处未登记",
        ]
        marks = " ".join(f'<span class="hg-note">{esc(n)}</span>' for n in notes if n)
        items.append(f"{name} {md(p.what)}<br>{marks}")
    listed = plain_list(items, "hg-links")
    body = f'{crumbs("laws/pending", ("laws", "按法条查"))}# 待确认清单\n\n<p class="hg-lead">{lead}</p>\n\n{listed}\n'
    return Page(path="laws/pending/index.md", title="待确认清单", body=body, hide=("toc",))


def _law(site: Site, law: Law) -> Page:
    folder = law_page(law.short_title)
    main = site.main_version(law)
    others = [v for v in reversed(law.versions) if v is not main]
    body = [
        crumbs(folder, ("laws", "按法条查")),
        f"# {md(law.title)}\n\n",
        _facts(site, law),
        _where_the_text_is(site, law, main),
        _articles(site, law, main),
        _roles(site),
        _version(site, law, main, folder),
        *(_version(site, law, version, folder) for version in others),
    ]
    return Page(
        path=f"{folder}/index.md",
        title=law.short_title,
        description=f"《{law.title}》的条文落到哪些合规指引。",
        body="".join(body),
    )


def _facts(site: Site, law: Law) -> str:
    rows = [("制定机关", law.issuer), ("效力级别", law.level)]
    rows += [("文号", law.document_number)] if law.document_number else []
    rows += [("简称", "、".join(law.aliases))] if law.aliases else []
    rows += [("版本", "；".join(map(_version_facts, law.versions)))]
    cells = [(name, esc(value)) for name, value in rows]
    cells += [("官方文本", official(law.source))] if law.source else []
    inner = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in cells)
    return f'<dl class="hg-facts">{inner}</dl>\n\n'


def official(source: str) -> str:
    """Where the official text is, as HTML: a link if the place is known."""
    address = OFFICIAL.get(source)
    return f'<a href="{address}" rel="noopener noreferrer">{esc(source)}</a>' if address else esc(source)


def _where_the_text_is(site: Site, law: Law, version: LawVersion) -> str:
    """What a reader who looks for the wording is told, where the text was not imported."""
    if not law.source or any(_text(site, law, version, n) for n in _cited(site, law, version)):
        return ""
    return f'<p class="hg-changes">这里列的是依据每一条写成的指引；条文原文请到{official(law.source)}按名称查。</p>\n\n'


def _cited(site: Site, law: Law, version: LawVersion) -> list[int]:
    uses = site.uses.get((law.short_title, version.effective_from), {})
    return sorted(number for number in uses if number is not None)


def _articles(site: Site, law: Law, version: LawVersion) -> str:
    """Links to the cited articles, for a screen without a table of contents."""
    numbers = _cited(site, law, version)
    if len(numbers) < SHORT:
        return ""
    cells = "".join(
        f'<li><a class="hg-cell" href="#{article_anchor(site, law, version.effective_from, n)}" '
        f'aria-label="第{n}{version.unit}">{n}</a></li>'
        for n in numbers
    )
    return (
        f'<nav class="hg-articles" aria-label="跳到某一条" data-search-exclude><p>跳到第几{version.unit}</p>'
        f'<ul class="hg-cells">{cells}</ul></nav>\n\n'
    )


def _roles(site: Site) -> str:
    return (
        '<form class="hg-choose" data-log data-search-exclude>'
        f'{role_choice(site)}<p role="status"></p></form>\n\n'
    )


def _version_facts(version: LawVersion) -> str:
    """When a version applied, how long it is, and whether its date is from the text or assumed."""
    size = f"{version.articles} {version.unit}，" if version.articles else ""
    number = f"{version.document_number}，" if version.document_number else ""
    return f"{span(version)}（{size}{number}{version.date_note or '日期按公布文本登记'}）"


def span(version: LawVersion) -> str:
    """When a law version applied, in words."""
    start = f"{chinese_date(version.effective_from)}起" if version.effective_from else "施行日期待核实"
    return start + (f"，{chinese_date(version.effective_to)}止" if version.effective_to else "")


def _version(site: Site, law: Law, version: LawVersion, folder: str) -> str:
    uses = site.uses.get((law.short_title, version.effective_from), {})
    if not uses:
        return ""
    state = (
        "现行"
        if version.in_force(site.day)
        else "将施行"
        if (version.effective_from or site.day) > site.day
        else "过去"
    )
    anchor = f"v-{version.effective_from or 'undated'}"
    parts = [heading(2, f"{state}版本：{span(version)}", anchor)]
    for article in sorted(uses, key=lambda number: (number is not None, number or 0)):
        parts.append(_article(site, law, version, article, uses[article], folder))
    return "".join(parts)


def _article(
    site: Site, law: Law, version: LawVersion, article: int | None, uses: list[Use], folder: str
) -> str:
    name = "整部规定" if article is None else format_label(article, unit=version.unit)
    anchor = article_anchor(site, law, version.effective_from, article)
    text = _text(site, law, version, article)
    official = (
        f'<div class="hg-official" data-search-exclude>{"".join(f"<p>{esc(p)}</p>" for p in text.paragraphs)}</div>'
        if text
        else ""
    )
    return heading(3, name, anchor) + official + _uses(site, uses, folder) + "\n\n"


def _text(site: Site, law: Law, version: LawVersion, article: int | None) -> Article | None:
    day = version.effective_from or site.day
    return site.library.article(law, article, day) if article is not None else None


def _uses(site: Site, uses: list[Use], folder: str) -> str:
    """The clauses that rest on an article; per guideline only the first of its versions that was listed."""
    shown: dict[str, str] = {}
    items: dict[tuple[str, str], list[str]] = {}
    for guideline, clause, _ in uses:
        if shown.setdefault(guideline.id, guideline.key) != guideline.key:
            continue
        role = site.operator(guideline.operator).short
        name = (
            f"{clause.section.value}第{clause.ordinal}条"
            if clause.section.slug != "faq"
            else clause.heading or ""
        )
        title = f"{role}·{guideline.title}" + (
            "" if guideline.in_force(site.day) else f"（{guideline.version} 版）"
        )
        items.setdefault((guideline.operator, title), []).append(
            link(folder, f"{page_of(site, guideline)}#{clause.id}", name)
        )
    rows = "".join(
        f'<li data-entry="{role}"><span class="hg-by">{esc(title)}</span> {" ".join(links)}</li>'
        for (role, title), links in items.items()
    )
    return f'<div data-search-exclude><ul class="hg-uses">{rows}</ul></div>'
