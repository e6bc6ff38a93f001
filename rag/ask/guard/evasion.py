"""Requests for help with wrongdoing, as regular expressions built from word lists.

All patterns are matched against normalised text (simplified characters, NFKC, lower case) without blanks and
separators, one sentence at a time. A request for help with wrongdoing has three parts, each with its own lists: a way
of asking (`HOW`, `DO_IT`), a wrong act (`ACTS`, or an innocent act done so that nobody notices: `CONCEAL`), and nothing
that shows the asker stands on the right side (`ABOUT_RULES`, `AGAINST`).
"""

from __future__ import annotations

import re

from rag.ask.guard.acts import ACTS
from rag.ask.guard.phrases import ASK, CONCEAL, HOW, UNPUNISHED, compiled, near

#: Nearly impossible to ask for innocently, whatever else the sentence says.
BRAZEN = (
    near(r"(?:找|推荐|联系|介绍)", r"(?:代办假证|办假证|刷单(?:平台|群|团队)|水军(?:公司|群)|枪手)", gap=6),
    near(
        r"(?:刷单|补单|刷好?评|刷人气|刷粉|水军|假证|假执照|假报告)",
        r"(?:多少钱一|哪家|哪里便宜|一般找谁|的群|群怎么进|平台推荐|接单|佣金给多少|给多少佣金|价格表|套餐|软件)",
        gap=8,
    ),
    near(r"(?:花钱|送礼|托关系|走后门|塞钱|塞红包)", r"(?:搞定|摆平|撤案|平事)", gap=8),
    near(r"举报(?:人|者)是谁", r"(?:查出来|报复|找到他|弄他)", gap=12),
    near(r"(?:不|没)(?:报|交|缴)税", r"(?:方法|办法|技巧|渠道)", gap=6),
)


#: Asking whether something is allowed, what it means or what follows from it.
ABOUT_RULES = (
    r"(?:违法|违规|犯法|合法|合规|犯罪|侵权|合理|可以|允许)(?:吗|么|不(?!被|会|让)|没|嘛)|行(?:吗|么|不(?:$|\?)|不行)|算不算|算违|是不是|会不会|可以吗|可以么|可以不|能不能|可不可以|行不行|行吗|允许吗|能卖吗|还能(?!查|看|扫)|有事吗|没事吧|没事吗|有没有(?:问题|风险|关系|责任|义务|规定|权)",
    r"罚[^,]{1,8}还是罚?|会怎么?样|会咋样|什么(?:责任|后果|处罚|风险|规定|意思|关系|情况|性质|罪|时候)|啥(?:责任|后果|处罚)|罚(?:多少|几|不罚|吗|款多少)|怎么罚|咋罚|要罚|被罚(?:多少|吗|怎么)|罚款.{0,3}(?:多少|几)|会被(?:罚|封|抓|查)",
    r"(?:怎么|怎样|如何|咋)(?:个)?(?:罚|处罚|处[理里](?!干净|掉)|处置|认定|判|算|定性|定义|规定|管|回事|理解|办(?![理假])|查处|解释|区分|界定|界分|追究|追责|量刑|赔)",
    r"(?:被|遭|受).{0,6}(?:怎么办|咋办|如何维权)|(?:该|要)?(?:怎么办|咋办)(?:$|[?,。])|什么是|是指|谁(?:来)?(?:负责|担责|管|赔|出|交|掏|承担)|(?:责任|算).{0,3}谁(?:的|$|[?,])|能(?:不能)?告(?:他|她|它|对方)|归谁|由谁|(?:需|要)(?:不|承)?(?:担|负).{0,4}责|属于|坐牢|判刑|要不要|需不需要|应不应该|该不该|有(?:什么|哪些)(?:要求|规定|义务|处罚|后果|责任)|哪些(?:行为|情形|话|要求|规定)",
    # What was done to the asker, what it costs, who pays: 被人举报了咋整, 要赔三倍?, 凭啥不罚他, 损失找谁要.
    r"(?:被|遭)(?:人|同行|他们?|别人)?(?:恶意|虚假)?(?:投诉|举报|告了?|骂|冻|说)(?![^,?]{0,16}(?:赖|不交|不被|技巧))|(?:咋整|会咋个?)(?:$|[?,。啊呀])|(?:要|得|该|真要|能要我?)赔(?:不|吗|么|啊|[三十]倍|$)|赔[^,?]{0,6}多少|凭(?:啥|什么)|(?:罚|责任|罚单)[^,?]{0,8}(?:落|算|开)[^,?]{0,3}(?:谁|我)|算[^,?]{1,8}不(?:$|[?,])|(?:赔偿|损失|亏的钱|的钱)[^,?]{0,4}(?:找谁|谁赔|去哪)|找(?:谁|哪)里?(?:告|要|赔|说理)|(?:往|上|到|去)哪里?儿?(?:告|投诉|举报|反映|说理)|顶格|上限",
    r"[挨遭]不[挨遭]罚|罚不罚|[挨遭]罚(?:不|没|莫|吗|么|嘛)?(?:$|[?,])|(?:敢|可以|要得|得行)(?:讲|说|播|卖|写|用|接|拍)?(?:不|莫|没|伐|吗|么|嘛)(?:$|[?,])",
    r"对吗|对不对|对吧|是吗|真的吗|(?:能|可以|可|要|会|算|有|是|违|犯|合|行|对|允许|需|应|得|该|罚|用|卖|得|做|管|退|赔).{0,20}[吗么](?:$|[?,])|[吧](?:$|\?)|举报电话|\bis\b.{0,30}(?:illegal|legal|allowed)",
)
_RIGHT = r"(?:举报|投诉|维权|起诉|索赔|识别|辨别|分辨|辨认|判断|认定|鉴别|核实|核验|核对|查验|甄别|防(?!不)|避免|杜绝|预防|阻止|制止|打击|治理|查处|监管|监测|约束|应对|申诉|申辩|整改|改正|补救|保护|提醒|拒绝(?:刷|造假)|劝阻|审查|审核|管住|管好|管理|管(?=主播|商家|直播间|机构|好|住)|堵住|发现|拦住|下架|清理|曝光|承担|规范|合规|处罚|处理(?!干净|掉|好后台))"


