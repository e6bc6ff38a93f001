"""The head of a guideline file: which keys it has, and what is wrong with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.content.registers import Registers
from rag.ground import load_yaml

Report = Callable[[int, str, str, str], None]  # line, code, message, fix


class FrontMatter(BaseModel):
    """The keys of a guideline file's front matter; no others are allowed."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=2, max_length=40)
    operator: str
    topics: list[str] = Field(min_length=1, max_length=6)
    status: Literal["draft", "review", "published", "withdrawn"]
    revision: int = Field(ge=1)
    verified_on: dt.date
    summary: str = Field(min_length=4, max_length=120)
    changes: str | None = Field(default=None, max_length=300)


def read_head(head: str, report: Report) -> FrontMatter | None:
    """The head of a file, None if it is unusable; every problem is reported."""
    try:
        raw = load_yaml(head)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: 2026-02-30 as a YAML date
        mark = getattr(error, "problem_mark", None)
        report(
            (mark.line if mark else 0) + 2,
            "front-matter",
            f"文件头不是正确的 YAML：{error}",
            "每行写成 键: 值；日期写成 YYYY-MM-DD 且真实存在",
        )
        return None
    if not isinstance(raw, dict):
        report(
            1,
            "front-matter",
            "文件头是空的",
            "写上 title、operator、topics、status、revision、verified_on、summary",
        )
        return None
    try:
        return FrontMatter.model_validate(raw)
    except ValidationError as error:
        for item in error.errors():
            key = str(item["loc"][0]) if item["loc"] else ""
            _report_key(key, item["type"], item["msg"], head, report)
        return None


def _report_key(key: str, kind: str, message: str, head: str, report: Report) -> None:
    line = _key_line(head, key)
    if kind == "extra_forbidden":
        known = "、".join(FrontMatter.model_fields)
        report(line, "unknown-key", f"文件头有不认识的键 {key}", f"只用：{known}")
    elif kind == "missing":
        report(1, "missing-key", f"文件头缺少 {key}", f"补上 {key}: …")
    elif "date" in kind:
        report(line, "bad-date", f"{key} 不是日期：{message}", "写成 YYYY-MM-DD，例如 2026-11-20")
    else:
        report(line, "bad-value", f"{key} 的值不对：{message}", "按手册改正")


def _key_line(head: str, key: str) -> int:
    return next((i for i, line in enumerate(head.split("\n"), 2) if line.startswith(f"{key}:")), 1)


def check_head(matter: FrontMatter, operator: str, head: str, registers: Registers, report: Report) -> None:
    """Whether operator and topics are those of the folder and the registers."""
    if matter.operator != operator:
        report(
            _key_line(head, "operator"),
            "folder",
            f"operator 是 {matter.operator}，文件却在 {operator}/ 下",
            "两处写成一样",
        )
    for topic in matter.topics:
        if registers.topic(topic) is None:
            known = "、".join(t.id for t in registers.topics)
            report(
                _key_line(head, "topics"),
                "unknown-topic",
                f"没有主题 {topic}",
                f"用 topics.yml 里的：{known}",
            )
