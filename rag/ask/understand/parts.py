"""Several questions in one (资料留几年？不留罚多少？): the pieces it may consist of, each with what it leans on.

A message is cut only where both sides ask something; what tells a scene before the question stays with it. Whether the pieces are
questions of their own is told by what is found for them (`rag.ask.several`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.ask.models import Question, Turn
from rag.ground import Words, normalize

MAX_PARTS = 4
ACTS = 3
_ALSO = r"还有就是|还有|另外问一?下?|另外|再问一?下?|顺便问一?下?|以及|再就是"
# Where one question may end and the next begin, by what stands there.
_MARK = re.compile(rf"(?<=[?。;\n])|[,、\s]+(?:{_ALSO})[,:]?|(?<=[吗呢不没少久啊])(?:{_ALSO})[,:]?")
_PAUSE = re.compile(r"(?<=,)|(?<=[\u4e00-\u9fff0-9a-z])\s+(?=[\u4e00-\u9fff0-9a-z])")
_RUN = re.compile(  # dictated, without a mark: behind a word that ends a question, before one that opens a case
    r"(?:(?<=[吗呢])|(?<=罚多少)|(?<=多少钱)|(?<=怎么办)|(?<=咋办)|(?<=几[年天])|(?<=多久)|(?<=行不行)|(?<=[赔罚退给]不[赔罚退给])|(?<=违不违[法规])|(?<=犯不犯法))"
    r"(?![的才以算就是了啊呀呢吗嘛钱内])(?=[\u4e00-\u9fff]{4})|(?=(?:要是|如果|万一)[\u4e00-\u9fff]{3})"
)
_ASKS = re.compile(
    r"(吗|呢|么|啥|不|没|莫|伐|冇|\?)[?!。,;]*$|什么|啥|[哪谁咋]|(?<![十百千好这那没])几(?![十百千万])|多少|多久|多大|多长|怎么|怎样|如何"
    r"|(?P<verb>[\u4e00-\u9fff]{1,2})[不没](?P=verb)|有没有|[罚赔]好多|罚多重"
    # one or the other: 罚我还是罚公司, 先下架还是先通知他; 账号还是我的 says that nothing has changed
    r"|(?:[罚找算问先由归是打在从按赔退该扣报怪跟对交怨查]|要不?要?)[\u4e00-\u9fff0-9a-z“”]{0,10}还是(?![没不老原])"
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
    return [f"{act}{told['may']}" for act in acts] if told and ACTS <= len(acts) <= MAX_PARTS else []


def set_apart(text: str, words: Words) -> bool:
    """Whether the asker himself has set his questions apart: one asked of three acts or more, or a question mark behind each but
    the last. Each of them is asked, whatever is found for it."""
    text = normalize(text)
    pieces = pieces_of(text, words)
    return bool(_acts(text)) or (len(pieces) > 1 and all(p.endswith("?") for p in pieces[:-1]))


def joints(text: str) -> tuple[int, int]:
    """How often a message joins one thing to the next (还有, 另外), and how often it goes on behind a question mark."""
    text = normalize(text)
    return len(re.findall(_ALSO, text)), text.rstrip("?!。 \n").count("?")


def split_question(question: Question, words: Words) -> list[Question]:
    """The questions that ``question`` may consist of, in order; only itself if it asks one thing.

    A later part that does not stand alone is given what came before it as history, so that it is completed like a
    follow-up.
    """
    pieces = pieces_of(question.question, words)
    if not 2 <= len(pieces) <= MAX_PARTS:
        return [question]
    parts = [question.model_copy(update={"question": pieces[0]})]
    for piece in pieces[1:]:
        turn = Turn(question=parts[0].question)
        parts.append(question.model_copy(update={"question": piece, "history": (*question.history, turn)}))
    return parts


def pieces_of(text: str, words: Words) -> list[str]:
    """The pieces of a message that ask something each; one where it cannot be cut."""
    text = normalize(text)
    if acts := _acts(text):
        return acts
    edges = [edge.span() for kind in (_MARK, _PAUSE, _RUN) for edge in kind.finditer(text)]
    return _merge(text, sorted(edges, key=lambda edge: (edge[0], -edge[1])), words)


def _merge(text: str, edges: Sequence[tuple[int, int]], words: Words) -> list[str]:
    """The text between ``edges``, joined so that each piece asks something: a scene goes to the question after it, an
    afterthought to the one before."""
    done: list[tuple[int, int]] = []
    start = since = 0  # of the piece to come; of what has been read of it last
    for before, after in [*edges, (len(text), len(text))]:
        if before < since:
            continue
        if _asks(text[since:before], text[start:before], words):
            done.append((start, before))
            start = after
        since = after
    if done:
        done[-1] = (done[-1][0], len(text))
    return [text[a:b].strip(" ,;\n") for a, b in done] or [text]


def asks(text: str) -> bool:
    """Whether a normalised text has a form of asking."""
    return bool(_ASKS.search(text))


def _asks(piece: str, told: str, words: Words) -> bool:
    """Whether a piece asks for something, and says about what, itself or with the scene ``told`` before it."""
    bare = piece.strip(" ,;!?。\n")
    return bool(asks(piece) and words.cut(told)) and not _TAG.fullmatch(bare)
