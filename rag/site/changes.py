"""The change log, its Atom feed, and the comparison of any two versions of a guideline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import combinations, groupby, pairwise
from xml.sax.saxutils import escape, quoteattr

from rag.content import ClauseChange, Guideline, GuidelineDiff, Kind, Section, Span, diff_guidelines
from rag.site.context import Site
from rag.site.guideline import compare_target
from rag.site.markup import (
    Page,
    chinese_date,
    crumbs,
    esc,
    link,
    md,
    page_of,
    role_choice,
    version_page,
)

FEED_ENTRIES = 60
SITE_NAME = "直播电商合规知识库"
KINDS = {Kind.CHANGED: "改", Kind.ADDED: "新增", Kind.REMOVED: "删去", Kind.SAME: "未变"}


def _dated(site: Site) -> list[Guideline]:
    """All published versions, newest first, in the order of the registers within a day."""
    published = [g for g in site.corpus.guidelines if g.status == "published"]
    return sorted(published, key=lambda g: g.version, reverse=True)


# --- change log ------------------------------------------------------------------------------------------------


def changes_page(site: Site) -> Page:
    """All versions by the day they take effect; a day's new guidelines are listed short."""
    parts = [crumbs("changes"), "# 更新日志\n\n"]
    mine = "、".join(link("changes", feed_file(o.id), o.short) for o in site.operators)
    feed = f"{link('changes', feed_file(), '订阅更新（Atom）')}，只订一种身份的：{mine}。"
    parts.append(f'<p class="hg-lead">规定变了，指引跟着出新版。按施行日期从新到旧。{feed}</p>\n\n')
    parts.append(_filters(site))
    for day, versions in groupby(_dated(site), key=lambda g: g.version):
        title = f"{chinese_date(day)}" + ("（还没有施行）" if day > site.day else "")
        inner = f'<h2 id="d-{day}">{title}</h2>{_day(site, list(versions))}'
        parts.append(f'<section class="hg-day">{inner}</section>\n\n')
    return Page(path="changes/index.md", title="更新日志", body="".join(parts), search=False)


def _filters(site: Site) -> str:
    touched = {law for g in _dated(site) for law in touched_laws(site, g)}
    names = [law.short_title for law in site.registers.laws if law.short_title in touched]
    laws = "".join(f"<option>{esc(name)}</option>" for name in names)
    return (
        '<form class="hg-choose" data-log>'
        f'{role_choice(site)}<label>只看法律 <select name="law"><option value="">全部</option>{laws}</select></label>'
        '<p role="status"></p></form>\n\n'
    )


def touched_laws(site: Site, guideline: Guideline) -> list[str]:
    """The laws of the clauses that a version changed, added or dropped; of a first version, of all its clauses."""
    before = site.previous_version(guideline)
    old = before.clauses if before else ()
    texts = {c.text for c in old} & {c.text for c in guideline.clauses}
    changed = [c for c in (*old, *guideline.clauses) if c.text not in texts]
    return sorted({ref.law for c in changed for ref in c.laws})


def _day(site: Site, versions: list[Guideline]) -> str:
    changed = "".join(_listed(site, g, _entry(site, g)) for g in versions if g.changes)
    new = [g for g in versions if not g.changes]
    parts = [f'<ul class="hg-log">{changed}</ul>'] if changed else []
    if new:
        items = "".join(_listed(site, g, _first(site, g)) for g in new)
        title = f"首次发布 {len(new)} 份"
        inner = f'<ul class="hg-chips">{items}</ul>'
        folded = (
            f"<details><summary>{title}</summary>{inner}</details>"
            if len(new) > 6
            else f"<p>首次发布</p>{inner}"
        )
        parts.append(f'<div class="hg-new">{folded}</div>')
    return "".join(parts)


def _listed(site: Site, guideline: Guideline, inner: str) -> str:
    """An entry with what the filters look at; law titles hold no space."""
    laws = " ".join(touched_laws(site, guideline))
    return f'<li data-entry="{guideline.operator}" data-laws="{esc(laws)}">{inner}</li>'


def _first(site: Site, guideline: Guideline) -> str:
    name = f"{site.operator(guideline.operator).short}·{guideline.title}"
    return link("changes", page_of(site, guideline), name)


def _entry(site: Site, guideline: Guideline) -> str:
    role = f'<span class="hg-note">{esc(site.operator(guideline.operator).short)}</span>'
    before = site.previous_version(guideline)
    compare = link("changes", compare_target(before, guideline), "逐条对比") if before else ""
    return f"{link('changes', page_of(site, guideline), guideline.title)}{role}<p>{esc(guideline.changes or '')} {compare}</p>"


def feeds(site: Site) -> dict[str, str]:
    """The change log as Atom feeds: all of it, and of each role alone."""
    return {feed_file(role): _feed(site, role) for role in ("", *(o.id for o in site.operators))}


def feed_file(role: str = "") -> str:
    """The name of the feed of a role, or of the one of all."""
    return f"feed-{role}.xml" if role else "feed.xml"


