"""更正公告: clauses that were published with wrong words, what they said and what they say now; page and Atom feed."""

from __future__ import annotations

from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from rag.content import Correction
from rag.site.changes import SITE_NAME
from rag.site.context import Site
from rag.site.markup import Page, chinese_date, crumbs, esc, link, page_of

FEED_ENTRIES = 60


def corrections_page(site: Site) -> Page:
    """All corrections by day, newest first."""
    feed = link("corrections", "corrections.xml", "订阅更正（Atom）")
    parts = [crumbs("corrections"), "# 更正公告\n\n"]
    parts.append(f'<p class="hg-lead">规定没有变、我们写错了的地方，改正或者撤下后在这里公布。{feed}</p>\n\n')
    if not site.options.corrections:
        parts.append("<p>还没有更正。</p>\n\n")
    for day, items in groupby(site.options.corrections, key=lambda c: c.day):
        inner = "".join(_entry(site, c) for c in items)
        parts.append(f'<section class="hg-day"><h2 id="d-{day}">{chinese_date(day)}</h2><ul class="hg-log">{inner}</ul></section>\n\n')  # fmt: skip
    return Page(path="corrections/index.md", title="更正公告", body="".join(parts), search=False)


def _entry(site: Site, item: Correction) -> str:
    version = next((g for g in site.corpus.versions(item.guideline) if g.version == item.version), None)
    name = f"{item.title}（{chinese_date(item.version)}起施行）"
    there = version and version.clause(item.clause)
    target = f"{page_of(site, version)}#{item.clause}" if version and there else ""
    head = link("corrections", target, name) if target else esc(name)
    why = f"原因：{esc(item.reason)}" if item.reason else ""
    after = f"<ins>{esc(item.after)}</ins>" if item.after else f"这一条已撤下。{why}"
    return f"<li>{head}<p><del>{esc(item.before)}</del></p><p>{after}</p></li>"


def corrections_feed(site: Site) -> str:
    """The corrections as an Atom feed (RFC 4287)."""
    base = site.options.public_url.rstrip("/") + "/" if site.options.public_url else ""
    items = site.options.corrections[:FEED_ENTRIES]
    newest = max((c.day for c in items), default=site.day)
    entries = "".join(
        f"\n<entry><title>更正：{escape(c.title)} {c.clause}</title>"
        f"<id>urn:hegui:correction:{c.guideline}:{c.version}:{c.clause}:{c.day}</id>"
        f"<link href={quoteattr(f'{base}corrections/#d-{c.day}')}/><updated>{c.day}T00:00:00+08:00</updated>"
        f"<summary>{escape(c.notice)}</summary></entry>"
        for c in items
    )
    self_link = f'<link rel="self" href={quoteattr(base + "corrections.xml")}/>' if base else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">'
        f"<title>{SITE_NAME}：更正公告</title><id>urn:hegui:corrections</id><updated>{newest}T00:00:00+08:00</updated>"
        f"<author><name>{escape(site.options.publisher or SITE_NAME)}</name></author>{self_link}<link href={quoteattr(base + 'corrections/')}/>{entries}</feed>\n"
    )
