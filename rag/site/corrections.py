"""更正公告: clauses that were published with wrong words, what they said and what they say now; page and Atom feed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, islice
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
        inner = "".join(_entry(site, group) for group in _groups(items))
        parts.append(f'<section class="hg-day"><h2 id="d-{day}">{chinese_date(day)}</h2><ul class="hg-log">{inner}</ul></section>\n\n')  # fmt: skip
    return Page(path="corrections/index.md", title="更正公告", body="".join(parts), search=False)


def _groups(items: Iterable[Correction]) -> list[list[Correction]]:
    """Clauses put right one by one; those that were withdrawn with their version together."""
    keyed = groupby(items, key=lambda c: (c.guideline, c.version, c.clause if c.after else "", c.reason))
    return [list(group) for _, group in keyed]


def _entry(site: Site, group: Sequence[Correction]) -> str:
    item = group[0]
    version = next((g for g in site.corpus.versions(item.guideline) if g.version == item.version), None)
    name = f"{item.title}（{chinese_date(item.version)}起施行）"
    there = version and version.clause(item.clause)
    target = f"{page_of(site, version)}#{item.clause}" if version and there else ""
    head = link("corrections", target, name) if target else esc(name)
    if item.after:
        return f"<li>{head}<p><del>{esc(item.before)}</del></p><p><ins>{esc(item.after)}</ins></p></li>"
    why = f"原因：{esc(item.reason)}。" if item.reason else ""
    if len(group) == 1:
        return f"<li>{head}<p><del>{esc(item.before)}</del></p><p>这一条已撤下。{why}</p></li>"
    gone = "".join(f"<p><del>{esc(c.before)}</del></p>" for c in group)
    return f"<li>{head}<p>这一版的 {len(group)} 条已撤下。{why}</p><details><summary>撤下的条款</summary>{gone}</details></li>"


def corrections_feed(site: Site) -> str:
    """The corrections as an Atom feed (RFC 4287)."""
    base = site.options.public_url.rstrip("/") + "/" if site.options.public_url else ""
    items = site.options.corrections
    newest = max((c.day for c in items), default=site.day)
    days = (group for _, day in groupby(items, key=lambda c: c.day) for group in _groups(day))
    entries = "".join(
        f"\n<entry><title>更正：{escape(_named(group))}</title>"
        f"<id>urn:hegui:correction:{c.guideline}:{c.version}:{c.clause}:{c.day}</id>"
        f"<link href={quoteattr(f'{base}corrections/#d-{c.day}')}/><updated>{c.day}T00:00:00+08:00</updated>"
        f"<summary>{escape(_told(group))}</summary></entry>"
        for group in islice(days, FEED_ENTRIES)
        for c in group[:1]
    )
    self_link = f'<link rel="self" href={quoteattr(base + "corrections.xml")}/>' if base else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">'
        f"<title>{SITE_NAME}：更正公告</title><id>urn:hegui:corrections</id><updated>{newest}T00:00:00+08:00</updated>"
        f"<author><name>{escape(site.options.publisher or SITE_NAME)}</name></author>{self_link}<link href={quoteattr(base + 'corrections/')}/>{entries}</feed>\n"
    )


def _named(group: Sequence[Correction]) -> str:
    return f"{group[0].title} {group[0].clause if len(group) == 1 else f'{group[0].version} 版'}"


def _told(group: Sequence[Correction]) -> str:
    item = group[0]
    if len(group) == 1:
        return item.notice
    return f"更正（{item.day}）：{item.version} 版的 {len(group)} 条已撤下{f'（{item.reason}）' if item.reason else ''}。"
