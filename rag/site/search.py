"""The search file: everything in force as short texts, which ``docs/js/search.js`` compares with a query in the browser.

No segmenter: the browser cuts a query into the trade's words (the glossary, slang beside its term) and pairs of
characters, and reads all texts; that is some hundred thousand characters, a few milliseconds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from rag.content import Guideline, Section
from rag.ground import normalize
from rag.site.context import Site
from rag.site.home import MORE
from rag.site.markup import law_page, term_anchor

PATH, FIRST_PATH = "search/index.json", "search/first.json"
FOLDED = (*range(0x300C, 0x3010), *range(0x3400, 0xA000), *range(0x20000, 0x30000))  # 「」『』 and Han
SEARCHED = tuple(s for s in Section if s is not Section.CHECKLIST)
"""The items of a checklist repeat the duties."""

_SOURCES = re.compile(r"(?<=[。！？])《[^。！？]*$")
"""The sources behind a clause's last sentence: laws are found by their pages."""

_OPENING = re.compile(r"[^。！？]+[。！？]?[”）]?")
_MARKUP = re.compile(r"[#*`|>]|\]\([^)]*\)|\{[^}]*\}|\[")


def search_files(site: Site) -> dict[str, str]:
    """Address -> search file: all texts, and the few that a slow line brings first (a quarter of the bytes)."""
    guidelines = list(_guidelines(site))
    first = [
        [*page[:3], [_opening(text) for text in page[3] if text[1] in ("", "faq")]] for page in guidelines
    ]
    pages = [*guidelines, *_others(site)]
    old, new = _traditional(json.dumps([pages, _words(site)], ensure_ascii=False))
    return {
        FIRST_PATH: search_file(site, first, old, new), PATH: search_file(site, pages, old, new),
    }  # fmt: skip


def _traditional(texts: str) -> tuple[str, str]:
    """What is read as one of the characters of ``texts``, above all traditional ones, and those characters."""
    known = set(texts)
    pairs = [(chr(c), normalize(chr(c))) for c in FOLDED]
    folded = [(old, new) for old, new in pairs if old != new and new in known]
    return "".join(old for old, _ in folded), "".join(new for _, new in folded)


def _words(site: Site) -> list[list[str]]:
    return [[t.term, *t.slang] for t in site.registers.terms]


def _opening(text: list[str]) -> list[str]:
    """A text cut behind its first sentence, which is what a result shows of an answer."""
    match = _OPENING.match(text[3])
    return [*text[:3], match.group() if match else text[3]]


def search_file(site: Site, pages: list[list[Any]], old: str, new: str) -> str:
    """A search file of these pages.

    ``pages``: address, title, operator (empty: everybody's) and texts of each page; a text is anchor, section, heading,
    text. ``words``: words that mean the same. ``old``, ``new``: traditional characters and the simplified ones.
    """
    found = {
        "operators": [[o.id, o.short] for o in site.operators if o.id != "common"],
        "old": old,
        "new": new,
        "words": _words(site),
        "pages": pages,
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _guidelines(site: Site) -> Iterator[list[Any]]:
    for guideline in site.current.values():
        texts = [["", "", "", guideline.summary], *_clauses(guideline)]
        yield [f"{guideline.id}/", guideline.title, guideline.operator, texts]


def _clauses(guideline: Guideline) -> Iterator[list[str]]:
    for clause in guideline.clauses:
        if clause.section in SEARCHED:
            heading = clause.heading if clause.section is Section.FAQ else ""
            yield [clause.id, clause.section.slug, heading or "", _SOURCES.sub("", clause.text)]


def _others(site: Site) -> Iterator[list[Any]]:
    """Pages that are no guideline: glossary, topics, laws, lists, manual."""
    for term in site.registers.terms:
        said = term.meaning + (f"也说：{'、'.join(term.slang)}。" if term.slang else "")
        yield [f"glossary/#{term_anchor(term)}", f"行话：{term.term}", "", [["", "", "", said]]]
    for topic in site.topics:
        said = f"{len(site.on_topic(topic.id))} 份指引讲{topic.name}。"
        yield [f"topics/{topic.id}/", f"主题：{topic.name}", "", [["", "", "", said]]]
    for law in site.used_laws():
        said = f"{law.title}，{law.issuer}。" + "、".join(law.aliases)
        yield [f"{law_page(law.short_title)}/", f"《{law.short_title}》", "", [["", "", "", said]]]
    for address, title, said in MORE:
        yield [f"{address}/", title, "", [["", "", "", said]]]
    for name, text in site.options.manual.items():
        title, *paragraphs = [line for raw in text.splitlines() if (line := _plain(raw))]
        yield [name, f"手册：{title}", "", [["", "", "", line] for line in paragraphs]]


def _plain(line: str) -> str:
    """A line of Markdown without its marks; empty for comments and rules."""
    bare = re.sub(r"\s+", " ", _MARKUP.sub(" ", line)).strip()
    return bare if re.search(r"\w", bare) and not line.startswith(("<!--", "```")) else ""
