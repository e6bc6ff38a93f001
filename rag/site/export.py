"""Writes the site's sources as a plain folder (Markdown, assets, mkdocs.yml without hooks) for other generators.

zensical, the successor of mkdocs-material, builds the folder as it is: ``zensical build -f mkdocs.yml``.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from rag.ground import ROOT, ContentError, Settings
from rag.site.builder import CONFIG, SiteBuild

DOCS = ROOT / "docs"
LEFT_OUT = ("adr", "examples", "theme", "*.py", "architecture.md", "home.yml", "__pycache__")


def export(settings: Settings, target: Path) -> int:
    """Write the sources of the whole site to ``target``, which must be empty or not exist.

    Returns:
        The number of Markdown pages.

    Raises:
        ContentError: the content is broken, or ``target`` holds files.
    """
    if target.exists() and any(target.iterdir()):
        raise ContentError(f"{target} 里已经有文件。", "换一个空文件夹，免得混在一起。")
    content = SiteBuild(settings)
    docs = target / "docs"
    shutil.copytree(DOCS, docs, ignore=shutil.ignore_patterns(*LEFT_OUT), dirs_exist_ok=True)
    for path, text in content.files.items():
        place = docs / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())
    (target / "mkdocs.yml").write_text(
        yaml.safe_dump(_config(settings), allow_unicode=True, sort_keys=False), "utf-8"
    )
    return sum(1 for _ in docs.rglob("*.md"))


def _config(settings: Settings) -> dict[str, Any]:
    """The project's mkdocs.yml without what needs this package: the hook and the theme's overrides."""
    config: dict[str, Any] = yaml.safe_load(CONFIG.read_text("utf-8"))
    for key in ("hooks", "exclude_docs", "validation", "strict"):
        config.pop(key, None)
    config["theme"].pop("custom_dir", None)
    config["plugins"] = [{"search": {"lang": ["zh"], "separator": r"[\s\u200b\-，。、；：？！“”（）《》]+"}}]
    if settings.public_url:
        config["site_url"] = settings.public_url.rstrip("/") + "/"
    return config
