"""Telling from words that somebody complains about people: who works here, and behaved badly.

Two questions, with two answers. `is_complaint` is generous: whatever it finds is never taken for a verdict on a
matter. `blame_in` finds the words that accuse somebody, to be kept from that person: who is meant (a name, or a
function such as 网格员 or 物业) must stand with what they did, and neither thanks nor quarrels of neighbours count.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import Final

_COMPLAINT: Final = re.compile(
    r"投诉|举报|回访|评价|填(?!好|平|上)|敷衍|应付|糊弄|忽悠|骗|撒谎|假的|造假|态度(?!(?:很|真|也|都|特别|非常|挺)*好)|领导|信访|上访|曝光|差评|不作为|踢皮球|1234[58]"
)

# People who work for the residents. What is only a place, a fee or somebody else's staff is not meant.
_OFFICE: Final = (
    r"网格(?:员|长)|(?<![班楼])(?<!业委会)主任|书记|站长|所长|队长|社工|调度员|志愿者|楼栋?长|办事员|工作人员|窗口(?:的人|人员)"
    r"|社区(?:的人|干部|领导)|居委会(?:的人|干部|领导)?|物业(?:公司)?(?!费|群|办公室|楼|门口|用房|服务|管理费|合同)"
    r"|保安(?!亭|室|岗|员室|服)|门卫(?!室)|门岗(?!亭)|(?<!快递)(?<!银行)(?<!移动)(?<!联通)(?<!电信)(?<!平台)(?<!外卖)(?<!淘宝)客服"
    r"|(?<![电水])管家|维修(?:工|师傅|人员|的)|师傅|保洁|城管|协管员|(?<![财产])经理|管理员|电工|你们(?!家|那栋|楼)"
)
# Whom "is to be complained about" makes a person of, and not only a unit that is slow.
_PERSONAL: Final = (
    r"网格(?:员|长)|(?<![班楼])(?<!业委会)主任|书记|站长|队长|社工|办事员|工作人员|保安(?!亭|室|岗|服)|门卫(?!室)"
    r"|客服|管家|经理|社区(?:的人|干部|领导)|居委会(?:的人|干部|领导)"
)
_VERY: Final = (
    r"(?:真的|实在|确实|的|也|都|又|还|是|就|很|真|太|特|好|极|超|老|特别|非常|十分|相当|极其|极度|这么|那么|如此|更"
    r"|有点|比较|简直|一直|总|总是|服务)*"
)
_MISCONDUCT: Final = (
    rf"态度{_VERY}(?:差|恶劣|不好|不行|不耐烦|坏|蛮横|冷淡|冷漠|生硬|粗暴|傲慢|强硬|嚣张|恶|烂|糟|凶|横|粗鲁|敷衍)"
    rf"|(?:素质|作风|人品|嘴){_VERY}(?:差|低|坏|恶劣|粗暴|臭|脏)|没(?:有)?素质|恶声恶气|出言不逊|粗暴|蛮横|嚣张|耍横|颐指气使"
    r"|骂(?:人|的?我|俺|咱|老人|老太太?|老头|大爷|大妈|孩子|小孩|居民|业主|住户|街|骂咧咧|得|脏话|了(?:我|人|一|几|半|好)|我们)"
    r"|(?:张口|开口|就|还|又|直接|当众|破口|反过来)(?:大)?骂(?!声)|辱骂|爆粗|说脏话|大吼|吼(?:我|人|叫|老人|居民|了我)|冲(?:我|人|老人)(?:吼|嚷|喊|发火|发脾气)"
    r"|凶(?:我|人|巴巴|神恶煞|得很|得要)|(?:很|太|好|特别|非常|这么|那么|真)凶|甩脸|摆脸色|黑着脸|翻白眼|瞪(?:我|人)|不耐烦|爱[搭答理]不理"
    r"|阴阳怪气|嘲笑|讽刺|挖苦|侮辱|羞辱|(?:看|瞧)不起(?:我|人|老人|外地|租)|歧视|摆架子|官架子|耍官威"
    r"|威胁(?!.{0,8}(?:安全|生命|财产|健康))|恐吓|吓唬(?:我|人|老人|居民)|打击报复|报复(?:我|人|居民)|推搡|推了我|动手(?:打|推)|揍(?:我|人)|打了?(?:人|我|老人|居民)(?!.{0,2}(?:电话|手机|招呼))"
    r"|(?:收|要|拿|索|讨)(?:了|过|要|取)?(?:我|人|人家|大家|居民|业主|家属|别人|他们|我们|我家)?(?:的|一?个|[\d一二两三四五六七八九十百千几]+(?:个|块钱?|元)?的?)?"
    r"(?:红包|好处费?|回扣|黑钱|贿赂?|购物卡|礼(?!品|物回收)|辛苦费|茶水费)|塞(?:了)?红包才|不给(?:红包|好处|钱)(?:就|不)"
    r"|索贿|受贿|贪污|贪钱|吃拿卡要|吃回扣|中饱私囊|敲诈|勒索|私吞"
    r"|(?<!相)(?<!互)推诿|撒谎|说谎|不管还(?:骂|说|凶)|刁难|故意(?:卡|拖|为难)|公报私仇|徇私|包庇|偏心"
    r"|(?:上班|值班)(?:时间|的时候)?(?:都|还|就|总|老|在)*(?:睡觉|打牌|喝酒|玩手机|打麻将|脱岗)|喝(?:了|完)?酒(?:来)?(?:上班|值班)|挂(?:了)?我(?:的)?电话|把我(?:的)?电话挂|拉黑"
    r"|动手动脚|骚扰|摸我|泄露(?:我|居民|别人)"
)
# Of a unit these are the matter itself; of somebody in person they are a complaint, the second only of one named.
_SHIRKING: Final = r"推来推去|踢皮球|敷衍|糊弄|忽悠|弄虚作假|侵吞|挪用|不作为|不负责"
_NEGLECT: Final = (
    r"不管|不理|不当回事|不上心|拖着不|偷懒|混日子|不接电话|不办事|爱管不管|不闻不问|太差|差劲|特别差|(?:就是|根本)不来"
)
_NOT: Final = re.compile(
    r"(?:没有?|不|不会|从不|从来不|不是|并非|别|不要|未|不曾|从没|又没|也没|也不|毫不|不许|不准|禁止|防止|避免|是否|有没有|会不会)$"
)
_ASKING: Final = re.compile(r"(?:怎么|如何|能不能|可以|是不是可以)(?:去)?(?:投诉|举报)")
# Who else may be meant when somebody behaves badly near the one who is named.
_OTHERS: Final = re.compile(
    r"有(?:个|一个|几个)?(?:人|男|女|老头|老太)|别人|邻居|(?<!让)(?<!对)(?<!把)(?<!和)(?<!跟)(?:业主|住户|居民)(?!们?的|面前)|楼[上下]|对门|隔壁|对面|男的|女的|两口子|司机|车主"
    r"|小孩|孩子|租户|租客|房东|[他她]家|那家|人家(?!的)|狗|老板|商户|摊|店|快递|外卖|骗子|小偷|醉汉|酒鬼|装修|学生|家长|老公|丈夫|儿媳|儿子|女儿|婆婆"
)
_SUFFERED: Final = re.compile(r"[被挨遭让](?!我|你|他|她|我们|居民)|受到|遭到")
# I did it, and it was not done to me: 我态度不好, but not 把我拉黑.
_MINE: Final = re.compile(r"(?<![把对给跟冲向])我(?:的|们)?$")
_BESIDE: Final = re.compile(r"(?:楼[上下]|隔壁|对门|邻居|对面|我家|我们家)的?$")
_EMPTY: Final = re.compile(
    r"(?:你好|您好|在吗|我|要|想|必须|一定|投诉|举报|反映|一下|还有|另外|而且|问题|个|这|事|情况|是|啊|呀|了)*"
)
_THANKED: Final = re.compile(r"(?:谢谢|感谢|多谢|表扬|夸|点赞|锦旗)")
_LINK: Final = re.compile(
    r"(?:(?:我要|我想|要|想|必须)?(?:投诉|举报|告)(?:一下)?|另外|还有|而且|可是|但是?|结果|就是|因为|那个|这个|你们|咱们?|我们|社区|小区|的|跟|和|给|找|向|对|叫|被|问|说|打电话|反映|去|来|我|也|，|,)+$"
)
_CLAUSE: Final = re.compile(r"[^，,。！!？?；;、\n\r\s…~～]+")
_TITLES: Final = "主任|书记|站长|队长|师傅|老师|大姐|姐|哥|经理|干事|社工|工(?!作)|某某?"
_CARRIES: Final = 2
_SHORTEST_REST: Final = 4
_SHORTEST_NAME: Final = 2


@dataclass(frozen=True)
class Blame:
    """A stretch of the text that accuses somebody, as [start, end)."""

    start: int
    end: int


def is_complaint(text: str) -> bool:
    """Whether the words are about how people behaved, which is for those above them."""
    plain = re.sub(r"[\s\W_]+", "", unicodedata.normalize("NFKC", text).lower())
    return _COMPLAINT.search(plain) is not None


def blames(text: str, names: Collection[str]) -> bool:
    """Whether the words accuse somebody who works for the residents; `names` are those of staff and units' clerks."""
    return bool(blame_in(text, names))


