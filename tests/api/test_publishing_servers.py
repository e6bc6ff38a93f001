"""A publication of an installation on a Chroma server and PostgreSQL: two processes take it up, and go back with it."""

from __future__ import annotations

import re
import shutil
import time
from pathlib import Path

import httpx2
from fastapi.testclient import TestClient

from api.app import create_app
from api.desk.roles import Role
from api.desk.services import Desk
from api.desk.writing.begin import correction
from rag.content import load_corpus
from rag.ground.settings import Settings
from rag.index import bring_up_to_date, read_pointer
from rag.release import publications
from rag.site import build
from tests.conftest import ChromaServer
from tests.desk.signing import PASSWORD, account
from tests.desk.test_publishing import NEW, OLD, QUESTION
from tests.servers import Postgres, serving
from tests.site import support

KEY = "anchor/fake-popularity"


def approved(settings: Settings) -> None:
    """An officer and an approved correction, in the database."""
    app = create_app(settings)
    with TestClient(app):
        desk: Desk = app.state.hegui.desk
        account(app, "li", Role.REVIEWER)
        wang, zhao = account(app, "wang", Role.WRITER), account(app, "zhao", Role.REVIEWER)
        version = load_corpus(settings.guidelines).get(KEY, day=support.TODAY).version
        draft = desk.drafts.get(correction(app.state.hegui, KEY, version, wang))
        rows = tuple(r.model_copy(update={"text": r.text.replace(OLD, NEW)}) for r in draft.document.rows)
        document = draft.document.model_copy(update={"rows": rows})
        desk.drafts.save(draft.id, document, draft.version, draft.lock, wang)
        desk.states.move(draft.id, "submit", wang)
        desk.states.move(draft.id, "approve", zhao)


def press(http: httpx2.Client, path: str, **fields: str) -> str:
    """Send a form, and wait until the job on the page 发布 is over."""
    csrf = re.search(r'name="csrf" value="(\w+)"', http.get("/reply").text)
    assert csrf
    http.post(path, data={"csrf": csrf[1], **fields}, follow_redirects=False)
    for _ in range(600):
        page = http.get("/desk/publish").text
        if "data-running" not in page:
            return page
        time.sleep(0.2)
    raise AssertionError(page)


def says(http: httpx2.Client, words: str) -> bool:
    """Whether the answer has these words by now: while one request takes up a new index, others still get the old."""
    for _ in range(50):
        if words in http.post("/api/ask", json={"question": QUESTION}).json()["answer"]:
            return True
        time.sleep(0.1)
    return False


def test_published_and_undone_on_servers(
    indexed: Settings, postgres: Postgres, chroma_server: ChromaServer, tmp_path: Path
) -> None:
    (tmp_path / "var" / "index").mkdir(parents=True)
    shutil.copy(indexed.data / "index" / "vectors.sqlite3", tmp_path / "var" / "index")
    servers = {"database_url": postgres.database(), "chroma_url": chroma_server.url}
    settings = support.settings(tmp_path, rate_limit=0, embedding=indexed.embedding, **servers)
    bring_up_to_date(settings, load_corpus(settings.guidelines))
    build(settings)
    approved(settings)
    with serving(settings, tmp_path / "one.log") as one, serving(settings, tmp_path / "two.log") as two:
        assert says(one, OLD)
        assert says(two, OLD)
        press(one, "/desk/login", name="li", password=PASSWORD)
        assert "会变的回答" in press(one, "/desk/publish/compare", draft="1")
        page = press(one, "/desk/publish", draft="1")
        assert "已发布" in page, page
        pointer = read_pointer(settings.data / "index")
        assert pointer is not None
        assert pointer.vectors > 0
        assert says(two, NEW)
        assert says(one, NEW)
        page = press(one, "/desk/publish/back", publication=publications(settings)[0].id, sure="yes")
        assert "已退回" in page, page
        assert says(two, OLD)
        assert [p.note for p in publications(settings)] == ["", ""]
