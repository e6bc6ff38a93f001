"""The mkdocs hook: hands the events over to rag.site, which generates the pages."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from rag.site.builder import SiteBuild


def on_config(config: MkDocsConfig) -> None:
    """Read the content once per build; `hegui site` has put its own build into ``extra``."""
    if "hegui" not in config.extra:
        config.extra["hegui"] = SiteBuild.from_environment()
    config.extra["hegui"].configure(config)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages."""
    build: SiteBuild = config.extra["hegui"]
    return build.add_files(files, config)


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Give templates what they show on every page."""
    env.globals["hegui"] = config.extra["hegui"].template_values()


def on_template_context(context: dict[str, Any], template_name: str, config: MkDocsConfig) -> None:
    """The page for addresses that are not there stands at any depth: its links count from where the site begins."""
    if template_name == "404.html":
        context["root"], context["base_url"] = context["base_url"], "."


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> None:
    """A version's page names the plain page as the one to be shown by search engines."""
    if config.site_url and (canonical := page.meta.get("canonical")):
        page.canonical_url = f"{config.site_url}{canonical}/"


def on_post_build(config: MkDocsConfig) -> None:
    """Check all links."""
    build: SiteBuild = config.extra["hegui"]
    build.finish(config)
