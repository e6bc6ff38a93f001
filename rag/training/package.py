"""Everything of a course in one zip that works from a folder: slides, exercises, handout, cases."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

from rag.training.deck import deck_slides
from rag.training.models import Plan
from rag.training.pages import ASSETS, deck_page, exercise_page, sheet_page
from rag.training.pdf import render_pdf
from rag.training.sheets import case_sheet, feedback_sheet, handout, quiz_sheet, sign_in_sheet

COPIED = ("deck.css", "deck.js", "sheet.css", "exercises.js")
_README = """{title}

解压后用浏览器打开，不需要网络：
slides.html   幻灯片（→ 下一张，N 讲者备注，F 全屏）
quiz.html     练习，点选后看答案和条款
handout.html  讲义；handout.pdf 用来打印
quiz.pdf      练习卷，答案在最后
signin.pdf    签到表；feedback.pdf 反馈表：都用来打印
{cases}{codes}
按 {day} 施行的规定编印。规定改了请重新下载。
"""


_CASES = "cases.html    情形讨论，参考答案在最后；cases.pdf 用来打印\n"
_NO_CODES = "\n这一包里没有二维码：下载时用的是本机地址，手机打不开。要二维码，请用局域网地址或者网站正式地址重新下载。\n"


def package(plan: Plan, *, link: str = "", publisher: str = "", today: dt.date) -> bytes:
    """The zip; ``link`` is the public address of the site, "" if it has none."""
    sheets = {"handout": handout(plan, link), "quiz": quiz_sheet(plan, link)}
    if plan.discussions:
        sheets["cases"] = case_sheet(plan, link)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name in COPIED:
            zipped.writestr(name, (ASSETS / name).read_bytes())
        zipped.writestr("slides.html", deck_page(plan.course.title, deck_slides(plan, link), assets=""))
        zipped.writestr("quiz.html", exercise_page(plan, assets=""))
        for name, sheet in sheets.items():
            if name != "quiz":  # that one is a page to click
                zipped.writestr(f"{name}.html", sheet_page(sheet, assets=""))
            zipped.writestr(f"{name}.pdf", render_pdf(sheet, publisher=publisher, day=today))
        for name, sheet in (("signin", sign_in_sheet(plan)), ("feedback", feedback_sheet(plan))):
            zipped.writestr(f"{name}.pdf", render_pdf(sheet, publisher=publisher, day=today))
        more = {"cases": _CASES if plan.discussions else "", "codes": "" if link else _NO_CODES}
        zipped.writestr("README.txt", _README.format(title=plan.course.title, day=plan.course.day, **more))
    return out.getvalue()
