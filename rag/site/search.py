"""Chinese search: teaches the segmenter the glossary, and adds to each page the words people type for its terms.

mkdocs-material cuts Chinese with jieba when the index is made and looks up the longest known words of a query in
the browser. A word of the trade (全网最低价) is found only if it is one word in the index, and slang (刷单) leads to
the proper term (虚假交易) only if the pages on the term carry it: as tags, shown only where they matched.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rag.content import Term
from rag.ground import load_jieba

FIELDS = {"title": {"boost": 30.0}, "text": {"boost": 1.0}, "tags": {"boost": 12.0}}
"""Weights: a title counts, but does not drown a text that answers; slang about as much as a heading."""

MENTIONS = 3
"""How often a page must use a term before the term's slang leads to it."""

_BREAK = "\u200b"


def teach_segmenter(terms: Iterable[Term]) -> None:
    """Make every glossary word a word of jieba's dictionary, which the search plugin uses."""
    jieba = load_jieba()
    for term in terms:
        for word in (term.term, *term.slang):
            if len(word) > 1:
                jieba.add_word(word)


def mend_worker(site: Path) -> bool:
    """Mend how the theme's search worker cuts a Chinese query (mkdocs-material 9.8): it never tried the whole query
    as a word, so that 刷单 was looked up as 刷. Returns whether the worker had the fault."""
    mended = False
    for path in site.glob("assets/javascripts/workers/search.*.min.js"):
        text = path.read_text("utf-8")
        if _FAULT in text:
            path.write_text(text.replace(_FAULT, _FAULT.replace("o<t.length", "o<=t.length")), "utf-8")
            mended = True
    return mended


_FAULT = "for(let o=s+1;o<t.length;o++)t.slice(s,o)in e&&"


def mend_index(path: Path, terms: Iterable[Term], pages: Mapping[str, str]) -> None:
    """Rewrite the search index of the plugin: weights, plain UTF-8 instead of escapes, slang as tags.

    Args:
        path: ``search_index.json``.
        terms: the glossary.
        pages: address (``live-room/price/``) of each page that gets tags -> the role shown behind its title.
    """
    index: dict[str, Any] = json.loads(path.read_text("utf-8"))
    index["config"]["fields"] = FIELDS
    words = [(t, re.compile("|".join(map(re.escape, (t.term, *t.slang))))) for t in terms if t.slang]
    texts = _page_texts(index["docs"])
    for entry in index["docs"]:
        if role := pages.get(entry["location"]):
            entry["tags"] = _tags(texts[entry["location"]], entry["title"].replace(_BREAK, ""), words)
            entry["title"] += f"（{role}）"
    path.write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")), "utf-8")


def _page_texts(entries: list[dict[str, Any]]) -> dict[str, str]:
    """Location of a page -> all its text, breaks removed."""
    texts: dict[str, list[str]] = {}
    for entry in entries:
        page = entry["location"].partition("#")[0]
        texts.setdefault(page, []).append(f"{entry['title']}\n{entry['text']}".replace(_BREAK, ""))
    return {page: "\n".join(parts) for page, parts in texts.items()}


def _tags(text: str, title: str, words: list[tuple[Term, re.Pattern[str]]]) -> list[str]:
    """Slang of the terms a page is about: in its title, or used several times."""
    tags: Counter[str] = Counter()
    for term, pattern in words:
        if pattern.search(title) or len(pattern.findall(text)) >= MENTIONS:
            tags.update((term.term, *term.slang))
    return list(tags)
