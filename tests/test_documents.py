"""What the documents for developers point to exists."""

from __future__ import annotations

import re
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
