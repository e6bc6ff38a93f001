"""Site, index and guidelines of one content: where one of them is older, those who run it are told which command mends it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from rag.cli.doctor import examine
from rag.content import load_corpus
from rag.ground.settings import Settings
from rag.site import build, site_lock
from tests.conftest import publish

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def mine(configure: Callable[..., Settings], indexed: Settings, tmp_path: Path) -> Settings:
    """A copy of content and index, with a site of its own."""
    shutil.copytree(indexed.guidelines, tmp_path / "guidelines")
    shutil.copytree(indexed.data / "index", tmp_path / "var" / "index")
    return configure(guidelines=tmp_path / "guidelines", data=tmp_path / "var", site=tmp_path / "site")


def told(settings: Settings) -> dict[str, str]:
    """What doctor finds wrong, by the part."""
    return {f.what: f.text for f in examine(settings) if not f.fine}


def test_an_index_run_alone_is_degraded_until_the_site_is_built(mine: Settings) -> None:
    build(mine)
    source = next(mine.guidelines.glob("live-room/genuine-trade/*.md"))
    with TestClient(create_app(mine)) as client:
        assert client.get("/readyz").json() == {"status": "ok"}
        assert told(mine) == {}
        lines = source.read_text("utf-8").splitlines(keepends=True)
        first = next(n for n, line in enumerate(lines) if line.startswith("1. "))
        lines.insert(first, "1. 直播间的人员不替商家写评价，也不让别人写。《反不正当竞争法》第九条\n")
        source.write_text("".join(lines), "utf-8")
        load_corpus(mine.guidelines)
        assert "hegui index" in told(mine)["索引"]
        publish(mine)
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        assert "hegui site build" in ready.json()["detail"]
        assert list(told(mine)) == ["网站"]
        with site_lock(mine.site):
            assert client.get("/readyz").json() == {"status": "ok"}, "it is being built"
        build(mine)
        assert client.get("/readyz").json() == {"status": "ok"}
        assert told(mine) == {}
