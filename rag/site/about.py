"""Who publishes the site, what is stored about its readers, and who can use it: true for the settings it was built with."""

from __future__ import annotations

from collections.abc import Iterator

from rag.site.context import Site, SiteOptions
from rag.site.markup import Page, crumbs, esc, heading, link, plain_list

HOTLINE = '全国市场监管热线 <a href="tel:12315">12315</a>'


def about_pages(site: Site) -> Iterator[Page]:
    """Privacy and accessibility."""
    yield _privacy(site.options)
    yield _accessibility(site.options)


def publisher(options: SiteOptions) -> str:
    """Who is behind the site, as HTML; without a setting nobody is named."""
    name = esc(options.publisher)
    return f"本站由{name}主办。" if name else ""


def reach(options: SiteOptions) -> str:
    """How to reach a person, as HTML: the contact if its number or page is set, and the hotline."""
    name, phone, url = map(esc, (options.contact_name, options.contact_phone, options.contact_url))
    if not phone and not url:
        return HOTLINE
    named = f'<a href="{url}">{name}</a>' if url else name
    number = f'：<a href="tel:{phone}">{phone}</a>' if phone else ""
    return f"{named}{number}；{HOTLINE}"


def _page(folder: str, title: str, lead: str, parts: list[str]) -> Page:
    body = f'{crumbs(folder)}# {title}\n\n<p class="hg-lead">{lead}</p>\n\n{"".join(parts)}'
    return Page(path=f"{folder}/index.md", title=title, body=body, hide=("toc",))


def _part(title: str, anchor: str, items: list[str]) -> str:
    return heading(2, title, anchor) + plain_list(items, "hg-links") + "\n\n"


def _privacy(options: SiteOptions) -> Page:
    days = options.retention_days
    asked = (
        f"问题、回答和评价保存 {days} 天，到期删除，用来改进指引。身份证号、手机号这类内容先遮盖再保存；请不要写进问题里。"
        if days
        else "问题、回答和评价都不保存。"
    )
    kept = [
        "身份、自查清单的勾选、明暗和字号，只存在这台设备的浏览器里，不上传；清除浏览器数据就没有了。",
        "问助手的对话留在浏览器里，关掉窗口或者点“新对话”就没有了。",
        "打开过的页面存在这台设备上，没有网络也能再看；清除浏览器数据就没有了。",
        "翻看和搜索网页都在您的设备上完成，没有统计脚本，不向别的网站要任何东西。",
    ]
    server = [
        asked,
        "审稿的稿子审完就丢，不保存；按“这条不对”或者“问助手”，只发出那一处标出的几个字。本单位接了大模型的，按“请模型改写”才把几句有风险的原话发给它，含个人信息的句子不发。",
        "为了防止滥用，服务器按来访地址和一个随机的会话标记（Cookie hegui_session，不含个人信息）数提问次数，不写进数据库。",
        "联络员登录案头时，浏览器存一个登录标记（Cookie hegui_desk，只认这次登录，最长 12 小时）；用统一登录的，还有一个十分钟的（Cookie hegui_oidc）；"
        "凭查询码看答复的页面也用 hegui_desk 防伪造表单。读者看指引、提问不会有这两个。",
        *(["从回答里抽一小部分由联络员评分，公布的只有数字。"] if days else []),
        "只有您自己填写并同意，联系方式才会交给联络员，用于答复您。" if days else "本站不收集联系方式。",
    ]
    rights = [f"想查询、更正或者删除与您有关的内容，请联系：{reach(options)}。"]
    return _page(
        "about/privacy",
        "隐私说明",
        f"{publisher(options)}看指引、搜索和提问会留下什么，留多久，怎么删除。",
        [
            _part("留在您设备上的", "device", kept),
            _part("交给服务器的", "server", server),
            _part("您可以要求的", "rights", rights),
        ],
    )


def _accessibility(options: SiteOptions) -> Page:
    can = [
        "全部内容可以只用键盘、可以用读屏软件；标题、列表、表格都按结构写。",
        "每一页都有“大字”，点一次，这台设备上的每一页都大；浏览器再放大到两倍，页面也不会横向移动。",
        "指引和助手的回答可以朗读；浅色、深色都满足对比度要求。",
        "手机、电脑和打印都能用；没有脚本也能读指引。",
    ]
    limits = [
        "法律原文以公布机关的文本为准，外部文件不一定满足同样的要求。",
        "幻灯片是给课堂投影用的，读屏请看同名的指引。",
    ]
    help_ = [
        f"看不清、点不到、读不出来，请告诉我们：{reach(options)}。",
        link("about/accessibility", "manual", "使用手册"),
    ]
    return _page(
        "about/accessibility",
        "无障碍说明",
        f"{publisher(options)}目标是达到《信息技术 互联网内容无障碍可访问性技术要求与测试方法》和 WCAG 2.1 AA 的要求，每次改版用自动检查工具核对。",
        [
            _part("可以做到的", "can", can),
            _part("还有限制的", "limits", limits),
            _part("遇到困难", "help", help_),
        ],
    )
