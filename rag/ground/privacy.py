"""Mask personal data before anything is logged or stored.

``mask`` looks at a shadow of the text in which every digit and Latin letter is ASCII (full-width, circled and
mathematical forms included) and which has the same length, so that what is found there can be cut out of the original.
It prefers masking too much to too little, but leaves dates, amounts, article numbers and short hotlines (12315) alone.
"""

from __future__ import annotations

import re
import unicodedata

_SEP = r"[ \t\u3000\u200b\-‐‑–—.·_]{0,3}"
_RUN = re.compile(rf"(?:\+{_SEP})?\d(?:{_SEP}\d)*(?:{_SEP}[Xx](?![A-Za-z]))?")
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d([-./年])(?:0?[1-9]|1[0-2])[-./月](?:3[01]|[12]\d|0?[1-9])(?!\d)日?")
_BIRTH = re.compile(r"\d{6}(?:1[89]|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]")
_MOBILE = re.compile(r"(?:(?:00)?86)?1[3-9]\d{9}")
_AREA = re.compile(r"[(（]\s*0\d{2,3}\s*[)）]\s*\d{3,4}[ -]?\d{4}")
_LOCAL = re.compile(r"(?:电话|座机|手机|号码|联系|打给?|拨打?)[号是为:：\s]{0,4}(\d{3,4}[ -]?\d{4})(?!\d)")
_HAN_RUN = re.compile(rf"[〇零一二三四五六七八九幺](?:{_SEP}[〇零一二三四五六七八九幺]){{6,}}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+\s?@\s?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_ACCOUNT = re.compile(
    r"(?:微信号?|[Qq]{2}号?|[Vv]信|wx|WX)[是为:：\s]{1,3}([A-Za-z][\w-]{4,19}|\d{5,12})|[Qq]{2}(\d{5,12})"
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\s?[A-Za-z][\s·.\-]?"
    r"(?:[A-HJ-NP-Za-hj-np-z0-9]{5,6}|[A-HJ-NP-Za-hj-np-z0-9]{4}[挂学警港澳])(?![A-Za-z0-9])"
)
_COMPOUND = (
    "欧阳|太史|端木|上官|司马|东方|独孤|南宫|夏侯|诸葛|尉迟|皇甫|公孙|慕容|令狐|长孙|宇文|司徒|轩辕|百里|呼延"
)
_SINGLE = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦昌马苗凤"
    "花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄穆萧尹姚邵湛汪祁毛禹狄米贝"
    "明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万"
    "支柯管卢莫房裘缪解应宗丁宣邓郁单杭洪包左石崔吉龚程邢裴陆荣翁荀惠甄曲封储靳段焦巴牧谷车侯宓蓬全郗班"
    "仰秋仲伊宫宁仇栾甘厉戎祖武符刘景詹束龙叶幸司韶黎印白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔闻党翟谭贡姬申冉"
    "桑桂牛寿通边扈燕冀尚农温庄晏柴瞿阎连习艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广东欧利师巩"
    "聂晁勾敖融冷辛阚那简饶空曾沙养鞠须丰巢关相查后荆红游权盖益桓公肖覃闫佟邸仝"
)
_HAN = "\u3400-\u9fff"
_END = rf"(?=$|[^{_HAN}·•]|的|是|在|今年|住|电话|手机|身份证|想|要|来|有|于|咨询|投诉|举报|反映|微信|性别|和|与|，)"
_NAMED = rf"(?:(?:{_COMPOUND})[{_HAN}]{{1,2}}?|[{_SINGLE}][{_HAN}]{{1,2}}?)"
_NICK = rf"(?:[小阿老大][{_HAN}]{{1,2}}?)"
_FOREIGN = rf"(?:[{_HAN}]{{1,8}}(?:[·•][{_HAN}]{{1,8}})+|[A-Za-z]{{2,20}}(?:[ .·][A-Za-z]{{1,20}}){{0,3}})"


