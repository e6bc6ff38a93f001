"""Whose duty is what: topics and articles down, operator types across, in tables that fit a phone."""

from __future__ import annotations

from rag.content import Guideline, Section, Topic
from rag.ground import to_chinese
from rag.site.context import Site, in_section
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

CORE_LAW = "直播电商监督管理办法"
DUTIES = (Section.MUST, Section.MUST_NOT)


def matrix_page(site: Site) -> Page:
    """The duty matrix by topic, the same by article of the core law, and the coverage figures."""
    body = [
        crumbs("matrix"),
        "# 职责一图看清\n\n",
        '<p class="hg-lead">一行一件事，一列一类人。数字是“要做到”和“不得”的条数，颜色越深条数越多，点开看指引。</p>\n\n',
        heading(2, "按事项看", "by-topic"),
        _topics(site, "theme"),
        heading(2, "按商品和服务看", "by-goods"),
        _topics(site, "goods"),
        _articles(site),
        heading(2, "覆盖情况", "coverage"),
        _coverage(site),
        service_pages("matrix"),
    ]
    return Page(path="matrix/index.md", title="职责一图看清", body="".join(body), hide=("toc",), search=False)


def _head(site: Site, first: str) -> str:
    cells = "".join(f'<th scope="col">{link("matrix", o.id, o.short)}</th>' for o in site.operators)
    return f'<thead><tr><th scope="col">{first}</th>{cells}</tr></thead>'


def _table(head: str, rows: list[str], label: str) -> str:
    return (
        f'<div class="hg-scroll" tabindex="0" role="region" aria-label="{label}"><table class="hg-matrix">{head}'
        f"<tbody>{''.join(rows)}</tbody></table></div>\n\n"
    )


def _topics(site: Site, kind: str) -> str:
    rows = []
    for topic in site.registers.topics:
        if topic.kind == kind:
            cells = "".join(_topic_cell(site, topic, o.id) for o in site.operators)
            name = (
                link("matrix", f"topics/{topic.id}", topic.name) if topic in site.topics else esc(topic.name)
            )
            rows.append(f'<tr><th scope="row">{name}</th>{cells}</tr>')
    label = "事项和经营者类型的对照表" if kind == "theme" else "商品服务和经营者类型的对照表"
    return _table(_head(site, "事项"), rows, label)


def _topic_cell(site: Site, topic: Topic, operator: str) -> str:
    mine = [g for g in site.on_topic(topic.id) if g.operator == operator]
    if not mine:
        missing = operator in site.options.expected.get(topic.id, ())
        return '<td class="hg-hole">缺</td>' if missing else '<td><span aria-label="没有">·</span></td>'
    count = sum(_duties(g) for g in mine)
    level = 1 if count < 10 else 2 if count < 30 else 3
    target = mine[0].id if len(mine) == 1 else f"topics/{topic.id}#{operator}"
    return f'<td class="hg-l{level}"><a href="{href("matrix", target)}">{count or "问答"}</a></td>'


def _duties(guideline: Guideline) -> int:
    return sum(len(in_section(guideline, s)) for s in DUTIES)


# --- articles --------------------------------------------------------------------------------------------------


def _articles(site: Site) -> str:
    """Articles of the core law: who has clauses of duty, ban or liability that rest on each."""
    law = site.registers.laws.get(CORE_LAW)
    if law is None:
        return ""
    start = site.main_version(law).effective_from
    uses = site.uses.get((law.short_title, start), {})
    rows = []
    for article in sorted(a for a in uses if a is not None):
        counts = {
            o.id: sum(g.operator == o.id and g.in_force(site.day) for g, _, _ in uses[article])
            for o in site.operators
        }
        target = f"{law_page(law.short_title)}#{article_anchor(site, law, start, article)}"
        cells = "".join(_article_cell(counts[o.id]) for o in site.operators)
        rows.append(
            f'<tr><th scope="row">{link("matrix", target, f"第{to_chinese(article)}条")}</th>{cells}</tr>'
        )
    if not rows:
        return ""
    note = f"<p>《{esc(law.short_title)}》的每一条落到谁头上：数字是引用这一条的条款数。</p>\n\n"
    return (
        heading(2, "按条文看", "by-article")
        + note
        + _table(_head(site, "条文"), rows, "条文和经营者类型的对照表")
    )


def _article_cell(count: int) -> str:
    if not count:
        return '<td><span aria-label="没有">·</span></td>'
    return f'<td class="hg-l{1 if count < 3 else 2 if count < 7 else 3}">{count}</td>'


# --- coverage --------------------------------------------------------------------------------------------------


def _coverage(site: Site) -> str:
    expected = [(t, o) for t, os in site.options.expected.items() for o in os]
    held = {(t, g.operator) for g in site.in_force for t in g.topics}
    missing = [pair for pair in expected if pair not in held]
    figures = [
        f"<b>{len(site.in_force)}</b> 份现行指引",
        f"<b>{sum(len(g.clauses) for g in site.in_force)}</b> 条条款",
        f"<b>{len(site.used_laws())}</b> 部法律法规和文件",
        f"<b>{len(expected) - len(missing)}/{len(expected)}</b> 个应有的主题已覆盖",
    ]
    return f'<p class="hg-figures">{"".join(f"<span>{f}</span>" for f in figures)}</p>\n\n' + _missing(
        site, missing
    )


def _missing(site: Site, missing: list[tuple[str, str]]) -> str:
    names = {t.id: t.name for t in site.registers.topics}
    items = [esc(f"{site.operator(o).short}：{names.get(t, t)}") for t, o in missing]
    return f"<p>还缺：</p>{plain_list(items, 'hg-chips')}\n\n" if items else ""
