"""FINDINGS.md says the truth: every test it names exists."""

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def functions_of(path: Path) -> set[str]:
    return {n.name for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.FunctionDef)}


def test_every_test_named_exists() -> None:
    named = NAMED.findall((HERE / "FINDINGS.md").read_text("utf-8"))
    assert len(named) > 100
    missing = [
        f"{file}::{test}"
        for file, test in named
        if not (HERE / file).exists() or test not in functions_of(HERE / file)
    ]
    assert missing == []


def test_every_note_of_the_officers_has_a_line() -> None:
    part = (HERE / "FINDINGS.md").read_text("utf-8").partition("## officer")[2].partition("\n## ")[0]
    numbers = [int(n) for n in re.findall(r"^\| (\d+)[a-z]? \|", part, re.M)]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(1, max(numbers) + 1))


def test_every_finding_has_a_test_or_is_called_open() -> None:
    rows = [
        r for r in (HERE / "FINDINGS.md").read_text("utf-8").splitlines() if re.match(r"\| (\d|B\d|\w)", r)
    ]
    silent = [
        r
        for r in rows
        if not NAMED.search(r) and "open" not in r and "as under service" not in r and "| no. |" not in r
    ]
    assert silent == []
