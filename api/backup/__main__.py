"""``python -m api.backup save|restore <folder> [--keep-guidelines]``: what the command line runs."""

from __future__ import annotations

import sys
from pathlib import Path

from api.backup import restore, save
from rag.ground import HeguiError, load_settings


def main(verb: str, folder: Path, *options: str) -> int:
    """Run it and say what was done: 0, or 2 with what went wrong and what to do."""
    try:
        settings = load_settings()
        if verb == "save":
            kept = save(settings, folder)
            size = sum(file.size for file in kept.files.values()) / 2**20
            print(f"已备份到 {folder}：{len(kept.files)} 个文件，{size:.0f} MB。")
        else:
            for line in restore(settings, folder, keep_guidelines="--keep-guidelines" in options):
                print(line)
    except HeguiError as error:
        print(f"错误：{error.message}", file=sys.stderr)
        print(f"怎么办：{error.hint}", file=sys.stderr)
        return 2
    return 0


sys.exit(main(sys.argv[1], Path(sys.argv[2]).absolute(), *sys.argv[3:]))
