"""Files become text, or a message that says what to do."""

import io
import zipfile

import pytest
from docx import Document

from rag.script.checker import Checker
from rag.script.files import MAX_FILE_BYTES, read_script
from rag.script.models import ScriptError
from tests.script.conftest import TODAY


def docx() -> bytes:
    document = Document()
    document.add_paragraph("全网最低价")
    document.add_table(1, 2).cell(0, 1).text = "国家级"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"0" * 60_000_000)
    return out.getvalue()


def test_every_form_is_read() -> None:
    assert read_script("稿.txt", "\ufeff你好\r\n再见".encode()) == "你好\n再见"
    assert read_script("稿.TXT", "国家级".encode("gb18030")) == "国家级"
    assert read_script("稿.docx", docx()) == "全网最低价\n\t国家级"
    srt = "1\n00:00:01,000 --> 00:00:02,000\n<i>第一句</i>\n\n2\n00:00:03,000 --> 00:00:04,000\n第二句\n"
    assert read_script("稿.srt", srt.encode()).split() == ["第一句", "第二句"]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("稿.pdf", b"x", "不认识 .pdf"),
        ("稿.txt", bytes(MAX_FILE_BYTES + 1), "文件超过 2 MB"),
        ("稿.txt", bytes(50_000_000), "文件超过 2 MB"),
        ("稿.docx", b"PK\x03\x04broken", "不是 Word 文档"),
        ("稿.docx", b"not a zip", "不是 Word 文档"),
        ("稿.docx", bomb(), "解压后太大"),
        ("稿.txt", b"\x00\x01\x02", "不是文字文件"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(name: str, data: bytes, said: str) -> None:
    with pytest.raises(ScriptError, match=said) as caught:
        read_script(name, data)
    assert "请" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "没有文字"),
        ("😀" * 9, "没有文字"),
        ("😀" * 100_000, "没有文字"),
        ("好" + "😀" * 100_000, "最多 20000"),
        ("好" * 20_001, "最多 20000"),
    ],
)
def test_what_is_no_script_is_refused(checker: Checker, text: str, said: str) -> None:
    with pytest.raises(ScriptError, match=said):
        checker.check(text, today=TODAY)
