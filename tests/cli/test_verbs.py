"""The command line end to end: what it prints, what it writes, its exit codes."""

import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rag.cli import app, main
from rag.ground.errors import HeguiError
from rag.ground.settings import ROOT, Settings
from tests.servers import Postgres


@pytest.fixture
def cli(indexed: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Run `hegui …` over a copy of the small corpus and its published index."""
    guidelines, data = tmp_path / "guidelines", tmp_path / "var"
    shutil.copytree(indexed.guidelines, guidelines)
    shutil.copytree(indexed.data, data)
    monkeypatch.setenv("HEGUI_GUIDELINES", str(guidelines))
    monkeypatch.setenv("HEGUI_DATA", str(data))
    monkeypatch.setenv("HEGUI_SITE", str(tmp_path / "site"))
    monkeypatch.setenv("HEGUI_TODAY", "2026-11-26")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments))

    return run


def test_check_passes_and_counts(cli, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("HEGUI_GUIDELINES", str(ROOT / "guidelines"))
    result = cli("check", "--quiet", "--coverage")
    assert result.exit_code == 0
    assert "0 处错误" in result.output
    assert "主题" in result.output


def test_check_names_file_line_and_remedy_and_fails(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = next((tmp_path / "guidelines").glob("*/*/*.md"))
    path.write_text(
        path.read_text("utf-8").replace("status: published", "status: published\ncolour: red"), "utf-8"
    )
    result = cli("check", "--json")
    assert result.exit_code == 1
    [problem] = [p for p in json.loads(result.output) if p["code"] == "unknown-key"]
    assert problem["line"] > 1
    assert problem["fix"]


def test_a_wrong_figure_is_found_once_law_texts_were_imported(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = next((tmp_path / "guidelines").glob("live-room/genuine-trade/*.md"))
    item = "1. 直播间不得超过九日不标价。《价格法》第四十二条第九款\n"
    path.write_text(path.read_text("utf-8").replace("## 不得\n", f"## 不得\n{item}", 1), "utf-8")

    def told() -> set[str]:
        found = json.loads(cli("check", "--json").output)
        return {p["code"] for p in found if "mustnot-1" in p["message"]} & {"figure", "paragraph-missing"}

    assert told() == set()
    assert "数字和抄录没有核对" in cli("check").output
    law = tmp_path / "laws" / "价格法-1998-05-01.txt"
    law.parent.mkdir()
    law.write_text("价格法\n" + "".join(f"第{n}条 经营者标价。\n" for n in range(1, 49)), "utf-8")
    assert cli("law", "import", str(law.parent)).exit_code == 0
    assert told() == {"figure", "paragraph-missing"}
    assert "没有核对" not in cli("check").output


def test_a_correction_that_is_not_counted_is_told_until_it_is(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = next((tmp_path / "guidelines").glob("live-room/genuine-trade/2026-02-01.md"))
    whole = path.read_text("utf-8")

    def told(code: str = "revision") -> list[str]:
        return [p["path"] for p in json.loads(cli("check", "--json").output) if p["code"] == code]

    assert told() == []
    assert whole.count("## 不得\n1. ") == 1
    changed = whole.replace("## 不得\n1. ", "## 不得\n1. 从前到后", 1)
    path.write_text(changed, "utf-8")
    assert told() == ["live-room/genuine-trade/2026-02-01.md"]
    number = int(re.search(r"^revision: (\d+)$", whole, re.M)[1])  # type: ignore[index]
    counted = changed.replace(f"revision: {number}", f"revision: {number + 1}")
    path.write_text(counted, "utf-8")
    assert told() + told("moved") == []
    question = (
        "### 送小样换评价可以吗？\n不可以，要求写好评就是诱导评价。《网络反不正当竞争暂行规定》第九条\n"
    )
    path.write_text(f"{counted.rstrip()}\n{question}", "utf-8")
    assert told("moved") == []  # at the end nothing moves
    path.write_text(counted.replace("## 常见问题\n", f"## 常见问题\n{question}", 1), "utf-8")
    assert told("moved") == ["live-room/genuine-trade/2026-02-01.md"]


def test_a_law_file_that_cannot_be_read_does_not_stop_the_check(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "laws").mkdir()
    (tmp_path / "laws" / "坏.docx").write_bytes(b"x")
    result = cli("check", "--laws", str(tmp_path / "laws"))
    assert "没有读：坏.docx" in result.output
    assert "份指引" in result.output


def test_new_writes_a_draft_that_is_not_served(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert cli("new", "merchant", "test-slug").exit_code == 0
    text = (tmp_path / "guidelines/merchant/test-slug/2026-11-26.md").read_text("utf-8")
    assert "status: draft" in text
    with pytest.raises(HeguiError, match="已经有了"):
        CliRunner().invoke(app, ["new", "merchant", "test-slug"], catch_exceptions=False)


def test_new_version_copies_the_one_in_force(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert cli("new", "live-room", "genuine-trade", "--version", "2027-03-01").exit_code == 0
    text = (tmp_path / "guidelines/live-room/genuine-trade/2027-03-01.md").read_text("utf-8")
    assert "status: draft" in text
    assert "changes:" in text


@pytest.mark.parametrize(
    "arguments",
    [
        ("new", "shop", "x"),
        ("new", "merchant", "Bad_Slug"),
        ("new", "merchant", "none", "--version", "2027-01-01"),
        ("new", "merchant", "none", "--version", "2027-02-30"),
        ("diff", "merchant/none"),
        ("check", "--laws", "/nowhere"),
        ("law", "import", "/nowhere"),
        ("eval", "/nowhere.jsonl"),
        ("ask", "刷单", "--as-of", "昨天"),
    ],
)
def test_wrong_use_is_an_error_with_a_remedy(cli, arguments: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(HeguiError) as error:
        CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert error.value.hint


def test_diff_compares_clause_by_clause(cli) -> None:  # type: ignore[no-untyped-def]
    result = cli("diff", "live-room/digital-human")
    assert result.exit_code == 0
    assert "2026-02-01" in result.output
    assert json.loads(cli("diff", "live-room/digital-human", "--json").output)


def test_index_search_ask_and_eval(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    report = json.loads(cli("index", "--json").output.splitlines()[-1])
    assert (report["created"], report["embedded"]) == (0, 0)
    hits = json.loads(cli("search", "刷单", "--limit", "3", "--json").output)
    assert len(hits) == 3
    assert cli("search", "刷单").exit_code == 0
    answer = json.loads(cli("ask", "刷单罚多少", "--json").output)
    assert answer["status"] == "answered"
    assert "依据" in cli("ask", "刷单罚多少", "--operator", "anchor").output
    items = tmp_path / "items.jsonl"
    line = {
        "id": "x",
        "kind": "answerable",
        "question": "刷单罚多少",
        "gold": [["反不正当竞争法", None]],
        "split": "a",
    }
    items.write_text(json.dumps(line, ensure_ascii=False) + "\n", "utf-8")
    assert "answerable" in cli("eval", str(items)).output
    assert json.loads(cli("eval", str(items), "--split", "a", "--json").output)["summary"]
    items.write_text('{"id": 1}\n', "utf-8")
    with pytest.raises(HeguiError, match=":1："):
        CliRunner().invoke(app, ["eval", str(items)], catch_exceptions=False)


def test_law_import_names_a_broken_file_and_fails(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "不认识.txt").write_text("第一条 某某。", "utf-8")
    result = cli("law", "import", str(tmp_path / "in"))
    assert result.exit_code == 1
    assert "不认识.txt" in result.output


def test_doctor_reports_every_part(cli) -> None:  # type: ignore[no-untyped-def]
    result = cli("doctor")
    assert result.exit_code == 1  # the site is not built here
    assert "hegui site build" in result.output
    assert result.output.count("正常") >= 5


def test_doctor_reaches_the_database_server_by_the_address_of_the_manual(
    cli, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    address = postgres.database()
    assert address.startswith("postgresql://")
    monkeypatch.setenv("HEGUI_DATABASE_URL", address)
    assert "正常  数据库" in cli("doctor").output
    monkeypatch.setenv("HEGUI_DATABASE_URL", "postgresql://hegui@127.0.0.1:1/hegui")
    line = next(part for part in cli("doctor").output.splitlines() if "数据库" in part)
    assert line.startswith("问题")
    assert "sqlalche.me" not in line


def test_version_is_printed(cli) -> None:  # type: ignore[no-untyped-def]
    assert cli("version").output.strip()


def test_an_unknown_setting_ends_with_two_and_a_guess(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEGUI_PROT", "8000")
    monkeypatch.setattr("sys.argv", ["hegui", "check"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    assert "HEGUI_PORT" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "99999"), ("LLM_TIMEOUT", "0"), ("TODAY", "2026-02-30")]
)
def test_settings_have_bounds(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    from rag.ground.settings import load_settings

    monkeypatch.setenv(f"HEGUI_{name}", value)
    with pytest.raises(HeguiError, match=name):
        load_settings()


@pytest.mark.parametrize("verb", [("serve",), ("site", "serve")])
def test_serving_says_when_the_port_is_taken(cli, verb: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(HeguiError, match="不能监听") as told:
            CliRunner().invoke(app, [*verb, "--port", str(port)], catch_exceptions=False)
    assert "--port" in str(told.value.hint)
