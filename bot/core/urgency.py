"""How urgent a matter is: the usual level of its leaf, raised by what the message says."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core import numerals
from bot.core.zone import SHANGHAI

REPORTED_BEFORE = "同一处30天内报过"
"""The reason that is none once it turns out that both reports are one matter."""
_NIGHT_FROM, _NIGHT_TO = 22, 6
_MANY = 3


class Urgency(StrEnum):
    """P0 is the most urgent; plain comparison orders them, so `min` is the more urgent one."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"

    def raised(self) -> "Urgency":
        """One level up; P0 is for emergencies only and is never reached from here."""
        return _RAISED[self]

    @property
    def plain(self) -> str:
        """The level in words a resident understands."""
        return _PLAIN[self]


_RAISED = {
    Urgency.P0: Urgency.P0,
    Urgency.P1: Urgency.P1,
    Urgency.P2: Urgency.P1,
    Urgency.P3: Urgency.P2,
}
_PLAIN = {
    Urgency.P0: "特急",
    Urgency.P1: "紧急",
    Urgency.P2: "一般",
    Urgency.P3: "不急",
}


@dataclass(frozen=True)
class Assessment:
    """A level with the reasons that were found, in Chinese, whether or not they changed the level."""

    urgency: Urgency
    reasons: tuple[str, ...]


_HARM = (
    "摔|绊|滑倒|磕|差点|受伤|摸黑|不敢|没法|出不了|下不|上不|进不|够不着|不方便|不安全|危险|害怕|吓|喘|咳"
    "|过敏|发烧|生病|住院|哭|睡不|怎么办|咋办|受不了|遭罪|受罪|憋"
)
_NEEDY = (
    (
        "关系到老人",
        re.compile(
            rf"(老人家?|老年人|老头|老太太?|老爷子|大爷|大娘|奶奶|爷爷|外婆|姥姥|老两口).{{0,12}}({_HARM})"
            r"|(家里|家中|楼里|楼上|还有|都是|好多|很多|不少|几个).{0,4}(老人|老年人|老头|老太太)"
        ),
    ),
    (
        "关系到孩子",
        re.compile(
            rf"(孩子|小孩|娃|宝宝|婴儿|小朋友|小学生|学生).{{0,12}}({_HARM})"
            r"|(家里|家中|我家|带着?|抱着?|推着?).{0,6}(孩子|小孩|娃|宝宝|婴儿|新生儿)"
            r"|(刚出生|没满月|几个月大?的?).{0,3}(孩子|娃|宝宝|婴儿)"
        ),
    ),
    ("关系到孕妇", re.compile(r"孕妇|怀孕|怀着孕|大肚子|坐月子|产妇|(?<!不)(?<!没)怀了")),
    ("关系到残疾人", re.compile(r"残疾|残障|轮椅|盲人|视障|聋哑|拄拐|拐杖|瘫痪|截肢|偏瘫")),
)
_HOUSEHOLDS = re.compile(rf"(?P<number>{numerals.PATTERN})(?P<more>[多几来])?(户|家人|家住户|家业主|户人家)")
_MANY_HOUSEHOLDS = re.compile(
    r"(整|全|一整)个?(栋|幢|座|楼|单元|小区|院|村|片|条街)"
    r"|(好几|好多|几十|十几|上百|不少|许多|很多|大半|所有|一楼)(户|家|住户|业主|居民)"
    r"|家家户户|(大家|邻居|住户|业主|居民)们?都|(左邻右舍|楼上楼下).{0,4}都|我们.{0,3}(楼|单元|小区).{0,3}都"
)
_WEATHER = re.compile(
    r"(暴|大|特大)(雨|雪)|台风|冰雹|寒潮|结冰|冰冻|上冻|零下|高温|热死|大热天|酷暑|冰天雪地|沙尘暴|雷雨|雷暴"
    r"|(三十[五六七八九]|四十|3[5-9]|4\d)度"
)

# What makes the place itself dangerous, whoever passes: hurt or nearly hurt, structure, children at the water.
_DANGER = re.compile(
    r"(严重|重大|极大|巨大)的?(消防)?安全隐患|(差点|险些|几乎)(就)?(追尾|撞|砸|出人命|出事|电死|淹|着火)"
    r"|(砸|敲|拆|凿|破坏|打掉|拆除|敲除|打穿)(了|掉|除)?.{0,4}(承重|剪力墙|外墙|梁柱|主体结构|柱子|横梁)"
    r"|(改变|破坏|影响)(了)?.{0,4}(房屋|楼房|主体|建筑)?(的)?(主体)?结构|承重(墙|柱|梁).{0,6}(砸|敲|拆|凿|打)"
    r"|(砸|咬|撞|摔|绊)伤|出过?人命|死过?人|骨折|头破血流|缝了.{0,3}针|送(进|去|到)?(了)?医院"
)

_SEWAGE = re.compile(
    r"粪|屎|大便|尿水|(污水|脏水|臭水|化粪池|下水|马桶|地漏).{0,8}(冒|溢|横流|漫|喷|返|反|倒灌|涌|往外|流到|流得)"
    r"|(水|雨|污水).{0,6}(灌|流|倒灌|漫|进)(进|到|入)?(了)?(屋|家|堂屋|店|车库|地下室|一楼|客厅|厨房|灶屋)|(屋里|家里|厨房).{0,6}(返水|反水|进水|积水|是水)"
)


def _concerns_many(text: str) -> bool:
    if _MANY_HOUSEHOLDS.search(text):
        return True
    counts = (numerals.value(found["number"]) for found in _HOUSEHOLDS.finditer(text))
    return any(count is not None and count >= _MANY for count in counts)


def _is_night(now: datetime) -> bool:
    hour = now.astimezone(SHANGHAI).hour
    return hour >= _NIGHT_FROM or hour < _NIGHT_TO


def assess(
    usual: Urgency,
    text: str,
    *,
    elderly: bool = False,
    reported_before: bool = False,
    now: datetime | None,
) -> Assessment:
    """Raise the usual level by one if any rule of the domain applies; never lower it.

    `reported_before` means the same place within the last 30 days; `now` is None where it is not known when the
    message came. Night and weather do not hurry a question or a suggestion (P3), which nobody is waiting
    for in the dark or the rain.
    """
    reasons = ["家里有老人"] if elderly else []
    reasons += [reason for reason, pattern in _NEEDY if pattern.search(text) and not (elderly and "老人" in reason)]
    if _concerns_many(text):
        reasons.append("影响三户以上")
    if _DANGER.search(text):
        reasons.append("有危险")
    if usual is not Urgency.P3 and _SEWAGE.search(text):
        reasons.append("污水外溢或进屋")
    if usual is not Urgency.P3 and now is not None and _is_night(now):
        reasons.append("夜里发生")
    if usual is not Urgency.P3 and _WEATHER.search(text):
        reasons.append("碰上恶劣天气")
    if reported_before:
        reasons.append(REPORTED_BEFORE)
    return Assessment(usual.raised() if reasons else usual, tuple(reasons))
