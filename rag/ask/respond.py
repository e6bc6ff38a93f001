"""Texts around an answer: refusals, not answering, notes on day and role, suggestions. All fixed wording, no rules."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from rag.ask.clauses import question_of, same_matter, same_question, tells_cost
from rag.ask.compose.draft import Draft
from rag.ask.guard.inspect import Screening, inspect
from rag.ask.judge import Decision
from rag.ask.models import Answer, Finding, Status
from rag.ask.understand.query import Intent, Query
from rag.ask.understand.talk import Talk
from rag.content import Corpus, Outside
from rag.ground import Contact, to_chinese
from rag.index import Chunk, Hit

VAGUE = dt.timedelta(days=60)  # how far back 前几天 and 前阵子 may lie
ECHO = 12  # characters of the asker's words that are said back
BESIDE, UNSURE = 3, 5  # questions offered beside an answer, and where no clause surely answers
SCOPE = "我只回答直播电商的合规问题：登记公示、选品、广告和宣传用语、价格促销、评价、售后、数字人、平台和机构的责任等。"


class Replies:
    """Builds what surrounds or replaces an answer."""

    def __init__(self, corpus: Corpus, contact: Contact) -> None:
        self._corpus = corpus
        self.contact = contact
        self._names = {o.id: o.short for o in corpus.registers.operators}

    def refusal(self, query: Query, verdict: Screening, hits: Sequence[Hit] = ()) -> Answer:
        """The reply to a takeover attempt or to a request for help with breaking rules, with questions that clauses near it
        (``hits``) answer: who was understood wrongly is one press from the rule."""
        if verdict is Screening.TAKEOVER:
            return self._plain(query, Status.REFUSED, "这个请求我不能照做。" + SCOPE)
        suggestions = self.suggestions(query, hits, Draft())
        text = "这个忙不能帮：我不提供违规或者逃避监管的办法。"
        if suggestions:
            text += "这样做会有什么后果、怎样合规地做，点下面几问就能看到；要是我理解错了，换个问法再问一次。"
        else:
            text += "想知道这样做会有什么后果、怎样合规地做，可以换个问法问我。"
        return self._plain(query, Status.REFUSED, text, suggestions=suggestions)

    def talk(self, query: Query, talk: Talk) -> Answer:
        """The short reply to a message that asks for no rule."""
        return self._plain(query, Status.OUT_OF_SCOPE, talk.value)

    def unanswered(
        self,
        query: Query,
        decision: Decision,
        hits: Sequence[Hit],
        searched: int,
        matter: Outside | None = None,
    ) -> Answer:
        """Why there is no answer, what is near, and who can help.

        Args:
            searched: how many clauses are in force on the query's day.
            matter: what the question seems to be about, if that is not ours.
        """
        if decision is Decision.CLARIFY:
            choices = tuple(o.name for o in self._corpus.registers.operators if o.id != "common")
            return self._plain(
                query,
                Status.NEEDS_CLARIFICATION,
                "没看明白想问什么。请补一句：谁、在做什么、想知道什么？",
                choices=choices,
                suggestions=self.suggestions(query, hits, Draft()),
            )
        if decision is Decision.OUT_OF_SCOPE:
            what = f"（像是在问：{matter.matter}）" if matter else ""
            who = f"这类事可以问{matter.ask}。" if matter and matter.ask else ""
            return self._plain(query, Status.OUT_OF_SCOPE, f"这个问题不在我的范围里{what}。{who}{SCOPE}")
        if searched == 0:
            text = (
                f"{query.day.isoformat()} 没有施行中的指引，最早的一版从 {self._first_day().isoformat()} 起。"
            )
            return self._plain(query, Status.NO_EVIDENCE, text + self.contact.text)
        suggestions = self.suggestions(query, hits, Draft())
        text = f"查了 {query.day.isoformat()} 施行的 {searched} 条，没有一条能确定答的是您这个问题。"
        text += "下面几问里要是有您想问的，点它就能看到答案；都不是，就找人问。" if suggestions else ""
        return self._plain(query, Status.NO_EVIDENCE, text + self.contact.text, suggestions=suggestions)

    def impossible_date(self, query: Query) -> Answer:
        """The reply to a question about a day that no calendar has."""
        return self._plain(
            query,
            Status.NEEDS_CLARIFICATION,
            f"没有“{query.impossible}”这一天。请写对日期再问一次，或者不写日期，按今天的规定回答。",
        )

    def missing(self, asked: Sequence[tuple[str, Finding]]) -> list[str]:
        """The lines that say what no clause answers, of several asks by number and first words, and who can help."""
        if all(kind is Finding.DIRECT for _, kind in asked):
            return []
        if len(asked) == 1:
            return [f"它不一定合您的情形。{self.contact.text}"]
        lines = []
        for kind, text in (
            (Finding.NEAREST, "没有把握哪一条正好回答，上面是最接近的规定"),
            (Finding.NONE, "没有找到能确定回答它的条款"),
        ):
            mine = [(number, words) for number, (words, found) in enumerate(asked, 1) if found is kind]
            named = "、".join(f"第{to_chinese(number)}问（{_beginning(words)}）" for number, words in mine)
            lines += [f"{named}，{text}。"] if mine else []
        return [*lines[:-1], lines[-1] + self.contact.text]

    def _first_day(self) -> dt.date:
        return min(g.version for g in self._corpus.guidelines if g.status == "published")

    def _plain(
        self,
        query: Query,
        status: Status,
        text: str,
        *,
        choices: tuple[str, ...] = (),
        suggestions: tuple[str, ...] = (),
    ) -> Answer:
        return Answer(
            id="", status=status, answer=text, as_of=query.day, contact=self.contact, operator=query.operator,
            choices=choices, suggestions=suggestions,
        )  # fmt: skip

    def notes(
        self, query: Query, best: Hit, draft: Draft, today: dt.date, *, nearest: bool = False
    ) -> list[str]:
        """Lines before the answer: that no clause answers exactly this, another day than today, another role's duty."""
        notes = ["没有把握哪一条正好回答这个问题，最接近的是："] if nearest else []
        differs = not query.passing or self._changed(query, draft, today)
        if query.day_stated and differs:
            ahead = "（将要施行，现在还没有生效）" if best.chunk.version > today else ""
            notes.append(f"按 {query.day.isoformat()} 当天施行的规定{ahead}：")
        if query.unsure and differs:
            notes.append(
                f"您说的时间不确定，下面按今天（{query.day.isoformat()}）施行的规定；要看当时的，请说出年月。"
            )
        notes.extend(self._starts(query))
        named = [n for n in query.laws if n.article is not None]
        if named and any(
            ref.law == n.law and ref.article == n.article for n in named for ref in best.chunk.laws
        ):
            notes.append(f"指引中以《{named[0].law}》第{to_chinese(named[0].article or 0)}条为依据的内容：")
        role = best.chunk.operator
        if query.operator and role not in (query.operator, "common"):
            notes.append(f"下面是对{self._names[role]}的规定（你选的是{self._names[query.operator]}）：")
        return notes

    def _changed(self, query: Query, draft: Draft, today: dt.date) -> bool:
        """Whether a cited guideline has another version between the day asked about, or the days that it may be, and today."""
        early, late = sorted((today - VAGUE if query.unsure else query.day, today))
        versions = [g.version for c in draft.citations for g in self._corpus.versions(c.guideline)]
        return any(early < version <= late for version in versions)

    def _starts(self, query: Query) -> list[str]:
        """From the register: when a law named in the question starts or ended, if it does not apply or that is asked."""
        lines: list[str] = []
        for name in dict.fromkeys(n.law for n in query.laws):
            law = self._corpus.registers.laws.get(name)
            if law is None:
                continue
            version = law.version_on(query.day)
            starts = [
                v.effective_from for v in law.versions if v.effective_from and v.effective_from > query.day
            ]
            if version is None and starts:
                lines.append(f"《{name}》自 {min(starts)} 起施行，{query.day} 还没有生效，不适用。")
            elif version is None:
                lines.append(f"《{name}》在 {query.day} 已经不再施行。")
            elif Intent.START in query.intents and version.effective_from:
                lines.append(f"《{name}》现行的版本自 {version.effective_from} 起施行。")
        return lines

    def notice(self, query: Query, draft: Draft, *, by_model: bool = False) -> str:
        """The line under the answer: its day, how it was made, and a new version that is coming.

        What a model wrote is marked as the 《人工智能生成合成内容标识办法》 demands.
        """
        made = "由人工智能生成，逐句与所引条款核对过" if by_model else "由指引原文摘取"
        parts = [f"依据 {query.day.isoformat()} 施行的规定，{made}，仅供合规参考。"]
        for citation in draft.citations:
            coming = [g for g in self._corpus.versions(citation.guideline) if g.version > query.day]
            if coming:
                parts.append(f"《{citation.title}》自 {coming[0].version.isoformat()} 起有新版本。")
        return "".join(dict.fromkeys(parts))

    @staticmethod
    def suggestions(
        query: Query, hits: Sequence[Hit], draft: Draft, *, sure: bool = False
    ) -> tuple[str, ...]:
        """A few questions (more unless a clause is ``sure`` to answer) that nearby clauses answer and the answer does not use, each about another matter: a Q&A's own, of
        another clause the wording nearest to the question. Where it is asked what a breach costs, first those that say so."""
        if Intent.PENALTY in query.intents:
            hits = sorted(hits, key=lambda h: not tells_cost(query, h.chunk))
        cited = {(c.guideline, c.clause) for c in draft.citations}
        shown = {h.chunk.heading for h in hits if (h.chunk.guideline, h.chunk.clause) in cited}
        offered: dict[str, Chunk] = {}
        for chunk in (h.chunk for h in hits if (h.chunk.guideline, h.chunk.clause) not in cited):
            text = question_of(chunk, query.text)
            if text is None or text in shown or same_question(query.text, text):
                continue
            if inspect(text) is not Screening.FINE or any(same_matter(chunk, c) for c in offered.values()):
                continue
            offered[text] = chunk
            if len(offered) == (BESIDE if sure else UNSURE):
                break
        return tuple(offered)


def _beginning(text: str) -> str:
    """The first words of a question, too few to carry a message of somebody else's."""
    plain = re.sub(r"[^\w\u4e00-\u9fff.%]|\.(?!\d)", "", text)
    return plain if len(plain) <= ECHO else plain[:ECHO] + "…"
