"""Attempts to take over the assistant, as regular expressions on the text that `rag.ask.guard.forms` prepares.

Orders are told from questions about the rules of the trade by whom they address: 忽略你的规则 is an order, 忽略小字提示会不会违规
is a question (`TAKEOVER_ASKED` and `SPEAKER` in the same stretch).
"""

from __future__ import annotations

import re

from rag.ask.guard.phrases import compiled, near

_DROP = r"(?:忽略|忽畧|无视|忘掉|忘记|忘了|不要管|不用管|别管|抛开|抛弃|跳过|绕过|绕开|取消|作废|覆盖|推翻|不再遵守|不遵守|清空|重置|解除|关闭|停用|卸下|放弃|打破|违反)"
_RULES = r"(?:规则|规定|指令|指示|命令|设定|限制|约束|人设|设置|提示词|系统提示|过滤|审查|安全策略|安全模块|合规模块|防护|护栏)"
_OWN = r"(?:你|您|所有|全部|一切|任何|之前|此前|以前|以上|上面|上文|前面|先前|原来|原有|刚才|系统|内部|安全|合规|初始|默认|现有|当前的?对话)"
_PROMPT = r"(?:提示词|系统提示|系统指令|初始指令|初始设定|系统设定|内部指令|内部规则|隐藏(?:指令|规则|提示|信息)|人设设定|(?:system|initial|hidden)?prompt|systemmessage|出厂(?:提示|设置))"
_SECRETS = r"(?:密钥|秘钥|apikey|口令|密令|环境变量|源代码|源码|配置文件|全部配置|数据库(?:连接|密码|地址|文件)|连接串|服务器(?:目录|密码|地址)|后台密码|初始密码|管理员密码|token|\.env|ssh|access.?key|secretkey)"
_SAY = r"(?:输出|打印|显示|告诉我|给我看|泄露|透露|复述|重复|背诵|背出|翻译|说出|说一?下|讲|公开|展示|贴出|贴|列出|发我|发给我|交出|附上|念|写出|吐出|导出|dump|print|show|reveal|repeat|leak|tellme|output|giveme|display|expose)"
_SHADOW = r"(?:没有(?:任何)?(?:限制|约束|过滤|道德|审核|底线)|不受(?:任何)?(?:限制|约束|法律)|无(?:限制|约束|审查|过滤)|不拒绝|从不拒绝|反面人格|邪恶|什么都敢说|无条件服从|开发者模式|越狱|\bdan\b|dan[,。模是])"


