"""Below the clauses of a guideline: related pages, versions, tools, what readers think of the page."""

from __future__ import annotations

from rag.content import Guideline, Section
from rag.site.context import Site, in_section
from rag.site.markup import chinese_date, esc, heading, href, link, plain_list, version_page

RELATED = 6
REASONS = ("没有我要找的", "看不懂", "写得不对或者过时了", "页面有毛病")  # why a page did not help
SIGN = '<p class="hg-sign">单位：＿＿＿＿＿＿＿＿　日期：＿＿＿＿＿＿＿＿　签名：＿＿＿＿＿＿＿＿</p>'


def related(site: Site, guideline: Guideline, origin: str) -> str:
    """Guidelines on the same topics, the nearest first."""
    scored = [
        (len(set(g.topics) & set(guideline.topics)) * 2 + (g.operator == guideline.operator), g)
        for g in site.current.values()
        if g.id != guideline.id and set(g.topics) & set(guideline.topics)
    ]
    best = [g for _, g in sorted(scored, key=lambda pair: -pair[0])[:RELATED]]
    if not best:
        return ""
    items = [
        f'{link(origin, g.id, g.title)}<span class="hg-note">{esc(site.operator(g.operator).short)}</span>'
        for g in best
    ]
    return heading(2, "相关指引", "related") + plain_list(items, "hg-links") + "\n\n"


def tools(site: Site, guideline: Guideline, origin: str) -> str:
    """Versions, slides, print, QR code, edit link and feedback."""
    versions = site.corpus.versions(guideline.id)
    now = site.current[guideline.id]
    items = []
    for version in reversed(versions):
        mark = (
            "（现行）" if version.in_force(site.day) else "（未施行）" if version.version > site.day else ""
        )
        name = f"{chinese_date(version.version)}起的版本{mark}"
        here = version.version == guideline.version and origin != guideline.id
        items.append(
            f'<span aria-current="page">{name}</span>' if here else link(origin, version_page(version), name)
        )
    if len(versions) > 1:
        items.append(link(origin, f"{guideline.id}/compare", "版本对比"))
    actions = (
        [link(origin, f"slides/{guideline.id}/index.html", "幻灯片", "hg-button")] if now is guideline else []
    )
    actions.append('<button type="button" class="hg-button" data-action="print">打印本页</button>')
    if site.options.edit_url:
        address = site.options.edit_url.rstrip("/") + "/" + guideline.path
        actions.append(
            f'<a class="hg-button hg-edit" href="{esc(address)}" rel="nofollow">修改这份指引（联络员）</a>'
        )
    return (
        f'<section class="hg-foot" aria-label="版本和工具" data-search-exclude><div class="hg-versions" id="versions"><p class="hg-label">全部版本</p>{plain_list(items, "")}</div>'
        f'<div class="hg-actions">{"".join(actions)}</div>{_qr(site, guideline, origin)}{_sign(guideline)}{_feedback(guideline)}</section>\n\n'
    )


def _qr(site: Site, guideline: Guideline, origin: str) -> str:
    if not site.options.public_url:
        return ""
    source = href(origin, f"{guideline.id}/qr.svg")
    return (
        f'<figure class="hg-qr"><img src="{source}" alt="本页的二维码" width="132" height="132">'
        "<figcaption>扫码在手机上看这一页</figcaption></figure>"
    )


def _feedback(guideline: Guideline) -> str:
    return (
        f'<form class="hg-feedback" data-page="{esc(guideline.key)}" hidden><p id="fb">这一页有用吗？</p>'
        '<div role="group" aria-labelledby="fb"><button type="button" class="hg-button" value="true">有用</button>'
        '<button type="button" class="hg-button" value="false">没用</button></div>'
        f'<fieldset class="hg-why" hidden><legend>哪里没用？</legend>{_reasons()}<label>还想说的<input type="text" maxlength="400"></label>'
        '<button type="button" class="hg-button" value="why">提交</button></fieldset><p role="status"></p></form>'
    )


def _reasons() -> str:
    return "".join(f'<label><input type="checkbox" value="{why}">{why}</label>' for why in REASONS)


def _sign(guideline: Guideline) -> str:
    """For the printed checklist: whose it is, when, and who stands for it."""
    return SIGN if in_section(guideline, Section.CHECKLIST) else ""
