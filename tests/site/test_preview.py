"""The preview as officers use it: a real server, files saved the way editors save them, a browser's requests."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from rag.ground.settings import ROOT
from tests.site import support

PAGE = "live-room/price/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The content, in a folder as people name theirs."""
    place = tmp_path / "合规 指引"
    support.copy_content(place)
    return place


@pytest.fixture
def page(folder: Path, tmp_path: Path) -> Iterator[Callable[[str, str], str]]:
    """``page(address, words)``: the page as soon as it holds the words."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HEGUI_GUIDELINES": str(folder), "HEGUI_DATA": str(tmp_path / "var")}  # fmt: skip
    command = [sys.executable, "-c", "from rag.cli import main; main()", "site", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def read(address: str, words: str) -> str:
        deadline, said = time.monotonic() + 90, ""
        while time.monotonic() < deadline:
            assert server.poll() is None, "the preview ended"
            try:
                said = httpx2.get(f"http://127.0.0.1:{port}/{address}", timeout=60).text
            except httpx2.TransportError:
                said = "no server yet"
            if words in said:
                return said
            time.sleep(0.3)
        pytest.fail(f"{words} is not on {address}: {said[:300]}")

    yield read
    server.terminate()  # SIGINT is ignored in what a shell starts in the background
    server.wait(30)


def test_it_follows_what_editors_do_to_files(page: Callable[[str, str], str], folder: Path) -> None:
    file = folder / "live-room" / "price" / "2026-02-01.md"
    whole = file.read_text("utf-8")
    page(PAGE, "要醒目展示价格")

    beside = file.with_suffix(".tmp")  # vim and WPS write beside the file and rename
    beside.write_text(whole.replace("要醒目展示价格", "要在显眼处展示价格"), "utf-8")
    beside.replace(file)
    page(PAGE, "要在显眼处展示价格")

    file.write_text(whole.replace("要醒目展示价格", "第一次保存"), "utf-8")  # twice within a second
    file.write_text(whole.replace("要醒目展示价格", "第二次保存"), "utf-8")
    assert "第一次保存" not in page(PAGE, "第二次保存")

    new = folder / "live-room" / "price-two"  # a new guideline, then another name for its folder
    new.mkdir()
    (new / "2026-02-01.md").write_text(whole, "utf-8")
    page("live-room/price-two/", "要醒目展示价格")
    new.rename(folder / "live-room" / "price-three")
    page("live-room/price-three/", "要醒目展示价格")


def test_broken_content_shows_what_is_wrong_in_the_place_of_the_page(
    page: Callable[[str, str], str], folder: Path
) -> None:
    file = folder / "live-room" / "price" / "2026-02-01.md"
    whole = file.read_text("utf-8")
    page(PAGE, "要醒目展示价格")
    file.write_text("坏 <b>", "utf-8")
    assert "要醒目展示价格" not in (said := page(PAGE, "没有更新"))
    assert "hegui check" in said
    file.write_text(whole, "utf-8")
    page(PAGE, "要醒目展示价格")