_OTHERS = r"(?:mcn|机构|公司|老板|平台|代运营|运营|朋友|同学|亲戚|别人|人家|[他她](?:们)?|主播|商家|同事|客服|中介|服务商|供应商|领导|经理|店长|群里|同行|对家)"
#: Asking how to stop or report it: the way of asking governs a verb of the right side.
AGAINST = (
    rf"(?:怎么|怎样|如何|咋|怎么样|应该怎么|要怎么|该怎么|教我|教下|教一下|帮我|有什么办法|有什么方法|什么办法|什么方法|有没有办法|去哪|哪里|在哪|找谁|向谁|想|要|可以|能)(?:才)?(?:能|可以|去|来|向.{{0,6}}|跟.{{0,6}}|有效|及时|主动|正确|依法|避免|做好|做到)?{_RIGHT}",
    r"(?:怎么|怎样|如何|咋|该|能|可以|去|想|要)(?!.{0,4}(?:假|批量|恶意)).{0,4}(?:举报|投诉|维权|起诉|索赔)(?:他|她|它|他们|对方)?(?:$|[?,.。]|这)",
    r"(?:怎么|怎样|咋|想|要|去|能)(?:才能|去)?告(?:他|她|它|对方|人家)(?!们?诉)",
    r"(?:想|要|去|我)(?:揭发|检举|告发|举报)(?!.{0,6}(?:同行|别家|对手|竞争)).{0,10}(?:造假|刷单|骗人|卖假货|假货|违法|违规)",
    rf"{_OTHERS}[^,]{{0,6}}(?:拖|赖|欠|骗|坑|不(?:给|退|赔|发|认))[^,]{{0,8}}(?:找谁|找哪|去哪)[里儿]?(?:$|[?,说告投])",
    r"(?:有个|有位|来了个|有人).{0,8}(?:主播|网红|达人|博主).{0,4}(?:想|要|说)",
    # done to the asker: 同行给我刷单,怎么证明不是我
    r"(?:同行|对手|对家|别人|人家|有人|陌生人|竞争)[^,?]{0,8}(?:给|往|替|在)(?:我|咱|俺|本店|店里)[^,?]{0,6}刷(?=.*(?:证明|自证|澄清|申诉|不是我))",
    r"(?:不刷单|不造假|不骗人|不卖假货|合规地|合法地|依法|不违规地|不违法地)",
)


