"""A build of the site that is killed anywhere leaves a whole site, and the next one cleans up."""

import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.ground.settings import Settings
from rag.site import builder
from rag.site.builder import swap
from tests.servers import Process

pytestmark = pytest.mark.timeout(600)


def folder(path: Path, text: str) -> Path:
    path.mkdir(parents=True)
    (path / "index.html").write_text(text, "utf-8")
    return path


def test_the_new_site_takes_the_place_of_the_old_in_one_step(tmp_path: Path) -> None:
    place = folder(tmp_path / "site", "old")
    swap(folder(tmp_path / "new", "new"), place, tmp_path / "old")
    assert (place / "index.html").read_text("utf-8") == "new"
    assert (tmp_path / "old" / "index.html").read_text("utf-8") == "old"
    assert not (tmp_path / "new").exists()


def test_where_folders_cannot_be_exchanged_two_renames_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builder, "_exchange", lambda one, other: False)
    place = folder(tmp_path / "site", "old")
    swap(folder(tmp_path / "new", "new"), place, tmp_path / "old")
    assert (place / "index.html").read_text("utf-8") == "new"
    with pytest.raises(OSError, match="nothing"):
        swap(tmp_path / "nothing", place, tmp_path / "older")
    assert (place / "index.html").read_text("utf-8") == "new"


def test_a_site_that_was_left_between_two_renames_is_put_back(tmp_path: Path) -> None:
    folder(tmp_path / ".site-abc" / "old", "old")
    folder(tmp_path / ".site-abc" / "new", "half")
    with builder._workplace(tmp_path / "site"):
        assert (tmp_path / "site" / "index.html").read_text("utf-8") == "old"
    assert not list(tmp_path.glob(".site-*"))


def test_a_build_killed_at_ten_points_leaves_a_whole_site(
    configure: Callable[..., Settings], tmp_path: Path
) -> None:
    settings, points = configure(site=tmp_path / "site", data=tmp_path / "var"), random.Random(7)
    started = time.monotonic()
    assert Process(settings, tmp_path / "log", "site", "build").finished() == 0
    whole = time.monotonic() - started
    pages = {p.relative_to(settings.site) for p in settings.site.rglob("*.html")}
    for _ in range(10):
        run = Process(settings, tmp_path / "log", "site", "build")
        time.sleep(whole * points.uniform(0.3, 1.0))
        run.kill(signal.SIGKILL)
        assert {p.relative_to(settings.site) for p in settings.site.rglob("*.html")} == pages
    assert Process(settings, tmp_path / "log", "site", "build").finished() == 0
    assert not list(tmp_path.glob(".site-*"))
