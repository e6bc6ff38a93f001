"""Slides of every guideline (reveal.js, offline): clauses cut so that no slide is higher than the screen.

The room on a slide is counted in text lines. A character is at most one em wide (Chinese exactly one), so a text of n
characters fills at most ceil(n / (w - SLACK)) lines of w em: a line may end early by at most SLACK characters, where
punctuation or a number must not be broken. What is counted is thus never less than what a browser draws;
tests/browser/site/test_slides.py measures all decks.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from rag.content import Clause, Guideline, LawRef, Section
from rag.site.context import Site, in_section
from rag.site.markup import chinese_date, esc, href

REVEAL = "assets/reveal"
# Lengths of slides.css: 720 px high and 1208 px wide inside the padding, text 34 px with lines of 53 px.
LINE, HEIGHT = 53, 664
LIST_EM, ANSWER_EM, TITLE_EM, SLACK = 33, 35, 26, 3
GAP, TITLE_LINE, TITLE_GAP = 23, 65, 52
_STOP = re.compile(r"(?<=[。；！？])")


def slide_files(site: Site) -> Iterator[tuple[str, str]]:
    """A slide deck per guideline, as complete HTML files."""
    for guideline in site.current.values():
        yield f"slides/{guideline.id}/index.html", deck(site, guideline)


def deck(site: Site, guideline: Guideline) -> str:
    """The slides of one version, a complete HTML file."""
    folder = f"slides/{guideline.id}"
    assets = href(folder, REVEAL)
    slides = [
        f"<section>{_title(site, guideline)}</section>",
        *(s for section in Section for s in _slides(guideline, section)),
        f"<section>{_end(site, guideline, folder)}</section>",
    ]
    inner = "\n".join(slides)
    return f"""<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{esc(guideline.title)}（幻灯片）</title>
<link rel="icon" href="{href(folder, "assets/logo.svg")}">
<link rel="stylesheet" href="{assets}reveal.css">
<link rel="stylesheet" href="{assets}slides.css">
</head>
<body data-home="{href(folder, "")}">
<main><div class="reveal" aria-label="{esc(guideline.title)}"><div class="slides">
{inner}
</div></div>
<p class="exit"><a href="{href(folder, guideline.id)}">返回指引</a></p></main>
<script src="{assets}reveal.js"></script>
<script src="{assets}start.js"></script>
<script src="{href(folder, "js")}offline.js"></script>
</body>
</html>
"""


def _title(site: Site, guideline: Guideline) -> str:
    role = site.operator(guideline.operator).name
    return (
        f'<p class="role">{esc(role)}</p><h1>{esc(guideline.title)}</h1><p>{esc(guideline.summary)}</p>'
        f'<p class="small">{chinese_date(guideline.version)}起施行，{chinese_date(guideline.verified_on)}核对</p>'
    )


def _end(site: Site, guideline: Guideline, folder: str) -> str:
    address = f"{site.options.public_url.rstrip('/')}/{guideline.id}/" if site.options.public_url else ""
    code = (
        f'<img src="{href(folder, f"{guideline.id}/qr.svg")}" alt="本页二维码" width="300" height="300">'
        if address
        else ""
    )
    return f'<h2>有问题，问合规助手</h2>{code}<p class="small">{esc(address)} 全国市场监管热线 12315</p>'


# --- clauses ---------------------------------------------------------------------------------------------------


def _slides(guideline: Guideline, section: Section) -> Iterator[str]:
    clauses = in_section(guideline, section)
    if section is Section.FAQ:
        for clause in clauses:
            yield from _question(clause)
        return
    tag = "ul" if section is Section.CHECKLIST else "ol"
    slides = list(_filled(clauses))
    for number, items in enumerate(slides, 1):
        more = f"（{number}/{len(slides)}）" if len(slides) > 1 else ""
        yield f'<section class="{section.slug}"><h2>{section.value}{more}</h2><{tag}>{"".join(items)}</{tag}></section>'


def _filled(clauses: list[Clause]) -> Iterator[list[str]]:
    """List items, as many to a slide as there is room for, in full lines."""
    room = HEIGHT - TITLE_LINE - TITLE_GAP
    most = (room - GAP) // LINE
    items: list[str] = []
    left = room
    for clause in clauses:
        for number, (start, end) in enumerate(_parts(clause.text, most, LIST_EM)):
            height = lines(end - start, LIST_EM) * LINE + GAP
            if height > left and items:
                yield items
                items, left = [], room
            mark = ' class="fragment more"' if number else f' class="fragment" value="{clause.ordinal}"'
            items.append(f"<li{mark}>{_text(clause, start, end)}</li>")
            left -= height
    if items:
        yield items


def _question(clause: Clause) -> Iterator[str]:
    """A question, then its answer; what does not fit goes on below the same question."""
    question = clause.heading or ""
    room = HEIGHT - lines(len(question) + 2, TITLE_EM) * TITLE_LINE - TITLE_GAP - GAP
    for number, (start, end) in enumerate(_parts(clause.text, room // LINE, ANSWER_EM)):
        more = "（续）" if number else ""
        answer = f'<p class="fragment answer">{_text(clause, start, end)}</p>'
        yield f'<section class="faq"><h2>{esc(question)}{more}</h2>{answer}</section>'


def lines(characters: int, width: int) -> int:
    """The most lines that so many characters fill, ``width`` em to a line."""
    return math.ceil(characters / (width - SLACK))


def _parts(text: str, most: int, width: int) -> Iterator[tuple[int, int]]:
    """Start and end of the pieces of ``text`` that fill at most ``most`` lines; cut behind a sentence where there is one."""
    limit = most * (width - SLACK)
    start = 0
    while len(text) - start > limit:
        stops = [m.start() for m in _STOP.finditer(text, start + 1, start + limit)]
        end = stops[-1] if stops else start + limit
        yield start, end
        start = end
    yield start, len(text)


def _text(clause: Clause, start: int, end: int) -> str:
    """A stretch of the clause with its law references set small."""
    out, position = [], start
    for ref in sorted(clause.laws, key=lambda r: r.start):
        here = _within(ref, position, end)
        if here:
            out += [
                esc(clause.text[position : here[0]]),
                f"<small>{esc(clause.text[here[0] : here[1]])}</small>",
            ]
            position = here[1]
    return "".join(out) + esc(clause.text[position:end])


def _within(ref: LawRef, start: int, end: int) -> tuple[int, int] | None:
    """The part of a reference that lies between two places, None if there is none."""
    a, b = max(ref.start, start), min(ref.end, end)
    return (a, b) if a < b else None
