"""The scripts and pages that the application serves itself: packaged whole, of a size to read, nothing from elsewhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STATIC = ROOT / "api" / "static"
FILES = [p for p in STATIC.rglob("*") if p.is_file()]
SCRIPTS = [p for p in FILES if p.suffix == ".js"]
LONGEST_SCRIPT = 250


def test_every_file_is_packaged() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["api"]
    packaged = {p for pattern in patterns for p in (ROOT / "api").glob(pattern)}
    assert set(FILES) <= packaged


def test_the_widget_names_all_its_modules_so_that_they_load_at_once() -> None:
    entry = (STATIC / "hegui-chat.js").read_text("utf-8")
    assert {p.name for p in (STATIC / "chat").glob("*.js")} == set(re.findall(r'"\./chat/(\S+)"', entry))


def test_scripts_are_short() -> None:
    lengths = {p.name: len(p.read_text("utf-8").splitlines()) for p in SCRIPTS}
    assert {name: n for name, n in lengths.items() if n >= LONGEST_SCRIPT} == {}


def test_nothing_is_loaded_from_elsewhere() -> None:
    loads = re.compile(r"""(?:from|import|url|src|href)\s*[=(]?\s*["']?(?:https?:)?//""")
    assert [p.name for p in FILES if loads.search(p.read_text("utf-8"))] == []
