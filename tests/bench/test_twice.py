"""What counts as said twice in one answer."""

import datetime as dt

import pytest

from bench.twice import said_twice
from rag.ask.models import Answer, Citation, CitedLaw, Sentence, Status
from rag.ground import Contact

DAY = dt.date(2026, 2, 1)
TOLD = "要求写好评才返现的，就是诱导评价，不可以。"


def answer(*said: str, article: int = 9, version: dt.date = DAY) -> Answer:
    """An answer of a sentence and a citation for each text; the second citation by ``article`` and of ``version``."""
    laws = [(CitedLaw(law="广告法", article=n, label=f"第{n}条"),) for n in (9, article)]
    cited = tuple(
        Citation(
            n=n, guideline="live-room/price", title="价格", operator="live-room", version=(DAY, version)[n - 1],
            clause=f"must-{n}", section="要做到", quote=text, start=0, end=len(text), digest="", url="", laws=laws[n - 1],
        )
        for n, text in enumerate(said, 1)
    )  # fmt: skip
    sentences = tuple(Sentence(text=text, citations=(n,)) for n, text in enumerate(said, 1))
    return Answer(
        id="", status=Status.ANSWERED, answer="", as_of=DAY, contact=Contact(name="", text=""), sentences=sentences, citations=cited
    )  # fmt: skip


@pytest.mark.parametrize(
    ("second", "twice"),
    [
        (TOLD, True),
        ("要求写好评才返现，就是诱导评价，是不可以的。", True),
        (f"{TOLD[:-1]}，另外还要看平台有没有别的规则，平台的规则更严的从平台。", True),
        ("刷单由市场监管部门罚款。", False),
    ],
)
def test_nearly_the_same_sentence_is_said_twice(second: str, twice: bool) -> None:
    assert bool(said_twice(answer(TOLD, second))) is twice
    assert bool(said_twice(answer(TOLD, second, article=10))) is twice


def test_a_few_words_may_recur() -> None:
    assert said_twice(answer("看情况。", "看情况。", article=10)) == []


def test_two_versions_side_by_side_are_none() -> None:
    assert said_twice(answer(TOLD, TOLD, version=dt.date(2025, 1, 1))) == []
