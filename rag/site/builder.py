"""Builds the site with mkdocs: into a folder beside the published one, swapped in by rename when all is well."""

from __future__ import annotations

import ctypes
import logging
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, BuildError
from mkdocs.structure.files import File, Files

from rag.content import LawLibrary, load_corpus, load_quiz, read_assessments, read_corrections, read_ledger
from rag.ground import ROOT, ContentError, Settings, load_settings, locked
from rag.site.about import reach
from rag.site.context import Site, SiteOptions
from rag.site.links import broken_links
from rag.site.markup import chinese_date
from rag.site.navigation import navigation
from rag.site.pages import build_pages
from rag.site.published import lock_file

CONFIG = ROOT / "mkdocs.yml"
REGISTRIES = {"ICP": "https://beian.miit.gov.cn/", "公网安备": "https://beian.mps.gov.cn/"}
logger = logging.getLogger("hegui.site")


@dataclass(frozen=True)
class BuildReport:
    """What a build made: number of HTML pages, seconds it took, where it is."""

    pages: int
    seconds: float
    target: Path


class GeneratedFile(File):
    """A generated page; ``changed`` False lets a partial build pass over it."""

    changed = True

    def is_modified(self) -> bool:
        """What mkdocs asks in a partial build."""
        return self.changed


class SiteBuild:
    """One build: its content, and what the mkdocs hook calls. ``only`` restricts a build to these files."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        corpus = load_corpus(settings.guidelines)
        self.options = site_options(settings)
        library = LawLibrary(settings.data / "laws")
        self.site = Site(corpus, library, self.options)
        self.files = build_pages(corpus, library, self.options)
        self.only: set[str] | None = None

    @classmethod
    def from_environment(cls) -> SiteBuild:
        """A build with the settings of the environment, for plain ``mkdocs build``."""
        return cls(load_settings())

    def configure(self, config: MkDocsConfig) -> None:
        """Set what depends on the settings and the content."""
        config.nav = navigation(self.site, config.nav)
        if self.options.public_url:
            config.site_url = self.options.public_url.rstrip("/") + "/"

    def add_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Hand the generated pages to mkdocs."""
        for path, content in self.files.items():
            file = GeneratedFile.generated(config, path, content=content)
            if isinstance(file, GeneratedFile):
                file.changed = self.only is None or path in self.only
            files.append(file)
        return files

    def template_values(self) -> dict[str, Any]:
        """Values for the theme's templates; texts are HTML."""
        options = self.options
        return {
            "day": options.day.isoformat(),
            "content": self.site.corpus.stamp,
            "day_text": chinese_date(options.day),
            "publisher": options.publisher,
            "site_ids": [(text, registry(text)) for text in options.site_ids],
            "reach": reach(options),
        }

    def finish(self, config: MkDocsConfig) -> None:
        """After mkdocs: check all links."""
        if self.only is not None:
            return
        for problem in broken_links(Path(config.site_dir)):
            logging.getLogger("mkdocs.hegui").warning("链接不通：%s", problem)


def site_options(settings: Settings) -> SiteOptions:
    """The settings and small files that pages depend on."""
    return SiteOptions(
        day=settings.current_day(),
        public_url=settings.public_url,
        edit_url=settings.edit_url,
        contact_name=settings.contact_name,
        contact_phone=settings.contact_phone,
        contact_url=settings.contact_url,
        publisher=settings.publisher,
        site_ids=tuple(filter(None, map(str.strip, re.split("[,，]", settings.site_ids)))),
        retention_days=settings.retention_days,
        expected={k: tuple(v) for k, v in _yaml(settings.guidelines / "coverage.yml", {}).items()},
        hot=tuple(_yaml(ROOT / "docs" / "home.yml", [])),
        ledger=read_ledger(settings.guidelines),
        manual=_manual(ROOT / "docs" / "manual"),
        corrections=read_corrections(settings.guidelines),
        assessments=read_assessments(settings.guidelines),
        quiz=load_quiz(settings.guidelines),
    )


