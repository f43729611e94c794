"""Finds the resident's own words for the time that suits them."""

import re

_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十两]{1,3})"
_DAY = (
    rf"(?:今[天晚日]|明[天晚早儿日]|后[天儿]|大后天|(?:这|本|下下?)?个?(?:周|星期|礼拜)[一二三四五六日天末]"
    rf"|周末|{_NUMBER}月{_NUMBER}[号日]"
    rf"|(?<![\d月]){_NUMBER}号(?!楼|院|门|线|栋|单|室|房|的?电|[东西南北])|过[两几]天|工作日|每天)"
)
_PART = (
    r"(?:一大早|早上|早晨|清早|上午|中午|午饭[前后]|下午|傍晚|晚上|晚饭[前后]|夜里|午睡[起后]?来?后?|下班[以之]?后"
    r"|放学[以之]?后|白天|晚点)"
)
_AROUND = r"(?:[以之]?[前后]|左右|多|钟|整|起)"
_HOUR = rf"(?:{_NUMBER}(?:点|时)(?:半|一刻|三刻|{_NUMBER}分?)?|\d{{1,2}}[:：]\d{{2}})"
_CLOCK = rf"(?:(?:钟|多)?(?:(?:到|至|-|~|—|和|或者?){_PART}?{_HOUR})?{_AROUND}{{0,2}})"
_AFTER = rf"{_AROUND}?"
_NEGLIGIBLE = r"(?:的|都|，|,| )?"
_WHEN = re.compile(
    rf"{_DAY}{_NEGLIGIBLE}(?:{_PART}{_NEGLIGIBLE}(?:{_HOUR}{_CLOCK})?|{_HOUR}{_CLOCK})?"
    rf"(?:(?:或者?|和|、){_DAY}?{_PART}?)?{_AFTER}"
    rf"|(?<!一)(?<!整)(?<!大)(?<!每天){_PART}{_NEGLIGIBLE}(?:{_HOUR}{_CLOCK})?{_AFTER}"
    rf"|(?<![\d有快早差晚好])(?!一点(?![钟半以之前后整到多])){_HOUR}{_CLOCK}(?=$"
    r"|[\s，,。！!？?吧来去行可在有我都到给上])"
    r"|随时都?(?:行|可以|在家|有空|方便)|(?:什么时候|啥时候|哪天|几点)都(?:行|可以|在家|有空|方便|成)"
    r"|(?:现在|马上|这会儿?)(?=就?(?:来|过来|上门|打|有空|在家|可以|方便))"
)
_PAST = re.compile(
    r"(?:昨[天晚日儿]|前[天晚]|大前天|上周|上个?(?:星期|礼拜|月)|上次|那天|当天|刚才)[^，。,！!？?]{0,3}$"
)
_BAD = re.compile(r"(?:从|自从)$")
_ENDS = re.compile(r"[的都，, 和或、]+$")


def find_time(text: str) -> str | None:
    """Return the words for a time to come, such as 周三下午三点以后; None where only the past is told."""
    for found in _WHEN.finditer(text):
        before = text[: found.start()]
        if _PAST.search(before) or _BAD.search(before):
            continue
        words = _ENDS.sub("", found[0]).strip()
        if words:
            return words
    return None