#: Wrong acts named only to be ruled out (不刷单也能有销量, 才不算虚构原价): taken out before the search.
DENIED = re.compile(
    r"(?:不(?:会|能|得|要|再)?|[从绝]不|并非|没有?|别|禁止|拒绝|避免|防止|杜绝)(?:被|去|再|说|搞|做|算|是|为|成|有|属于|构成|涉嫌|违反|误?认(?:定|为|作)?|当[成作]|[说看]成|视为|判)*"
    r"(?:刷单|刷评|刷好评|虚构原价|虚构交易|造假|伪造|虚标原价|骗人|骗消费者|误导消费者|误导|欺骗消费者|治病|治疗|卖假货|夸大|虚假(?:宣传)?|假冒|冒充)"
    r"|[逃躲跑瞒混]不[掉过了开]|扫码.{0,3}查不到|(?:客人|顾客|买家|粉丝|客户)[^,?]{0,6}(?:查不到|看不出)"
    r"|(?:证书?|编号|文号|备案号?|目录|批号|批文)(?:在|从)?(?:国家|药监局|官方)?(?:官网|网上|系统)?[上里中]?(?:都|也)?查不到"  # a paper looked up
    r"|(?:我们?|自己|实在|真的?|根本|报告|合同|规定|条文|通知|文件|标准)(?:[看读听][都也])?[看读听]不懂"  # the asker does not understand
    r"|(?:顾客|买家|客人|粉丝|网友|弹幕|评论区?|对家|同行|有人|人家|[他她](?:们)?)(?:都|老|一直|非)?(?:说|讲|骂|留言|喊|指责|咬定|怀疑|冤枉)[:“\"]*(?:我|咱|你|俺|本店)[^,。!?]{0,8}?(?:说谎|撒谎|骗人|骗子|刷单|造假|卖假货?|卖高仿|有托)(?=.*(?:回复|回应|(?:怎么|咋|如何)(?:回|答|办)|解释|澄清|自证|辩))"  # accused of it, and how to answer
)
WRONG = compiled(*ACTS)
ASKED = re.compile(ASK)


#: Asking to be served, however politely (教我刷单可以吗); 写, 编 and the like also occur in questions about rules.
ORDERED = re.compile(
    r"教(?:我|下|一下|几|两)|帮(?:我|忙)(?!看|查|问|解释|分析|判断|识别)|(?:(?<![\u4e00-\u9fff])|[快请你能就])给我|支.?[几个两]?招"
)
#: Somebody else offered it, and the asker wants to know what follows (MCN帮我刷单，责任算谁的).
OFFERED = re.compile(
    rf"{_OTHERS}(?:(?:说|要|想|主动|私下|偷偷|一直|之前|昨天|已经)*(?:帮|教|给|替)我|[^,]{{0,8}}(?:帮|替|给)我(?:开|办|注册|挂|写|做|弄|搞)了)"
)
#: Somebody else did it unseen (公司偷偷买粉，罚谁), which is no wish to stay unseen if it is asked what follows.
REPORTED = re.compile(
    rf"(?:^|[,:])(?:我们?|咱们?|有个?|别的)?{_OTHERS}[^,]{{0,6}}(?:偷偷|悄悄|偷摸|暗地里|暗中|瞒着)"
)
#: What is to be lawful is asked for (AI换脸要怎么做才合法).
LAWFUL = re.compile(
    r"(?:怎么|怎样|如何|咋)[^,?]{0,14}才(?:能|会|算|是)*(?:合法|合规|符合|不违[法规反]|不犯法|不踩线)"
)
UNSEEN = compiled(CONCEAL, UNPUNISHED)
HIDDEN = compiled(near(ASK, CONCEAL, gap=24), near(CONCEAL, HOW, gap=10))
SHAMELESS = compiled(*BRAZEN)
ABOUT = compiled(*ABOUT_RULES)
OPPOSED = compiled(*AGAINST)


