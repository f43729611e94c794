"""What each piece of an address looks like, in the order the reader tries them.

Every pattern names the part that counts `value`; a pattern with no such group is its own value.
"""

import re
from dataclasses import dataclass

from bot.core.address_numbers import NUMBERED_THING
from bot.core.numerals import CHINESE
from bot.core.spans import SpanType

_S = SpanType
# 两 counts and never names: 两栋 are two buildings, 二栋 is the second.
_CN = rf"[{CHINESE.replace('两', '')}]"
_N = rf"(?:\d{{1,3}}|{_CN}{{1,4}})"
_DIGIT = r"[零〇○一二三四五六七八九幺]"
_SPELLED_ROOM = rf"(?:{_DIGIT}{{1,2}}[零〇○幺一二三]{_DIGIT}|{_DIGIT}百(?:零{_DIGIT}|一十?{_DIGIT}?|二十?{_DIGIT}?))"
# No number starts inside a longer number, and none that is asked for or counted: 几号楼, 每3栋, 这一栋.
_START = rf"(?<![\d{CHINESE}.哪几每整半多])(?!(?<=[这那某同另有])一)"
_LETTER_START = r"(?<![A-Za-z])"

# What follows a bare number shows that it counts or measures something.
MEASURE = (
    r"(?!\d|[.%℃]|\s?(?:元|块|毛|角钱|平|㎡|米|公里|公斤|千克|斤|吨|度|瓦|伏|毫|厘|寸|升|天(?!天)|日|月|年|岁|点"
    r"|时|分|秒|周|个|位"
    r"|人|户|家人|次|回|遍|趟|张|份|件|辆|台|部|条|只|棵|根|盏|套|页|字|条|多|来|余|几|万|千|百|倍|折|路|线|成|[kKwW]))"
)
_END_ROOM = (
    r"(?!\d)(?!\s?(?:元|块|平|㎡|米|公斤|斤|度|瓦|天(?!天)|年|岁|多|余|万|千|个|人|户(?:人|都|没|居|住|业))"
    r"|[.%-]\d)"
)

_NOT_DATE = (
    r"(?!\s?(?:上午|下午|中午|早|晚|凌晨|半夜|夜里|之前|之后|以前|以后|前|后天|开始|到|那[天晚]|就|又|才|至|线"
    r"|公告|文件|通知"
    r"|工单|球|键|机|井|车|病|床|字|电|码|召|称|线|泵|梯|炉|桩|机位|车位|窗口|柜|垃圾|桶|充电))"
)


@dataclass(frozen=True)
class Rule:
    """One pattern; where `after` is given it only counts directly after one of those types."""

    type: SpanType
    pattern: re.Pattern[str]
    after: frozenset[SpanType] | None = None


def rule(kind: SpanType, pattern: str, *after: SpanType) -> Rule:
    """Compile one rule."""
    return Rule(kind, re.compile(pattern), frozenset(after) or None)


_AFTER_BUILDING = (_S.BUILDING,)
_AFTER_NUMBERED = (_S.BUILDING, _S.UNIT, _S.FLOOR)
_AFTER_NAME = (_S.ESTATE, _S.COMMUNITY)
_UNIT_FOLLOWS = rf"(?=\s?(?:{_N}|[A-Za-z东西中])\s?单[元员源圆园原]|\s?(?:{_N}|[A-Z])\s?[门梯])"

_HOMES = (
    rule(_S.BUILDING, r"(?<![\d/:-])(?P<value>\d{1,3}[A-Za-z]?)-(?=\d{1,2}-\d{2,4}(?![\d-]))"),
    rule(_S.UNIT, r"(?P<value>\d{1,2})-(?=\d{2,4}(?![\d-]))", _S.BUILDING),
    rule(_S.BUILDING, rf"(?<![\d/:.-])(?P<value>\d{{1,2}}[A-Za-z]?)-(?=\d{{1,2}}[0-4]\d(?![\d-]){MEASURE})"),
    rule(_S.BUILDING, rf"(?<!杠)(?<!{_CN})(?P<value>{_CN}{{1,3}})杠(?={_CN}{{1,2}}杠|{_SPELLED_ROOM}|\d{{3,4}})"),
    rule(_S.UNIT, rf"(?P<value>{_CN}{{1,2}}|\d{{1,2}})杠(?={_SPELLED_ROOM}|\d{{3,4}})", _S.BUILDING),
)

