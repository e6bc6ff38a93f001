"""What lies in the guidelines folder: guideline files, what programs leave behind, and what somebody put there."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from rag.content.lawfile import decode
from rag.content.models import Problem
from rag.content.registers import Registers
from rag.ground import ContentError

MAX_FILE_BYTES = 200_000
_LITTER = re.compile(r"\..*|~\$.*|thumbs\.db|desktop\.ini|.*(?:~|\.(?:bak|tmp|swp|lnk|orig))", re.I)
_WORD = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def is_litter(name: str) -> bool:
    """Whether a file of this name was left by Windows, Office or an editor: not worth a word."""
    return _LITTER.fullmatch(name) is not None


def stray(name: str, registers: Registers) -> Problem | None:
    """Why the file at ``name`` (operator/slug/file) is no guideline file: a note; None if it is one."""
    operator, slug, filename = name.split("/")
    if registers.operator(operator) is None:
        known = "、".join(o.id for o in registers.operators)
        return _note(name, "folder", f"没有经营者类型 {operator}", f"文件夹用登记册里的：{known}")
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) is None:
        return _note(
            name, "folder", f"指引名“{slug}”不合规则", "只用小写字母、数字和连字符，例如 price；副本请移走"
        )
    if filename.lower().endswith((".docx", ".doc", ".wps")):
        return _note(name, "filename", "这是 Word 文件", "把文字写进 YYYY-MM-DD.md，Word 文件移到别处")
    if _is_version(filename):
        return None
    return _note(
        name,
        "filename",
        f"文件名 {filename} 不是施行日期",
        "要发布就改成 YYYY-MM-DD.md，例如 2026-02-01.md；不用的移走",
    )


def misplaced(root: Path) -> list[Problem]:
    """A note for every Markdown file that lies beside the folders of guidelines instead of in one."""
    fix = "放到 <经营者>/<指引名>/<施行日期>.md"
    found = (p for p in sorted(root.glob("*/*.md")) if not is_litter(p.name))
    return [_note(p.relative_to(root).as_posix(), "file-place", "指引文件放错了位置", fix) for p in found]


def read_text(path: Path, name: str, problems: list[Problem]) -> str | None:
    """The text of a file; None if there is none to read. What is wrong is added to ``problems``, once."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        problems.append(
            _error(name, f"读不了（{error.strerror or '没有权限'}）", "检查文件的权限，或者重新保存一次")
        )
        return None
    if raw.startswith(_WORD):
        problems.append(
            _error(name, "这是 Word 文件，只是后缀写成了 .md", "把文字复制到记事本，另存为 UTF-8 的 .md")
        )
        return None
    if len(raw) > MAX_FILE_BYTES:
        problems.append(_error(name, f"文件太大（{len(raw) // 1000} KB）", "不超过 200 KB；拆成几份指引"))
        return None
    try:
        text = decode(raw, name)
    except ContentError:
        problems.append(_error(name, "不是文本文件，或者文件已损坏", "用记事本另存为 UTF-8，或者从备份恢复"))
        return None
    if not _is_utf8(raw):
        fix = "用记事本“另存为”，编码选 UTF-8"
        problems.append(
            Problem(path=name, line=1, code="encoding", message="编码不是 UTF-8，已按 GB18030 或 UTF-16 读", fix=fix, level="note")
        )  # fmt: skip
    return text


def as_note(problem: Problem) -> Problem:
    """A problem of a file that nobody publishes yet."""
    return problem.model_copy(update={"level": "note"})


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_version(filename: str) -> bool:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}\.md", filename) is None:
        return False
    try:
        dt.date.fromisoformat(filename.removesuffix(".md"))
    except ValueError:
        return False
    return True


def _note(name: str, code: str, message: str, fix: str) -> Problem:
    return Problem(
        path=name, line=1, code=code, message=f"{message}，这个文件不会发布", fix=fix, level="note"
    )


def _error(name: str, message: str, fix: str) -> Problem:
    return Problem(path=name, line=1, code="unreadable", message=message, fix=fix)
