"""A build of the site that is killed anywhere leaves a whole site, and the next one cleans up."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.ground.settings import Settings
from rag.site import builder
from rag.site.builder import swap
from tests.killed import HEGUI, LEAST, Work, points
from tests.servers import Process

pytestmark = pytest.mark.timeout(1800)  # a busy machine is slow, not wrong


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


def contents(site: Path) -> dict[str, str]:
    """Every file of a site by its digest."""
    files = (p for p in sorted(site.rglob("*")) if p.is_file())
    return {p.relative_to(site).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_a_build_killed_at_ten_points_leaves_a_whole_site(
    configure: Callable[..., Settings], indexed: Settings, tmp_path: Path
) -> None:
    """By turns of two contents, whose sites are known file by file, so that a mixed one would be found."""
    place, guidelines = tmp_path / "public", tmp_path / "guidelines"
    shutil.copytree(indexed.guidelines, guidelines)
    settings = configure(site=place / "site", data=tmp_path / "var", guidelines=guidelines)
    source = guidelines / "live-room" / "genuine-trade" / "2026-02-01.md"
    texts = [source.read_text("utf-8"), source.read_text("utf-8").replace("虚构交易", "凭空捏造交易")]
    work, whole = Work(HEGUI, place, ("site", "build"), settings), []
    for text in texts:
        source.write_text(text, "utf-8")
        touches = work.measured()
        whole.append(contents(settings.site))
    assert whole[0].keys() == whole[1].keys()
    assert sum(whole[0][name] != whole[1][name] for name in whole[0]) > 20
    up, killed = 1, 0
    for point in points(touches, 10, seed=7):
        source.write_text(texts[1 - up], "utf-8")
        killed += work.kill(*point)
        found = contents(settings.site)
        assert found in whole, point
        up = whole.index(found)
    assert killed >= LEAST
    source.write_text(texts[1 - up], "utf-8")
    assert Process(settings, tmp_path / "log", "site", "build").finished() == 0
    assert contents(settings.site) == whole[1 - up]
    assert not list(place.glob(".site-*"))
