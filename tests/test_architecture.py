"""The rooms of the house: packages import only downwards, and from other packages only what their ``__init__`` exports."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
#: Each package may import from those before it. `site` and `eval` stand side by side and know nothing of each other.
ORDER = ("ground", "content", "training", "index", "llm", "script", "ask", "eval", "site", "release", "cli")
#: Inside `ask`, the stages in the order in which a question walks through them.
STAGES = (
    "models", "guard", "understand", "clauses", "retrieve", "judge", "several", "compose", "part", "verify", "respond", "write",
    "advised", "snapshot", "pipeline", "assistant",
)  # fmt: skip
SITE_MAY = {"ground", "content", "training"}
FILES = sorted(p for top in ("rag", "api") for p in (ROOT / top).rglob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION = 300, 40


def names(path: Path) -> Iterator[tuple[str, int]]:
    """Every module or module member that a file imports, in full (``from rag import x`` is ``rag.x``), with its line."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)


def ours(path: Path, top: str = "rag") -> Iterator[tuple[list[str], int]]:
    return ((n.split("."), line) for n, line in names(path) if n.split(".")[0] == top)


def exported(package: str) -> set[str]:
    tree = ast.parse((ROOT / "rag" / package / "__init__.py").read_text("utf-8"))
    lists = [
        n.value for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "__all__"
    ]
    return set(ast.literal_eval(lists[0])) if lists else set()


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room(path: Path) -> str:
    """The package of a file below rag/; empty for rag/__init__ and for api."""
    parts = path.relative_to(ROOT).parts
    return parts[1] if parts[0] == "rag" and len(parts) > 2 else ""


def test_every_room_has_its_place() -> None:
    found = {p.name for p in (ROOT / "rag").iterdir() if p.is_dir() and p.name != "__pycache__"}
    assert found == set(ORDER)


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_imports_point_downwards(path: Path) -> None:
    own = room(path)
    for name, line in ours(path):
        other = name[1] if len(name) > 1 else ""
        if not own or other == own:
            continue
        assert ORDER.index(other) < ORDER.index(own), f"{relative(path)}:{line} imports {'.'.join(name)}"
        if own == "site":
            assert other in SITE_MAY, (
                f"{relative(path)}:{line}: the site is made of content, and of exercises made of it"
            )
    if path.is_relative_to(ROOT / "rag"):
        assert not list(ours(path, "api")), f"{relative(path)} imports api"


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_other_rooms_are_entered_by_the_door(path: Path) -> None:
    """``from rag.content import Clause``, never ``from rag.content.models import Clause``, from outside the package."""
    own = room(path)
    for name, line in ours(path):
        if len(name) > 1 and name[1] != own:
            assert len(name) == 3, f"{relative(path)}:{line} reaches into {'.'.join(name)}"
            assert name[2] in exported(name[1]), f"{relative(path)}:{line}: {'.'.join(name)} is not exported"


@pytest.mark.parametrize("path", sorted((ROOT / "rag" / "ask").rglob("*.py")), ids=relative)
def test_a_stage_imports_only_stages_before_it(path: Path) -> None:
    own = path.relative_to(ROOT / "rag" / "ask").with_suffix("").parts[0]
    if own == "__init__":
        return
    for name, line in ours(path):
        if name[1] == "ask" and name[2] != own:
            assert STAGES.index(name[2]) < STAGES.index(own), (
                f"{relative(path)}:{line} imports {'.'.join(name)}"
            )


@pytest.mark.parametrize("package", ORDER)
def test_every_export_is_used_by_another_room(package: str) -> None:
    users = [*FILES, *(ROOT / "tests").rglob("*.py"), *(ROOT / "docs").rglob("*.py")]
    used = {n[2] for p in users if room(p) != package for n, _ in ours(p) if len(n) == 3 and n[1] == package}
    assert exported(package) <= used, f"exported for nobody: {sorted(exported(package) - used)}"


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_files_and_functions_fit_a_screen(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE, f"{relative(path)} is too long: split it"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            start = (
                node.body[1].lineno if ast.get_docstring(node) and len(node.body) > 1 else node.body[0].lineno
            )
            size = (node.end_lineno or start) - start + 1
            reason = "# long:" in text.splitlines()[node.lineno - 2] + text.splitlines()[node.lineno - 1]
            assert size <= LONGEST_FUNCTION or reason, (
                f"{relative(path)}:{node.lineno} {node.name}: {size} lines"
            )
