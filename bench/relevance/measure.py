"""The running assistant on the graded questions: `python -m bench.relevance.measure --split test`.

direct     the clause the answer leads with is graded 2 (or says the same as one that is)
belongs    it is graded 1
beside     it is graded 0
ungraded   nobody has graded it for this question
nearest    no clause answers, and the nearest one is shown as such
none       nothing was answered

Of messages that ask several things, every ask: answered (by a clause graded 2 for it, wherever it stands), named (told that only
something near or nothing was found) or silent (neither).
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from bench.relevance.read import Family, grade_of, read_families, read_messages, read_outside, twins_of
from rag.ask import Answer, Assistant, Question, Status
from rag.ask.models import Finding
from rag.content import load_corpus
from rag.ground import Settings

SHORT, MIDDLE = 20, 30
ANSWERED = (Status.ANSWERED, Status.PARTIAL)


def outcome(family: Family, answer: Answer, twins: dict[str, set[str]]) -> str:
    """What became of a question of ``family``."""
    if answer.status not in ANSWERED:
        return "refused" if answer.status is Status.REFUSED else "none"
    if all(p.kind is Finding.NEAREST for p in answer.parts):
        return "nearest"
    grade = grade_of(family.grades, twins[answer.citations[0].digest])
    return {2: "direct", 1: "belongs", 0: "beside", -1: "ungraded"}[grade]


def asks_of(
    family: Family, answer: Answer, known: Mapping[str, Family], twins: dict[str, set[str]]
) -> Counter[str]:
    """What became of each ask of a message with several: those that a clause answers, and those that none does ("near …")."""
    shown = [c.digest for c in answer.citations]
    named = sum(p.kind is not Finding.DIRECT for p in answer.parts)
    if answer.status not in ANSWERED:
        named = len(family.parts)
    found: Counter[str] = Counter()
    for part in family.parts:
        ask = known[part]
        answered = any(grade_of(ask.grades, twins[d]) == 2 for d in shown) if ask.kind == "answer" else False
        became = "answered" if answered else "named" if named > 0 else "silent"
        named -= became == "named"
        found[became if ask.kind == "answer" else f"near {became}"] += 1
    return found


def table(title: str, counts: dict[str, Counter[str]], columns: Sequence[str]) -> str:
    """Shares of the outcomes, a row for each group."""
    lines = [f"{title:<22}{'asked':>7}" + "".join(f"{c:>12}" for c in columns)]
    for name, found in counts.items():
        whole = found.total() or 1
        lines.append(f"{name:<22}{found.total():>7}" + "".join(f"{found[c] / whole:>12.1%}" for c in columns))
    return "\n".join(lines)


def length_of(question: str) -> str:
    """The length group of a question."""
    return "up to 20" if len(question) <= SHORT else "21 to 30" if len(question) <= MIDDLE else "above 30"


def main(argv: Sequence[str] | None = None) -> None:
    """Ask every question of a split and print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--split", default="dev")
    parser.add_argument(
        "--families", default="", help="only those whose name begins so (w: the writers of November)"
    )
    parser.add_argument(
        "--wrong", action="store_true", help="name the questions that went beside or were not answered"
    )
    options = parser.parse_args(argv)
    settings = Settings(rate_limit=0)
    assistant = Assistant.open(settings, load_corpus(settings.guidelines))
    twins = twins_of(assistant.pipeline().snapshot.index.chunks)
    answers: dict[str, Counter[str]] = defaultdict(Counter)
    refused: dict[str, Counter[str]] = defaultdict(Counter)
    for family in read_families(options.split, kinds=("answer", "near")):
        if not family.id.startswith(options.families):
            continue
        for text in family.questions:
            answer = assistant.ask(Question(question=text, operator=family.operator))
            found = outcome(family, answer, twins)
            if family.kind == "answer":
                answers["all"][found] += 1
                answers[length_of(text)][found] += 1
            else:
                refused["near misses"]["answered" if answer.status is Status.ANSWERED else
                                       "nearest" if answer.status is Status.PARTIAL else found] += 1  # fmt: skip
            wrong = found != "direct" if family.kind == "answer" else answer.status in ANSWERED
            if options.wrong and wrong:
                lead = answer.sentences[0].text if answer.sentences else ""
                print(f"{family.kind} {family.id} {found} {answer.status.value} | {text} | {lead[:60]}")
    known = {f.id: f for f in read_families()}
    several: Counter[str] = Counter()
    for family in read_families(options.split, kinds=("multi",)):
        if family.id.startswith(options.families):
            asked = Question(question=family.questions[0], operator=family.operator)
            several += asks_of(family, assistant.ask(asked), known, twins)
    for text in read_outside(options.split) if not options.families else ():
        status = assistant.ask(Question(question=text)).status
        refused["other trades"][
            "answered" if status is Status.ANSWERED else "nearest" if status is Status.PARTIAL else "none"
        ] += 1
    for text, kind in read_messages(options.split) if not options.families else ():
        status = assistant.ask(Question(question=text)).status
        refused[f"{kind} messages"]["answered" if status is Status.ANSWERED else "nearest" if status is Status.PARTIAL
                                    else "refused" if status is Status.REFUSED else "none"] += 1  # fmt: skip
    print(
        table(
            f"{options.split}: answerable",
            answers,
            ("direct", "belongs", "beside", "ungraded", "nearest", "none", "refused"),
        )
    )
    print(table(f"{options.split}: not to answer", refused, ("answered", "nearest", "none", "refused")))
    columns = ("answered", "named", "silent", "near named", "near silent")
    print(table(f"{options.split}: several asks", {"all": several}, columns))
    assistant.close()


if __name__ == "__main__":
    main()
