"""The home page: who are you, ask, what others ask, topics, what changed."""

from __future__ import annotations

from collections.abc import Iterator

from rag.content import Operator, Section
from rag.site.context import Site, in_section
from rag.site.markup import Page, esc, heading, href, link, page_of, plain_list, time_tag

RECENT = 4
MORE = (
    ("script", "播前审稿", "贴上口播稿，逐处标出问题、依据和改法"),
    ("laws", "按法条查", "每一条法律落到哪些指引"),
    ("matrix", "职责一图看清", "哪件事归谁管、谁的义务"),
    ("live", "播前播中播后", "一次直播要做的事，一张清单打勾"),
    ("glossary", "行话对照", "小黄车、憋单、炸福利是什么规范说法"),
    ("handouts", "培训讲义", "按身份打印成册，配幻灯片"),
    ("changes", "更新日志", "规定变了，这里先写"),
    ("manual", "使用手册", "怎么看、怎么问、怎么维护"),
)


def home_page(site: Site) -> Page:
    """The first page: who are you, what others ask, what changed, ask the assistant."""
    count = len(site.in_force)
    ask = (
        '<form class="hg-ask" action="chat" role="search" aria-label="提问"><label for="hg-q">有问题，直接问</label>'
        '<div><input id="hg-q" name="q" maxlength="500" placeholder="能说全网最低价吗" autocomplete="off">'
        '<button type="submit">问一问</button></div>'
        f"<p>答案只取自 {count} 份现行指引，逐句注明出处和法条。</p></form>"
    )
    body = [
        f'<div class="hg-hero"><h1>直播带货，先看规矩</h1>{ask}</div>\n\n',
        heading(2, "您是哪一类", "roles"),
        f'<div class="hg-roles">{"".join(_role_tile(site, o) for o in site.operators)}</div>\n\n',
        heading(2, "大家常问", "hot"),
        plain_list(_hot(site), "hg-hot") + "\n\n",
        heading(2, "按主题找", "topics"),
        plain_list([link("", f"topics/{t.id}", t.name) for t in site.topics], "hg-chips") + "\n\n",
        _recent(site),
        heading(2, "还可以这样查", "more"),
        plain_list(_more(), "hg-links") + "\n\n",
    ]
    return Page(
        path="index.md",
        title="首页",
        description="直播电商合规指引：平台、直播间、主播、机构、商家、园区各要守哪些规矩，条条有法律依据。",
        body="".join(body),
        hide=("navigation", "toc"),
        search=False,
    )


def _role_tile(site: Site, operator: Operator) -> str:
    count = sum(g.operator == operator.id for g in site.in_force)
    name = f"<strong>{esc(operator.short)}</strong><span>{esc(operator.definition)}</span><em>{count} 份指引</em>"
    return f'<a href="{href("", operator.id)}" data-choose="{operator.id}">{name}</a>'


def _hot(site: Site) -> Iterator[str]:
    """Per hot word the first question in force that contains it."""
    taken: set[tuple[str, str]] = set()
    questions = [(g, c) for g in site.in_force for c in in_section(g, Section.FAQ)]
    for word in site.options.hot:
        fitting = [(g, c) for g, c in questions if word in (c.heading or "") and (g.id, c.id) not in taken]
        if not fitting:
            continue
        guideline, clause = min(fitting, key=lambda pair: len(pair[1].heading or ""))
        taken.add((guideline.id, clause.id))
        role = site.operator(guideline.operator).short
        way = link("", f"{guideline.id}#{clause.id}", clause.heading or "")
        yield f'{way}<span class="hg-note" data-role="{guideline.operator}">{esc(role)}</span>'


def _recent(site: Site) -> str:
    versions = [g for g in site.corpus.guidelines if g.status == "published" and g.changes]
    past = sorted((g for g in versions if g.version <= site.day), key=lambda g: g.version, reverse=True)
    coming = sorted((g for g in versions if g.version > site.day), key=lambda g: g.version)
    items = []
    for guideline in [*coming[:2], *past[:RECENT]]:
        role = site.operator(guideline.operator).short
        when = "将于" if guideline.version > site.day else ""
        way = link("", page_of(site, guideline), f"{guideline.title}（{role}）")
        items.append(f'{way}<span class="hg-note">{when}{time_tag(guideline.version)}起</span>')
    items.append(link("", "changes", "全部更新，可以只看自己的"))
    return heading(2, "最近变了什么", "recent") + plain_list(items, "hg-links") + "\n\n"


def _more() -> list[str]:
    return [f"{link('', target, name)}<p>{esc(note)}</p>" for target, name, note in MORE]
