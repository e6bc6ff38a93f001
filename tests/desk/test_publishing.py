"""From an approved draft to the site and the answers, and back, over HTTP; who may, what is logged, what is told."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.desk.asked import wordings
from api.desk.roles import Role, User
from api.desk.services import Desk
from rag.content import load_corpus
from rag.ground import Settings
from rag.index import bring_up_to_date
from rag.release import publications, read_progress
from rag.site import build
from tests.desk.signing import account, post, sign_in
from tests.site import support

PATH = "anchor/fake-popularity/2026-02-01.md"
OLD, NEW = "卡券引诱", "卡券诱导"
QUESTION = "好评返现可以吗"


@dataclass(frozen=True)
class Draft:
    """An approved draft as the desk hands it over."""

    id: int
    data: bytes
    base_digest: str
    operator: str = "anchor"
    slug: str = "fake-popularity"
    version: dt.date = dt.date(2026, 2, 1)
    title: str = "不刷单"
    author: str = "王芳"
    approved_by: str = "li"


@dataclass
class Drafts:
    """Approved drafts, and what became of them."""

    ready: list[Draft]
    published: list[tuple[int, str]] = field(default_factory=list)

    def approved(self) -> list[Draft]:
        return [d for d in self.ready if d.id not in {n for n, _ in self.published}]

    def mark_published(self, draft: int, user: User) -> None:
        self.published.append((draft, user.name))

    def mark_undone(self, draft: int, user: User) -> None:
        self.published = [one for one in self.published if one[0] != draft]


def installation(root: Path) -> tuple[FastAPI, Drafts]:
    """A published installation with one approved draft."""
    settings = support.settings(root, rate_limit=0)
    bring_up_to_date(settings, load_corpus(settings.guidelines))
    build(settings)
    app = create_app(settings)
    data = (settings.guidelines / PATH).read_bytes()
    draft = Draft(7, data.replace(OLD.encode(), NEW.encode()), hashlib.sha256(data).hexdigest())
    drafts = Drafts([draft])
    desk: Desk = app.state.hegui.desk
    desk.releasing.drafts = drafts
    account(app, "li", Role.REVIEWER)
    account(app, "wang", Role.WRITER)
    return app, drafts


@pytest.fixture
def made(tmp_path: Path) -> Iterator[tuple[TestClient, Drafts, Settings]]:
    app, drafts = installation(tmp_path)
    with TestClient(app) as client:
        yield client, drafts, app.state.hegui.settings


def finished(client: TestClient, settings: Settings) -> str:
    """The page once the job is over."""
    deadline = time.monotonic() + 300
    while (progress := read_progress(settings)) is None or progress.state == "running":
        assert time.monotonic() < deadline, progress
        time.sleep(0.2)
    return client.get("/desk/publish").text


def test_compare_publish_notice_and_back(made: tuple[TestClient, Drafts, Settings]) -> None:
    client, drafts, settings = made
    answer = client.post("/api/ask", json={"question": QUESTION}).json()
    assert OLD in answer["answer"]
    sign_in(client, "li")
    refused = post(client, "/desk/publish", draft=[7])
    assert (refused.status_code, "先看看哪些回答会变" in refused.text) == (409, True)
    assert post(client, "/desk/publish/compare", draft=[8]).status_code == 422
    settings.compare_questions.write_text("不是题集", "utf-8")
    assert "题集读不了" in post(client, "/desk/publish/compare", draft=[7]).text
    settings.compare_questions.write_text('{"question": "养鱼要办证吗"}\n', "utf-8")
    assert post(client, "/desk/publish/compare", draft=[7]).status_code == 303
    page = finished(client, settings)
    assert QUESTION in page
    assert f"<del>{OLD}</del>" in page or "<del>引诱</del>" in page
    assert f"<ins>{NEW}</ins>" in page or "<ins>诱导</ins>" in page
    assert "**" not in page
    asked = read_progress(settings)
    assert asked
    assert f"一共 {asked.asked} 个" in page
    assert asked.asked >= len(asked.differences) > 0
    put = wordings(load_corpus(settings.guidelines), {"anchor/fake-popularity"})
    assert asked.asked == len({QUESTION, *put, "养鱼要办证吗"})
    assert publications(settings) == []
    assert post(client, "/desk/publish", draft=[7]).status_code == 303
    assert "已发布" in finished(client, settings)
    assert drafts.published == [(7, "li")]
    assert NEW in client.post("/api/ask", json={"question": QUESTION}).json()["answer"]
    assert NEW in client.get("/anchor/fake-popularity/").text
    past = client.get(f"/api/answers/{answer['id']}").json()
    notices = [c["notice"] for c in past["citations"] if c["notice"]]
    assert notices
    assert all(OLD in n and NEW in n and n.startswith("更正（2026-11-24）") for n in notices)
    last = publications(settings)[0].id
    assert post(client, "/desk/publish/back", publication="other", sure="yes").status_code == 409
    once = post(client, "/desk/publish/back", publication=last)  # one press is not enough
    assert (once.status_code, "没有退回：还没有确认" in once.text) == (422, True)
    shown = client.get("/desk/publish").text
    assert "换回“不刷单（2026-02-01）”发布以前的内容" in shown
    assert 'name="sure" value="yes" required' in shown
    assert post(client, "/desk/publish/back", publication=last, sure="yes").status_code == 303
    assert "已退回" in finished(client, settings)
    assert OLD in client.post("/api/ask", json={"question": QUESTION}).json()["answer"]
    client.get("/desk/publish")
    entries = client.app.state.hegui.desk.audit.entries(subject="publication:")  # type: ignore[attr-defined]
    assert [(e.actor, e.action) for e in entries] == [("li", "退回发布"), ("li", "发布")]
