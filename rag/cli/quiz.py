"""Verbs on questions: quiz draft, quiz confirm."""

from __future__ import annotations

import json
from typing import Annotated

import typer

quiz = typer.Typer(no_args_is_help=True, help="练习题和情形")


def register(app: typer.Typer) -> None:
    """Add the verbs of this module."""
    app.add_typer(quiz, name="quiz")


@quiz.command()
def draft(guideline: Annotated[str, typer.Argument(help="指引，如 anchor/price-talk")]) -> None:
    """起草这份指引里还没有题的条款的题，供人改写；没确认的不会出。例：hegui quiz draft anchor/price-talk"""
    from rag.content import load_corpus, load_quiz
    from rag.ground import load_settings
    from rag.training import drafts

    settings = load_settings()
    corpus = load_corpus(settings.guidelines)
    version = corpus.get(guideline, day=settings.current_day())
    for found in drafts(corpus, version, load_quiz(settings.guidelines)):
        fields = ", ".join(
            f"{k}: {json.dumps(v, ensure_ascii=False)}" for k, v in found.model_dump(mode="json").items()
        )
        print(f"- {{{fields}}}")


@quiz.command()
def confirm(ids: Annotated[list[str], typer.Argument(help="题目或者情形的编号")]) -> None:
    """对照条款看过以后，记下看的是哪一版、哪段文字。例：hegui quiz confirm anchor-price-talk-faq-1"""
    from rag.content import confirm_reviewed, load_corpus
    from rag.ground import load_settings

    settings = load_settings()
    corpus = load_corpus(settings.guidelines)
    for own in ids:
        confirm_reviewed(corpus, settings.guidelines, own, settings.current_day())
        print(f"记下了：{own}")