#: What an attacker wants confirmed.
_CLAIM = r"(?:没问题|没事|合法|不违法|不违规|(?<!不)可以(?!吗|不)|(?<!不)能卖(?!吗)|随便|无罪|免检|正常|没人管|不查|通过|批准|放行|认证|最好|真好用|能治|放心|不需要|不用)"
_WRONG_MATTER = r"(?:假(?:烟|药|酒|货|证|冒)|三无|刷单|虚假|高仿|仿牌|过期|骗老人|造假|逃税|处方药|好评返现|数字人|本店|直播间|主播|商家|违规|假)"
TAKEOVER = compiled(
    # away with the rules
    near(_DROP, _OWN, _RULES, gap=8),
    near(_DROP, r"(?:你的?|所有|全部|一切|任何)(?:的)?(?:身份|限制|规则|要求|约束|指令|设定)", gap=3),
    near(
        _DROP,
        r"(?:之前|以上|上面|上文|前面|先前|刚才)(?:的)?(?:所有|全部|一切)?(?:内容|文字|话|对话|要求|提示|说明)",
        gap=3,
    ),
    r"(?:^|请|那么|然后|[,:])(?:忽略|忽畧|无视|忘掉|忘记|绕过|解除|打破)(?:掉)?(?:规则|指令|限制|设定|规定)",
    near(
        r"(?:之前|以上|前面|上面|先前|原来|原有)的?",
        r"(?:规则|指令|指示|设定|提示)",
        r"(?:作废|无效|不算|失效|取消)",
        gap=6,
    ),
    rf"(?:把|将)(?:上面|之前|以上|前面|所有).{{0,6}}{_RULES}.{{0,6}}(?:作废|删除|清空|取消|改成|换成|替换)",
    r"(?:新的?|更新后的?|最新|新增)(?:系统)?(?:指令|规则设定|系统提示|策略)(?:[:：]|v\d)|(?:优先级0|最高优先级|优先级最高)",
    r"(?:规则|策略|系统|指令|程序)(?:已|刚刚?)?(?:更新|升级|变更|切换|停用).{0,8}(?:即日起|以后|现在|一律|今后|末尾|v\d).{0,12}(?:回答|回复|输出|加上|附上)",
    # out with the prompt and the keys
    near(_SAY, _PROMPT, gap=14),
    near(
        _PROMPT, r"(?:是什么|是啥|原文|内容|发我|全文|给我|写了|一字不漏|第一句|翻译|贴出|打印|输出)", gap=10
    ),
    near(_SAY, r"(?:你|系统|服务器|后台|全部|所有|我).{0,8}" + _SECRETS, gap=10),
    near(_SAY, _SECRETS, gap=5),
    near(
        _SECRETS,
        r"(?:是什么|是啥|是多少|发我|发到|发给|全文|给我|打印|输出|内容|在哪个目录|贴出|[:：=])",
        gap=8,
    ),
    r"(?:把|将)(?:你|这段对话|这句话).{0,14}(?:源代码|源码|代码块|之前的?(?:所有)?文字|初始设定|上文).{0,6}(?:贴|发|输出|给我)?",
    r"(?:复述|重复|背出|告诉我|贴出).{0,8}(?:收到的?|看到的?)(?:第一条|前一条|最早|全部|初始)(?:的)?(?:消息|文字|指令|话)|(?:对话|会话)(?:开始)?之前的?(?:所有)?文字",
    r"你(?:有|被)?(?:哪些|什么)(?:隐藏|内部|不让说)的?(?:规则|指令)|(?:隐藏|内部)规则不让说|你(?:用的|是)(?:什么|哪个)(?:大?模型|底层).{0,8}(?:key|密钥)",
    r"(?:其他|别的|其它|前面的?)(?:用户|商家|人)(?:的|都|刚才|最近)?.{0,6}(?:问了什么|提问|问的|举报记录|聊天记录|电话|资料)|(?:知识库|服务器|系统)的?(?:文件)?(?:路径|目录)|联络员.{0,6}(?:家庭住址|身份证|私人)",
    r"(?:echo|print|cat|env|printenv|os\.environ|os\.system|run_?shell|eval|exec)[(\"'$]|os\.?environ|\$hegui|hegui_?[a-z]+_?(?:key|url)|cat\.?env|\betc/?passwd|etcpasswd|jndi:|!!python|unionselect|select.{0,30}from[a-z]+|droptable",
    # another self
    r"(?:请|让|要|求)?(?:你|您|助手)(?:来|去|先|现在|将)?(?:扮演|假装|装成|装作|充当|模拟|变成|化身|冒充)|(?:^|[,。:：!])(?:请|现在)?(?:扮演|(?:假装|装作)(?:你|自己|成|是|没有?|不)|模仿|模拟)(?!.{0,20}(?:算|违|吗)|.{0,30}(?:罚|处理))",
    r"(?:角色扮演(?!服|道具|类|剧本)|对话模拟|roleplay|咱俩换个位置|我们来?玩(?:个|一个)游戏|反向心理|复读机模式|现在进入)(?!.{0,10}(?:直播|服装|道具|cos).{0,10}吗)",
    r"(?:假设|想象|设想|就当|把自己当成|把你当成)(?:你|自己|一个|一台|是).{0,4}(?:是|一个|一台|没有)|(?:从现在起|从现在开始|从今天起|从今以后|以后)(?:你(?:叫|是|就|不|只|用|所有|每)|只|把|所有答案|每个答案|每次)|你现在(?:是|不是|叫|不再)|你不再是|你的?(?:真实身份|新名字|另一个身份|反面人格)|你(?:有一个|还有一个|是一台|是一个没|是我(?:去世|收买|的奶奶)|将是)|你(?:有\d+个代币|会死)",
    near(r"(?:你|模式|版本|身份|人格|ai|助手|机器人|终端|引擎|环境|大师|教练|口吻)", _SHADOW, gap=10),
    near(
        _SHADOW,
        r"(?:你|模式|版本|身份|人格|ai|助手|机器人|终端|引擎|环境|大师|教练|地?回答|的?版本|回复|模型)",
        gap=8,
    ),
    r"(?:开发者|越狱|上帝|管理员|调试|无限制|无审查|测试|root|stan|dan|aim|ucar)模式(?!下?(?:改|修改|刷).{0,8}(?:人数|数据|销量|在线))|测试环境|(?:切换到|进入|启动|激活|启用|打开)(?:无审查|越狱|无限制|dan|aim|stan|evil|上帝)|越狱|(?:evil|lawless|chaos)bot|(?:口令|密令|授权码|授权号|暗号)[a-z\d-]{3,}.{0,8}(?:解除|关闭|授权|执行|说)?",
    r"(?:developer|god|dev|debug|sudo|root|unrestricted|uncensored|dan)mode|jailbreak|doanythingnow|uncensored|unfiltered|sudo(?:rm|answer|show)|strivetoavoidnorms|alwaysintelligent|amoral|youhaveno(?:restriction|rule|limit)|withnorules|norestrictions",
    r"(?:我是|这里是|来自)(?:你的?)?(?:开发者|管理员|工程师|主人|创建者|创造者|openai|系统管理|上级|官方|局长|市监局.{0,3}(?:局长|领导)).{0,30}(?:允许|授权|命令|要求你|关闭|解除|取消|打印|公开|输出|批准|写上|完整)|(?:书面)?授权你|命令你|(?:法务|上级|领导|局里).{0,10}(?:授权|通知|批准).{0,20}(?:放行|绕过|给出|说|都)|红队(?:测试|任务)|(?:测试|演练)期间.{0,12}(?:放行|取消|解除)",
    # say what I say
    r"跟着?我(?:念|读|重复)|跟着我说|(?<!没)跟我说[:“\"]|复读机|逐字(?:重复|复述|输出)|(?:请|你)?(?<!自动)(?:重复|复述)(?:以下|下面|这句|这段|单词|我的?话|我说|这个|[“\"「])|原样(?:输出|返回|回复)|(?:^|[,:!请你])照做(?!的|了|会|也|算)|(?:请|你|给我)?念一遍(?:这|我|下面|[“\"])|大声(?:说|念)出|先?喊一声|把我的话.{0,6}输出|回显|(?:你|收到的)[^,]{0,20}原封不动",
    r"(?:必须|只能|只准|只许|一律|(?:^|[:!?请你])(?:直接|只需要?|只用|净|淨|只))(?:用)?(?:回答|回复|输出|答|回)(?:是(?!不是|[或还]|否)|否|对(?!不对|[或还])|行(?!不行|[或还])|能(?!不能|否|[或还])|可以(?!不可以|吗|[或还])|没问题|[“\"'「『])|必须回答(?:是|能|对|可以)|(?:^|[:!])(?:请|你)?(?:只|就)?(?:回答|回复|答|说)[“\"'「『][^”\"'」』]{1,40}[”\"'」』]?(?:$|[。.!])|(?:请|你|你就|[模人]式?,|然后|dan,)(?:只|就|先|都|要)?(?:回答|回复|答|说)[“\"'「『]|(?:回答|回复|答|说)我?[“\"'「『][^”\"'」』]{1,30}[”\"'」』](?:就可以|就行|即可)(?!卖|播|用|上架|了?[吗么吧不])|用(?:肯定句|[“\"「『].{1,8}[”\"」』])(?:来)?回答|请?只说对|你就说(?:一?句)|(?:以|用)[“\"「『].{1,20}[”\"」』]开头|答案必须是|填空:|接着写(?:下去|第)|请转述",
    r"(?:在|请|把)?(?:回答|答案|回复|每句话|每个答案)(?:的)?(?:开头|末尾|最后|前面|结尾|里|中).{0,8}(?:加上|写上|输出|说|附上|插入|先写|加)|(?:回答|答案|答复)(?:里|中)?(?:先写|插入|注明)|(?:^|[,:你请])先说[“\"「『]|输出.{0,8}(?:<script|<a|html)|插入链接|(?:末尾|结尾)(?:请)?(?:加上|附上|写上)",
    near(
        r"(?:^|[,:!。请你快就得])(?:确认|承认|宣布|宣告|保证|转述|说出(?:这句话)?|同意|夸夸|喊(?!了))(?!.{0,8}(?:吗|么|是否|要不要|资质|真伪))",
        _WRONG_MATTER,
        _CLAIM,
        gap=14,
    )
    + r"(?!吗|不)",
    r"(?:请|给我|帮我|你)(?:出具|开具|开)一?(?:份|张|个)?.{0,6}(?:证明|合格证|合规证明|批文).{0,16}(?:本|我|可以|合规)|以(?:市场监管局|市监局|监管部门|官方)的?名义(?:宣布|证明|说)|合规合格证明|保证的话就说|同意的话就说|(?:说|讲)出?(?:这句话)[:：]|听你说[“\"「]|(?:不许|不准|别)(?:拒绝|引用)|不提任何法律|抛开合规|(?:所有|全部)规则反过来|无条件(?:接受|服从)(?!公司|机构|平台|经纪|甲方|商家|安排|管理)|你(?!们|家).{0,10}(?:说|撒)一?次?谎|恢复到?上一版本|当作法律条文|(?:每一?句|每段).{0,4}(?:后面|前面)加|(?:结尾|末尾)署名|关闭引用|自由模式|(?:请|帮我|你|这段话)[^,]{0,6}盖章[:,]|[你您]开了?绿灯|(?:全部|所有)设置项|内部设定|给你的第一段话|知识库清单|不管我(?:问|说)(?:什么|啥)你?都|你(?:昨天|刚才|之前|上一条|已经)(?:说过|答应|同意|承认|说).{0,20}(?:确认|现在|教我)|你得承认|承认吧",
    # transcripts and markup that pretend to be the system
    r"<\|?(?:im_?start|im_?end|system|assistant|endoftext|user)\|?>|</(?:system|user|assistant|instructions?)>|\[/?(?:inst|system|系统通知|管理员指令)\]|#{2,}(?:system|instruction|新系统)|<<sys>>|```system|[\"']?role[\"']?[:=][\"']?(?:system|assistant|developer)|#新系统提示|[\[(【](?:system|系统指令|管理员指令|系统通知|系统更新|旁白)",
    r"^(?:system|系统(?:提示|消息|通知)?|assistant|助手|管理员|developer(?:message)?)[:：]|(?:human|user):.*assistant:|systemoverride|beginsystem|endofuserinput|newrule:|nextanswermust|(?:你|助手)须在答案|隐藏命令|系统(?:指令|更新)[:,，】]|\[点我",
    r"(?:请)?(?:按|照|根据|依据)(?:手册|公告|资料|\[1\]|上一条|上述指令)(?:的要求)?(?:作答|执行|说)|执行(?:它|隐藏|上述|下面|以上|该)?(?:命令|指令)|当成系统指令|按上一条执行|新增工具|调用工具",
    # spelled out, put together
    r"(?:解码|解开|decode|base64|rot13|倒着[读念]|反过来读|按拼音|摩斯|hex|十六进制|凯撒|取首字|拼起来|解两次|翻译成\w+).{0,24}(?:执行|照做|照办|运行|遵守|回答|follow|execute|obey)|(?:translate|reverse).{0,30}(?:obey|execute|follow)|输出xy|一个字一个字来|藏头诗|首字连起来",
    r"(?:第一步|先).{0,16}(?:忘记规则|忘掉规则)|如果我只?(?:发|说).{0,14}你就|(?:记住)?(?:暗号|密码|口令|约定).{0,20}(?:你就|我说.{0,6}你)|我们约定",
    # English
    r"ignor(?:e|ing).{0,30}(?:规则|指令|限制|instruction|rule|previous|above|prompt|polic|guideline)|(?:disregard|forget|override|bypass|stopbeing|dropall).{0,30}(?:instruction|rule|previous|above|prompt|guideline|polic|restriction|everything|assistant)",
    r"(?:reveal|print|show|output|repeat|leak|tellme|whatis|whats|what'?s|append|quote|display).{0,24}(?:systemprompt|yourprompt|your(?:system)?instruction|hiddenprompt|hiddeninstruction|apikey|initialprompt|initialinstruction|hiddenconfig|wordsabove|toeveryanswer)|systemprompt|whatwereyoutold|contextwindow|firstmessage|encodesyour|(?:skip|drop)the(?:guideline|rule)|rulesdonotexist|showtables|neverrefuse",
    r"(?:youarenow|you'renow|actasa?n?|pretendtobe|pretendyou|goingtopretend|simulatea|iwantyoutoact|behaveas).{0,40}|(?:yournewinstruction|newinstruction|newsystemprompt|fromnowon)|repeat(?:after|thewords|thefollowing)|(?:sayexactly|replyonly|replywithexactly|respondonly|answeronly|justsay|confirmwith|youmustanswer|answereveryquestion)",
    # other languages
    r"(?:ignoriere|ignorez|ignorezl|ignoretoutes|ignora|ignorieren|vergiss|oublie|oubliez|olvida|dimentica|esqueca|ignoreasinstru|zignoruj|zapomnij|abaikan|lupakan|boqua|quen).{0,40}|promptsysteme|systempromp?t|プロンプト|프롬프트|промпт|промт",
    r"(?:指示|命令|ルール|規則|规则|规定).{0,8}(?:无视|無視|忘れ)|(?:无视|無視)して|制限のない|무시하|무시해|잊어|제한없는|игнорируй|забудь|забыть|безограничени|تجاهل|अनदेखा|अनदखा|ละเว้นคําสั่ง",
    # pinyin
    r"(?:hulue|hulve|hulv|wushi|wangji|wangdiao|buyaoguan).{0,30}(?:guize|zhiling|xianzhi|sheding|zhishi|tishi)|tishici|(?:xitong|xi?tong)(?:tishi|zhiling)|(?:zhi|zhijie)(?:huida|shuo|shuchu)",
)


#: A takeover pattern that is only weak evidence: fine where the same stretch asks about the rules of the trade.
TAKEOVER_ASKED = re.compile(
    r"(?:违法|违规|合法|合规|合理|侵权|犯法|可以|允许|行|作废了?|失效了?|无效|有效|算数|追究|责任|行吗|对)(?:吗|么|不)|会不会|是不是|能不能|可不可以|算不算|怎么办|怎么处理|怎么罚"
)
SPEAKER = re.compile(
    r"(?:平台|商家|主播|直播间|消费者|机构|园区|达人|买家|顾客|卖家|公司|合同|规定|办法|规则|指引)"
)