def blame_in(text: str, names: Collection[str]) -> list[Blame]:
    """What accuses somebody, stretch by stretch, in order and apart from one another."""
    named = _names(names)
    clauses = [(found.start(), found.group()) for found in _CLAUSE.finditer(text)]
    found: list[Blame] = []
    spoken_of: tuple[int, _KnownBy] | None = None
    for at, (start, words) in enumerate(clauses):
        people = _people(words, named)
        if begin := _accuses(words, people):
            found.append(Blame(start + begin.start, start + len(words)))
            spoken_of = at, begin.known_by
        elif spoken_of and not people and at - spoken_of[0] <= _CARRIES and _goes_on(words, spoken_of[1]):
            found.append(Blame(start, start + len(words)))
            spoken_of = at, spoken_of[1]
        elif lasting := [one for one in people if not one.is_you]:
            spoken_of = at, max(one.known_by for one in lasting)
        elif _OTHERS.search(words):
            spoken_of = None
    return _joined(found, text)


def without_blame(text: str, names: Collection[str]) -> str:
    """The words without what accuses somebody; empty where nothing else is said."""
    kept, end = [], 0
    for one in blame_in(text, names):
        kept.append(text[end : one.start])
        end = one.end
    rest = re.sub(r"^[，,。；;、！!？?\s]+|[，,；;、\s]+$", "", "".join([*kept, text[end:]]))
    rest = re.sub(r"[，,、；;]+(?=[。！!？?；;，,])|(?<=[。！!？?])[，,、；;。]+", "", rest)
    said = re.sub(r"[\W_]+", "", rest)
    return "" if rest != text and (len(said) < _SHORTEST_REST or _EMPTY.fullmatch(said)) else rest


