"""Pages from templates: escaped, and with no name that is not given."""

from __future__ import annotations

from pathlib import Path

import jinja2


def templates_of(module: str) -> jinja2.Environment:
    """The templates in the folder ``templates`` beside a module (its ``__file__``)."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(module).with_name("templates")),
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined,
    )  # fmt: skip
