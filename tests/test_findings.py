"""FINDINGS.md says the truth: every test it names exists, and is run where CI runs."""

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


def skips(node: ast.AST) -> set[str]:
    """``skip``, ``xfail`` and ``fail``, as far as they stand in the code."""
    return {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)} & {"skip", "xfail", "fail"}


def test_no_test_named_is_always_left_out() -> None:
    """Nor by what it stands on: what is missing is a failure in CI. (An empty list of parameters fails by itself.)"""
    named = set(NAMED.findall((HERE / "FINDINGS.md").read_text("utf-8")))
    trees = {path: ast.parse(path.read_text("utf-8")) for path in HERE.rglob("*.py")}
    found = []
    for path, tree in trees.items():
        name = path.relative_to(HERE).as_posix()
        marks = [
            n for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "pytestmark"
        ]
        if name in {file for file, _ in named}:
            found += [f"{name}: pytestmark" for mark in marks if skips(mark)]
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and (
                (name, node.name) in named or not node.name.startswith("test_")
            ):
                words = skips(node)
                if words - {"fail"} and "fail" not in words:
                    found.append(f"{name}::{node.name}")
    assert set(found) <= {
        "st/conftest.py::pytest_collection_modifyitems",  # an environment of its own, which CI has
        "test_image.py::can_run_the_base",  # an engine and a registry: its row says open
    }


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