def _manual(folder: Path) -> dict[str, str]:
    """The hand-written pages by their addresses."""
    pages = {p.stem: p.read_text("utf-8") for p in sorted(folder.glob("*.md"))}
    return {"manual/" if name == "index" else f"manual/{name}/": text for name, text in pages.items()}


def registry(text: str) -> str:
    """Where a registration number of a site is looked up; empty for others."""
    for word, address in REGISTRIES.items():
        if word in text:
            return address
    return ""


def _yaml(path: Path, default: Any) -> Any:
    return (yaml.safe_load(path.read_text("utf-8")) or default) if path.exists() else default


def build(settings: Settings) -> BuildReport:
    """Build the whole site and publish it at ``settings.site``.

    Raises:
        ContentError: the content is broken or the build reported a warning; the site that was up stays up.
    """
    start = time.monotonic()
    with _workplace(settings.site) as work:
        target = work / "new"
        build_into(settings, target)
        swap(target, settings.site, work / "old")
    pages = sum(1 for _ in settings.site.rglob("*.html"))
    return BuildReport(pages, time.monotonic() - start, settings.site)


def build_into(settings: Settings, target: Path) -> None:
    """Build the whole site into ``target`` and leave the published one alone.

    Raises:
        ContentError: as `build`.
    """
    run_mkdocs(SiteBuild(settings), target)


def run_mkdocs(content: SiteBuild, target: Path) -> None:
    """Run mkdocs strictly on ``content`` into ``target``.

    Raises:
        ContentError: mkdocs reported errors or warnings; the message holds them.
    """
    with _collected() as messages:
        try:
            whole = content.only is None  # mkdocs warns of partial builds, which a strict build would refuse
            config = load_config(str(CONFIG), site_dir=str(target), strict=whole)
            config.extra["hegui"] = content
            mkdocs_build(config, dirty=not whole)
        except (Abort, BuildError) as error:
            said = "；".join(messages[:5]) or str(error)
            raise ContentError(
                f"网站没有生成：{said}", "按提示改正后再运行 hegui site build；原来的网站没有变。"
            ) from error


def site_lock(site: Path) -> AbstractContextManager[None]:
    """One build at a time puts its pages in the place of the published ones; whoever comes second waits."""
    site.parent.mkdir(parents=True, exist_ok=True)
    return locked(lock_file(site))


@contextmanager
def _workplace(site: Path) -> Iterator[Path]:
    """A folder beside the site for one build at a time. What killed builds left is put back, if it was the site, or removed."""
    with site_lock(site):
        for left in site.parent.glob(f".{site.name}-*"):
            if not site.exists() and (left / "old").is_dir():
                (left / "old").rename(site)
            shutil.rmtree(left, ignore_errors=True)
        work = Path(tempfile.mkdtemp(prefix=f".{site.name}-", dir=site.parent))
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def swap(new: Path, place: Path, old: Path) -> None:
    """Put ``new`` in the place of the published folder, which becomes ``old``: one step where the system can exchange two
    folders, so that there is a whole site at every moment, even if the build is killed; else two renames."""
    if not place.exists():
        new.rename(place)
        return
    if _exchange(new, place):
        new.rename(old)
        return
    place.rename(old)
    try:
        new.rename(place)
    except OSError:
        old.rename(place)
        raise


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders at once (Linux, renameat2(2)); False where that cannot be done."""
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    return bool(rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)


@contextmanager
def _collected() -> Iterator[list[str]]:
    """Collect mkdocs' warnings and errors instead of printing them."""
    messages: list[str] = []
    handler = _Collector(messages.append)
    log = logging.getLogger("mkdocs")
    before = log.propagate, log.level
    log.addHandler(handler)
    log.propagate = False
    try:
        yield messages
    finally:
        log.removeHandler(handler)
        log.propagate, log.level = before


class _Collector(logging.Handler):
    def __init__(self, keep: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self.keep = keep

    def emit(self, record: logging.LogRecord) -> None:
        self.keep(record.getMessage())
