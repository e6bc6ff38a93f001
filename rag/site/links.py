"""Checks every link inside the finished site: each page, file and anchor must exist."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

_HREF = re.compile(r'<(?:a|link|img|script)\b[^>]*?\s(?:href|src)="([^"]*)"', re.I)
_ID = re.compile(r'\sid="([^"]*)"')
APPLICATION = ("/static/", "/chat", "/docs", "/api/", "/progress", "/quality", "/training", "/room")
"""Addresses the application answers; they do not exist in the site's folder, below which it stands too."""


def broken_links(root: Path) -> Iterator[str]:
    """Problems found, each naming page and link; external addresses are not followed."""
    pages = {p.relative_to(root).as_posix(): p.read_text("utf-8") for p in sorted(root.rglob("*.html"))}
    files = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()}
    anchors = {name: set(map(_unescape, _ID.findall(text))) for name, text in pages.items()}
    for name, text in pages.items():
        for address in set(_HREF.findall(text)):
            if problem := _problem(name, _unescape(address), files, anchors):
                yield f"{name}：{problem}（{address}）"


def _problem(page: str, address: str, files: set[str], anchors: dict[str, set[str]]) -> str | None:
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    target = page
    if parts.path:
        path = unquote(parts.path)
        base = path.lstrip("/") if path.startswith("/") else posixpath.join(posixpath.dirname(page), path)
        target = posixpath.normpath(base)
        if path.endswith(("/", ".")):
            target = posixpath.normpath(posixpath.join(target, "index.html"))
    if target not in files:
        return None if f"/{target}".startswith(APPLICATION) else "没有这一页"
    anchor = unquote(parts.fragment)
    if anchor and target in anchors and anchor not in anchors[target]:
        return "那一页没有这个位置"
    return None


def _unescape(text: str) -> str:
    return text.replace("&amp;", "&").replace("&quot;", '"').replace("&#x27;", "'")
