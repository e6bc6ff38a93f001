"""Where a paraphrase can go wrong: articles, modality, negation, who, and claims out of nothing (figures: `figures`).

Each check takes the sentence and the `Source` it cites and returns what disagrees, or "". Sentences are compared part by
part (split at commas), each part with the parts of the source that share most of its character pairs, so that the
不得 of one duty does not excuse the 可以 of another.
"""

from __future__ import annotations

import re

from rag.ask.verify.modes import CONFLICTS, HAN, Mode, bigrams, modes_of, plain
from rag.ask.verify.source import (
    SPLIT_PARTS,
    Part,
    Source,
    is_verdict,
    split_parts,
    subject_of,
    value_of,
    without_figures,
)
from rag.content import normal_title, parse_references
from rag.ground import NUMERAL, normalize

LEAST_PART = 0.34
LONG_PART = 6
SAME_PART = 0.7
_MAY = re.compile("(?<!不)可以")


def wrong_article(text: str, source: Source) -> str:
    """A law or article that the quotes do not cite; title and number must stand together there as well."""
    refs = parse_references(source.raw)
    known = {(normal_title(r.title), r.article) for r in refs}
    titles = {title for title, _ in known}
    for ref in parse_references(text):
        title = normal_title(ref.title)
        if title not in titles or (ref.article is not None and (title, ref.article) not in known):
            return f"《{ref.title}》{ref.label}"
    numbers = {r.article for r in refs}
    for written in re.findall(rf"第\s*({NUMERAL})\s*条", text):
        if value_of(written) not in numbers:
            return f"第{written}条"
    return ""


_NEGATION = re.compile(
    r"不得|不能|不可以|不可|不许|不准|不要|禁止|严禁|不用|不必|无需|无须|不|没有|没|未|无|勿"
)
_CONSEQUENCE = re.compile(r"罚|责令|没收|吊销|赔|处分|追究|违法|违规|欺诈|属于|构成|算")
_GROUPS = (
    r"刑|坐牢|入狱|犯罪|监禁", r"拘留", r"吊销", r"没收", r"关停|停业|关闭", r"拉黑|封号|封禁|清退", r"赔偿|赔付|退一赔|假一赔",
    r"免责|不承担|不担责|不负责", r"放心|随便|没事|不用担心|没问题|不受限制", r"连带",
    r"强制执行|查封|扣押", r"信用|失信|黑名单", r"公示|公开|曝光", r"举报|投诉", r"罚",
)  # fmt: skip
_LATIN = re.compile(r"[a-z][a-z0-9_-]{2,}")
_COMMON_LATIN = frozenset(["mcn", "app", "ai", "vip", "12315"])


def wrong_modality(text: str, source: Source) -> str:
    """A permission out of a ban or a duty, an exemption or a ban out of neither, and so on, part by part."""
    if words := _turned_round(plain(text), source.text):
        return words
    everywhere = frozenset().union(*(p.modes for p in source.parts))
    alone = is_verdict(text)
    for part in split_parts(text):
        own = modes_of(part.text)
        near = source.leads if alone else source.nearest(part.grams)
        for mode in own:
            if mode not in everywhere:
                return part.text
            if near and all(mode not in p.modes and p.modes & CONFLICTS[mode] for p in near):
                return part.text
        if near and all(_turned(part, p) for p in near):
            return part.text
    return ""


def _turned_round(sentence: str, source: str) -> str:
    """The words of a ban of ``source`` that ``sentence`` says as a permission, word for word else (一般不能说 -> 一般可以说)."""
    if sentence in source:
        return ""
    for may in _MAY.finditer(sentence):
        for ban in ("不能", "不得", "不可以"):
            if (banned := sentence[: may.start()] + ban + sentence[may.end() :]) in source:
                return banned
    return ""


def _turned(part: Part, source: Part) -> bool:
    """Whether ``part`` says nearly what ``source`` says under the opposite modal word, or a ban without its ban."""
    if len(part.grams & source.grams) < SAME_PART * len(part.grams | source.grams):
        return False
    if part.lead is None:
        return source.lead is Mode.FORBID and not _NEGATION.search(part.text)
    return source.lead is not None and source.lead in CONFLICTS[part.lead]


def wrong_negation(text: str, source: Source) -> str:
    """A negation that was lost or added: 不得虚构原价 -> 虚构原价, 公示 -> 不公示."""
    sentence = plain(text)
    for match in _NEGATION.finditer(source.text):
        before, after = source.text[: match.start()][-2:], source.text[match.end() :][:4]
        if _joined(before, after[:2], sentence, source.text) or _lost(after, sentence, source.text):
            return match.group() + after
    for match in _NEGATION.finditer(sentence):
        object_ = sentence[match.end() : match.end() + 2]
        if len(object_) == 2 and HAN.fullmatch(object_) and _only_affirmed(object_, source.text):
            return match.group() + object_
    return ""


def _only_affirmed(words: str, source: str) -> bool:
    """Whether the source holds ``words`` and negates them nowhere, or only some way off while it permits or demands them."""
    if words not in source or re.search(rf"(?:{_NEGATION.pattern}).{{0,2}}{re.escape(words)}", source):
        return False
    if re.search(rf"(?:可以|应当|必须|能|要){re.escape(words)}", source):
        return True
    return not re.search(rf"[不没未无禁勿].{{0,6}}{re.escape(words)}", source)


def _joined(before: str, after: str, sentence: str, source: str) -> bool:
    """Whether what stands around a negation of the source stands side by side in the sentence only."""
    whole = before + after
    return len(whole) == 4 and HAN.match(after) is not None and whole in sentence and whole not in source


def _lost(after: str, sentence: str, source: str) -> bool:
    """Whether four characters negated in the source come without a negation, and no consequence is drawn."""
    if (
        len(after) < 4
        or not HAN.fullmatch(after)
        or _CONSEQUENCE.search(sentence)
        or _affirmed(after, source)
    ):
        return False
    return any(after in p and not _NEGATION.search(p) for p in SPLIT_PARTS.split(sentence))


def _affirmed(words: str, text: str) -> bool:
    """Whether ``words`` also occur without a negation close before them."""
    return any(
        not _NEGATION.search(text[max(0, m.start() - 4) : m.start()])
        for m in re.finditer(re.escape(words), text)
    )


def wrong_subject(text: str, source: Source) -> str:
    """A duty, right or consequence ascribed to another role than the clause ascribes it to."""
    for part in split_parts(text):
        near = source.nearest(part.grams) if part.subject and subject_of(part.text) else []
        subjects = {p.subject for p in near if p.subject}
        if subjects and part.subject not in subjects:
            return part.text
        if near and not subjects and part.subject != "consumer":
            named = {p.subject for p in source.parts} | source.operators
            if "common" not in named and part.subject not in named:
                return part.text
    return ""


def wrong_claim(text: str, source: Source) -> str:
    """A consequence or a foreign word that no quote speaks of, or a long part that hardly any of it supports."""
    sentence = plain(text)
    for group in _GROUPS:
        if (found := re.search(group, sentence)) and not re.search(group, source.text):
            return found.group()
    for word in _LATIN.findall(sentence):
        if word not in _COMMON_LATIN and word not in normalize(source.raw):
            return str(word)
    known = bigrams(source.text)
    for part in split_parts(text):
        grams = bigrams(without_figures(part.text))
        if len(grams) >= LONG_PART and len(grams & known) / len(grams) < LEAST_PART:
            return part.text
    return ""
