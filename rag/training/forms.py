"""How a yes-or-no question can be answered in its own words, and which of these an answer opens with.

A Q&A becomes an exercise only where both are plain: 要…吗 is answered 要 or 不用, …没事吧 is answered 没事 or 有事. What opens
otherwise (一般可以；不改就罚) is left out: there would be two right options, or none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DEPENDS = "看情况"
_DEPENDS = re.compile(r"看情况|不一定|未必")
_SEVERAL = re.compile(
    r"[吗么？?].*(?:吗|会不会|多少|几[天年个]|怎么|谁|[？?])|，.*(?:罚多少|怎么|谁来|谁证明)|(.)不\1.+，.*吗|[？?]."
)


@dataclass(frozen=True)
class Form:
    """Questions of one form, the two words that answer them, and how answers open that mean the one or the other."""

    asked: re.Pattern[str]
    options: tuple[str, str]
    yes: re.Pattern[str]
    no: re.Pattern[str]


def _form(asked: str, yes: str, no: str, opens_yes: str, opens_no: str) -> Form:
    return Form(re.compile(asked), (yes, no), re.compile(opens_yes), re.compile(opens_no))


_FORMS = (
    _form(r"没事(?:吧|吗)", "没事", "有事", r"没事", r"有事|有问题"),
    _form(r"有用吗", "有用", "没用", r"有用", r"没用"),
    _form(r"合法吗", "合法", "不合法", r"合法", r"不合法|违法"),
    _form(r"违法吗", "违法", "不违法", r"违法|算违法|是违法", r"不违法|不算违法|没有专门规定(?:一律)?禁止"),
    _form(r"违规吗|违规不", "违规", "不违规", r"违规|算违规|算。|算，|违法", r"不违规|不算"),
    _form(r"侵权吗", "侵权", "不侵权", r"侵权|算。|算，|是侵权", r"不侵权|不算"),
    _form(r"算.*吗|算不算", "算", "不算", r"算(?!不)", r"不算"),
    _form(r"会.*吗|会不会", "会", "不会", r"会(?!不)", r"不会"),
    _form(r"要不要|(?:需要|必须|得|要).*吗|管不管", "要", "不用", r"要(?!看)|必须|应当", r"不用|不要|不必|不需要|没有专门(?:规定|条文)"),
    _form(r"行吗|行不行|可以吗|可不可以|能不能|能.*吗|可以.*吗", "可以", "不可以", r"能(?!不)|可以|行(?!政)|可以。", r"不能|不可以|不行|不得|没同意就不行"),
    _form(r"是.*吗|是不是", "是", "不是", r"是(?!不)", r"不是"),
)  # fmt: skip
_STATED = re.compile(r"吧[？?]?$")
_QUOTED = re.compile(r"“[^”]*”")
_DENIES = re.compile(r"(?<!能)(?<!可以)(?<!先)不(?:用|算|能|要|会|管|是|归|赔|退|罚|行)[^，。？]*吧")
_SAME = (("不能", "不可以", "不行"), ("不用", "不要", "不必"), ("不算",), ("不会",))
# A verdict is plain if little stands before its stop, and no condition follows a comma.
_PLAIN = re.compile(
    r"(?!不能要求)[^。：；，！]{1,8}(?:[。：；！]|，(?!但|除非|前提|园区|只要|除|一般|先|看|超过|明知|如果|限|有|要|还|得|没有依据))"
)
_POSITIVE = re.compile(r"要(?![不看])|能|可以|算|会|归|管|对|必须")
_NEGATIVE = re.compile(r"不(?!一定|改)|没用|没有|有事")


def options_of(question: str, answer: str) -> tuple[tuple[str, ...], int] | None:
    """The options of a question and the place of the right one; None where the answer is none of them, or more is asked."""
    if _SEVERAL.search(question.rstrip("？?")) or not (_DEPENDS.match(answer) or _PLAIN.match(answer)):
        return None
    if _STATED.search(question) and "没事" not in question:
        return _stated(question, answer)
    forms = [f for f in _FORMS if f.asked.search(question)]
    if forms and _DEPENDS.match(answer):
        return (*forms[0].options, DEPENDS), 2
    for form in forms:  # 能要三倍赔吗 has the words of two forms: the answer tells which was meant
        yes, no = form.yes.match(answer), form.no.match(answer)
        if bool(yes) != bool(no):
            return (*form.options, DEPENDS), 0 if yes else 1
    return None


def _stated(question: str, answer: str) -> tuple[tuple[str, ...], int] | None:
    """A statement that asks to be confirmed: 就不用管了吧？ 要管 -> 不对."""
    options = ("对", "不对", DEPENDS)
    if _DEPENDS.match(answer):
        return options, 2
    positive, negative = _POSITIVE.match(answer), _NEGATIVE.match(answer)
    if bool(positive) == bool(negative):
        return None
    if re.match(r"不对|不是|没用|有事", answer):
        return options, 1
    if re.match(r"对", answer):
        return options, 0
    statement = _QUOTED.sub("", question)
    if positive:
        return options, 1 if _DENIES.search(statement) else 0
    word = next((same for same in _SAME if answer.startswith(same)), ())
    return options, 0 if any(w in statement and _DENIES.search(statement) for w in word) else 1
