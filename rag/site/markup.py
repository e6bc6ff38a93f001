"""Building blocks of pages: escaping, addresses, dates, law links, glossary marks. Pure string functions.

Pages are Markdown with HTML blocks. Addresses inside the site are relative, so that it works below any folder.
"""

from __future__ import annotations

import datetime as dt
import html
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rag.content import Clause, Guideline, Law, LawRef, Term
from rag.site.context import Site

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~$])")


@dataclass(frozen=True)
class Page:
    """A page to be: ``path`` as in ``live-room/price/index.md``; ``body`` is Markdown with HTML blocks.

    ``canonical`` is the folder of the page that search engines should show instead; ``indexed`` False keeps it from them.
    """

    path: str
    title: str
    body: str
    description: str = ""
    operator: str = ""
    guideline: str = ""
    search: bool = True
    hide: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    canonical: str = ""
    indexed: bool = True

    @property
    def folder(self) -> str:
        """The page's address without slashes at the ends; empty for the home page."""
        return posixpath.dirname(self.path)

    def markdown(self) -> str:
        """The file: front matter, then the body."""
        head = [f"title: {quoted(self.title)}"]
        for name in ("description", "operator", "guideline", "canonical"):
            if value := getattr(self, name):
                head.append(f"{name}: {quoted(value)}")
        if not self.indexed:
            head.append("noindex: true")
        if self.hide:
            head.append(f"hide: [{', '.join(self.hide)}]")
        if not self.search:
            head.append("search: {exclude: true}")
        return "\n".join(["---", *head, "---", "", self.body.strip(), ""])


_FULL_WIDTH = str.maketrans({"<": "＜", ">": "＞", '"': "”", "\\": "＼", "\n": " "})


def quoted(text: str) -> str:
    """``text`` as a YAML string; templates print it unescaped, so markup characters become full-width ones."""
    return f'"{text.translate(_FULL_WIDTH)}"'


def esc(text: str) -> str:
    """``text`` for HTML content and attribute values."""
    return html.escape(text, quote=True)


def md(text: str) -> str:
    """``text`` for a Markdown line, special characters made harmless."""
    return _MARKDOWN.sub(r"\\\1", text)


def heading(level: int, text: str, anchor: str) -> str:
    """A Markdown heading with a fixed id, blank lines around it."""
    return f"\n\n{'#' * level} {md(text)} {{ #{anchor} }}\n\n"


def href(origin: str, target: str) -> str:
    """Relative address from folder ``origin`` to ``target`` (a folder, perhaps with #anchor; both from the root)."""
    path, _, anchor = target.partition("#")
    path = path.strip("/")
    if path.endswith("/index.html"):
        relative = posixpath.relpath(path.removesuffix("/index.html"), origin or ".") + "/"
    elif path and posixpath.splitext(path)[1] in (".xml", ".svg"):
        relative = posixpath.relpath(path, origin or ".")
    elif path == origin:
        return f"#{anchor}" if anchor else "./"
    else:
        relative = posixpath.relpath(path or ".", origin or ".") + "/"
    return relative + (f"#{anchor}" if anchor else "")


def link(origin: str, target: str, text: str, css: str = "") -> str:
    """An HTML link inside the site; ``text`` is escaped here."""
    attribute = f' class="{css}"' if css else ""
    return f'<a{attribute} href="{esc(href(origin, target))}">{esc(text)}</a>'


def chinese_date(day: dt.date) -> str:
    """2026年2月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def time_tag(day: dt.date) -> str:
    """The date as a <time> element."""
    return f'<time datetime="{day.isoformat()}">{chinese_date(day)}</time>'


def page_of(site: Site, guideline: Guideline) -> str:
    """Folder of the page that shows this version: the plain one for the version that stands there."""
    if site.current[guideline.id].version == guideline.version:
        return guideline.id
    return version_page(guideline)


def version_page(guideline: Guideline) -> str:
    """Folder of the permanent page of a version."""
    return f"{guideline.id}/{guideline.version.isoformat()}"


def law_page(law: str) -> str:
    """Folder of a law's page."""
    return f"laws/{law}"


def article_anchor(site: Site, law: Law, start: dt.date | None, article: int | None) -> str:
    """Anchor of an article on the law's page: a32 in the main version, a8-2019-04-23 in others."""
    plain = site.main_version(law).effective_from == start
    number = "all" if article is None else str(article)
    return f"a{number}" if plain else f"a{number}-{start or 'undated'}"


