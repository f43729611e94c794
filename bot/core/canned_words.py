"""Ready answers with places to fill in: 您好{居民称呼}，我是{我的姓名}。"""

import re
from collections.abc import Mapping
from enum import StrEnum

_BRACES = re.compile(r"\{([^{}]*)\}")


class Blank(StrEnum):
    """What may stand in braces."""

    RESIDENT = "居民称呼"
    PHONE = "社区电话"
    ME = "我的姓名"


def problem_of(text: str) -> str:
    """What is wrong with the braces, in words for a worker; empty if nothing is."""
    known = {blank.value for blank in Blank}
    if unknown := [name for name in _BRACES.findall(text) if name not in known]:
        allowed = "、".join(f"{{{blank.value}}}" for blank in Blank)
        return f"不认识{{{unknown[0]}}}，花括号里可以写：{allowed}"
    rest = _BRACES.sub("", text)
    return "花括号没有成对" if "{" in rest or "}" in rest else ""


def filled_in(text: str, values: Mapping[Blank, str]) -> str:
    """The answer with every blank filled in."""
    return _BRACES.sub(lambda found: values[Blank(found[1])], text)
