"""A question as typed -> a Query: standalone text, day, role, intents, law articles, glossary expansions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from rag.citations import RawRef, find_mentions
from rag.homophones import Homophones
from rag.laws import Unresolved
from rag.lexical import normalize, words
from rag.models import Question, Turn
from rag.registers import Registers


class Intent(StrEnum):
    """What the asker wants to know."""

    PENALTY = "penalty"
    PERMISSION = "permission"
    DUTY = "duty"
    FIGURE = "figure"
    WHO = "who"
    HOWTO = "howto"
    LISTING = "listing"
    START = "start"
    CHANGE = "change"
    ARTICLE = "article"
    PREMISE = "premise"


_INTENTS: dict[Intent, re.Pattern[str]] = {
    Intent.PENALTY: re.compile(
        r"罚|处分|后果|会怎么?样|会咋样|什么责任|啥责任|法律责任|要赔|赔多少|赔偿|坐牢|判刑|被抓|吊销|封号吗|违法成本|代价|追究|交多少钱|掏多少钱|怎么处理(我|他|直播间|商家)?$"
    ),
    Intent.PERMISSION: re.compile(
        r"可以.{0,24}(吗|么|不|吧)|能.{0,30}(吗|么|不|吧)$|能不能|可不可以|行不行|行吗|行么|可以不|允许|准不准|违法|违规|犯法|合法|算不算|没事吧|没问题|有问题吗|合规吗|中不中|得不得"
    ),
    Intent.DUTY: re.compile(
        r"要不要|需不需要|需要.{0,24}(吗|么|不)|必须|是否要|是否需要|一定要|要.{0,24}(吗|么)|用不用|该不该|应不应该|有没有义务|得.{0,12}(吗|么)$"
    ),
    Intent.FIGURE: re.compile(
        r"几天|几日|几年|几个月|多久|多长时间|多少|几次|几倍|多大年龄|几岁|什么时候|何时|期限|保存期|哪天|上限|最高|最低多少|百分之"
    ),
    Intent.WHO: re.compile(r"谁|哪个部门|归谁|哪方"),
    Intent.HOWTO: re.compile(r"怎么|怎样|如何|咋|流程|步骤|注意什么|做什么|干什么|办理"),
    Intent.LISTING: re.compile(r"哪些|什么|啥|列出|清单|包括"),
    Intent.START: re.compile(
        r"(哪天|哪日|什么时候|何时|几号|哪年|多久).{0,4}(施行|生效|实施|执行|开始|起算|起用)|(施行|生效|实施)(日期|时间|了吗|了没|没有?|没)|还?没(施行|生效)|(现在|已经)能?(用|管|适用)|现在能"
    ),
    Intent.CHANGE: re.compile(r"新规.{0,6}(改|变|不同)|新旧"),
    Intent.ARTICLE: re.compile(r"哪一?条|第几条|哪部法|什么法|依据|法条|哪个法|法律规定在"),
    Intent.PREMISE: re.compile(
        r"(对吧|是吧|对不对|没错吧|对吗|是不是就|吧)[?？。!！]*$|(听说|都说|大家都|别人都|据说|既然|反正|只要).{0,30}(就|都|可以|不用|没事|随便|行)|没有规定|没规定|不用管|没人管|就没事|不算|随便"
    ),
}
_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("mcn", re.compile(r"mcn|公会|经纪公司|服务机构|孵化机构|机构|签约公司|网红公司")),
    ("park", re.compile(r"园区|产业园|直播基地|电商基地|基地管理|孵化园|产业带")),
    ("platform", re.compile(r"平台(?!内经营者|规则里)")),
    ("anchor", re.compile(r"主播|达人|带货博主|网红|博主|代言人|助播|副播|直播营销人员|口播|明星")),
    ("live-room", re.compile(r"直播间|直播账号|直播运营|运营者|开播|场控")),
    ("merchant", re.compile(r"商家|卖家|网店|店铺|店家|供应商|供货商|品牌方|厂家|开店|卖货的|平台内经营者")),
)
_SELF = re.compile(
    r"(?:我是|我们是|本人是|作为|身为|我做|我们做|我当|我们当|我开|我们开|我经营|我在做|咱是|我们|我)(?:一?[名个家]|一个)?(?:做|开|的)?"
)
_FOLLOW = re.compile(
    r"^(那|那么|那要是|那如果|如果|要是|还有|另外|再问|接着|然后|所以|这个|这种|这样|它|他|她|上面|刚才|前面|换成|对|呢|具体|为什么|为啥|依据|哪一?条)"
)
_DATE = re.compile(
    r"(?P<y>20\d\d)\s*(?:年|[-/.])\s*(?P<m>1[0-2]|0?[1-9])?\s*(?:月|[-/.])?\s*(?P<d>3[01]|[12]\d|0?[1-9])?\s*[日号]?"
)
_RELATIVE = re.compile(
    r"(?P<rel>前年|去年|今年|明年|后年)(?!的(?!时候|规定|法|新?规)|就|买|进|生产|签|过期|到期|开始)(?:\s*(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])\s*月(?:份)?)?"
)
_WHEN = re.compile(r"(那个?时候?|当时|的?时候|以前|之前|之后|以后|起施行|施行[前后]|目前|现在|如今)")
_ASKING = re.compile(
    r"(的?新规|新规定|新法|新办法|新版|跟|和|与|比)?(以前|过去|原来|旧规定?|老规定)?(相比)?(有|都有)?(什么|哪些|啥|何|多大)?"
    r"(变化|变动|改动|修改|调整)(吗|了吗|呢|了什么)?|(改|变|修订|修改|调整)了(什么|哪些|啥|吗|没有|没)|变了吗|变了没"
)
_ABOUT_ARTICLE = re.compile(
    r"管|规定|内容|新|旧|施行|生效|实施|现在|听说|哪天|从|起|时候|开始|意思|具体|讲了?|写了?|一条|这条|条|款|第|解释|怎么规定|直播|带货"
)
# 有什么区别 asks for a change only where two times are compared; 坑位费和佣金有什么区别 compares two things.
_DIFFERENCE = re.compile(r"区别|差别|不同|不一样|两样")
_TIMES = re.compile(
    r"以前|过去|原来|从前|之前|旧|老规定|老版|新规|新法|新版|新的?规定|新办法|修订|修改|20\d\d年?.{0,12}20\d\d"
)
_BEFORE = re.compile(r"(以前|之前|前)")


@dataclass(frozen=True)
class Named:
    """A law article that the question names: register short title, article number (None: the law as a whole)."""

    law: str
    article: int | None


@dataclass(frozen=True)
class Query:
    """A question as the later stages see it.

    ``text`` stands alone (a follow-up is completed from the history); ``matter`` is that text without dates and
    without the words that ask for a difference, which would drown what it is about; ``operator`` is the chosen role or the one
    the asker states; ``subject`` the role the question is about; ``day`` the day whose rules apply; ``names_only``
    whether laws or their articles are all it is about (广告法第九条说什么); ``goods`` the kinds of goods it names (topic ids)
    and ``other_goods`` those that share no rules with them.
    """

    text: str
    matter: str
    original: str
    day: dt.date
    operator: str | None = None
    subject: str | None = None
    day_stated: bool = False
    intents: frozenset[Intent] = frozenset()
    laws: tuple[Named, ...] = ()
    names_only: bool = False
    goods: frozenset[str] = frozenset()
    other_goods: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    expansions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    followup: bool = False
    guideline: str | None = None

    @property
    def article_only(self) -> bool:
        """Whether a law article is all it is about (广告法第九条说什么)."""
        return self.names_only and any(n.article is not None for n in self.laws)


class Reader:
    """Turns questions into queries with the registers at hand (roles, laws, glossary)."""

    def __init__(
        self, registers: Registers, vocabulary: Iterable[str] = (), texts: Iterable[str] = ()
    ) -> None:
        """``vocabulary``: words of the content beside the glossary, for putting mistyped words right; ``texts``: the
        content itself, whose wording is right.
        """
        self._registers = registers
        self._synonyms = _synonyms(registers)
        names = [w for t in registers.terms for w in (t.term, *t.slang)]
        roles = [n for o in registers.operators for n in (o.short, o.name)]
        self._homophones = Homophones([*names, *roles, *vocabulary], [*registers.laws.names(), *texts])

    def read(self, question: Question, today: dt.date) -> Query:
        """Understand one question asked on ``today``."""
        original = self._homophones.restore(normalize(question.question).strip())
        text, followup = self._standalone(original, question.history)
        day, stated = _day((original, text), question.as_of, today)
        operator = question.operator or _stated_role(original) or (_stated_role(text) if followup else None)
        subject = _subject(original) or (_subject(text) if followup else None)
        intents = intents_of(original)
        matter, goods = _matter(text), self._goods(text)
        mentions = find_mentions(text, self._registers.laws)
        return Query(
            text=text,
            matter=matter,
            original=original,
            day=day,
            day_stated=stated,
            operator=operator,
            subject=subject,
            intents=intents,
            laws=self._named(mentions, day),
            names_only=_names_only(text, mentions),
            goods=goods,
            other_goods=self._other_goods(goods),
            words=tuple(dict.fromkeys(words(matter))),
            expansions=self._expand(matter),
            followup=followup,
            guideline=question.guideline,
        )

    def _named(self, mentions: Sequence[RawRef], day: dt.date) -> tuple[Named, ...]:
        """Laws and articles mentioned in the question, by short title."""
        found: list[Named] = []
        for ref in mentions:
            try:
                law, _ = self._registers.laws.resolve(ref.title, ref.article, day)
                found.append(Named(law.short_title, ref.article))
            except Unresolved:
                found.extend(
                    Named(law.short_title, ref.article) for law in self._registers.laws.named(ref.title)[:1]
                )
        return tuple(dict.fromkeys(found))

    def _goods(self, text: str) -> frozenset[str]:
        """Kinds of goods that the text names; a longer name hides the shorter one in it (保健食品 is not 食品)."""
        found = {(w, t.id) for t in self._registers.topics for w in t.words if w in text}
        return frozenset(i for w, i in found if not any(w != longer and w in longer for longer, _ in found))

    def _other_goods(self, goods: frozenset[str]) -> frozenset[str]:
        """Kinds of goods that share no rules with any of ``goods``; none if there are no ``goods``."""
        kinds = [t for t in self._registers.topics if t.kind == "goods"]
        families = {t.family or t.id for t in kinds if t.id in goods}
        return frozenset(t.id for t in kinds if families and (t.family or t.id) not in families)

    def _standalone(self, text: str, history: tuple[Turn, ...]) -> tuple[str, bool]:
        """Complete a follow-up (那罚多少？ 平台呢？) with the question it follows."""
        if not history:
            return text, False
        content = words(text)
        short = len(content) <= 3
        if not (short or (_FOLLOW.match(text) and len(content) <= 6)):
            return text, False
        previous = ""
        for turn in reversed(history):
            candidate = normalize(turn.question).strip()
            if len(words(candidate)) >= 2:
                previous = candidate
                break
        if not previous:
            return text, False
        role = _subject(text)
        if role and len(content) <= 2 and "呢" in text:  # 平台呢？: the same question about another role
            return _replace_role(previous, text, role), True
        return f"{previous} {text} {text}", True  # twice: what is asked now weighs more than what was

    def _expand(self, text: str) -> dict[str, tuple[str, ...]]:
        """Words of the question that the glossary knows -> the term and its other names."""
        found: dict[str, tuple[str, ...]] = {}
        for word in sorted(self._synonyms, key=len, reverse=True):
            if word in text and not any(word in longer for longer in found):
                found[word] = self._synonyms[word]
        return found


def intents_of(text: str) -> frozenset[Intent]:
    """What a normalised text asks for; empty if it asks nothing."""
    found = frozenset(i for i, pattern in _INTENTS.items() if pattern.search(text))
    compared = _DIFFERENCE.search(text) and _TIMES.search(text)
    return found | {Intent.CHANGE} if compared or _ASKING.search(text) else found


def _names_only(text: str, mentions: Sequence[RawRef]) -> bool:
    """Whether nothing of ``text`` is left beside the laws and articles it mentions and words that ask what they say."""
    rest = text
    for ref in reversed(mentions):
        rest = rest[: ref.start] + " " + rest[ref.end :]
    rest = _ASKING.sub("", _TIMES.sub("", _DIFFERENCE.sub("", rest)))
    return bool(mentions) and all(_ABOUT_ARTICLE.fullmatch(w) for w in words(rest))


def _synonyms(registers: Registers) -> dict[str, tuple[str, ...]]:
    """slang -> (term,); term -> () so that the term itself counts as known."""
    table: dict[str, tuple[str, ...]] = {}
    for term in registers.terms:
        name = normalize(term.term)
        table.setdefault(name, ())
        for word in term.slang:
            if len(word) >= 2:
                table[normalize(word)] = (name,)
    return table


def _stated_role(text: str) -> str | None:
    """The role the asker claims: 我是达人…, 我们平台…, 我开直播间…."""
    match = _SELF.search(text)
    if not match:
        return None
    rest = text[match.end() : match.end() + 8]
    for role, pattern in _ROLES:
        found = pattern.search(rest)
        if found and found.start() <= 3:
            return role
    return None


def _subject(text: str) -> str | None:
    """The role named first in the question."""
    first: tuple[int, str] | None = None
    for role, pattern in _ROLES:
        if (found := pattern.search(text)) and (first is None or found.start() < first[0]):
            first = (found.start(), role)
    return first[1] if first else None


def _replace_role(previous: str, text: str, role: str) -> str:
    pattern = dict(_ROLES)[role]
    name = pattern.search(text)
    word = name.group() if name else ""
    old = _subject(previous)
    if old:
        return dict(_ROLES)[old].sub(word, previous, count=1)
    return f"{word} {previous}"


def _day(texts: Iterable[str], as_of: dt.date | None, today: dt.date) -> tuple[dt.date, bool]:
    """The day whose rules are asked for: the parameter, else a date in the first text that has one, else today."""
    if as_of is not None:
        return as_of, as_of != today
    stated = next((day for t in texts if (day := _stated_day(t, today))), None)
    return (stated, stated != today) if stated else (today, False)


def _matter(text: str) -> str:
    """``text`` without dates and the words that ask for a change; the whole text if nothing would be left."""
    rest = _DATE.sub(lambda m: "" if m["m"] or "年" in m.group() else m.group(), text)
    rest = _ASKING.sub("", _WHEN.sub("", _RELATIVE.sub("", rest)))
    if _DIFFERENCE.search(rest) and _TIMES.search(rest):
        rest = _DIFFERENCE.sub("", _TIMES.sub("", rest))
    return rest if words(rest) else text


def _stated_day(text: str, today: dt.date) -> dt.date | None:
    match = _DATE.search(text)
    if match and (match["m"] or "年" in match.group()):
        return _complete(int(match["y"]), match["m"], match["d"], text[match.end() : match.end() + 3], today)
    match = _RELATIVE.search(text)
    if match:
        year = today.year + {"前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2}[match["rel"]]
        month = _month(match["m"]) if match["m"] else None
        if match["rel"] == "今年" and not month:
            return None
        return _complete(year, month, None, text[match.end() : match.end() + 3], today)
    return None


def _month(text: str) -> str:
    names = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
    return text if text.isdigit() else str(names.index(text) + 1)


def _complete(year: int, month: str | None, day: str | None, after: str, today: dt.date) -> dt.date | None:
    """A stated day; a month means its last day, a year its last day (or today in this year); 以前 the day before."""
    try:
        if day and month:
            found = dt.date(year, int(month), int(day))
        elif month:
            following = dt.date(year + int(month) // 12, int(month) % 12 + 1, 1)
            found = dt.date(year, int(month), 1) if _BEFORE.match(after) else following - dt.timedelta(days=1)
        else:
            found = (
                dt.date(year, 1, 1)
                if _BEFORE.match(after)
                else min(dt.date(year, 12, 31), today)
                if year <= today.year
                else dt.date(year, 1, 1)
            )
    except ValueError:
        return None
    if _BEFORE.match(after):
        found -= dt.timedelta(days=1)
    return found
