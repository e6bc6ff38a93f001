"""The site that is up: whether it is being built, and whether it is made of the content that is served."""

from __future__ import annotations

import re
from pathlib import Path

from rag.content import Corpus
from rag.ground import HeguiError, Settings, locked

_CONTENT = re.compile(r'<meta name="hegui:content" content="(\w+)">')  # docs/theme/main.html


def lock_file(site: Path) -> Path:
    """What a build holds while it puts pages in the place of the published ones."""
    return site.parent / f".{site.name}.lock"


def being_built(site: Path) -> bool:
    """Whether a build of this site is running, in whatever process."""
    try:
        with locked(lock_file(site), wait=False):
            return False
    except BlockingIOError:
        return True
    except OSError:  # there has been no build, or the folder cannot be written
        return False


def behind(settings: Settings, corpus: Corpus) -> HeguiError | None:
    """What is wrong if the site was made of other clauses than ``corpus``, so that links of answers lead to others; None
    while it is built, and where there is no site or one that does not say what it was made of."""
    try:
        said = _CONTENT.search((settings.site / "index.html").read_text("utf-8"))
    except OSError:
        return None
    if said is None or said[1] == corpus.stamp or being_built(settings.site):
        return None
    return HeguiError("网站和助手用的指引不一样，回答里的链接可能对不上条文。", "运行 hegui site build。")
