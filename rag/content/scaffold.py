"""New files for officers: an empty guideline, or a new version copied from the one in force."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from rag.content.corpus import Corpus
from rag.ground import ContentError, NotFoundError

_TEMPLATE = """---
title: {title}
operator: {operator}
topics: [{topic}]
status: draft
revision: 1
verified_on: {today}
summary: 一句话说明这份指引管什么
---
## 要做到
1. 谁要做什么。《法律名》第N条
## 不得
1. 谁不得做什么。《法律名》第N条
## 怎么做
1. 今天就能照着做的一步
## 自查清单
- [ ] 做完这一项就打勾
## 法律责任
1. 违反哪一条，由谁怎样处罚。《法律名》第N条
## 常见问题
### 读者会怎么问？
先说可以、不可以、要、不用，再说为什么。《法律名》第N条
### 第二个问题？
回答。《法律名》第N条
### 第三个问题？
回答。《法律名》第N条
"""


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
    text = _TEMPLATE.format(title=slug, operator=operator, topic=topic, today=today.isoformat())
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
        raise ContentError(f"{target.name} 已经有了。", "直接修改它；更正错字时 revision 加一。")
    lines = (root / versions[-1].path).read_text("utf-8").split("\n")
    end = lines.index("---", 1)
    head = [line for line in lines[1:end] if not line.startswith(("changes:", "status:", "revision:"))]
    head += ["status: draft", "revision: 1", "changes: 相对上一版，对读者来说变了什么"]
    return _write(target, "\n".join(["---", *head, *lines[end:]]))


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as out:
        out.write(text)
    return path
