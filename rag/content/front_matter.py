"""The head of a guideline file: which keys it has, and what is wrong with them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.content.registers import Registers
from rag.content.template import is_placeholder
from rag.ground import load_yaml

Report = Callable[[int, str, str, str], None]  # line, code, message, fix

_EXAMPLES = {
    "title": ("标题", "写 2 到 40 个字，例如 title: 直播间价格展示"),
    "operator": ("经营者类型", "写文件夹的名字，例如 operator: live-room"),
    "topics": ("主题", "写 1 到 6 个主题，放在半角方括号里，例如 topics: [price, promotion]"),
    "status": ("状态", "写 draft、review、published、withdrawn 之一，例如 status: draft"),
    "revision": ("更正次数", "写从 1 起的整数，例如 revision: 1"),
    "verified_on": ("核对日期", "写成 YYYY-MM-DD 且真实存在，例如 verified_on: 2026-11-20"),
    "summary": ("摘要", "写 4 到 120 个字，例如 summary: 直播间怎么标价、划线价怎么写依据"),
    "changes": ("变化", "写不超过 300 个字，例如 changes: 新增价格比较的要求"),
}
_PROSE = ("title", "summary", "changes")
_KEY = re.compile(r"([A-Za-z_\u4e00-\u9fff]+)[ \t　]*([:：])(.*)", re.S)
_CUT = re.compile(r"^(?![ \t]*[\"']).*?[ \t]#")


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


def split_head(text: str, report: Report) -> tuple[str, str, int]:
    """Head and body of a file and the number of lines above the body; all empty, and a report, without a head."""
    lines = text.split("\n")
    marks = [i for i, line in enumerate(lines) if line.strip() == "---"]
    first = lines[0].strip()
    if first == "---" and len(marks) > 1:
        head = [line.rstrip() for line in lines[1 : marks[1]]]  # a full-width blank is none to YAML
        return "\n".join(head), "\n".join(lines[marks[1] + 1 :]), marks[1] + 1
    if not text.strip():
        report(1, "front-matter", "文件是空的", "用 hegui new 生成一份，或者删去它")
    elif first == "---":
        line = next((i for i, row in enumerate(lines, 1) if row.startswith(("#", "＃"))), len(lines))
        report(line, "front-matter", "文件头没有结束", "在正文前单独一行写 ---")
    else:
        report(
            1, "front-matter", f"第一行不是 ---：{first[:20]}", "第一行写 ---（三个半角减号），前面不留空行"
        )
    return "", "", 0


def read_head(head: str, report: Report) -> FrontMatter | None:
    """The head of a file, None if it is unusable; every problem is reported once, at its line."""
    raw: dict[str, Any] = {}
    lines: dict[str, int] = {}
    sound, nameless = True, False
    for line, block in _blocks(head):
        nameless = nameless or _KEY.match(block) is None
        entry = _read_block(block, line, report)
        for key, value in (entry or {}).items():
            if key in lines:
                report(line, "front-matter", f"{key} 写了两次，第 {lines[key]} 行已经有了", "只留一行")
                sound = False
            raw.setdefault(key, value)
            lines.setdefault(key, line)
        sound = sound and entry is not None
    if not raw and sound:
        report(1, "front-matter", "文件头是空的", f"写上 {'、'.join(_required())}")
        return None
    try:
        matter = FrontMatter.model_validate(raw)
    except ValidationError as error:
        for item in {i["loc"][0]: i for i in reversed(error.errors())}.values():
            if item["type"] != "missing" or not nameless:  # a line without its key was reported
                _report_key(str(item["loc"][0]), item["type"], raw, lines, head, report)
        return None
    return matter if sound else None


def status_of(text: str) -> str:
    """What a file says its status is, even if its head cannot be used; empty if it does not say."""
    match = re.search(r"^status[ \t]*[:：][ \t]*[\"']?(\w+)", text.partition("\n##")[0], re.M)
    return match[1] if match else ""


def _required() -> list[str]:
    return [name for name, spec in FrontMatter.model_fields.items() if spec.is_required()]


def _blocks(head: str) -> list[tuple[int, str]]:
    """Every key with the lines that belong to it, and its line in the file."""
    found: list[tuple[int, str]] = []
    for number, line in enumerate(head.split("\n"), 2):
        if not line.strip() or (line.startswith("#") and not found):
            continue
        if found and (line[0] in " \t-]" or line.startswith("#")):
            found[-1] = (found[-1][0], f"{found[-1][1]}\n{line}")
        else:
            found.append((number, line))
    return found


def _read_block(block: str, line: int, report: Report) -> dict[str, Any] | None:
    """One key with its value; None and a report if it cannot be read as it stands."""
    match = _KEY.match(block)
    key = match[1] if match else ""
    example = _EXAMPLES.get(key, ("", "例如 title: 直播间价格展示"))[1]
    if match is None:
        report(
            line,
            "front-matter",
            f"看不懂“{block.strip()[:20]}”",
            "每行写成 键: 值，例如 title: 直播间价格展示",
        )
        return None
    if match[2] == "：" or (match[3] and match[3][0] not in " \t\n"):
        wrong = "冒号是全角的" if match[2] == "：" else "冒号后面少一个空格"
        report(line, "front-matter", f"{key} 的{wrong}", f"用半角冒号，后面空一格：{example}")
        return None
    if key in _PROSE and _CUT.match(match[3].split("\n")[0]):
        report(
            line, "front-matter", f"{key} 里“ #”后面的字会丢掉", "删去 # 前面的空格，或者整句放进半角双引号"
        )
        return None
    try:
        value = load_yaml(block)
    except ValueError:  # 2026-02-30 as a YAML date
        report(line, "bad-date", f"{key} 的日期不存在：{match[3].strip()}", example)
        return None
    except yaml.YAMLError:
        report(line, "front-matter", *_why(key, match[3], example))
        return None
    return value if isinstance(value, dict) else None


def _why(key: str, value: str, example: str) -> tuple[str, str]:
    """Why YAML does not take ``value``, and what to write instead."""
    text = value.strip()
    if "\t" in value:
        return f"{key} 里有制表符（Tab）", f"换成空格：{example}"
    if text.count("[") != text.count("]"):
        return f"{key} 的方括号没有成对", example
    if text[:1] in "\"'" and (len(text) == 1 or text[-1] != text[0]):
        return f"{key} 的引号没有成对", f"补上收尾的引号，或者不用引号：{example}"
    if re.search(r": |:$", text):
        return f"{key} 的值里有半角冒号", "值里用全角冒号“：”，或者整句放进半角双引号"
    return f"{key} 的值写法不对：{text[:20]}", f"整句放进半角双引号，或者改写：{example}"


def _report_key(
    key: str, kind: str, raw: dict[str, Any], lines: dict[str, int], head: str, report: Report
) -> None:
    line = lines.get(key, 1)
    name, example = _EXAMPLES.get(key, ("", ""))
    if kind == "extra_forbidden":
        known = "、".join(FrontMatter.model_fields)
        report(line, "unknown-key", f"文件头有不认识的键 {key}", f"只用：{known}")
    elif kind == "missing":
        if _key_line(head, key) == 1:  # else it is there, and was reported
            report(1, "missing-key", f"文件头缺少 {key}（{name}）", f"补上一行，{example}")
    elif key == "verified_on":
        report(line, "bad-date", f"{key} 不是日期：{raw[key]}", example)
    else:
        report(line, "bad-value", f"{key}（{name}）的值不对：{_shown(raw[key])}", example)


def _shown(value: Any) -> str:
    if value is None or value in ("", []):
        return "是空的"
    text = str(value)
    return f"有 {len(text)} 个字" if len(text) > 40 else text


def _key_line(head: str, key: str) -> int:
    pattern = re.compile(rf"{key}[ \t　]*[:：]")
    return next((i for i, line in enumerate(head.split("\n"), 2) if pattern.match(line)), 1)


def check_head(matter: FrontMatter, operator: str, head: str, registers: Registers, report: Report) -> None:
    """Whether operator and topics are those of the folder and the registers, and nothing is left of the template."""
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
    for key in ("summary", "changes"):
        text = getattr(matter, key)
        if text and is_placeholder(text):
            report(_key_line(head, key), "placeholder", f"{key} 还是模板里的话", "换成这一版自己的内容")
