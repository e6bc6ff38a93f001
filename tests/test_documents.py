"""What the documents for developers point to exists."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/adr/0008-dependencies.md")
_PLACE = re.compile(r"`((?:rag|api|docs|bench|tests|guidelines)/[^`\s]*)`")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_place_named_exists(document: str) -> None:
    named = _PLACE.findall((ROOT / document).read_text("utf-8"))
    assert named
    assert [p for p in named if "<" not in p and not (ROOT / p).exists()] == []


@pytest.mark.parametrize("manual", sorted((ROOT / "docs/manual").glob("*.md")), ids=lambda p: p.stem)
def test_every_picture_of_a_manual_is_there_and_described(manual: Path) -> None:
    for words, place in re.findall(r"!\[(.*?)\]\((.*?)\)", manual.read_text("utf-8")):
        assert words, place
        assert (manual.parent / place).is_file(), place


def test_the_way_to_the_command_that_the_officers_manual_shows_is_there() -> None:
    manual = (ROOT / "docs/manual/officer-files.md").read_text("utf-8")
    start, first_use = manual.index("source .venv/bin/activate"), manual.index("hegui new")
    assert manual.index("make install") < start < first_use
    assert re.search(r"^install: ", (ROOT / "Makefile").read_text("utf-8"), re.M)


@pytest.mark.skipif(not (ROOT / ".venv/bin/activate").exists(), reason="没有 .venv，先运行 make install")
def test_after_activation_hegui_is_on_the_path() -> None:
    command = "source .venv/bin/activate && command -v hegui && hegui --help"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.splitlines()[0]).samefile(ROOT / ".venv/bin/hegui")
