"""Corpus -> the static site.

pages      every generated page, pure: home, guideline, listings, live, laws, ledger, matrix, changes, training, slides,
           about, search (what the browser searches), navigation (the menu), reference
context    what pages need to know; markup, links: their building blocks
drafted    a draft's page and slides before it is published
builder    mkdocs renders them and swaps the finished site in; preview, export: the same pages elsewhere
published  whether the site that is up is being built, or behind the content
"""

from rag.site.builder import build, build_into, site_lock, site_options, swap
from rag.site.context import SiteOptions
from rag.site.drafted import draft_page, draft_slides
from rag.site.export import export
from rag.site.pages import build_pages
from rag.site.preview import serve
from rag.site.published import behind, being_built

__all__ = [
    "SiteOptions",
    "behind",
    "being_built",
    "build",
    "build_into",
    "build_pages",
    "draft_page",
    "draft_slides",
    "export",
    "serve",
    "site_lock",
    "site_options",
    "swap",
]
