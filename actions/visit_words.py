"""What the words of somebody who wants help say: for what, for whom, by phone or at the door, and who is asked for."""

import re
from collections.abc import Sequence

from bot.core import addresses, masking, times
from bot.core.visits import Recipient, Way

_PHONE_WAY = re.compile(r"打.{0,3}电话|来个?电话|回个?电话|电话(?:联系|说|讲|沟通|就行)|通个?话|^电话$")
_VISIT_WAY = re.compile(
    r"上门|来[我俺咱]?[家屋]|来(?:一?趟|看看|个人|人)|派个?人|家里来|到[我俺]?家|过来|登门|入户|当面|[看瞧]看[他她]|去看"
)
_NEIGHBOR = re.compile(
    r"邻居|隔壁|对门|楼[上下](?:的|住|有|那|独居)?.{0,4}(?:老|大爷|大妈|阿|婆|爷)|替.{0,6}(?:阿婆|大爷|大妈|奶奶|爷爷)"
)
_RELATIVE = re.compile(
    r"[我俺给帮替]{1,2}(?:爸|妈|娘|爹|父|母|爷|奶|姥|外[公婆]|公公|婆婆|岳|丈母|阿[公婆爷嬷])|老人家?|[老大]爷子|家里老|爸妈|父母"
)
_SELF = re.compile(r"我自己|自己|本人|就是我|我一个人|我.{0,4}(?:岁|[七八九]十|腿|眼|耳|不会|不识字|老头|老太)")
_AT_HOME = re.compile(r"[来到](?:[我俺咱](?:们)?家|家里)")
# 要上门, 来个人, 找人帮个忙: that somebody shall come, and nothing of what for.
_ONLY_A_PERSON = re.compile(
    r"(?:[\W_]|您好|你好|喂|请|麻烦|帮帮?忙|帮助?|一下|我们?|俺|你们|要|想|需要|能不能|能|可以|叫|找|派|给|让|到|去|来|趟|家里?"
    r"|上门|入户|登门|过来|打|回|电话|服务|工作人员|社区|[一几]?个|人|员|有人|吗|啊|呢|吧|的|了)*"
)
# What stands around an address, a number or a time in a sentence that says nothing else.
_LABELS = re.compile(
    r"地址|住[在址]?|家住|家在|我家?|他|她|电话|手机|号码?|联系|方式|时间|就|都|是|在|的"
    r"|为|叫|姓名?|行|可以|[\W_\d]"
)
_CLAUSES = re.compile(r"[，,。；;！!\n]+")
_ASKED_FOR = re.compile(
    r"(?:让|叫|找|请|喊|还是)((?:小|老)[\u4e00-\u9fff]|[\u4e00-\u9fff]{2,3}?)(?=来|上门|过来|到|帮|给|去)"
)
_NEIGHBORS_NAME = re.compile(
    r"(?:隔壁|对门|楼上|楼下|邻居|替|给|帮)的?(?:独居的?)?"
    r"([\u4e00-\u9fff](?:阿婆|大爷|大妈|奶奶|爷爷|阿姨|大叔|大娘|婆婆|老太|老头))"
)


def recipient_in(text: str, role: str = "") -> Recipient | None:
    if _NEIGHBOR.search(text):
        return Recipient.NEIGHBOR
    if _RELATIVE.search(text):
        return Recipient.RELATIVE
    if _SELF.search(text) or role == "self" or _AT_HOME.search(text):
        return Recipient.SELF
    return None


def way_in(text: str) -> Way | None:
    """None where the words name both, or neither."""
    visit, phone = _VISIT_WAY.search(text), _PHONE_WAY.search(text)
    if visit and phone:
        return None
    return Way.VISIT if visit else Way.PHONE if phone else None


def asked_for_in(text: str) -> str | None:
    """The worker the resident wants, as they call them: 小王."""
    found = _ASKED_FOR.search(text)
    return found[1] if found else None


def neighbors_name(text: str) -> str | None:
    found = _NEIGHBORS_NAME.search(text)
    return found[1] if found else None


def names_no_need(text: str) -> bool:
    """Whether the words only ask for a person."""
    return _ONLY_A_PERSON.fullmatch(text) is not None


def need_in(text: str, names: Sequence[str]) -> str:
    """What is wanted, without the parts that only say where, when and by which number; `names` are known estates."""
    wanted = [clause.strip() for clause in _CLAUSES.split(text) if _is_wish(clause, names)]
    return "，".join(wanted) or text.strip()


def _is_wish(clause: str, names: Sequence[str]) -> bool:
    left = clause
    for span in reversed(addresses.read(clause, names).spans):
        left = left[: span.start] + left[span.end :]
    for known in (masking.find_phone(left), masking.find_name(left), times.find_time(left)):
        left = left.replace(known, "") if known else left
    return bool(_LABELS.sub("", left))
