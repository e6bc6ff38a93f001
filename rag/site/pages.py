"""``build_pages``: corpus, law library and options in, every generated file of the site out. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from rag.content import Corpus, LawLibrary
from rag.site.about import about_pages
from rag.site.assess import assess_pages
from rag.site.changes import SITE_NAME, changes_page, compare_pages, feeds
from rag.site.context import Site, SiteOptions
from rag.site.corrections import corrections_feed, corrections_page
from rag.site.daily import daily_files, daily_page
from rag.site.guideline import guideline_pages, qr_files
from rag.site.home import home_page
from rag.site.laws import law_pages
from rag.site.ledger import ledger_pages
from rag.site.listings import glossary_page, role_pages, topic_pages
from rag.site.live import live_pages
from rag.site.markup import Page
from rag.site.matrix import matrix_page
from rag.site.official import manifest, official_pages
from rag.site.script import script_page
from rag.site.search import search_files
from rag.site.slides import slide_files
from rag.site.training import handout_pages


def build_pages(corpus: Corpus, library: LawLibrary, options: SiteOptions) -> dict[str, str | bytes]:
    """All generated files of the site.

    Returns:
        Path below the site's source folder -> content. ``….md`` are pages (front matter, Markdown, HTML blocks) to be
        put through the site generator; everything else is published as it is.
    """
    site = Site(corpus, library, options)
    files: dict[str, str | bytes] = {page.path: page.markdown() for page in site_pages(site)}
    files.update(qr_files(site))
    files.update(slide_files(site))
    files.update(daily_files(site))
    files |= feeds(site)
    files["manifest.webmanifest"] = manifest(SITE_NAME)
    files["corrections.xml"] = corrections_feed(site)
    files |= search_files(site)
    return files


def site_pages(site: Site) -> Iterator[Page]:
    """All pages, in no particular order."""
    yield home_page(site)
    yield from role_pages(site)
    yield from live_pages(site)
    yield script_page()
    yield from assess_pages(site)
    yield daily_page(site)
    yield from about_pages(site)
    yield from official_pages(site)
    yield from guideline_pages(site)
    yield from topic_pages(site)
    yield from law_pages(site)
    yield from ledger_pages(site)
    yield glossary_page(site)
    yield matrix_page(site)
    yield changes_page(site)
    yield corrections_page(site)
    yield from compare_pages(site)
    yield from handout_pages(site)
