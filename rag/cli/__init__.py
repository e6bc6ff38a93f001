"""The command line: `hegui <verb>`.

Exit codes: 0 done, 1 findings (check) or wrong answers below a bar, 2 wrong use, wrong setting or broken content.
"""

from __future__ import annotations

import sys

import typer

from rag.cli import content, engine, quiz, script, service
from rag.ground import HeguiError

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="直播电商合规知识库"
)
content.register(app)
engine.register(app)
script.register(app)
quiz.register(app)
service.register(app)


def main() -> None:
    """Run the command line; our own errors are printed without a traceback."""
    try:
        app()
    except HeguiError as error:
        print(f"错误：{error.message}", file=sys.stderr)
        if error.hint:
            print(f"怎么办：{error.hint}", file=sys.stderr)
        sys.exit(2)
