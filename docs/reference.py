"""Writes the generated reference pages: ``python docs/reference.py``."""

from __future__ import annotations

from pathlib import Path

import typer

from rag.cli import app
from rag.site.reference import cli_page, settings_page

MANUAL = Path(__file__).resolve().parent / "manual"


def pages() -> dict[Path, str]:
    """The generated pages: where they stand -> what they say."""
    return {
        MANUAL / "settings.md": settings_page(),
        MANUAL / "cli.md": cli_page(typer.main.get_command(app)),
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, "utf-8")
