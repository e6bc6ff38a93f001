"""The static site: pure page generator (`build_pages`), built by mkdocs (`build`), previewed and exported."""

from rag.site.builder import build
from rag.site.context import SiteOptions
from rag.site.export import export
from rag.site.pages import build_pages
from rag.site.preview import serve

__all__ = ["SiteOptions", "build", "build_pages", "export", "serve"]
