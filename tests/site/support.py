"""The site's tests run on four real guidelines: two versions, one version, four versions, and one still to come."""

from __future__ import annotations

import datetime as dt
import shutil
from functools import lru_cache
from pathlib import Path
from typing import Any

from rag.content.corpus import Corpus, load_corpus
from rag.content.lawtext import LawLibrary
from rag.ground.settings import ROOT, Settings
from rag.site import SiteOptions, build_pages

TODAY = dt.date(2026, 11, 24)
GUIDELINES = Path(__file__).parent / "guidelines"
REGISTERS = ("operators.yml", "topics.yml", "glossary.yml", "laws.yml", "coverage.yml")


def copy_content(target: Path) -> Path:
    """The registers of the project with the guidelines of tests/site/guidelines."""
    shutil.copytree(GUIDELINES, target)
    for name in REGISTERS:
        shutil.copy(ROOT / "guidelines" / name, target / name)
    return target


def settings(root: Path, **changes: Any) -> Settings:
    """Settings over a copy of the small content below ``root``."""
    if not (root / "guidelines").exists():
        copy_content(root / "guidelines")
    paths = {"guidelines": root / "guidelines", "data": root / "var", "site": root / "site"}
    return Settings(
        **{
            **paths,
            "today": TODAY,
            "embedding": "none",
            "compare_questions": root / "none.jsonl",
            "_env_file": None,
            **changes,
        }
    )


@lru_cache(maxsize=1)
def corpus(root: Path) -> Corpus:
    """The small corpus, read once."""
    return load_corpus(root)


def pages(content: Corpus, **options: Any) -> dict[str, str | bytes]:
    """All generated files of a corpus."""
    return build_pages(content, LawLibrary(Path("/nonexistent")), SiteOptions(**{"day": TODAY, **options}))
