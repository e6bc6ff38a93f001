"""A draft as its page and as its slides, before it is published: the same text as `guideline` and `slides` make, with the
links leading to the published site."""

from __future__ import annotations

from urllib.parse import urljoin

import lxml.html
import markdown

from rag.content import Corpus, Guideline, LawLibrary
from rag.site.context import Site, SiteOptions
from rag.site.guideline import page_of_version
from rag.site.slides import deck

_EXTENSIONS = ("attr_list", "tables", "admonition", "fenced_code")


def draft_page(corpus: Corpus, library: LawLibrary, options: SiteOptions, draft: Guideline, base: str) -> str:
    """The page's content as HTML.

    Args:
        corpus: the content with the draft in its place.
        library: imported law texts.
        options: the site's settings.
        draft: the draft, a version in ``corpus``.
        base: the path below which the site is served, no slash at its end.
    """
    page = page_of_version(Site(corpus, library, options), draft)
    html = markdown.markdown(page.body, extensions=list(_EXTENSIONS))
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    _to_site(root, f"{base}/{page.folder}/")
    return str(lxml.html.tostring(root, encoding="unicode"))


def draft_slides(
    corpus: Corpus, library: LawLibrary, options: SiteOptions, draft: Guideline, base: str, assets: str
) -> str:
    """The slides as an HTML page; reveal.js and its style sheets are looked for below ``assets``."""
    root = lxml.html.document_fromstring(deck(Site(corpus, library, options), draft))
    for script in root.xpath(
        "//script[contains(@src, 'offline.js')]"
    ):  # a draft is not kept for reading without a network
        script.drop_tree()
    _to_site(root, f"{base}/slides/{draft.id}/")
    root.rewrite_links(lambda link: assets + link.rpartition("/")[2] if "/assets/" in link else link)
    return "<!doctype html>\n" + str(lxml.html.tostring(root, encoding="unicode"))


def _to_site(root: lxml.html.HtmlElement, folder: str) -> None:
    """Relative addresses as absolute paths; anchors stay on the page."""
    root.rewrite_links(lambda link: link if link.startswith("#") else urljoin(folder, link))
