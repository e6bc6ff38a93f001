"""`hegui script`: one file, a folder into a table, exit codes."""

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rag.cli import app
from rag.ground.errors import HeguiError
from rag.ground.settings import ROOT


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]
    """Run `hegui script` over the project's own rules."""
    monkeypatch.setenv("HEGUI_GUIDELINES", str(ROOT / "guidelines"))
    monkeypatch.setenv("HEGUI_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("HEGUI_TODAY", "2026-11-26")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["script", *arguments])

    return run


def test_a_script_with_faults(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "稿.txt"
    file.write_text("大家好。\n全网最低价！", "utf-8")
    result = run(str(file))
    assert result.exit_code == 1
    assert "稿.txt:2:1 [违法] 全网最低价" in result.output
    assert "《明码标价和禁止价格欺诈规定》第十七条第二款" in result.output
    [facts] = json.loads(run(str(file), "--json").output)
    assert facts["findings"][0]["text"] == "全网最低价"


def test_a_clean_script(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "稿.txt"
    file.write_text("这件外套的面料是棉，尺码看页面。", "utf-8")
    assert run(str(file)).exit_code == 0


def test_a_folder_becomes_a_table(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "稿子"
    folder.mkdir()
    (folder / "a.txt").write_text("国家级品质", "utf-8")
    (folder / "b.md").write_text("=今天打八折", "utf-8")
    (folder / "c.docx").write_bytes(b"broken")
    (folder / "d.txt").write_text("这件外套的面料是棉，尺码看页面。", "utf-8")
    table = tmp_path / "结果.csv"
    result = run(str(folder), "--csv", str(table))
    assert result.exit_code == 1
    assert "共 3 份稿子，1 份没有审。" in result.output
    assert "文件已损坏" in result.output
    rows = list(csv.DictReader(io.StringIO(table.read_text("utf-8-sig"))))
    by_name = {Path(r["文件"]).name: r for r in rows}
    assert set(by_name) == {"a.txt", "b.md", "c.docx", "d.txt"}
    assert by_name["a.txt"]["级别"] == "违法"
    assert (by_name["c.docx"]["问题"], "文件已损坏" in by_name["c.docx"]["为什么"]) == ("没有审", True)
    assert by_name["d.txt"]["问题"] == "没有找到要改的地方"
    assert by_name["a.txt"]["规则版本"] == by_name["d.txt"]["规则版本"] != ""
    assert by_name["a.txt"]["结果编号"] != by_name["d.txt"]["结果编号"]
    assert by_name["a.txt"]["按哪天的规定"] == "2026-11-26"


def test_a_script_that_was_not_checked_is_no_clearance(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.txt").write_text("这件外套的面料是棉。", "utf-8")
    (tmp_path / "b.txt").write_bytes(bytes(50_000_000))
    (tmp_path / "c.txt").write_text("好" + "😀" * 100_000, "utf-8")
    result = run(str(tmp_path))
    assert result.exit_code == 2
    assert "文件超过 2 MB" in result.output
    assert "稿子有 100001 个字，一次最多 20000 个字。" in result.output


@pytest.mark.parametrize(
    "arguments", [["missing.txt"], ["{file}", "--goods", "moon"], ["{file}", "--operator", "moon"]]
)
def test_wrong_use_is_explained(run, tmp_path: Path, arguments: list[str]) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "稿.txt"
    file.write_text("好", "utf-8")
    result = run(*[a.format(file=file) for a in arguments])
    assert isinstance(result.exception, HeguiError)
    assert result.exception.hint
