"""审稿: the page on which a script is checked. The element on it asks the application; without one the page says so."""

from __future__ import annotations

from rag.site.markup import Page, crumbs

_LEAD = (
    "把口播稿、标题、详情页文字贴进来，找出有问题的说法：违反哪一条、为什么、可以怎么说，还缺什么。"
    "每一处都能点开依据的指引和法条。"
)
_LIMITS = (
    "在我们自己出的测试句子里，违法和有风险的说法大约能找出七成，标出来的大约每七处有一处标错或者轻重不对。"
    "换一种绕弯的说法、靠画面和语气暗示、编的事实、没标广告的软文，多半找不出来。没有标出来，不等于可以说。"
)
_ABSENT = "审稿要连上网站的服务才能用。现在没有连上：请确认网络，或者请管理员启动服务。"


def script_page() -> Page:
    """The page at ``script/``."""
    body = (
        f'{crumbs("script")}# 播前审稿\n\n<p class="hg-lead">{_LEAD}</p>\n\n<p>{_LIMITS}</p>\n\n'
        f'<div><hegui-script><p class="hg-note">{_ABSENT}</p></hegui-script></div>\n\n'
        '<script type="module" src="../static/hegui-script.js"></script>\n'
    )
    return Page(
        path="script/index.md",
        title="播前审稿",
        description="直播前审一遍稿子：违法、有风险的说法逐处标出，附依据和改法。",
        body=body,
        hide=("toc",),
        keywords=("审稿", "违禁词", "话术检查", "敏感词"),
    )