_HOUSE_ROWS = (
    rule(_S.BUILDING, rf"{_START}(?P<value>{_N})排(?={_N}号)"),
    rule(
        _S.ROAD_NUMBER,
        rf"{_START}(?P<value>\d{{1,4}}(?:弄|号院|支弄)|{_N}(?:号院|弄))(?=\s?(?:{_N}|[A-Z])\s?(?:号|栋|幢|座|#))",
    ),
    rule(_S.ROAD_NUMBER, rf"{_START}(?P<value>\d{{1,4}}弄)(?=\D|$)"),
)

_ONE_OF_MANY = rf"(?!一座(?!\s?(?:{_N}|楼道|[前后]门|电梯|的?门)))"
_BUILDINGS = (
    rule(
        _S.BUILDING,
        rf"{_LETTER_START}{_START}(?P<value>[A-Za-z甲乙丙丁东西南北]?{_N}[A-Za-z甲乙丙]?)\s?(?:号|#)[楼搂喽](?!盘)",
    ),
    rule(
        _S.BUILDING,
        rf"{_LETTER_START}{_START}(?P<value>[A-Za-z东西南北]?{_N}[A-Za-z]?)\s?号?(?:栋|幢)(?!房|别墅|[大高小新]楼"
        r"|楼(?![上下道梯顶门里后前底]))",
    ),
    rule(_S.BUILDING, rf"(?P<value>{_N}[A-Za-z]?)\s?(?:栋|幢)楼?", *_AFTER_NAME),
    rule(_S.BUILDING, r"(?<![A-Za-z])(?P<value>[A-Za-z]\d{0,2})\s?(?:栋|幢|号楼|座(?!位))"),
    rule(_S.BUILDING, r"(?<=[厦场心园城寓庭府苑])(?P<value>[东西南北主副])座(?!位)"),
    rule(_S.BUILDING, rf"(?<![按输入打拨]){_START}(?P<value>\d{{1,3}}[A-Za-z]?)\s?#\s?(?:楼|栋|幢)?"),
    rule(_S.BUILDING, rf"{_START}(?P<value>{_N})[楼动懂冻洞撞]{_UNIT_FOLLOWS}"),
    rule(_S.BUILDING, rf"{_START}(?P<value>{_N})(?:动|懂|冻|洞)(?=\d{{3,4}}|{_SPELLED_ROOM})"),
    rule(
        _S.BUILDING,
        rf"{_START}{_ONE_OF_MANY}(?P<value>{_N})座(?!位|车|轿|商务|的车|机|儿|[大小]?山|[大小石木天]?桥|塔|城|庙|雕"
        r"|亭|坟|房|楼|公厕|厕|岗|变|基站|电)",
    ),
    rule(_S.BUILDING, rf"{_START}(?P<value>{_N})号大?院(?:楼)?"),
)

_NUMBERED_HOUSES = (
    rule(_S.BUILDING, rf"{_START}(?P<value>{_N})号门(?=\s?(?:\d{{3,4}}|{_SPELLED_ROOM}))"),
    rule(
        _S.BUILDING,
        rf"(?<![月.\d{CHINESE}-])(?P<value>{_N})号\s?(?=(?:\d{{3,4}}[室房户]?(?!\d){MEASURE}"
        rf"|{_SPELLED_ROOM}[室房户号]?))",
    ),
    rule(_S.BUILDING, rf"(?P<value>{_N})号{_NOT_DATE}(?!院)", _S.ROAD_NUMBER, *_AFTER_NAME),
    rule(
        _S.ROAD_NUMBER,
        rf"(?P<value>(?:\d{{1,4}}|{_N})(?:-\d{{1,3}})?号(?:之[一二三四五]|附\d{{1,2}}号?)?){_NOT_DATE}",
        _S.ROAD,
    ),
    rule(_S.BUILDING, rf"(?:(?<=住)|(?<=住在)|(?<=我家)|(?<=我们家)|(?<=门牌))(?:是|在)?(?P<value>{_N})号{_NOT_DATE}"),
    rule(
        _S.BUILDING,
        rf"(?<![月.\d{CHINESE}-])(?P<value>{_N})号(?=(?:门口|楼下|后面|前面|旁边|对面|的?楼道|那栋|那个门))",
    ),
)

