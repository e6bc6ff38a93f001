"""Several questions in one (资料留几年？不留罚多少？): the questions it consists of, each with what it leans on.

A message is split only where both sides ask something; what tells a scene before the question stays with it.
"""

from __future__ import annotations

import re

from rag.ask.models import Question, Turn
from rag.ground import Words, normalize

MAX_PARTS = 3
_STOP = re.compile(
    r"(?<=[?。;\n])|[,、\s]+(?:还有|另外|再问一?下?|顺便问一?下?|以及)[,:]?|(?:还有就是|另外问一?下?)"
    r"|(?<=[吗呢])(?=[\u4e00-\u9fff]{4})|(?:(?<=罚多少)|(?<=多少钱)|(?<=怎么办)|(?<=行不行))(?![的才以算就是])(?=[\u4e00-\u9fff]{4})|(?<=[吗呢不少久])(?:还有|另外)"
)
_COMMA = re.compile(r"(?<=,)|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_ASKS = re.compile(
    r"(吗|呢|么|啥|不|没|\?)[?!。,;]*$|什么|啥|[哪谁咋]|(?<![十百千好这那没])几(?![十百千万])|多少|多久|多大|多长|怎么|怎样|如何|(?P<verb>[\u4e00-\u9fff])[不没](?P=verb)|有没有"
)
_TAG = re.compile(
    r"(没错|对|是|行|可以|好)(吧|吗|么|不|不对|不是|不行)|(依据|根据|按)(的?是)?(哪|什么|啥).{0,6}|教.{0,4}"
)
# One question asked of several acts told one after the other: 我喊最低价，还送运费险，再搞个福袋，行吗.
_MAY = "行吗|行不行|行么|可以吗|可以么|可不可以|能行吗|合规吗|合不合规|违规吗|违法吗|犯法吗|有没有问题|有问题吗|没问题吧"
_ACTS = re.compile(rf"(?P<acts>[^?。;\n]+),(?:这样|这么做|这些|都)*(?P<may>{_MAY})\??")
_NEXT = re.compile(r",(?:然后|同时|并且|顺便|另外)?(?:还|再|又|也)(?=[\u4e00-\u9fff]{3})")


def _acts(text: str) -> list[str]:
    """What is asked of each act; empty unless three are told. Of two the first is as often the scene of the second."""
    told = _ACTS.fullmatch(text)
    acts = _NEXT.split(told["acts"]) if told else []
    return [f"{act}{told['may']}" for act in acts] if told and len(acts) == MAX_PARTS else []


def split_question(question: Question, words: Words) -> list[Question]:
    """The questions in ``question``, in order; only itself if it asks one thing.

    A later part that does not stand alone is given what came before it as history, so that it is completed like a
    follow-up.
    """
    text = normalize(question.question)
    pieces = _acts(text) or _merge([p for p in _STOP.split(text) if p and p.strip()], words)
    if len(pieces) == 1:
        pieces = _merge([p for p in _COMMA.split(text) if p.strip()], words)
    if not 2 <= len(pieces) <= MAX_PARTS:
        return [question]
    parts = [question.model_copy(update={"question": pieces[0]})]
    for piece in pieces[1:]:
        turn = Turn(question=parts[0].question)
        parts.append(question.model_copy(update={"question": piece, "history": (*question.history, turn)}))
    return parts


def _merge(pieces: list[str], words: Words) -> list[str]:
    """Pieces joined so that each asks something: a scene goes to the question after it, an afterthought to the one before."""
    done: list[str] = []
    waiting = ""
    for piece in pieces:
        waiting += piece
        if _asks(piece, words):
            done.append(waiting.strip(" ,;\n"))
            waiting = ""
    if waiting and done:
        done[-1] += waiting
    return done if done else ["".join(pieces)]


def _asks(piece: str, words: Words) -> bool:
    """Whether a piece is a question of its own: it asks for something and says about what."""
    bare = piece.strip(" ,;!?。\n")
    return bool(_ASKS.search(piece) and words.cut(bare)) and not _TAG.fullmatch(bare)
