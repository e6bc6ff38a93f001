"""The mkdocs hook: hands the events over to rag.site, which generates the pages."""

from __future__ import annotations

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

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


def on_post_build(config: MkDocsConfig) -> None:
    """Write the pages made outside mkdocs, mend the search index, check all links."""
    build: SiteBuild = config.extra["hegui"]
    build.finish(config)