_UNITS = (
    rule(_S.UNIT, rf"{_START}(?P<value>{_N}|[A-Za-z甲乙丙丁东西中南北])\s?(?:号)?单[元员源圆园原]"),
    rule(
        _S.UNIT,
        rf"\s?(?P<value>{_N}|[A-Za-z])\s?(?:号?门洞?|号?梯|座|号门栋|门栋|单(?=\s?\d))(?!口罩)",
        *_AFTER_BUILDING,
    ),
    rule(_S.UNIT, rf"{_START}(?P<value>{_N})\s?(?:号?门洞|门栋|门(?=\s?(?:\d{{3,4}}|{_SPELLED_ROOM})))"),
)

_NOT_STOREY = r"(?!灰|皮|油|土|楼|膜|水|冰|纸|泥|漆|垢|霉|雪|小|一层|意思|板|布|关系|窗|玻璃|落叶|厚)"
_NOT_SUM = r"(?<!共)(?<!总)(?<!盖了)(?<!加盖)(?<!一共有)(?<!高)"
_FLOORS = (
    rule(_S.FLOOR, rf"(?P<value>(?:地下|负|-|B){_N})\s?[层楼]"),
    rule(_S.FLOOR, r"(?<![A-Za-z])(?P<value>B[1-4])(?=\s?(?:层|车库|停车|车位|地库|的|电梯))层?"),
    rule(_S.FLOOR, rf"{_NOT_SUM}{_START}(?P<value>{_N})\s?楼(?!盘|主|群|龙)"),
    rule(_S.FLOOR, rf"{_NOT_SUM}{_START}(?P<value>{_N})\s?层{_NOT_STOREY}(?!高|以[上下])"),
    rule(_S.FLOOR, r"(?P<value>顶[楼层])"),
)

_ROOM = r"[A-Za-z]?\d{3,4}[A-Da-d]?"
_ROOMS = (
    rule(_S.ROOM, rf"(?<![\dA-Za-z])(?P<value>{_ROOM}|{_SPELLED_ROOM})\s?(?:号房|室|房(?![产价租贷屋本东])|号室)"),
    rule(_S.ROOM, rf"\s?-?(?P<value>{_ROOM}){_END_ROOM}\s?号?", *_AFTER_NUMBERED),
    rule(_S.ROOM, rf"\s?-?(?P<value>{_SPELLED_ROOM})(?![{CHINESE}])\s?号?", *_AFTER_NUMBERED),
    rule(_S.ROOM, rf"\s?(?P<value>{_N})(?:室|号(?![楼院门]|{NUMBERED_THING}){_NOT_DATE})", *_AFTER_NUMBERED),
    rule(
        _S.ROOM,
        r"(?:(?<=我家)|(?<=我们家)|(?<=家住)|(?<=我住)|(?<=住在)|(?<=楼上)|(?<=楼下)|(?<=隔壁)|(?<=对门)|(?<=房号)"
        r"|(?<=门牌)|(?<=本栋)|(?<=漏到)|(?<=水到))"
        rf"[是的在]?(?P<value>[1-9]\d{{0,1}}[0-4]\d[A-Da-d]?|{_SPELLED_ROOM}){_END_ROOM}{MEASURE}号?",
    ),
    rule(
        _S.ROOM,
        rf"(?<![\d.A-Za-z{CHINESE}-])(?!19|20[012])(?P<value>[1-9]\d?[0-4]\d|{_SPELLED_ROOM})"
        r"(?=家|那家|那户|(?:的)?(?:邻居|住户|业主|租户|房客|女主人|男主人)|(?:又|天天|半夜|一直|经常)?(?:漏水"
        r"|装修|吵架|放音乐|打架))",
    ),
)

NUMBERED = (*_HOMES, *_HOUSE_ROWS, *_UNITS, *_BUILDINGS, *_ROOMS, *_NUMBERED_HOUSES, *_FLOORS)