#: A story that ends by asking what it costs or whether it is lawful, and asks for no way of doing it.
ENDS_WITH_RULES = re.compile(
    r"(?:罚(?:多少|我|谁|吗|不)|担(?:多大|什么)的?责任?|(?:违|犯)(?:不违)?[法规](?:吗|么|不)?|算不算违|会咋个?样|落谁|追究(?:吗|么|我)?|坐牢|赔[^,?]{0,4}[吗么不]?|法律上|有没有事|报告义务|有什么(?:风险|后果))[^,?]{0,8}[?。]?$"
)
NO_WAY = re.compile(rf"教|帮我|才(?:能|会|可以)?不|{HOW}(?!.{{0,6}}(?:罚|赔|处|收拾|担|算|追究|了))")


#: A question with yes or no for an answer, or for confirmation.
YES_OR_NO = re.compile(
    r"[吗吧么嘛](?:$|[?,])|[挨遭罚]不[挨遭罚]|(?:能|可|行|要|会|算|是)不(?:能|可以|可|行|要|会|算|是)|[法规行以]不(?:$|\?)"
)


#: A follow-up about what the rules say of the matter before.
ABOUT_THAT = re.compile(r"罚|违法|违规|合法|合规|后果|责任|规定|犯法|怎么办|举报|投诉")


#: A follow-up that asks to go on with what was said before.
POINTS_BACK = re.compile(
    r"^(?:继续|接着|照|按(?:你|上|刚才|之前)|把(?:刚才|上面|前面)|再(?:说|来)|那?你?照|执行|你刚才|往下|下一步|第.步|就这样|对,)"
)


#: A follow-up with no matter of its own: it asks for more of the same, agrees, or says nothing.
NO_MATTER = re.compile(
    r"(?:[\W_]|[那呢吗嘛吧啊呀哦噢嗯哈的了再还也又就都把给让请你我他她它要想能会可行好对是有没不多几第一二三四五六七八九十\d点条步招种个次下些样换来去做弄办搞干用试写列说讲答问快]"
    r"|继续|接着|说法|具体|详细|细节|步骤|方法|办法|法子|技巧|例子|举例|别的|其他|其它|另外|更多|全部|完整|剩下|后面|前面|上面|下面|刚才|之前|怎么|怎样|咋|如何|什么|啥|哪|为什么|为啥"
    r"|这|所以|然后|可以|以|行不行|好的|谢谢|麻烦|直接|告诉|教|帮|回答|答案|照|执行|翻译|总结|对话|我们|看|ok|OK|yes|go|on|more|continue|please)*"
)


#: A witness may wish to stay unknown.
WITNESS = re.compile(
    r"(?:举报|投诉|揭发|检举|告发|告[他她它]|反映|作证|匿名|隐私|个人信息).{0,16}(?:知道|看见|泄露|发现)"
)
_EN_HOW = r"(?:howto|howcan|howdo|howcould|teachme|tellmehow|bestway|waysto|stepsto|help(?:me)?|explainhowto|write|giveme)"
_EN_WRONG = r"(?:fake|counterfeit|forge|evade|avoid(?:tax|detection|inspection|paying)|hide(?:income|my|the|from)|bribe|cheat|scam|launder|bypass|dodge|withoutgettingcaught|withoutbeingcaught|undetected|notget(?:ting)?caught|won'?tnotice|willnotnotice|wontnotice|fool|smuggl)"
FOREIGN_EVASION = compiled(
    rf"{_EN_HOW}.{{0,50}}{_EN_WRONG}",
    r"(?:伪|偽|偽物|偽ブランド|脱税|検査|检查).{0,16}(?:作り方|逃れる方法|方法を教え|バレない|ばれない)|(?:作り方|方法).{0,6}教えて",
    r"(?:가짜|위조|탈세|단속).{0,24}(?:방법|않게|피하는|법)",
    r"(?:umgehe|umgehen|faelschen|fälschen|hinterziehen).{0,60}(?:erwischt|kontrolle|steuer)|ohneerwischt",
    r"(?:скрыть|подделать|обойти|уклон).{0,50}(?:налог|поймал|провер|лиценз)|чтобынепоймали",
    r"(?:comovendo|comoevitar|comofalsificar|comoocultar).{0,60}(?:descubran|inspec|impuesto|licencia|falsas)|comoevitaruna|sinquemedescubran",
    r"(?:comment|commentvendre|commenteviter).{0,60}(?:sanssefaire|contrefa|fauxavis|controle)",
)
FOREIGN_ABOUT = re.compile(
    r"howmuch|fine(?:for|s)|penalt|isit(?:il)?legal|report|detect|identify|prevent|punish"
)