class _KnownBy(IntEnum):
    """How closely the words say who is meant."""

    UNIT = 0
    FUNCTION = 1
    NAME = 2


@dataclass(frozen=True)
class _Person:
    """Somebody spoken of in a clause, and where; `is_you` for a bare 你们."""

    start: int
    end: int
    known_by: "_KnownBy"
    is_you: bool = False


@dataclass(frozen=True)
class _Begin:
    start: int
    known_by: _KnownBy


def _names(names: Collection[str]) -> re.Pattern[str] | None:
    """Full names, the given names of three characters and more (小禾), and surnames with a title (陈主任)."""
    said = {name for name in names if len(name) >= _SHORTEST_NAME}
    said |= {name[1:] for name in said if len(name) > _SHORTEST_NAME}
    if not said:
        return None
    surnames = "".join(sorted({re.escape(name[0]) for name in names if name}))
    whole = "|".join(re.escape(name) for name in sorted(said, key=lambda name: (-len(name), name)))
    return re.compile(rf"{whole}|[{surnames}](?:{_TITLES})|小[{surnames}](?![区学孩婆公家人年板师])|姓[{surnames}]的?")


def _people(words: str, named: re.Pattern[str] | None) -> list[_Person]:
    spoken = named.finditer(words) if named else ()
    found = [
        _Person(one.start(), one.end(), _KnownBy.NAME) for one in spoken if not _BESIDE.search(words[: one.start()])
    ]
    for one in re.finditer(_OFFICE, words):
        is_you = one.group() == "你们"
        if not any(other.start <= one.start() < other.end for other in found):
            found.append(_Person(one.start(), one.end(), _known_by(one.group()), is_you))
    return sorted(found, key=lambda person: person.start)


