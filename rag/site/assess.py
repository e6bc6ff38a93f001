"""Self-assessment: one sheet a programme, each question with its clause; scored in the browser, printed, or sent to an officer."""

from __future__ import annotations

from collections.abc import Iterator

from rag.content import Assessment, AssessmentItem, Clause, Guideline, Weight, clause_on, weight_of
from rag.site.context import Site
from rag.site.markup import (
    Page,
    chinese_date,
    crumbs,
    esc,
    heading,
    law_target,
    link,
    md,
    page_of,
    plain_list,
)

_ANSWERS = (("yes", "做到了"), ("part", "做到一部分"), ("no", "没做到"), ("none", "不适用"))
_SCRIPTLESS = "打勾、算分要开着浏览器的脚本；没有也可以打印出来填。"


def assess_pages(site: Site) -> Iterator[Page]:
    """The list of sheets, and each of them."""
    sheets = site.options.assessments
    items = [f"{link('assess', f'assess/{s.id}', s.title)}<p>{esc(s.lead)}</p>" for s in sheets]
    body = (
        f'{crumbs("assess")}# 自查自评\n\n<p class="hg-lead">照表问自己，当场看出哪些没做到、先做什么。不用登记，答案只存在这台设备的浏览器里。</p>\n\n'
        + (plain_list(items, "hg-links") if items else "还没有自查表。")
    )
    yield Page(
        path="assess/index.md",
        title="自查自评",
        body=body,
        hide=("toc",),
        keywords=("自评", "自查", "诚信直播间", "体检"),
    )
    for sheet in sheets:
        yield _page(site, sheet)


def _page(site: Site, sheet: Assessment) -> Page:
    folder = f"assess/{sheet.id}"
    about = site.current.get(sheet.about)
    more = f"　{link(folder, page_of(site, about), f'怎么回事：{about.title}')}" if about else ""
    count = sum(len(area.items) for area in sheet.areas)
    body = [
        crumbs(folder, ("assess", "自查自评")),
        f"# {md(sheet.title)}\n\n",
        f'<p class="hg-lead">{esc(sheet.lead)}{more}</p>\n\n',
        f'<p class="hg-basis">{count} 项，按{chinese_date(site.day)}施行的规定。“法定”是规定要求的，“倡导”是鼓励的，不做不罚；“建议”是帮您做到规定的好办法，不是规定本身。答案只存在这台设备的浏览器里。</p>\n\n',
        f'<noscript><p class="hg-basis">{_SCRIPTLESS}</p></noscript>\n\n',
        f'<form class="hg-assess" data-sheet="{esc(sheet.id)}" data-title="{esc(sheet.title)}" data-day="{site.day}" data-operator="{esc(sheet.operator)}">',
        *(_area(site, folder, number, sheet) for number in range(len(sheet.areas))),
        "</form>\n\n",
        heading(2, "结果", "result"),
        '<div id="hg-result" aria-live="polite"><p class="hg-basis">答了就有结果。</p></div>\n\n',
        '<script type="module" src="../../js/assess.js"></script>\n',
    ]
    return Page(
        path=f"{folder}/index.md", title=sheet.title, description=sheet.lead, body="".join(body), hide=("toc",),
        keywords=("自评", "自查"),
    )  # fmt: skip


def _area(site: Site, folder: str, number: int, sheet: Assessment) -> str:
    area = sheet.areas[number]
    rows = []
    for ordinal, item in enumerate(area.items, 1):
        found = clause_on(site.corpus, item.clause, site.day)
        if found:
            rows.append(_item(site, folder, f"{number + 1}.{ordinal}", item, *found))
    name = f"a{number + 1}"
    return f'<section data-area="{esc(area.name)}" aria-labelledby="{name}"><h2 id="{name}">{esc(area.name)}</h2>{"".join(rows)}</section>'


def _item(
    site: Site, folder: str, number: str, item: AssessmentItem, guideline: Guideline, clause: Clause
) -> str:
    weight = weight_of(clause)
    name = f"q{number.replace('.', '-')}"
    radios = "".join(
        f'<label><input type="radio" name="{name}" value="{value}"><span>{label}</span></label>'
        for value, label in _ANSWERS
    )
    target = f"{page_of(site, guideline)}#{clause.id}"
    basis = link(folder, target, f"{guideline.title}（{guideline.version} 起）")
    laws = "、".join(_laws(site, folder, guideline, clause)) if weight is Weight.LAW else ""
    proof = f'<label class="hg-proof">手里该有：{esc(item.proof)}<input type="text" maxlength="200" placeholder="证据在哪里（可不填）"></label>'
    return (
        f'<fieldset data-item="{esc(item.clause)}" data-ask="{esc(item.ask)}" data-weight="{weight.name.lower()}" data-number="{number}">'
        f'<legend><span class="hg-kind hg-kind--{weight.name.lower()}">{weight.value}</span> {esc(item.ask)}</legend>'
        f'<p class="hg-answers">{radios}</p><p class="hg-basis">依据：{basis}{"　" + laws if laws else ""}</p>{proof}</fieldset>'
    )


def _laws(site: Site, folder: str, guideline: Guideline, clause: Clause) -> Iterator[str]:
    """The articles behind a clause; the law's name stands before the first of its articles."""
    before = ""
    for ref in clause.laws:
        name = "" if ref.law == before else f"《{ref.law}》"
        before = ref.law
        target = law_target(site, guideline, ref)
        text = name + ref.label.rpartition("》")[2]
        yield link(folder, target, text, "hg-law") if target else esc(text)
