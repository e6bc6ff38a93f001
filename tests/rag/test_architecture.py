"""A module imports only from lines above its own; `rag` never imports `api`."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ORDER = [
    "errors",
    "numerals",
    "yamlfile",
    "models",
    "settings",
    "privacy",
    "laws",
    "citations",
    "registers",
    "parse",
    "asked",
    "corpus",
    "lawtext",
    "check_texts",
    "check",
    "diff",
    "scaffold",
    "chunks",
    "embed",
    "lexical",
    "fusion",
    "homophones",
    "chroma",
    "outside",
    "index",
    "rerank",
    "understand",
    "parts",
    "guard_patterns",
    "guard_takeover",
    "guard",
    "retrieve",
    "decide",
    "answer",
    "changes",
    "agree",
    "agree_figures",
    "verify",
    "respond",
    "llm_client",
    "llm",
    "pipeline",
    "evaluate",
    "doctor",
    "progress",
    "site",
    "cli",
]


def imports(path: Path) -> set[str]:
    """Top-level names of our own modules that a file imports, e.g. rag.corpus -> corpus."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [a.name for a in node.names] if isinstance(node, ast.Import) else []
        found.update(names)
    return found


@pytest.mark.parametrize(
    "path", sorted((ROOT / "rag").rglob("*.py")), ids=lambda p: p.relative_to(ROOT).as_posix()
)
def test_imports_point_upwards(path: Path) -> None:
    own = path.relative_to(ROOT / "rag").with_suffix("").parts[0]
    if own == "__init__":
        return
    assert own in ORDER, f"{own} has no place in the order of modules yet"
    for name in imports(path):
        assert not name.startswith("api"), f"{path.name} imports {name}"
        parts = name.split(".")
        if parts[0] == "rag" and len(parts) > 1 and parts[1] != own:
            assert ORDER.index(parts[1]) < ORDER.index(own), (
                f"{path.name} imports {name}, which stands below it"
            )
