"""Reference pages made from the code: settings from the settings model, commands from the command-line app.

``python docs/reference.py`` writes them; a test holds them fresh.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from rag.ground import PREFIX, ROOT, Settings

NOTE = "<!-- 由 python docs/reference.py 生成，不要手改。 -->"


def settings_page() -> str:
    """Markdown of the settings reference: one row per field of `Settings`."""
    rows = [
        f"| `{PREFIX}{name.upper()}` | {field.description} | {_default(field)} | {_bounds(field)} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(
        [
            NOTE,
            "",
            "# 设置参考",
            "",
            "设置写成环境变量，或写进项目根目录的 `.env` 文件（每行一个 `名称=值`）。写错名称或超出范围会报错，不会被悄悄忽略。",
            "",
            "| 名称 | 含义 | 默认值 | 范围 |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if not value and not isinstance(value, (bool, int, float)):
        return "（空）"
    return f"`{str(value).replace(f'{ROOT}/', '')}`"


def _bounds(field: FieldInfo) -> str:
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    found = [
        f"{signs[k]} {v}" for m in field.metadata for k in signs if (v := getattr(m, k, None)) is not None
    ]
    return "，".join(found)


def cli_page(command: Any) -> str:
    """Markdown of the command reference.

    Args:
        command: the click command of the app (``typer.main.get_command(app)``).
    """
    parts = [
        NOTE,
        "",
        "# 命令参考",
        "",
        "每个命令加 `--help` 看说明。出错时退出码不是 0，并说明怎么改正。",
        "",
    ]
    for path, child in sorted(_walk(command, "hegui")):
        parts += [f"## {path}", "", *_command(child), ""]
    return "\n".join(parts)


def _walk(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        yield path, command
        return
    for name, child in children.items():
        if not child.hidden:
            yield from _walk(child, f"{path} {name}")


def _command(command: Any) -> Iterator[str]:
    text, _, example = (command.help or "").strip().partition("例：")
    yield text.strip()
    if example:
        yield from ("", "```bash", example.strip(), "```")
    rows = [row for p in command.params if (row := _parameter(p))]
    if rows:
        yield from ("", "| 参数 | 含义 | 默认值 |", "|---|---|---|", *rows)


def _parameter(parameter: Any) -> str | None:
    if parameter.name == "help":
        return None
    names = (
        [*parameter.opts, *parameter.secondary_opts]
        if parameter.param_type_name == "option"
        else [(parameter.metavar or parameter.name).upper()]
    )
    shown = "、".join(f"`{n}`" for n in names)
    default = "" if parameter.required or parameter.default in (None, "", False) else f"`{parameter.default}`"
    said = (getattr(parameter, "help", "") or "").replace("|", "\\|")
    return f"| {shown} | {said} | {default} |"