def law_target(site: Site, guideline: Guideline, ref: LawRef) -> str | None:
    """Address of the article that ``ref`` cites, None if the law is not registered."""
    law = site.registers.laws.get(ref.law)
    version = site.law_version(law, guideline) if law else None
    if law is None or version is None:
        return None
    anchor = article_anchor(site, law, version.effective_from, ref.article)
    return f"{law_page(law.short_title)}#{anchor}"


@dataclass
class Glossary:
    """Marks glossary words in text, each term once per page. Slang is marked and points to the proper term."""

    site: Site
    origin: str
    seen: set[str] = field(default_factory=set)

    def mark(self, text: str) -> str:
        """Escaped HTML of ``text`` with marked words."""
        out, position = [], 0
        for match in self.site.term_pattern.finditer(text):
            term = self.site.term_words[match.group()]
            if term.term in self.seen:
                continue
            self.seen.add(term.term)
            out.append(esc(text[position : match.start()]))
            out.append(self._tag(match.group(), term))
            position = match.end()
        return "".join(out) + esc(text[position:])

    def _tag(self, word: str, term: Term) -> str:
        said = term.meaning if word == term.term else f"规范说法：{term.term}。{term.meaning}"
        address = href(self.origin, f"glossary#{term_anchor(term)}")
        return f'<a class="hg-term" href="{esc(address)}" data-tip="{esc(said)}">{esc(word)}</a>'


def term_anchor(term: Term) -> str:
    """Anchor of a glossary entry."""
    return "t-" + re.sub(r"\s+", "-", term.term)


def clause_html(site: Site, origin: str, guideline: Guideline, clause: Clause, glossary: Glossary) -> str:
    """The text of a clause as HTML: law references become links, glossary words are marked."""
    out = []
    for text, ref in _pieces(clause):
        target = law_target(site, guideline, ref) if ref else None
        if target:
            out.append(f'<a class="hg-law" href="{esc(href(origin, target))}">{esc(text)}</a>')
        else:
            out.append(esc(text) if ref else glossary.mark(text))
    return "".join(out)


def _pieces(clause: Clause) -> Iterator[tuple[str, LawRef | None]]:
    """The text cut into plain runs and references; of refs that overlap (ranges) the first is linked."""
    position = 0
    for ref in sorted(clause.laws, key=lambda r: (r.start, r.end)):
        if ref.start < position:
            continue
        if ref.start > position:
            yield clause.text[position : ref.start], None
        yield clause.text[ref.start : ref.end], ref
        position = ref.end
    if position < len(clause.text):
        yield clause.text[position:], None


def role_choice(site: Site) -> str:
    """The choice of one role for a list, as HTML; docs/js/site.js acts on it."""
    roles = "".join(f'<option value="{o.id}">{esc(o.short)}</option>' for o in site.operators)
    return f'<label>只看身份 <select name="role"><option value="">全部</option>{roles}</select></label>'


def plain_list(items: Iterable[str], css: str) -> str:
    """An unordered HTML list of ready HTML items."""
    return f'<ul class="{css}">' + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


def service_pages(origin: str) -> str:
    """Links to the pages the application makes from what officers enter; docs/js/site.js shows them where it answers."""
    pages = (("progress", "工作进度（挂图作战）"), ("quality", "回答质量"))
    links = "、".join(f'<a href="{href(origin, place).rstrip("/")}">{name}</a>' for place, name in pages)
    return f"<p data-live hidden>另见：{links}</p>\n\n"


def crumbs(origin: str, *steps: tuple[str, str]) -> str:
    """Path from the home page: (address, name) of each step above this page."""
    parts = [link(origin, "", "首页"), *(link(origin, target, name) for target, name in steps)]
    inner = "".join(f"<li>{part}</li>" for part in parts)
    return f'<nav class="hg-crumbs" aria-label="位置" data-search-exclude><ol>{inner}</ol></nav>\n\n'


def card(origin: str, guideline: Guideline, target: str, note: str = "") -> str:
    """A guideline as an entry of a list: title and summary, the whole entry a link target."""
    extra = f'<span class="hg-note">{esc(note)}</span>' if note else ""
    return f"{link(origin, target, guideline.title)}{extra}<p>{esc(guideline.summary)}</p>"
