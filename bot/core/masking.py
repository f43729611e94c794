"""Hiding what must not be shown or learned from, and finding the phone and name a resident gives."""

import re
from collections.abc import Collection

from bot.core import numerals

_D = rf"[\d{numerals.CHINESE_DIGITS}]"
_SEP = r"[\s\-－—‐·.]{0,2}"
CODE = re.compile(r"(?<![A-Za-z])(?:GE|AG|OF|WS)[\s-]?\d{2,12}[\s-]?\d{8}[\s-]?\d{4,6}(?!\d)", re.IGNORECASE)
_MOBILE = re.compile(
    rf"(?<!{_D})(?:\+?\s?86{_SEP})?(?P<number>[1一幺]{_SEP}[3-9三四五六七八九](?:{_SEP}{_D}){{9}})(?!{_D})"
)
_LANDLINE = re.compile(r"(?<![\d-])(?P<number>0\d{2,3}[-\s－—]?\d{7,8}(?:[-转]\d{1,5})?)(?![\d-])")
_LOCAL = re.compile(r"(?:电话|座机|号码|联系方式|打)[是为:：\s]{0,3}(?P<number>[2-8]\d{2,3}[-\s]?\d{4})(?!\d)")
_IDENTITY = re.compile(
    r"(?<!\d)[1-9]\d{5}[\s-]?(?:18|19|20)\d{2}[\s-]?(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d"
    r"|3[01])[\s-]?\d{3}[\s-]?[\dXx](?![\dA-Za-z])"
)
_OLD_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)")
_CARD = re.compile(r"(?<!\d)[1-9]\d{3}(?:[\s-]?\d){9,15}(?!\d)")
_CARD_LENGTHS = range(13, 20)
_PLATE = re.compile(
    r"(?P<place>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z])[·\s]?"
    r"(?P<rest>[A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳])(?![A-Za-z0-9])"
)
_SHOWN_BEFORE, _SHOWN_AFTER = 3, 4
_SHORTEST_OWN = 2


