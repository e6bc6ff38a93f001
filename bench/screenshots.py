"""Makes the pictures of the manuals of officers and trainers from the real pages: ``python -m bench.screenshots [--training] [FOLDER]``.

Runs the desk over a copy of the content, does what the manual tells, and keeps a picture of each step in docs/assets/desk.
Needs Chromium and the development dependencies; nothing but the pictures is changed.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import re
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docx
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, FilePayload, Locator, Page, sync_playwright

from api.app import create_app
from api.desk.roles import Role
from api.desk.services import Desk
from rag.content.corpus import load_corpus
from rag.ground.settings import ROOT, Settings
from rag.index.build import bring_up_to_date

PICTURES = ROOT / "docs" / "assets" / "desk"
PASSWORD = "a password for pictures"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PEOPLE = {
    "bianxie": ("编写员", Role.WRITER),
    "shenhe": ("审核员", Role.REVIEWER),
    "guanli": ("管理员", Role.ADMIN),
}
QUESTIONS = (
    "收来的旧手办能在直播间抽奖送吗",
    "直播间卖代写作业的服务行不行",
    "园区能不能替主播报名参加诚信直播间",
)


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The application on a free port; yields its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)


def installation(folder: Path) -> FastAPI:
    """The whole content, searched by words alone, with one account a role."""
    shutil.copytree(ROOT / "guidelines", folder / "guidelines")
    settings = Settings(
        guidelines=folder / "guidelines", data=folder / "var", site=folder / "site", rate_limit=0,
        embedding="none", judge="none", _env_file=None,
    )  # fmt: skip
    bring_up_to_date(settings, load_corpus(settings.guidelines))
    app = create_app(settings)
    desk: Desk = app.state.hegui.desk
    for name, (display, role) in PEOPLE.items():
        user = desk.people.add(name, display, frozenset([role]), password=PASSWORD)
        desk.people.set_password(user.id, PASSWORD, by=None)
    return app


class Camera:
    """One browser window; pictures go to ``folder``."""

    def __init__(
        self, browser: Browser, address: str, folder: Path, width: int = 960, height: int = 640
    ) -> None:
        self._folder = folder
        context = browser.new_context(
            base_url=address, viewport={"width": width, "height": height}, locale="zh-CN", reduced_motion="reduce",
            color_scheme="light", timezone_id="Asia/Shanghai",
        )  # fmt: skip
        self.page: Page = context.new_page()

    def sign_in(self, name: str, path: str) -> None:
        """Come as ``name`` to the page ``path``."""
        self.page.context.clear_cookies()
        self.page.goto(path)
        self.page.get_by_label("账号").fill(name)
        self.page.get_by_label("密码", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(f"**{path}")

    def follow(self, way: Locator) -> None:
        """Click what leads to another page, and be there."""
        with self.page.expect_navigation():
            way.click()

    def keep(self, name: str, top: Locator | None = None) -> None:
        """A picture of the window, scrolled so that ``top`` stands near its upper edge."""
        if top is not None:
            top.evaluate(
                "e => scrollTo({top: e.getBoundingClientRect().top + scrollY - 16, behavior: 'instant'})"
            )
        else:
            self.page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
        self.page.screenshot(path=self._folder / f"{name}.png")
        print(f"  {name}.png")


def mailed() -> FilePayload:
    """A Word file as somebody mails it."""
    document = docx.Document()
    for line in (
        "直播间抽奖须知", "一、要做到", "1. 直播间开奖前要把奖品种类、数量、时间、条件写清楚。《反不正当竞争法》第十一条",
        "二、常见问题", "奖品临时换一样行吗？", "不可以。公布以后不得随意变更。",
    ):  # fmt: skip
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return FilePayload(name="须知.docx", mimeType=WORD, buffer=out.getvalue())


def write(camera: Camera) -> str:
    """A correction is typed and handed in; returns the address of the draft."""
    page = camera.page
    camera.sign_in("bianxie", "/desk")
    camera.keep("home")
    page.goto("/desk/writing/of/live-room/price")
    camera.keep("guideline")
    camera.follow(page.get_by_role("button", name="改这一版的错字").first)
    camera.keep("draft")
    clause = page.get_by_label("法律责任第1条", exact=True)
    text = clause.input_value()
    clause.fill(re.sub(r"《[^》]+》第[^条]+条", "《没有这部法》第三条", text, count=1))
    page.get_by_text("登记册里没有").first.wait_for()
    camera.keep("finding", page.locator("#s-liability"))
    clause.fill(text.replace("处", "可以处", 1))
    camera.follow(page.get_by_label("法律责任第1条：选法律依据"))
    camera.keep("basis")
    page.go_back()
    page.get_by_label("法律责任第1条", exact=True).wait_for()
    page.get_by_label("法律责任第1条", exact=True).fill(text.replace("处", "可以处", 1))
    page.get_by_role("button", name="提交审核").click()
    page.get_by_role("status").first.wait_for()
    return page.url.partition("?")[0].removesuffix("/review")


def review(camera: Camera, draft: str) -> None:
    """The draft is compared, remarked upon, approved, and what would change is looked at."""
    page, path = camera.page, "/" + draft.split("/", 3)[3]
    camera.sign_in("shenhe", f"{path}/review")
    remark = page.locator("#row-liability-1")
    remark.get_by_text("提意见").click()
    remark.get_by_role("textbox").fill("请核对条文原文：是“处”还是“可以处”？")
    camera.keep("review", page.get_by_role("heading", level=2).first)
    camera.follow(page.get_by_role("button", name="审核通过"))
    page.goto("/desk/publish")
    camera.keep("publish")
    page.get_by_role("button", name="看看哪些回答会变").click()
    page.get_by_role("heading", name="会变的回答").wait_for(timeout=240_000)
    camera.keep("compare")


def rest(camera: Camera) -> None:
    """Word files, the inbox, laws that change, scores, the plan, accounts."""
    page = camera.page
    camera.sign_in("bianxie", "/desk/writing/new")
    page.get_by_label("写给谁").select_option("live-room")
    page.get_by_label("哪天施行").fill((dt.date.today() + dt.timedelta(60)).isoformat())
    page.get_by_label("从 Word 文件导入").set_input_files(mailed())
    camera.keep("new")
    page.get_by_role("button", name="开始写").click()
    page.get_by_role("heading", name="直播间抽奖须知").wait_for()
    camera.keep("imported", page.locator("#s-must"))
    for question in QUESTIONS:
        page.request.post("/api/handover", data={"question": question, "consent": True})
    page.goto("/desk/inbox")
    camera.keep("inbox")
    camera.follow(page.get_by_role("link", name=QUESTIONS[0]))
    camera.keep("case")
    page.goto("/desk/laws")
    camera.keep("laws")
    camera.sign_in("guanli", "/desk/people")
    camera.keep("people")
    page.goto("/desk/plan")
    camera.follow(page.get_by_role("button", name="载入方案任务"))
    camera.keep("plan")


def train(camera: Camera, phone: Camera) -> None:
    """A course is made, a room is opened, a phone answers, and what is left of it."""
    page = camera.page
    page.goto("/training")
    page.get_by_label("给谁讲").select_option("anchor")
    page.get_by_role("button", name="列出指引").click()
    for box in page.get_by_role("checkbox").all()[:2]:
        box.check()
    page.get_by_label("课程名").fill("主播合规第一课")
    camera.follow(page.get_by_role("button", name="先选哪些条款上幻灯片"))
    page.get_by_role("checkbox").nth(1).uncheck()
    camera.keep("clauses")
    page.get_by_role("button", name="做成课程").click()
    page.get_by_role("button", name="开课堂").wait_for()
    camera.keep("course")
    course = page.url
    page.goto(f"{course}/slides")
    while not page.locator(".slide.now.fine .figures").count():
        page.get_by_role("button", name="下一张").click()
    camera.keep("slide")
    page.goto(course)
    page.get_by_role("button", name="开课堂").click()
    hold(camera, phone)


def hold(camera: Camera, phone: Camera) -> None:
    """The room, from the first phone to the report."""
    page = camera.page
    page.get_by_role("button", name="开始").wait_for()
    code = page.get_by_text(re.compile(r"^\d{6}$")).inner_text()
    phone.page.goto("/room")
    phone.page.get_by_label("六位数字").fill(code)
    phone.page.get_by_role("button", name="进入").click()
    phone.page.locator("#mine").wait_for()
    for number in itertools.count():
        page.locator("#next").click()
        for one in (page, phone.page):
            one.locator("#which", has_text=f"第 {number + 1} 题").wait_for()
        phone.page.get_by_role("button", name=re.compile("^A")).click()
        phone.page.get_by_text("已收到").wait_for()
        if not number:
            phone.keep("room-phone")
        page.get_by_role("button", name="公布答案").click()
        page.locator("#clause").wait_for()
        if not number:
            camera.keep("room")
        if page.get_by_role("button", name="结束课堂").count():
            break
    page.locator("#next").click()
    camera.follow(page.get_by_role("link", name="看情况报告"))
    camera.keep("report")
    phone.follow(phone.page.locator("#certificate"))
    phone.page.get_by_label("持有人姓名").fill("王小明")
    phone.keep("certificate")


def main(folder: Path = PICTURES, *, only: str = "") -> None:
    """Make all pictures, or those of the trainers ``only``."""
    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or sys.exit("没有 Chromium：请安装（apt-get install chromium）")
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        with served(installation(Path(scratch))) as address:
            if only != "training":
                camera = Camera(browser, address, folder)
                review(camera, write(camera))
                rest(camera)
            train(Camera(browser, address, folder), Camera(browser, address, folder, width=360, height=640))
            browser.close()


if __name__ == "__main__":
    given = [a for a in sys.argv[1:] if a != "--training"]
    main(*map(Path, given[:1]), only="training" if "--training" in sys.argv else "")
