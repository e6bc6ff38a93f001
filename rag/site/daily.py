"""每天十题: learning alone. The exercises of a role as a file; which ten come today is decided and kept in the browser."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rag.content import Operator
from rag.site.context import Site
from rag.site.markup import Page, crumbs, esc, page_of
from rag.training import Exercise, reviewed_exercises

_LEAD = "答错的明天再来，答对的隔得越来越久。不用账号，进度只存在这台设备的浏览器里。"


def daily_page(site: Site) -> Page:
    """The page at ``daily/``: who one is, then one question after the other."""
    choices = "".join(
        f'<button type="button" class="hg-button" data-role="{o.id}">{esc(o.short)}</button>'
        for o in _roles(site)
    )
    body = (
        f'{crumbs("daily")}# 每天十题\n\n<p class="hg-lead">{_LEAD}</p>\n\n'
        f'<div id="hg-daily"><p>您是哪一类？</p><p class="hg-tools">{choices}</p>'
        "<noscript><p>做题要开着浏览器的脚本。</p></noscript></div>\n\n"
        '<script type="module" src="../js/daily.js"></script>\n'
    )
    return Page(
        path="daily/index.md",
        title="每天十题",
        body=body,
        hide=("toc",),
        keywords=("练习", "做题", "考试", "自学"),
    )


def daily_files(site: Site) -> Iterator[tuple[str, str]]:
    """Path -> JSON: the exercises of a role and of everybody, each with the clause that explains it."""
    found = _exercises(site)
    for operator in _roles(site):
        rows = [
            {
                "id": e.id, "question": e.question, "options": e.options, "answer": e.answer, "text": e.text,
                "title": e.title, "url": f"{page_of(site, g)}/#{e.clause}",
            }
            for g in site.in_force
            if g.operator in (operator.id, "common")
            for e in found[g.id]
        ]  # fmt: skip
        yield f"daily/{operator.id}.json", json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _exercises(site: Site) -> dict[str, tuple[Exercise, ...]]:
    """Guideline id -> its exercises on the day: only those that somebody reviewed, as nobody looks on here."""
    reviewed = reviewed_exercises(site.corpus, site.options.quiz, site.day)
    return {g.id: tuple(e for e in reviewed if e.guideline == g.id) for g in site.in_force}


def _roles(site: Site) -> list[Operator]:
    """The roles that have exercises of their own."""
    found = _exercises(site)
    own = {g.operator for g in site.in_force if found[g.id]}
    return [o for o in site.operators if o.id in own and o.id != "common"]
