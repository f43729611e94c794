"""Case numbers: how they are written and how residents quote them."""

import re
import unicodedata
from datetime import date

from bot.core import numerals

EVENT_PREFIX, AGENDA_PREFIX, ORDER_PREFIX, WHISTLE_PREFIX = "GE", "AG", "OF", "WS"

_DASHES = re.compile(r"[‐-―−－﹣_]")
_FULL = re.compile(r"(?<![A-Z])(GE|AG|OF)[\s-]{0,2}(\d{2,12})[\s-]{0,2}(20\d{6})[\s-]{0,2}(\d{4,6})(?!\d)")
_WORD = r"(?:单子?号|编号|工单号?|受理号|回执号?|尾号|末尾|尾巴|后四位|最后四位|后面四位|案号)"
_DIGIT = rf"[\d{numerals.CHINESE_DIGITS}]"
_TAIL = re.compile(rf"(.{{0,4}}){_WORD}(?:数字)?[是为叫:：\s]{{0,3}}({_DIGIT}{{4}})(?!{_DIGIT})")
_TAIL_FIRST = re.compile(r"(?<![\d-])(0\d{3})(?![\d-])(?:的|号|这个|那个)?(?:单子?|工单|事|怎么样|办|到哪)")
_NOT_A_CASE = re.compile(r"手机|电话|号码|卡|身份证|车牌|快递|验证码")


def case_number(prefix: str, community_code: str, day: date, seq: int) -> str:
    """Write a number such as GE510104001-20260312-0007; `day` is the day in Shanghai."""
    return f"{prefix}{community_code}-{day:%Y%m%d}-{seq:04d}"


def find_case_number(text: str) -> str | None:
    """Return the full number quoted in `text`, or its last four digits, or None.

    Four digits count only where the words say that they are the end of a case number.
    """
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).upper()
    if full := _FULL.search(plain):
        prefix, community, day, seq = full.groups()
        return f"{prefix}{community}-{day}-{seq}"
    tail = _TAIL.search(plain)
    if tail and not _NOT_A_CASE.search(tail[1]):
        return numerals.digits(tail[2])
    first = _TAIL_FIRST.search(plain)
    return first[1] if first else None
