"""What an asker wants to know, told by the words of the question."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.ask.understand.query import Intent
from rag.content import RawRef
from rag.ground import Words

_INTENTS: dict[Intent, re.Pattern[str]] = {
    Intent.PENALTY: re.compile(
        r"罚|处分|后果|会怎么?样|会咋[样个]|什么责任|啥责任|法律责任|要赔|赔多少|赔偿|坐牢|判刑|被抓|吊销|封号吗|违法成本|代价|追究|交多少钱|[掏挨遭](?:多少|好多|几)|(?:怎么|咋)处[理里](我|他|直播间|商家)?$"
    ),
    Intent.PERMISSION: re.compile(
        r"可以.{0,24}(吗|么|不|吧)|能.{0,30}(吗|么|不|吧)$|能不能|可不可以|行不行|行吗|行么|可以不|[行以能卖播讲说挂](?:莫|伐|冇)$|允许|准不准|违法|违规|犯法|合法|算不算|没事吧|没问题|有问题吗|合规吗|中不中|得不得"
    ),
    Intent.DUTY: re.compile(
        r"要不要|需不需要|需要.{0,24}(吗|么|不)|必须|是否要|是否需要|一定要|要.{0,24}(吗|么)|用不用|该不该|应不应该|有没有义务|得.{0,12}(吗|么)$"
    ),
    Intent.FIGURE: re.compile(
        r"几天|几日|几年|几个月|多久|多长时间|多少|几多|[罚赔]好多|几次|几倍|多大年龄|几岁|什么时候|何时|期限|保存期|哪天|上限|最高|最低多少|百分之"
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


_CHANGE, _WHAT, _END = r"(变化|变动|改动|修改|调整)", r"(什么|哪些|啥|何|多大)", r"[?。!]*$"
# What changed in the rules is asked for (有什么变化, 改了哪些, 跟以前比变了吗); what the asker himself changed is told (地址修改了要报吗).
ASKING = re.compile(
    r"(的?新规|新规定|新法|新办法|新版|跟|和|与|比)?(以前|过去|原来|旧规定?|老规定)?(相比)?都?"
    rf"(有(没有?)?{_WHAT}{_CHANGE}|有没有?{_CHANGE}|有{_CHANGE}(?=[吗呢没]|{_END})|{_WHAT}{_CHANGE}|{_CHANGE}(了?(什么|哪些|啥)|是什么|在哪|大不大|大吗)"
    rf"|(?<=[定则规法例策求])的?{_CHANGE}(?={_END}))(吗|呢)?"
    rf"|(改|变|修订|修改|调整)了((什么|哪些|啥)(?!都|也|没)|(吗|没有?)?(?={_END}))"
)
_ABOUT_ARTICLE = re.compile(
    r"管|规定|内容|新|旧|施行|生效|实施|现在|听说|哪天|从|起|时候|开始|意思|具体|讲了?|写了?|一条|这条|条|款|第|解释|怎么规定|直播|带货"
)


# 有什么区别 asks for a change only where two times are compared; 坑位费和佣金有什么区别 compares two things.
DIFFERENCE = re.compile(r"区别|差别|不同|不一样|两样")
TIMES = re.compile(
    r"以前|过去|原来|从前|之前|旧|老规定|老版|新规|新法|新版|新的?规定|新办法|修订|修改|20\d\d年?.{0,12}20\d\d"
)


# Words that say nothing about the matter: a question made only of these cannot be answered without asking back.
GENERIC = re.compile(
    r"(怎么|会|要|被)?(查到?|抓到?|发现|罚|罚款|处罚|罚多少|罚多少钱|多少钱|后果|规定|要求|违法|违规|合规|处理|资料|材料|责任|情况|注意|东西|"
    r"事|问题|法律|直播|直播间|主播|平台|商家|机构|园区|赔|赔偿|赔多少)+"
)


def intents_of(text: str) -> frozenset[Intent]:
    """What a normalised text asks for; empty if it asks nothing."""
    found = frozenset(i for i, pattern in _INTENTS.items() if pattern.search(text))
    compared = DIFFERENCE.search(text) and TIMES.search(text)
    return found | {Intent.CHANGE} if compared or ASKING.search(text) else found


def about_laws_only(text: str, mentions: Sequence[RawRef], words: Words) -> bool:
    """Whether nothing of ``text`` is left beside the laws and articles it mentions and words that ask what they say."""
    rest = text
    for ref in reversed(mentions):
        rest = rest[: ref.start] + " " + rest[ref.end :]
    rest = ASKING.sub("", TIMES.sub("", DIFFERENCE.sub("", rest)))
    return bool(mentions) and all(_ABOUT_ARTICLE.fullmatch(w) for w in words.cut(rest))
