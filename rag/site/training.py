"""For the training room: a printable handout per role, and slides of every guideline (reveal.js, offline)."""

from __future__ import annotations

from collections.abc import Iterator

from rag.content import Clause, Guideline, Operator, Section
from rag.site.context import Site, in_section
from rag.site.markup import Page, chinese_date, crumbs, esc, heading, href, link, md, plain_list

PER_SLIDE = 4
REVEAL = "assets/reveal"


# --- handouts --------------------------------------------------------------------------------------------------


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


# --- slides ----------------------------------------------------------------------------------------------------


def slide_files(site: Site) -> Iterator[tuple[str, str]]:
    """A slide deck per guideline, as complete HTML files."""
    for guideline in site.current.values():
        yield f"slides/{guideline.id}/index.html", _deck(site, guideline)


def _deck(site: Site, guideline: Guideline) -> str:
    folder = f"slides/{guideline.id}"
    assets = href(folder, REVEAL)
    slides = [
        _title(site, guideline),
        *(s for section in Section for s in _slides(guideline, section)),
        _end(site, guideline, folder),
    ]
    inner = "\n".join(f"<section>{s}</section>" for s in slides)
    return f"""<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{esc(guideline.title)}（幻灯片）</title>
<link rel="icon" href="{href(folder, "assets/logo.svg")}">
<link rel="stylesheet" href="{assets}reveal.css">
<link rel="stylesheet" href="{assets}slides.css">
</head>
<body>
<main><div class="reveal" aria-label="{esc(guideline.title)}"><div class="slides">
{inner}
</div></div>
<p class="exit"><a href="{href(folder, guideline.id)}">返回指引</a></p></main>
<script src="{assets}reveal.js"></script>
<script src="{assets}start.js"></script>
</body>
</html>
"""


def _title(site: Site, guideline: Guideline) -> str:
    role = site.operator(guideline.operator).name
    return (
        f'<p class="role">{esc(role)}</p><h1>{esc(guideline.title)}</h1><p>{esc(guideline.summary)}</p>'
        f'<p class="small">{chinese_date(guideline.version)}起施行，{chinese_date(guideline.verified_on)}核对</p>'
    )


def _slides(guideline: Guideline, section: Section) -> Iterator[str]:
    clauses = in_section(guideline, section)
    if section is Section.FAQ:
        for clause in clauses:
            yield f'<h2>{esc(clause.heading or "")}</h2><p class="fragment answer">{_text(clause)}</p>'
        return
    for start in range(0, len(clauses), PER_SLIDE):
        part = clauses[start : start + PER_SLIDE]
        more = f"（{start // PER_SLIDE + 1}）" if len(clauses) > PER_SLIDE else ""
        tag = "ul" if section is Section.CHECKLIST else f'ol start="{start + 1}"'
        items = "".join(f'<li class="fragment">{_text(c)}</li>' for c in part)
        yield f"<h2>{section.value}{more}</h2><{tag}>{items}</{tag.split()[0]}>"


def _text(clause: Clause) -> str:
    """The clause with its law references set small."""
    out, position = [], 0
    for ref in sorted(clause.laws, key=lambda r: r.start):
        if ref.start >= position:
            out += [
                esc(clause.text[position : ref.start]),
                f"<small>{esc(clause.text[ref.start : ref.end])}</small>",
            ]
            position = ref.end
    return "".join(out) + esc(clause.text[position:])


def _end(site: Site, guideline: Guideline, folder: str) -> str:
    address = f"{site.options.public_url.rstrip('/')}/{guideline.id}/" if site.options.public_url else ""
    code = (
        f'<img src="{href(folder, f"{guideline.id}/qr.svg")}" alt="本页二维码" width="300" height="300">'
        if address
        else ""
    )
    return f'<h2>有问题，问合规助手</h2>{code}<p class="small">{esc(address)} 全国市场监管热线 12315</p>'