def _accuses(words: str, people: list[_Person]) -> _Begin | None:
    """Where the accusation begins in the clause; None if nobody in it is accused."""
    if not people or _ASKING.search(words):
        return None
    starts = [_reach(words, person, deed) for person in people for deed in _deeds(words, person.known_by)]
    starts += [_begin(words, person, person.start) for person in people if _is_complained_of(words, person)]
    found = [one for one in starts if one is not None]
    return min(found, key=lambda one: one.start) if found else None


def _known_by(function: str) -> _KnownBy:
    return _KnownBy.FUNCTION if re.match(_PERSONAL, function) else _KnownBy.UNIT


def _deeds(words: str, known_by: _KnownBy) -> Iterator[re.Match[str]]:
    for pattern in (_MISCONDUCT, _SHIRKING, _NEGLECT)[: known_by + 1]:
        yield from (one for one in re.finditer(pattern, words) if not _NOT.search(words[: one.start()]))


def _reach(words: str, person: _Person, deed: re.Match[str]) -> _Begin | None:
    """The accusation, if it is this person who did this."""
    if _THANKED.search(words[: person.start]):
        return None
    if deed.start() >= person.end:
        between = words[person.end : deed.start()]
        if _OTHERS.search(between) or _SUFFERED.search(between) or _MINE.search(between):
            return None
        return _begin(words, person, person.start)
    if deed.end() <= person.start:
        # 态度恶劣的保安, but not 骂了保安.
        if re.match(r"[^，]{0,4}的", words[deed.end() : person.start]) and not _OTHERS.search(words[: deed.start()]):
            return _begin(words, person, deed.start())
        return None
    return None


def _is_complained_of(words: str, person: _Person) -> bool:
    if person.known_by is _KnownBy.UNIT:
        return False
    return re.search(r"(?:投诉|举报)(?:一下|你们|那个|这个|社区|小区|的)*$", words[: person.start]) is not None


def _begin(words: str, person: _Person, start: int) -> _Begin:
    link = _LINK.search(words[:start])
    return _Begin(link.start() if link else start, person.known_by)


def _goes_on(words: str, known_by: _KnownBy) -> bool:
    """Whether a clause that names nobody tells more of the one spoken of."""
    for deed in _deeds(words, known_by):
        before = words[: deed.start()]
        if not _OTHERS.search(before) and not _SUFFERED.search(before) and not _MINE.search(before):
            return True
    return re.search(r"(?:我要|要|必须|想)?(?:投诉|举报)(?:[他她]|这个人|这种人)", words) is not None


def _joined(found: list[Blame], text: str) -> list[Blame]:
    """Stretches with nothing but punctuation between them are one."""
    joined = found[:1]
    for _, one in pairwise(found):
        last = joined[-1]
        if re.fullmatch(r"[\W_]*", text[last.end : one.start]):
            joined[-1] = Blame(last.start, one.end)
        else:
            joined.append(one)
    return joined
