"""Official law texts -> articles. Import from Markdown, txt, docx or html; stored beside the index, never in git.

An article is kept as paragraphs (款) with their items (项), so that 第二款第（三）项 can be looked up and checked.
Storage: ``<data>/laws/<short title>@<effective_from or undated>.json``, written atomically; importing the same text
again changes nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from rag.content.articles import Article, first_article, parse_articles
from rag.content.lawfile import law_files, read_paragraphs
from rag.content.laws import LawRegister, normal_title
from rag.content.models import Law, LawVersion
from rag.ground import ContentError, write_whole

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_WRITTEN_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
# From the day a law is passed or amended to the day it takes effect; the longest so far is under two years.
_LONGEST_WAIT = dt.timedelta(days=730)


class LawText(BaseModel):
    """The text of one law version."""

    model_config = ConfigDict(frozen=True)

    law: str
    effective_from: dt.date | None
    source: str
    digest: str
    articles: dict[int, Article]


class LawLibrary:
    """Imported law texts in a folder; a missing folder is an empty library."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._texts: dict[tuple[str, dt.date | None], LawText] | None = None

    def __len__(self) -> int:
        return len(self._load())

    def all_texts(self) -> list[LawText]:
        """Every imported text."""
        return list(self._load().values())

    def text_on(self, law: Law, day: dt.date) -> LawText | None:
        """The imported text of the version of ``law`` in force on ``day``."""
        version = law.version_on(day)
        return self._load().get((law.short_title, version.effective_from)) if version else None

    def holds(self, law: Law, version: LawVersion) -> bool:
        """Whether the text of that version was imported."""
        return (law.short_title, version.effective_from) in self._load()

    def article(self, law: Law, number: int, day: dt.date) -> Article | None:
        """An article as it stood on ``day``, if that version was imported."""
        text = self.text_on(law, day)
        return text.articles.get(number) if text else None

    @classmethod
    def of_texts(cls, texts: Iterable[LawText]) -> LawLibrary:
        """A library in memory, for checking against a folder without importing it."""
        library = cls(Path())
        library._texts = {(t.law, t.effective_from): t for t in texts}
        return library

    def _load(self) -> dict[tuple[str, dt.date | None], LawText]:
        if self._texts is None:
            texts = [_stored(path) for path in sorted(self.folder.glob("*.json"))]
            self._texts = {(t.law, t.effective_from): t for t in texts}
        return self._texts

    def store(self, text: LawText) -> str:
        """Write a text; returns created, updated or unchanged."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{text.law}@{text.effective_from or 'undated'}.json"
        data = json.dumps(text.model_dump(mode="json"), ensure_ascii=False)
        existed = path.exists()
        if existed and path.read_text("utf-8") == data:
            return "unchanged"
        write_whole(path, data.encode())
        self._texts = None
        return "updated" if existed else "created"


def _stored(path: Path) -> LawText:
    try:
        return LawText.model_validate_json(path.read_text("utf-8"))
    except (ValidationError, OSError, UnicodeDecodeError) as error:
        raise ContentError(
            f"导入过的法律原文坏了：{path}。", "删去这个文件，再运行 hegui law import。"
        ) from error


def read_law_text(path: Path, register: LawRegister) -> LawText:
    """Parse one law file and find its entry in the register.

    Raises:
        ContentError: unreadable, not in the register, no articles, or an article count other than registered.
    """
    paragraphs, fields = read_paragraphs(path)
    law, version = _identify(path, paragraphs, fields, register)
    articles = parse_articles(paragraphs, version.unit)
    expected = range(version.first_article, version.first_article + version.articles)
    if sorted(articles) != list(expected):
        missing = [n for n in expected if n not in articles][:5]
        raise ContentError(
            f"{path.name}：读出 {len(articles)} {version.unit}，登记为 {version.articles} {version.unit}"
            + (f"，缺第 {'、'.join(map(str, missing))} {version.unit}" if missing else "")
            + "。",
            "核对文件是否完整，或改正 laws.yml。",
        )
    body = "\n".join(a.text for a in articles.values())
    return LawText(
        law=law.short_title,
        effective_from=version.effective_from,
        source=path.name,
        digest=hashlib.sha256(body.encode()).hexdigest()[:16],
        articles=articles,
    )


class ImportOutcome(BaseModel):
    """What an import did; ``failed`` names each broken file with the reason and the remedy."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: list[str] = []


def import_texts(
    source: Path, register: LawRegister, library: LawLibrary, progress: Callable[[str, int, int], None]
) -> ImportOutcome:
    """Import every law file below ``source``; a broken one is named and the rest goes on."""
    outcome = ImportOutcome()
    files = law_files(source)
    for number, path in enumerate(files, 1):
        try:
            done = library.store(read_law_text(path, register))
            setattr(outcome, done, getattr(outcome, done) + 1)
        except ContentError as error:
            outcome.failed.append(str(error))
        progress("导入法律原文", number, len(files))
    return outcome


def _identify(
    path: Path, paragraphs: list[str], fields: dict[str, str], register: LawRegister
) -> tuple[Law, LawVersion]:
    preface = paragraphs[: first_article(paragraphs)]
    names = [fields.get("short_title", ""), fields.get("title", ""), *(p.lstrip("# ") for p in preface)]
    names.append(re.sub(r"[-_ ]?\d{4}-?\d{2}-?\d{2}.*$", "", path.stem))
    law = next((found[0] for n in names if n and (found := register.named(normal_title(n)))), None)
    if law is None:
        raise ContentError(
            f"{path.name}：登记册里没有这部法律。", "先在 laws.yml 登记，或把题名写在文件第一行。"
        )
    dates = [fields.get("effective_from", ""), *(m.group() for m in _DATE.finditer(path.stem))]
    version = next((v for d in dates for v in law.versions if d and str(v.effective_from) == d), None)
    if version is not None:
        return law, version
    passed = _passed(preface)
    known = [d for d in (*dates, fields.get("amended", ""), str(passed or "")) if d]
    version = law.versions[0] if len(law.versions) == 1 else _by_amendment(law, known)
    if version is None:
        raise ContentError(
            f"{path.name}：看不出是《{law.short_title}》的哪一版。",
            "把施行日期写进文件名，例如 广告法-2021-04-29.md。",
        )
    start = version.effective_from
    curated = "short_title" in fields  # somebody wrote down what this text is
    if not curated and passed and start and not passed <= start <= passed + _LONGEST_WAIT:
        raise ContentError(
            f"{path.name}：文件写的是 {passed} 的文本，登记的《{law.short_title}》从 {start} 起施行，不是同一版。",
            f"换成 {start} 起施行的文本；确是这一版，把施行日期写进文件名：{law.short_title}-{start}{path.suffix}。",
        )
    return law, version


def _passed(preface: list[str]) -> dt.date | None:
    """The last day that the lines above the first article name: when the text was passed or last amended."""
    days: list[dt.date] = []
    for match in _WRITTEN_DATE.finditer(" ".join(preface)):
        try:
            days.append(dt.date(*(int(part) for part in match.groups())))
        except ValueError:
            continue
    return max(days, default=None)


def _by_amendment(law: Law, dates: list[str]) -> LawVersion | None:
    """The first version that took effect on or after the latest date the file names (amended, then in force)."""
    if not dates:
        return None
    latest = dt.date.fromisoformat(max(dates))
    later = [v for v in law.versions if v.effective_from and v.effective_from >= latest]
    return min(later, key=lambda v: v.effective_from or dt.date.max, default=None)
