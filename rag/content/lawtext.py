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
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from rag.content.laws import LawRegister, normal_title
from rag.content.models import Law, LawVersion
from rag.ground import NUMERAL, ContentError, to_int

SUFFIXES = (".md", ".txt", ".docx", ".html", ".htm")
_ARTICLE = re.compile(rf"^(?:\*\*)?\s*第({NUMERAL})条\s*(?:\*\*)?[\s　]*(.*)$", re.S)
_POINT = re.compile(rf"^\*\*\s*({NUMERAL})、\s*\*\*\s*(.*)$|^({NUMERAL})、(.*)$", re.S)
_ITEM = re.compile(rf"^[（(]({NUMERAL})[)）]")
_HEADING = re.compile(r"^#+\s|^第[一二三四五六七八九十百]+[编章节]\s*\S{0,30}$|^附\s*则$")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


class Article(BaseModel):
    """One article or point. ``paragraphs`` are its 款 in order; ``items`` maps a 款 (from 1) to its 项 numbers."""

    model_config = ConfigDict(frozen=True)

    number: int
    paragraphs: tuple[str, ...]
    items: dict[int, tuple[int, ...]] = {}

    @property
    def text(self) -> str:
        """The whole article, paragraphs and items separated by newlines."""
        return "\n".join(self.paragraphs)

    @cached_property
    def paragraph_count(self) -> int:
        """Number of 款 (items are not 款)."""
        return len([p for p in self.paragraphs if not _ITEM.match(p)])

    def all_items(self) -> set[int]:
        """Item numbers that occur anywhere in the article."""
        return {n for numbers in self.items.values() for n in numbers}


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
            texts = [
                LawText.model_validate_json(p.read_text("utf-8")) for p in sorted(self.folder.glob("*.json"))
            ]
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
        temporary = path.with_suffix(".tmp")
        temporary.write_text(data, "utf-8")
        temporary.replace(path)
        self._texts = None
        return "updated" if existed else "created"


def law_files(source: Path) -> list[Path]:
    """The files to import below ``source`` (a file or a folder), README left out."""
    if source.is_file():
        return [source]
    files = (p for p in sorted(source.rglob("*")) if p.suffix.lower() in SUFFIXES)
    return [p for p in files if not p.name.upper().startswith("README")]


def read_law_text(path: Path, register: LawRegister) -> LawText:
    """Parse one law file and find its entry in the register.

    Raises:
        ContentError: unreadable, not in the register, no articles, or an article count other than registered.
    """
    paragraphs, fields = _paragraphs(path)
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


def _paragraphs(path: Path) -> tuple[list[str], dict[str, str]]:
    """Paragraphs of a file in order, and the fields of its front matter if it has one."""
    try:
        if path.suffix.lower() == ".docx":
            import docx

            return [p.text.strip() for p in docx.Document(str(path)).paragraphs if p.text.strip()], {}
        text = path.read_text("utf-8-sig")
    except Exception as error:  # python-docx raises several unrelated types for a broken file
        raise ContentError(
            f"{path.name}：读不了（{error}）。", "另存为 UTF-8 文本或 docx 后再导入。"
        ) from error
    if path.suffix.lower() in (".html", ".htm"):
        from bs4 import BeautifulSoup

        text = BeautifulSoup(text, "html.parser").get_text("\n")
    fields: dict[str, str] = {}
    if text.startswith("---\n"):
        head, _, text = text[4:].partition("\n---\n")
        fields = {
            k.strip(): v.strip() for k, v in (line.split(":", 1) for line in head.splitlines() if ":" in line)
        }
    return [line.strip() for line in text.splitlines() if line.strip()], fields


def _identify(
    path: Path, paragraphs: list[str], fields: dict[str, str], register: LawRegister
) -> tuple[Law, LawVersion]:
    names = [
        fields.get("short_title", ""),
        fields.get("title", ""),
        *(p.lstrip("# ") for p in paragraphs[:3]),
    ]
    names.append(re.sub(r"[-_ ]?\d{4}-?\d{2}-?\d{2}.*$", "", path.stem))
    law = next((found[0] for n in names if n and (found := register.named(normal_title(n)))), None)
    if law is None:
        raise ContentError(
            f"{path.name}：登记册里没有这部法律。", "先在 laws.yml 登记，或把题名写在文件第一行。"
        )
    dates = [fields.get("effective_from", ""), *(m.group() for m in _DATE.finditer(path.stem))]
    version = next((v for d in dates for v in law.versions if d and str(v.effective_from) == d), None)
    if version is None and len(law.versions) == 1:
        version = law.versions[0]
    if version is None:
        version = _by_amendment(law, [d for d in (*dates, fields.get("amended", "")) if d])
    if version is None:
        raise ContentError(
            f"{path.name}：看不出是《{law.short_title}》的哪一版。",
            "把施行日期写进文件名，例如 广告法-2021-04-29.md。",
        )
    return law, version


def _by_amendment(law: Law, dates: list[str]) -> LawVersion | None:
    """The first version that took effect on or after the latest date the file names (amended, then in force)."""
    if not dates:
        return None
    latest = dt.date.fromisoformat(max(dates))
    later = [v for v in law.versions if v.effective_from and v.effective_from >= latest]
    return min(later, key=lambda v: v.effective_from or dt.date.max, default=None)


def parse_articles(paragraphs: list[str], unit: str = "条") -> dict[int, Article]:
    """Split paragraphs of a law text into articles (or points), headings dropped."""
    articles: dict[int, Article] = {}
    for number, lines in _groups(paragraphs, _ARTICLE if unit == "条" else _POINT):
        items: dict[int, list[int]] = {}
        paragraph = 0
        for line in lines:
            if match := _ITEM.match(line):
                items.setdefault(max(paragraph, 1), []).append(to_int(match[1]))
            else:
                paragraph += 1
        articles.setdefault(
            number,
            Article(number=number, paragraphs=tuple(lines), items={k: tuple(v) for k, v in items.items()}),
        )
    return articles


def _groups(paragraphs: list[str], opener: re.Pattern[str]) -> Iterator[tuple[int, list[str]]]:
    number, lines = 0, list[str]()
    for line in paragraphs:
        match = opener.match(line)
        if match:
            if number:
                yield number, lines
            groups = [g for g in match.groups() if g is not None]
            number, lines = to_int(groups[0]), [groups[1].strip()] if groups[1].strip() else []
        elif number and not _HEADING.match(line):
            lines.append(line)
    if number:
        yield number, lines
