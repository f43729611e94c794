"""A proposal's title, reason and scope, out of the way people put them."""

import re
from enum import StrEnum

LONGEST_TITLE = 20
SHORTEST_TITLE = 4


class Scope(StrEnum):
    """Whom a proposal concerns; `plain` is what the resident reads."""

    UNIT = "unit"
    BUILDING = "building"
    ESTATE = "estate"
    COMMUNITY = "community"

    @property
    def plain(self) -> str:
        return _PLAIN[self]


_PLAIN = {
    Scope.UNIT: "我们单元",
    Scope.BUILDING: "我们这栋楼",
    Scope.ESTATE: "我们小区",
    Scope.COMMUNITY: "整个社区",
}
_SCOPE_WORDS = (
    (Scope.UNIT, re.compile(r"单元|门洞|楼道|楼梯口|同一梯")),
    (Scope.BUILDING, re.compile(r"号楼|[栋幢座]|[这整咱本我们]楼|楼里|全楼")),
    (Scope.COMMUNITY, re.compile(r"社区|街道|几个小区|各小区")),
    (Scope.ESTATE, re.compile(r"小区|院[里子]|[大全]院|园区|大家伙|业主")),
)
_LEAD = re.compile(
    r"^(?:你好|您好|请问|大家好|各位|领导|社区|居委会|[，,。！!~～\s]|我们?这?(?:栋|楼|小区|单元)?[里的]?(?:居民|业主|几[家户个])?(?:都|也|就)?"
    r"|咱们?|俺们?|想着?|希望|建议|提议|能不能|可不可以|可否|是不是|要不|要求|应该|觉得|认为|提个?(?:建议|意见|议题)|说一?下|反映)+"
)
_TAIL = re.compile(
    r"(?:[，,。！!？?~～\s]|大家|一起|开个?会|商量(?:商量|一下)?|议一?议|讨论(?:讨论|一下)?|投个?票|表个?决|听听意见"
    r"|行不行|好不好|可以吗|行吗|成不成|中不中|呗|吧|呢|啊|嘛|吗|怎么样|一下|看看|谢谢)+$"
)
_REASON = re.compile(
    r"(?:因为|主要是|由于|毕竟|不然|省得|免得|为了|老人(?!食堂|活动|餐|之家|大学)|孩子|太|不方便|没地方|危险|经常|总是|老是)"
    r"[^。！？]{2,}"
)


def title_of(text: str, usual: str) -> str:
    """A short title in the resident's words; `usual`, the matter's own name, where nothing short is left."""
    first = re.split(r"[。！!？?；;\n]|[，,](?=因为|主要|由于|不然|省得|大家|开会|商量)", text.strip(), maxsplit=1)[0]
    core = _TAIL.sub("", _LEAD.sub("", first)).strip("，,、 ")
    return core if SHORTEST_TITLE <= len(core) <= LONGEST_TITLE else usual


def reason_in(text: str) -> str | None:
    """The part of a proposal that says why, if it says so."""
    found = _REASON.search(text)
    return found.group().strip("，, ") if found and len(found.group()) >= SHORTEST_TITLE else None


def scope_in(text: str) -> Scope | None:
    """The narrowest scope the words name."""
    return next((scope for scope, words in _SCOPE_WORDS if words.search(text)), None)