# After a label that can only introduce a name, anything short up to a boundary is a name.
_LABELLED = re.compile(
    r"(?:姓名|名字|真名|实名|联系人|收件人|收货人)(?:是|为|叫|[:：]|\s){1,3}"
    rf"({_FOREIGN}|[{_HAN}]{{2,4}}?{_END}|{_NAMED}{_END}|[{_SINGLE}][{_HAN}]{{1,2}}|[{_HAN}]{{2,4}})"
)
_BARE_LABEL = re.compile(rf"姓名(?!权)({_NAMED}{_END}|[{_SINGLE}][{_HAN}]{{1,2}})")
_CALLED = re.compile(
    rf"(?:我叫|我名叫|名叫|我的名字叫|他叫|她叫|本人叫|我是叫)[做:：\s]{{0,2}}"
    rf"({_FOREIGN}|{_NAMED}{_END}|{_NICK}{_END}|[{_SINGLE}][{_HAN}]{{1,2}}|[{_HAN}]{{2,4}}(?=$|[，,。.！!；;、\s]))"
)
_SELF = re.compile(rf"(?:本人|我是|在下|鄙人)(?:姓名|是|[:：\s])?\s?({_NAMED}(?!的){_END})")
_NOT_NAMES = re.compile(
    "主播|商家|平台|机构|园区|直播|运营|达人|老板|卖家|买家|店主|经理|客服|公司|什么|不能|不是|通用|高管|文员|全职|方便|怎么|怎样"
    "|哪|必须|应当|应该|可以|需要|要不|是否|有没|住址|地址|电话|手机|身份|性别|谁|和|与|或|及|权|申请|应|需|须"
)


def mask(text: str) -> str:
    """Replace personal data by a placeholder such as ``[手机号]``.

    Masked: mobile and landline numbers, 15/18-digit ID-card numbers, bank cards, any other number of eleven digits
    or more, plate numbers, e-mail, WeChat and QQ accounts, and names after 姓名, 我叫, 名字是, 本人 and the like.
    Masking a masked text changes nothing.
    """
    shadow = "".join(map(_plain, text))
    spans = sorted(_spans(shadow), key=lambda s: (s[0], -s[1]))
    parts: list[str] = []
    done = 0
    for start, end, label in spans:
        if start >= done:
            parts += [text[done:start], label]
        elif end > done:  # overlaps the span before: that one's label stands for both
            pass
        else:
            continue
        done = end
    return "".join(parts) + text[done:]


def _plain(char: str) -> str:
    """The ASCII digit, letter or sign a character stands for; itself otherwise. Always one character."""
    if char < "\x7f":
        return char
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 and folded < "\x7f" else char


def _spans(shadow: str) -> list[tuple[int, int, str]]:
    spans = [(m.start(), m.end(), "[邮箱]") for m in _EMAIL.finditer(shadow)]
    spans += [(m.start(), m.end(), "[车牌号]") for m in _PLATE.finditer(shadow)]
    spans += [(m.start(), m.end(), "[电话号码]") for m in _AREA.finditer(shadow)]
    spans += [(m.start(1), m.end(1), "[电话号码]") for m in _LOCAL.finditer(shadow)]
    spans += [(*m.span(m.lastindex or 0), "[账号]") for m in _ACCOUNT.finditer(shadow)]
    spans += [(m.start(), m.end(), "[号码]") for m in _HAN_RUN.finditer(shadow)]
    for pattern in (_LABELLED, _BARE_LABEL, _CALLED, _SELF):
        spans += [
            (m.start(1), m.end(1), "[姓名]") for m in pattern.finditer(shadow) if not _NOT_NAMES.match(m[1])
        ]
    # A date keeps its place but breaks a run of digits, so that two dates are not taken for a card number.
    undated = _DATE.sub(lambda m: "年" * len(m[0]), shadow)
    spans += [
        (m.start(), m.end(), label) for m in _RUN.finditer(undated) if (label := _number(m[0])) is not None
    ]
    return spans


def _number(run: str) -> str | None:
    """What kind of number a run of digits (with separators) is, or None to leave it."""
    digits = re.sub(r"[^\dX]", "", run.upper())
    if _MOBILE.fullmatch(digits):
        return "[手机号]"
    if _BIRTH.fullmatch(digits) or len(digits) == 15 or (len(digits) == 18 and digits.endswith("X")):
        return "[身份证号]"
    if 16 <= len(digits) <= 19:
        return "[银行卡号]"
    if digits.startswith("0") and 10 <= len(digits) <= 12:
        return "[电话号码]"
    return "[号码]" if len(digits) >= 11 else None
