"""Script files -> text: .txt, .md, .docx, .srt. What is too big, broken or in another form is refused with a way out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from pathlib import Path

from rag.content import cells_of, word_paragraphs
from rag.ground import ContentError
from rag.script.models import ScriptError

SUFFIXES = (".txt", ".md", ".docx", ".srt")
MAX_FILE_BYTES = 2_000_000
MAX_UNPACKED = 20_000_000
_CUE = re.compile(r"(?m)^\ufeff?\s*\d+\s*\n\s*[\d:,. ]+-->[^\n]*\n|^\s*[\d:,. ]+-->[^\n]*\n")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>|\{\\[^}]*\}")


def read_script(name: str, data: bytes) -> str:
    """The text of a script file.

    Args:
        name: its name; the ending tells the form.
        data: its content, at most 2 MB.

    Raises:
        ScriptError: too big, of another form, broken, or not text; says what to do.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise ScriptError(
            f"不认识 {suffix or name} 这种文件。", f"请存成 {'、'.join(SUFFIXES)} 再传，或者直接粘贴文字。"
        )
    if len(data) > MAX_FILE_BYTES:
        raise ScriptError(
            f"文件超过 {MAX_FILE_BYTES // 1_000_000} MB。", "请只留文字、去掉图片，或者分成几份。"
        )
    text = _read_docx(data) if suffix == ".docx" else _decode(data)
    if suffix == ".srt":
        text = _TAG.sub("", _CUE.sub("", text.replace("\r\n", "\n")))
    return text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")


def read_script_file(path: Path) -> str:
    """The same for a file on disk; its size is looked at first.

    Raises:
        ScriptError: as `read_script`, or the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ScriptError(f"读不了 {path}。", "检查路径和权限。") from error
    return read_script(path.name, data)


def _decode(data: bytes) -> str:
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ScriptError("这不是文字文件。", "请存成 UTF-8 文本，或者直接粘贴文字。")
    encodings: Iterable[str] = (
        ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    )
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ScriptError("文件的编码认不出来。", "请存成 UTF-8 文本，或者直接粘贴文字。")


def _read_docx(data: bytes) -> str:
    """Paragraphs as a reader sees them, the cells of a row parted by tabs."""
    try:
        lines = word_paragraphs(io.BytesIO(data), "这个文件", MAX_UNPACKED)
    except ContentError as error:
        raise ScriptError(error.message, "请用 Word 另存为 .docx，只留文字；或者直接粘贴文字。") from error
    except Exception as error:  # python-docx and its XML parser raise many kinds
        raise ScriptError(
            "这个 Word 文件打不开，可能坏了，或者是旧的 .doc 改了名。",
            "请用 Word 另存为 .docx，或者直接粘贴文字。",
        ) from error
    return "\n".join("\t".join(cells_of(line)) for line in lines)
