"""Whose site it is and how to tell; what is wrong with it can be reported; every page on one map."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rag.site.about import HOTLINE, reach
from rag.site.context import Site
from rag.site.markup import Page, crumbs, esc, heading, link, plain_list

PLATFORM = '<a href="https://www.12315.cn/" rel="noopener">全国12315平台</a>'
TOOLS = (
    ("topics", "按主题找"),
    ("laws", "按法条查"),
    ("script", "播前审稿"),
    ("live", "播前播中播后"),
    ("assess", "自查自评"),
    ("daily", "每天十题"),
    ("matrix", "职责一图看清"),
    ("glossary", "行话对照"),
    ("handouts", "培训讲义"),
    ("changes", "更新日志"),
    ("corrections", "更正公告"),
)
ABOUT = (
    ("manual", "使用手册"),
    ("about/site", "关于本站"),
    ("about/report", "网站找错"),
    ("about/privacy", "隐私说明"),
    ("about/accessibility", "无障碍说明"),
)


def official_pages(site: Site) -> Iterator[Page]:
    """About the site, reporting a fault, the map."""
    yield _about(site)
    yield _report(site)
    yield _map(site)


def manifest(name: str) -> str:
    """What a phone needs to put the site on its home screen; addresses are relative to the file."""
    icon = {"src": "assets/logo.svg", "sizes": "any", "type": "image/svg+xml"}
    facts = {"name": name, "short_name": "直播合规", "lang": "zh-CN", "start_url": "./", "scope": "./"}
    look = {"display": "minimal-ui", "background_color": "#ffffff", "theme_color": "#17518c", "icons": [icon]}
    return json.dumps(facts | look, ensure_ascii=False, indent=1)


def _page(folder: str, title: str, lead: str, body: str) -> Page:
    head = f'{crumbs(folder)}# {title}\n\n<p class="hg-lead">{lead}</p>\n\n'
    return Page(path=f"{folder}/index.md", title=title, body=head + body, hide=("toc",))


def _about(site: Site) -> Page:
    options = site.options
    address = esc(options.public_url)
    who = [
        f"主办单位：{esc(options.publisher)}。" if options.publisher else "本站没有写明主办单位。",
        *(f"{esc(text)}。" for text in options.site_ids),
        *([f'网址：<a href="{address}">{address}</a>。'] if address else []),
        f"联系：{reach(options)}。",
    ]
    tell = [
        *(["看浏览器地址栏里的网址是不是上面写的那个，有没有“不安全”的提示。"] if address else []),
        *(["备案号点页脚的链接，到登记机关的网站上核对主办单位是不是同一家。"] if options.site_ids else []),
        "看指引、提问不收费，不用登录；本站不索要银行卡、验证码和身份证号。有人拿本站的名义要这些，请报警或者拨打 12315。",
    ]
    turn = [
        f"举报、投诉商家和平台：{PLATFORM}，或者{HOTLINE}。本站不受理举报、投诉。",
        f"网页打不开、写错了、看不清：{link('about/site', 'about/report', '网站找错')}。",
        "某一条指引写得不对：点那一条下面的“这条不对”。",
    ]
    parts = (("谁办的", "who", who), ("怎么认出本站", "tell", tell), ("有事找谁", "turn", turn))
    body = "".join(
        heading(2, title, anchor) + plain_list(items, "hg-links") + "\n\n" for title, anchor, items in parts
    )
    return _page("about/site", "关于本站", "谁办的，怎么认出是真的，有事找谁。", body)


def _report(site: Site) -> Page:
    days = site.options.retention_days
    form = (
        '<form class="hg-report" data-report hidden><label>哪一页<input name="page" type="text" maxlength="200"></label>'
        '<label>哪里有错<textarea name="what" rows="4" maxlength="400" required></textarea></label>'
        '<label>怎样联系您（可不填）<input name="contact" type="text" maxlength="200" autocomplete="email"></label>'
        f'<label class="hg-agree"><input name="consent" type="checkbox" required>同意保存这些内容，最多 {days} 天，只用来改正和答复</label>'
        '<button type="submit" class="hg-button">提交</button><p role="status"></p></form>\n\n'
        if days
        else ""
    )
    body = (
        f'{form}<p>也可以联系：{reach(site.options)}。</p>\n\n<script src="../../js/report.js" defer></script>\n'
        f"<p>对商家、平台的举报和投诉请到{PLATFORM}。</p>\n\n"
    )
    return _page("about/report", "网站找错", "打不开、写错了、点不到、看不清，都可以告诉我们。", body)


def _map(site: Site) -> Page:
    folder = "about/map"
    parts = []
    for role in site.operators:
        items = [link(folder, g.id, g.title) for g in site.current.values() if g.operator == role.id]
        title = link(folder, role.id, role.name)
        parts.append(f'<h2 id="{role.id}">{title}</h2>{plain_list(items, "hg-chips")}\n\n')
    topics = [link(folder, f"topics/{t.id}", t.name) for t in site.topics]
    for title, anchor, pages in (("工具和名单", "tools", TOOLS), ("关于", "about", ABOUT)):
        items = [link(folder, place, name) for place, name in pages]
        parts.append(heading(2, title, anchor) + plain_list(items, "hg-chips") + "\n\n")
    parts.append(heading(2, "主题", "topics") + plain_list(topics, "hg-chips") + "\n\n")
    return _page(folder, "站点地图", f"全部 {len(site.current)} 份指引和别的页面。", "".join(parts))
