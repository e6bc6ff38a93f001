"""A law gets a new version: the register (`laws.yml`) with it taken in; every other line stays as it is."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import yaml

from rag.content.articles import Article, parse_articles
from rag.content.lawfile import read_paragraphs
from rag.content.laws import LawRegister, load_laws
from rag.content.lawtext import LawLibrary, LawText, read_law_text
from rag.content.models import Law, LawVersion
from rag.ground import ContentError

LAWS_FILE = "laws.yml"
KEPT_NUMBERING = (
    0.5  # share of articles that read the same under their number, above which the numbering was kept
)


def read_version(
    path: Path, law: Law, effective: dt.date, register: LawRegister, library: LawLibrary
) -> tuple[LawVersion, LawText]:
    """What the register has to say of a new version, read off its text.

    Args:
        path: the text, a form that `read_paragraphs` reads; its name ends in the effective date.
        law: the register's entry.
        effective: the day the version takes effect.
        register: all laws, to see whose text it is.
        library: with the text of the version before, the articles that changed are named (if the numbering was kept).

    Raises:
        ContentError: unreadable, another law's text, articles missing in between, or the same text as before.
    """
    last = law.versions[-1]
    paragraphs, _ = read_paragraphs(path)
    articles = parse_articles(paragraphs, last.unit)
    first = last.first_article
    if not articles:
        raise ContentError(f"没有读出一{last.unit}条文。", "上传条文全文，不要只传修改决定。")
    missing = [n for n in range(first, max(articles) + 1) if n not in articles]
    if missing:
        listed = "、".join(map(str, missing[:5]))
        raise ContentError(
            f"读出 {len(articles)} {last.unit}，中间缺第 {listed} {last.unit}。", "核对文件是否完整。"
        )
    version = LawVersion(
        effective_from=effective, articles=max(articles) - first + 1, first_article=first, unit=last.unit
    )
    grown = law.model_copy(update={"versions": (version,)})
    text = read_law_text(
        path, LawRegister([grown if e.short_title == law.short_title else e for e in register])
    )
    if text.law != law.short_title:
        raise ContentError(f"这是《{text.law}》的文本，不是《{law.short_title}》。", "换成这部法律的文本。")
    old = library.text_on(law, effective - dt.timedelta(days=1))
    if old is not None and old.digest == text.digest:
        raise ContentError(
            "这份文本和现行版本一字不差。", f"换成 {effective} 起施行的文本；现行版本不用再登记。"
        )
    changed = _changed(old.articles, text.articles) if old else None
    return version.model_copy(update={"changed_articles": changed}), text


def _changed(old: dict[int, Article], new: dict[int, Article]) -> tuple[int, ...] | None:
    """The articles that differ; None where the numbers mean other articles than before."""
    same = [n for n, article in new.items() if n in old and old[n].text == article.text]
    if len(same) <= KEPT_NUMBERING * len(old):
        return None
    return tuple(n for n in new if n not in same)


def register_with(root: Path, law: str, version: LawVersion) -> tuple[bytes, bytes]:
    """The register's file as it is, and with a new version of a law; the one before ends the day before.

    Args:
        root: the guidelines folder.
        law: short title.
        version: takes effect after all others.

    Raises:
        ContentError: no such law, not the newest version, or the register is broken.
    """
    path = root / LAWS_FILE
    register = load_laws(path)
    before = register.get(law)
    if before is None:
        raise ContentError(f"登记册里没有《{law}》。", "请管理员先登记这部法律。")
    start = version.effective_from
    latest = max((v.effective_from for v in before.versions if v.effective_from), default=None)
    if start is None or (latest and start <= latest):
        raise ContentError(
            f"《{law}》已经登记了 {latest} 起施行的版本。",
            "新版本的施行日期要在它之后；写错的请管理员改正。",
        )
    raw = path.read_bytes()
    new = _with_version(raw.decode("utf-8"), law, version, start - dt.timedelta(days=1)).encode()
    with tempfile.TemporaryDirectory() as work:
        part = Path(work, LAWS_FILE)
        part.write_bytes(new)
        _must_agree(register, load_laws(part), law, version)
    return raw, new


def _must_agree(before: LawRegister, after: LawRegister, law: str, version: LawVersion) -> None:
    """Nothing but that law's versions is different."""
    others = [entry for entry in after if entry.short_title != law]
    mine = after.get(law)
    if others != [e for e in before if e.short_title != law] or mine is None or mine.versions[-1] != version:
        raise ContentError(f"登记册里《{law}》那一段的写法特殊，没有改动它。", "请管理员手工登记这一版。")


def _with_version(text: str, law: str, version: LawVersion, ends: dt.date) -> str:
    """The register's text with the version after the law's last one, which ends on the day ``ends``."""
    versions = _value(_entry(yaml.compose(text, yaml.SafeLoader), law), "versions")
    last = versions.value[-1] if isinstance(versions, yaml.SequenceNode) else None
    if not isinstance(last, yaml.MappingNode) or not last.value:
        raise ContentError(f"登记册里《{law}》那一段的写法特殊，没有改动它。", "请管理员手工登记这一版。")
    end = last.value[-1][1].end_mark.index
    stop = text.find("\n", end)
    stop = len(text) if stop < 0 else stop
    eol = "\r\n" if text[:stop].endswith("\r") else "\n"
    stop -= len(eol) - 1 if stop < len(text) else 0
    indent = text[text.rfind("\n", 0, last.start_mark.index) + 1 : last.start_mark.index]
    grown = f"{text[:stop]}{eol}{indent}{_flow(version)}{text[stop:]}"
    value = _value(last, "effective_to")
    if value is None:
        start = _value(last, "effective_from")
        at = start.end_mark.index if start else last.start_mark.index
        gap = ", " if last.flow_style else f"{eol}{' ' * last.start_mark.column}"
        return f"{grown[:at]}{gap}effective_to: {ends}{grown[at:]}"
    if value.value not in ("", "null", "~") and dt.date.fromisoformat(value.value) < ends:
        return grown  # it ended before: a gap stays one
    return f"{grown[: value.start_mark.index]}{ends}{grown[value.end_mark.index :]}"


def _entry(root: yaml.Node | None, law: str) -> yaml.MappingNode | None:
    entries = root.value if isinstance(root, yaml.SequenceNode) else []
    for entry in entries:
        name = _value(entry, "short_title")
        if name is not None and name.value == law:
            return entry if isinstance(entry, yaml.MappingNode) else None
    return None


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def _flow(version: LawVersion) -> str:
    """A version as the register writes one: on one line, defaults left out."""
    fields = version.model_dump(exclude_defaults=True)
    fields = {"effective_from": version.effective_from, "effective_to": version.effective_to, **fields}
    fields = {k: list(v) if isinstance(v, tuple) else v for k, v in fields.items()}
    return yaml.safe_dump(
        fields, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**6
    ).strip()