def mask_phone(phone: str) -> str:
    """Show three digits before and four after (138****1111); of a short number only the end."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) > _SHOWN_BEFORE + _SHOWN_AFTER:
        return f"{digits[:_SHOWN_BEFORE]}****{digits[-_SHOWN_AFTER:]}"
    return f"****{digits[-2:]}" if digits else ""


def mask_name(name: str) -> str:
    """Keep the surname: 王*, 欧阳**."""
    kept = surname(name)
    return kept + "*" * max(len(name) - len(kept), 1) if name else ""


def surname(name: str) -> str:
    """王 of 王芳, 欧阳 of 欧阳建国."""
    return name[: 2 if name[:2] in _DOUBLE_SURNAMES and name[2:] else 1]


def _luhn(digits: str) -> bool:
    doubled = (int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(digits)))
    return sum(sum(divmod(value, 10)) for value in doubled) % 10 == 0


def _mask_card(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    is_card = len(digits) in _CARD_LENGTHS and _luhn(digits)
    return f"[银行卡尾号{digits[-4:]}]" if is_card else found[0]


def _redact_piece(text: str) -> str:
    text = _IDENTITY.sub("[身份证号]", text)
    text = _CARD.sub(_mask_card, text)
    text = _OLD_IDENTITY.sub("[身份证号]", text)
    text = _MOBILE.sub(lambda m: mask_phone(_digits(m["number"])), text)
    text = _LANDLINE.sub(lambda m: mask_phone(m["number"]), text)
    text = _LOCAL.sub(lambda m: m[0].replace(m["number"], mask_phone(m["number"])), text)
    return _PLATE.sub(lambda m: f"{m['place']}·**{m['rest'][-3:]}", text)


def redact_numbers(text: str) -> str:
    """Hide phones, identity numbers, bank cards and number plates in free text; case numbers stay."""
    pieces: list[str] = []
    end = 0
    for code in CODE.finditer(text):
        pieces += [_redact_piece(text[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*pieces, _redact_piece(text[end:])])


def redact(text: str, own: Collection[str] = ()) -> str:
    """Hide such numbers, and the names people give of themselves or of whom to reach: 我叫罗**.

    So are those in `own`, which are known. Rooms stay, see `bot.core.homes`.
    """
    hidden = redact_numbers(text)
    for name in sorted((one for one in own if len(one) >= _SHORTEST_OWN), key=len, reverse=True):
        hidden = hidden.replace(name, mask_name(name))
    return _hide_names(hidden)


_TITLES = "主任|书记|站长|队长|师傅|老师|大姐|姐|哥|警官|经理|网格员|同志"


def hide_staff(text: str, names: Collection[str]) -> str:
    """The text with 某某 for the names of those who work here, and 某主任 where only the surname was said."""
    whole = {name for name in names if len(name) >= _SHORTEST_OWN}
    given = {name[1:] for name in whole if len(name) > _SHORTEST_OWN}
    for name in [*sorted(whole, key=len, reverse=True), *sorted(given, key=len, reverse=True)]:
        text = text.replace(name, "某某")
    surnames = "".join(sorted({re.escape(surname(name)) for name in names if len(surname(name)) == 1}))
    if not surnames:
        return text
    text = re.sub(rf"[{surnames}](?={_TITLES})", "某", text)
    return re.sub(rf"(?<=姓)[{surnames}]|(?<=小)[{surnames}](?=态度|骂|说|来|不|[，,。！!？?]|$)", "某", text)


def _hide_names(text: str) -> str:
    for pattern in (_GIVEN_APART, _TOLD, _BEFORE_PHONE):
        text = pattern.sub(_hidden_name, text)
    return text


def _hidden_name(found: re.Match[str]) -> str:
    name = found["name"]
    if _NOT_NAMES.search(name) or _NO_PERSON.search(name):
        return found[0]
    shown = "*" * len(name) if found.re is _GIVEN_APART else mask_name(name)
    start = found.start("name") - found.start()
    return f"{found[0][:start]}{shown}{found[0][start + len(name) :]}"


def _digits(text: str) -> str:
    return re.sub(r"\D", "", numerals.digits(text))


def find_phone(text: str) -> str | None:
    """Return the phone number in the text: eleven bare digits, or a land line with its area code."""
    rest = _IDENTITY.sub("", CODE.sub("", text))
    if mobile := _MOBILE.search(rest):
        return _digits(mobile["number"])
    if landline := _LANDLINE.search(rest):
        return re.sub(r"[\s－—-]+", "-", landline["number"])
    local = _LOCAL.search(rest)
    return _digits(local["number"]) if local else None


_DOUBLE_SURNAMES = frozenset(
    (
        "欧阳",
        "上官",
        "司马",
        "诸葛",
        "夏侯",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "司徒",
        "令狐",
        "长孙",
        "宇文",
        "南宫",
        "端木",
    )
)
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗方俞任袁柳鲍史唐费廉岑薛雷贺倪汤"
    "滕罗毕郝安常傅卞齐康伍余顾孟黄穆萧肖尹姚邵汪毛戴宋庞熊纪舒屈项祝董梁杜阮蓝闵席季贾路娄江童颜郭梅盛林刁钟徐邱丘骆高夏蔡田樊胡凌霍"
    "虞万支柯管卢莫房丁邓洪包左石崔吉龚程邢裴陆荣翁段侯宁仇武符刘景詹龙叶黎薄白蒲卓屠乔覃古易廖耿匡文曾关游甘辛申牛党冉谭于涂温闫阎"
    "兰代聂解池桑车焦岳向欧殷鞠牟"
)
MASKED_NAME = re.compile(rf"(?:{'|'.join(sorted(_DOUBLE_SURNAMES))}|[{_SURNAMES}])\*{{1,3}}(?!\d|\*)")
_GIVEN = r"[\u4e00-\u9fff]"
_NAME = rf"(?:(?:{'|'.join(sorted(_DOUBLE_SURNAMES))}){_GIVEN}{{1,2}}|[{_SURNAMES}]{_GIVEN}{{1,2}}?)"
_NAME_END = r"(?=[\s,，。.;；、!！?？:：\d]|$|的|住|家住|电话|手机|今年|是\d|[在先女]|,)"
_TOLD = re.compile(
    r"(?:我(?:的)?(?:名字)?(?:是|叫做?)|(?<![\u4e00-\u9fff])叫|名字(?:是|叫)?|姓名[是为:：\s]*"
    rf"|联系人[是为:：\s]*)\s*[:：]?\s*(?P<name>{_NAME}){_NAME_END}"
)
_SURNAME_ONLY = re.compile(
    rf"(?:我?(?:免贵)?姓|我是?姓)\s?(?P<name>{'|'.join(sorted(_DOUBLE_SURNAMES))}|[{_SURNAMES}])(?![\u4e00-\u9fff]*名)"
)
_TITLED = re.compile(
    rf"(?:我是|叫我|我叫|喊我)\s?(?P<name>(?:小|老)?[{_SURNAMES}](?:阿姨|大爷|奶奶|爷爷|大妈|女士|先生|老师|师傅"
    r"|叔叔?|大姐|姐|哥|婆婆|大娘))"
)
_BEFORE_PHONE = re.compile(
    rf"(?:^|[\s,，。:：;；、])(?P<name>{_NAME})[\s,，:：、]*(?:电话|手机|手机号)?[是为:：\s]*(?=1[3-9]\d|0\d{{2,3}}-|\d{{3}}\*{{4}})"
)
# Alone in a message, these surnames are nearly always the beginning of an ordinary word.
_WHOLE = re.compile(rf"^\s*(?![路车房管池关包安段党解向温牛全万程常谢])(?P<name>{_NAME})\s*[。.]?\s*$")
_NOT_NAMES = re.compile(
    r"高兴|高手|高速|白搭|黄了|金钱|方案|石子|业主|小区|住户|居民|电话|手机|安全|路灯|高空|万一|何时|方便|方法"
    r"|常常|关于|段时间|车位|车库|房子|房东|左边|左右|白天|石头|包括|管道|管理|解决|向您|毛病|成天|明天"
    r"|安装|安排|严重|高层|温度|黄色|金额|水管|池子|马上|马路|周末|周一|周边|周围|时候|时间|谢谢|许多|余额|房租"
    r"|易燃|党员|文明|古树|武警|游泳|任何|解释|关系|于是|向上|程序"
)


# 我姓王，叫丽芬: the given name alone.
_GIVEN_APART = re.compile(
    rf"姓(?:{'|'.join(sorted(_DOUBLE_SURNAMES))}|[{_SURNAMES}])[，,、\s]{{0,2}}(?:名字?叫?|叫做?)\s?"
    rf"(?P<name>(?![他她它你您我师人谁啥什物社居门电来做快把])[\u4e00-\u9fff]{{1,2}}?){_NAME_END}"
)
# Who speaks for a firm or gives what they are, and no name: 我是管委会, 我是高层.
_NO_PERSON = re.compile(r"[楼栋号层户租客客服员工家长妈爸爷奶]$|^(?:阿姨|师傅|老师)|小区|社区|物业|门口")


def find_name(text: str) -> str | None:
    """Return the name the resident gives: 我叫王芳, 姓李, 我是张阿姨, or the name before a phone number."""
    for pattern in (_TOLD, _TITLED, _BEFORE_PHONE, _SURNAME_ONLY, _WHOLE):
        found = pattern.search(text)
        if found and not _NOT_NAMES.search(found["name"]):
            return found["name"]
    return None