def _feed(site: Site, role: str) -> str:
    """A feed (RFC 4287). Without a public address links are relative to it."""
    base = site.options.public_url.rstrip("/") + "/" if site.options.public_url else ""
    versions = [g for g in _dated(site) if role in ("", g.operator)][:FEED_ENTRIES]
    whose = f"（{site.operator(role).short}）" if role else ""
    name = feed_file(role)
    newest = max((g.verified_on for g in versions), default=site.day)
    entries = "".join(_feed_entry(site, g, base) for g in versions)
    self_link = f'<link rel="self" href={quoteattr(base + name)}/>' if base else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">'
        f"<title>{SITE_NAME}：更新日志{whose}</title><id>urn:hegui:changes{role and f':{role}'}</id><updated>{_stamp(newest)}</updated>"
        f"<author><name>{escape(site.options.publisher or SITE_NAME)}</name></author>{self_link}<link href={quoteattr(base + 'changes/')}/>{entries}</feed>\n"
    )


def _feed_entry(site: Site, guideline: Guideline, base: str) -> str:
    title = f"{site.operator(guideline.operator).short}·{guideline.title}（{chinese_date(guideline.version)}起施行）"
    return (
        f"\n<entry><title>{escape(title)}</title><id>urn:hegui:{guideline.id}:{guideline.version}:{guideline.revision}</id>"
        f"<link href={quoteattr(base + version_page(guideline) + '/')}/><updated>{_stamp(guideline.verified_on)}</updated>"
        f"<summary>{escape(guideline.changes or guideline.summary)}</summary></entry>"
    )


def _stamp(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00+08:00"


# --- comparison ------------------------------------------------------------------------------------------------


def compare_pages(site: Site) -> Iterator[Page]:
    """Per guideline with several versions a page that holds the comparison of every pair."""
    for guideline_id in site.current:
        versions = site.corpus.versions(guideline_id)
        if len(versions) > 1:
            yield _compare_page(site, versions)


def _compare_page(site: Site, versions: list[Guideline]) -> Page:
    guideline = site.current[versions[0].id]
    folder = f"{guideline.id}/compare"
    shown = _first_shown(site, versions)
    body = [
        crumbs(
            folder,
            (guideline.operator, site.operator(guideline.operator).short),
            (guideline.id, guideline.title),
        ),
        f"# {md(guideline.title)}：版本对比\n\n",
        _chooser(site, versions, shown),
        *(_pair(site, folder, a, b, hidden=(a, b) != shown) for a, b in combinations(versions, 2)),
    ]
    return Page(
        path=f"{folder}/index.md",
        title=f"{guideline.title}：版本对比",
        body="".join(body),
        operator=guideline.operator,
        guideline=guideline.id,
        search=False,
        hide=("toc",),
    )


def _first_shown(site: Site, versions: list[Guideline]) -> tuple[Guideline, Guideline]:
    """The pair shown at first: the version in force and the one before it, else the last two."""
    pairs = list(pairwise(versions))
    return next(((a, b) for a, b in pairs if b.in_force(site.day)), pairs[-1])


def _chooser(site: Site, versions: list[Guideline], shown: tuple[Guideline, Guideline]) -> str:
    def options(chosen: Guideline) -> str:
        return "".join(
            f'<option value="{g.version}"{" selected" if g is chosen else ""}>{chinese_date(g.version)}起'
            f"{'（现行）' if g.in_force(site.day) else ''}</option>"
            for g in versions
        )

    return (
        '<form class="hg-choose" data-compare><label>旧版 <select name="a">'
        + options(shown[0])
        + "</select></label>"
        '<label>新版 <select name="b">' + options(shown[1]) + "</select></label>"
        '<label class="hg-only"><input type="checkbox" name="all"> 也看没变的条款</label><p role="status"></p></form>\n\n'
    )


def _pair(site: Site, folder: str, before: Guideline, after: Guideline, *, hidden: bool) -> str:
    diff = diff_guidelines(before, after)
    sections = []
    for section in Section:
        changes = [c for c in diff.clauses if c.section is section]
        if changes:
            sections.append(_section(section, changes))
    title = f"{chinese_date(before.version)}起的版本 → {chinese_date(after.version)}起的版本"
    ways = f"{link(folder, version_page(before), '看旧版全文')} {link(folder, page_of(site, after), '看新版全文')}"
    return (
        f'<section class="hg-diff" id="d-{before.version}-{after.version}"{" hidden" if hidden else ""} aria-label="{title}">'
        f'<p class="hg-diff-sum"><strong>{title}</strong><br>{_summary(diff)}。{ways}</p>{"".join(sections)}</section>\n\n'
    )


def _summary(diff: GuidelineDiff) -> str:
    return "，".join(f"{name} {diff.count(kind)} 条" for kind, name in KINDS.items())


def _section(section: Section, changes: list[ClauseChange]) -> str:
    same = all(c.kind is Kind.SAME for c in changes)
    items = "".join(
        f'<li class="hg-{c.kind}"><span class="hg-kind">{KINDS[c.kind]}</span>{_change(c)}</li>'
        for c in changes
    )
    return f'<div class="{"hg-same" if same else "hg-part"}"><h2>{section.value}</h2><ul>{items}</ul></div>'


def _change(change: ClauseChange) -> str:
    question = f"<p><b>{_marks(change.heading)}</b></p>" if change.section is Section.FAQ else ""
    return f"<div>{question}<p>{_marks(change.text)}</p></div>"


def _marks(spans: tuple[Span, ...]) -> str:
    tags = {Kind.ADDED: "ins", Kind.REMOVED: "del"}
    return "".join(f"<{t}>{esc(s.text)}</{t}>" if (t := tags.get(s.kind)) else esc(s.text) for s in spans)
