"""The generated reference pages are fresh, and say something on every setting and command."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from rag.ground.settings import ROOT, Settings
from rag.site.reference import settings_page


def script() -> ModuleType:
    """docs/reference.py as a module."""
    spec = importlib.util.spec_from_file_location("docs_reference", ROOT / "docs" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_in_docs_are_what_the_code_says() -> None:
    pages: dict[Path, str] = script().pages()
    for path, text in pages.items():
        assert path.read_text("utf-8") == text, f"{path.name} 过期了：运行 python docs/reference.py"


def test_every_setting_is_described() -> None:
    page = settings_page()
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert f"`HEGUI_{name.upper()}`" in page


def test_every_command_has_a_purpose_and_an_example() -> None:
    page = next(text for path, text in script().pages().items() if path.name == "cli.md")
    commands = page.split("\n## ")[1:]
    assert len(commands) > 10
    lacking = [c.split("\n")[0] for c in commands if "```bash\nhegui" not in c]
    assert lacking in ([], ["hegui version"])
