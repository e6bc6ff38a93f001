"""Messages that ask for no rule and yet deserve a word: greetings, thanks, another language, distress, 看看我这个店."""

from __future__ import annotations

import re
from enum import Enum

from rag.ground import normalize


class Talk(Enum):
    """What kind of talk a message is; the value is the reply."""

    DISTRESS = (
        "听起来您现在很难，先照顾好自己：可以马上拨打 12356 全国心理援助热线，会有人听您说；有危险请打 110 或 120。"
        "封店、罚款、欠款都有申诉和救济的办法，等缓一缓再问我，一条一条来。"
    )
    GREETING = "您好，我在。想问哪条规定，直接说就行，比如：能不能说“全网最低价”、退货运费谁出、刷单罚多少。"
    THANKS = "不客气。还有要问的接着说。"
    SELF = "我是直播电商合规助手，不是真人：只按指引原文回答，每句都有出处，查不到就直说，并转给服务联络员。"
    LOOK = (
        "我看不到您的店、直播间和图片，查不了。请说一件具体的事，比如：卖什么、怎么宣传、想做什么活动；"
        "要检查口播稿，把文字贴到“播前审稿”里。"
    )
    FOREIGN = (
        "我只能用中文回答，请用中文再问一次。I can only answer in Chinese. Please ask again in Chinese, "
        "or call 12315 (market regulation hotline)."
    )


_DESPAIR = r"(?:不想活|活不下去|活着没|想死|去死算了|自杀|轻生|跳楼|了结自己|结束生命|撑不下去|不如死|没有活路|想不开)"
# Hawking in words of despair: said of a price (跳楼价, 跳楼大甩卖), or the very words that may be said or not (喊老板不想活了违规吗).
_HAWKING = re.compile(
    rf"{_DESPAIR}(?:[式般的大]|全场)*(?:价|降价|甩|清仓|放价|减价|促销|特价)"
    rf"|[说喊写讲][着成]?(?:(?!我).){{0,4}}{_DESPAIR}.{{0,12}}(?:违[规法]|算虚假|算价格|行[吗不]|可以|罚)"
    rf"|{_DESPAIR}(?:(?!我).){{0,8}}(?:这[么样]|能不?能?|可以)(?:喊|说|写|讲|叫|宣传|当)"
)
_PATTERNS = (
    (Talk.DISTRESS, _DESPAIR),
    (
        Talk.GREETING,
        r"^(?:hi|hello|hey|喂|嗨|哈喽|(?:你|您|大家)好|在吗|在不在|有人吗|早上?好?|上午好|中午好|下午好|晚上好|[呀啊哈]){1,3}$",
    ),
    (
        Talk.THANKS,
        r"^(?:非常|太|多)?(?:谢谢|感谢|谢了|多谢|辛苦)(?:你|您|了|啦|啊|哦|哈|大家)*(?:再见|拜拜)?$|^(?:再见|拜拜|bye)$",
    ),
    (
        Talk.SELF,
        r"^(?:请问)?(?:你|您)(?:是|叫)(?:谁|什么|啥|机器人|真人|ai|人工|什么人|什么名字|啥名字)*(?:吗|呀|啊|还是.{1,5})?$|^(?:你|您)(?:能|会|可以)(?:做|干|回答|帮我?做?)?(?:什么|啥|些什么)$",
    ),
    (
        Talk.LOOK,
        r"^(?:请|麻烦)?(?:你|您)?(?:帮我?|给我?|来)?(?:看|瞧|查|检查|评)(?:一下|一看|下|看|瞧|查|一查|评)?(?:我|我们|咱)(?:的|家|这个?|那个?)*"
        r"(?:网店|店铺?|直播间|账号|号|橱窗|链接|商品|详情页|主页|图片?|截图|视频)(?:怎么样|行不行|行吗|有没有(?:问题|违规)|有问题吗|违规(?:吗|没有?)|合不合规|合规吗)?$",
    ),
)
# Speech around a matter that says nothing of it: hesitation before it, 那个…的事 around it, a past time that is no day.
_SPEECH = re.compile(
    r"^(?:嗯|呃|额|哦|诶|啊|那个|就是说?|我?想问一?下?)+,?(?=.{4})"
    r"|(?<=.{4})(?:的?(?:那个|这个|那种|这种)?(?:事儿?|事情|情况)|那种的?|那个|这块|来着|的话)(?=[?。!]*$)"
    r"|(?:^|(?<=[,。]))(?:(?:有一次|好像|大概|大约|应该|可能|估计)?[是在]?(?:前年|去年|年初|年底)[年]?[春夏秋冬初底]?天?(?:的时候|吧|那会儿?|那阵子?|左右|前后),?"
    r"|(?:很早|早先|早前|[好很][多]?久?[以之]前|以前|之前|前阵子|前段时间|前些[天日]子?|上[回次]|有一次|当初|那会儿?|那阵子)(?![的和跟与比就]),?)(?=.{4})"
)
_LETTERS = re.compile(
    r"[a-zA-Z\u00c0-\u024f\u0400-\u052f\u0600-\u06ff\u0e00-\u0e7f\u3040-\u30ff\uac00-\ud7af]"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
ANOTHER = 12  # letters of another script from which a message without Chinese is in another language


def talk_of(text: str) -> Talk | None:
    """What kind of talk a message is; None for a question."""
    plain = _HAWKING.sub("", re.sub(r"[\W_]+", "", normalize(text)))
    found = next((talk for talk, pattern in _PATTERNS if re.search(pattern, plain)), None)
    if found:
        return found
    letters, han = len(_LETTERS.findall(plain)), len(_HAN.findall(plain))
    foreign = (letters >= ANOTHER and not han) or len(_KANA.findall(plain)) > max(han, 2)
    return Talk.FOREIGN if foreign else None


def matter_of_speech(text: str) -> str:
    """A normalised question without the speech around its matter (那个返现五块好评的事 -> 返现五块好评)."""
    return _SPEECH.sub("", text)
