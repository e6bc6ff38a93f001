"""New files for officers: an empty guideline, or a new version copied from the one in force."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from rag.content.corpus import Corpus
from rag.content.lawfile import decode
from rag.content.template import CHANGES, TEMPLATE
from rag.ground import ContentError, NotFoundError


def new_guideline(corpus: Corpus, root: Path, operator: str, slug: str, today: dt.date) -> Path:
    """Write an empty guideline as a draft, dated ``today``; never overwrites.

    Raises:
        ContentError: unknown operator type, bad slug, or the guideline exists.
    """
    if corpus.registers.operator(operator) is None:
        known = "、".join(o.id for o in corpus.registers.operators)
        raise ContentError(f"没有经营者类型 {operator}。", f"用：{known}。")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        raise ContentError(f"指引名 {slug} 不合规则。", "只用小写字母、数字和连字符，如 seven-day-return。")
    folder = root / operator / slug
    if folder.exists():
        raise ContentError(f"指引 {operator}/{slug} 已经有了。", "要改规则请用 --version 开新版本。")
    topic = corpus.registers.topics[0].id
    text = TEMPLATE.format(title=slug, operator=operator, topic=topic, today=today.isoformat())
    return _write(folder / f"{today.isoformat()}.md", text)


def new_version(corpus: Corpus, root: Path, guideline_id: str, day: dt.date) -> Path:
    """Copy the version in force on ``day`` to a draft that takes effect on ``day``; never overwrites.

    Raises:
        NotFoundError: the guideline has no version to copy.
        ContentError: a version of that day exists.
    """
    versions = [g for g in corpus.versions(guideline_id) if g.version <= day]
    if not versions:
        raise NotFoundError(
            f"指引 {guideline_id} 在 {day} 之前没有版本可以复制。", "核对名称；新指引用 hegui new。"
        )
    target = root / guideline_id / f"{day.isoformat()}.md"
    if target.exists():
        raise ContentError(
            f"{target.name} 已经有了。",
            "草稿直接改它。已经发布的：写错了字，改正并把 revision 加一；要退回前一版，把它的 status 改回 draft；"
            "规则要再变，新版本写明天的日期。",
        )
    source = root / versions[-1].path
    lines = decode(source.read_bytes(), source.name).replace("\r\n", "\n").split("\n")
    end = next(i for i, line in enumerate(lines[1:], 1) if line.strip() == "---")
    head = [line for line in lines[1:end] if not line.startswith(("changes:", "status:", "revision:"))]
    head += ["status: draft", "revision: 1", f"changes: {CHANGES}"]
    return _write(target, "\n".join(["---", *head, *lines[end:]]))


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as out:
        out.write(text)
    return path
