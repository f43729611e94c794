"""What residents say of a matter that was handled: solved or not, content or not; and that somebody should hurry.

Words count as a verdict only where one is awaited; whoever complains about people is never read as giving one.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Final

from bot.core.complaints import is_complaint


class Verdict(StrEnum):
    """What the resident thinks of the outcome."""

    SOLVED = "solved"
    NOT_SOLVED = "not_solved"
    SATISFIED = "satisfied"
    FAIR = "fair"
    UNSATISFIED = "unsatisfied"


class Asked(StrEnum):
    """What was asked about the outcome; a reason is asked of whoever said that it was not solved."""

    SOLVED = "solved"
    SATISFIED = "satisfied"
    REASON = "reason"


# Longer messages say more than a verdict: they are read like any other.
LONGEST: Final = 30
_DOING: Final = r"(?:修理?|弄|搞|整|处理|解决|办|换|装|清理?|打扫|疏通|收拾|补|填)"
_DONE: Final = rf"(?:{_DOING}(?:好|完|妥|掉|干净|上|通)|解决|搞定|弄好|恢复)"
_PRAISE: Final = (
    r"(?:(?:师傅们?|你们|工作人员|小伙子|人|态度|服务|速度|很|真|也|都|特别|非常|挺)*(?:好|快|热情|耐心|棒|给力))"
)
_THANKS: Final = rf"(?:(?:非常|太|多|很|真|十分)?(?:谢谢|感谢|多谢|谢|辛苦|麻烦)[^不没]{{0,12}}|{_PRAISE})"
_TAIL: Final = rf"(?:(?:了|啦|咯|喽|的|呢|啊|呀|吧|哈|哦|嘞|哎)*{_THANKS}?)"
_WHAT: Final = r"(?:(?:那|这)(?:个|件事?|边|里)?|它|事情|问题|东西|您好|你好|嗯|哦|唉|哎|是的?|对)*"
_NOW: Final = r"(?:已经|都|现在|今天|昨天|刚才?|总算|终于|是|给我?|帮我?|人)*"
_REPAIRED: Final = rf"{_NOW}{_DONE}了?(?:都)?(?:好了)?"
_WELL: Final = rf"{_NOW}(?:好|亮|通|行|可以|不漏|不堵|不响|没问题|没事|正常|有水|有电)了"
_STILL: Final = (
    r"(?:可是|但是?|其实|就是|还是|还|仍然?|依然|依旧|照样|根本|压根|一直|到现在|现在|又|也|都|完全|并|怎么|咋)*"
)
_NOT_REPAIRED: Final = (
    rf"(?:没有?|未)(?:人|给|给我|全|真|完全|彻底)*{_DOING}(?:好|完|成|过|掉|干净|利索)?"
    r"|(?:解决|处理|修|弄|搞|整)(?:好|完)?了?(?:一|半)(?:半|点|些|部分|个)+|(?:修|弄|搞|整|处理)(?:得)?不(?:好|了|行|彻底)"
)
_UNWELL: Final = r"没(?:有)?(?:人)?(?:管|来)(?:过)?|(?:没|不)(?:亮|通|行)|没(?:好|用|效果|变化|动静)"
_AGAIN: Final = (
    r"(?:还是|还在|还|又|仍然?|依然|照样|老是?|还跟以前)"
    r"(?:坏|漏|堵|黑|响|吵|臭|滴水|渗水|老样子|原样|那样|这样|一样|不亮|不通|不行|有问题)"
)
_NOT_SOLVED: Final = rf"(?:{_STILL}(?:{_NOT_REPAIRED})|{_AGAIN})"
# 灯, 楼道灯, 师傅来了一趟: only right after the question, where it can be about no other matter.
_THING: Final = r"[^没不未还又]{0,12}?"
_AGAIN_TAIL: Final = (
    r"(?:了|的|着|呢|啊|呀|吧|嘛|哦|哎|诶|唉)*(?:怎么(?:办|搞的|回事)|啥情况|再来?(?:看看|修修?|一趟|弄弄?))?"
)
_SATISFIED: Final = rf"(?:我|都|还|很|挺|非常|十分|特别|比较|蛮|真|相当|大家|也)*(?:满意|好评|不错){_TAIL}"
_FAIR: Final = rf"(?:我|就|也|还)*(?:基本(?:上)?满意|一般(?:般|吧)?|还行|还可以|凑合|马马虎虎|将就|过得去){_TAIL}"
_UNSATISFIED: Final = (
    rf"(?:我|很|非常|十分|特别|太|都|一点都?|实在|真)*(?:不(?:太|是很|怎么|大)?满意|差劲|太差|很差){_TAIL}"
)
_ALONE: Final[tuple[tuple[Verdict, re.Pattern[str]], ...]] = (
    (Verdict.UNSATISFIED, re.compile(_UNSATISFIED)),
    (Verdict.FAIR, re.compile(rf"基本(?:上)?满意{_TAIL}")),
    (Verdict.SATISFIED, re.compile(rf"{_WHAT}(?:{_REPAIRED})?{_SATISFIED}")),
    (Verdict.SOLVED, re.compile(rf"{_WHAT}{_REPAIRED}{_TAIL}")),
    (Verdict.NOT_SOLVED, re.compile(rf"{_WHAT}{_NOT_SOLVED}{_AGAIN_TAIL}")),
)
_IF_SOLVED: Final[tuple[tuple[Verdict, re.Pattern[str]], ...]] = (
    (Verdict.NOT_SOLVED, re.compile(r"(?:没有?|还没有?|没呢|没得|不行|不是|否)(?:呢|啊|呀|哦|嘞)*")),
    (Verdict.SOLVED, re.compile(rf"(?:嗯+|是的?|对的?|解决|好了|行了|有|弄好)(?:呢|啊|呀|哦)*{_THANKS}?")),
    (Verdict.SOLVED, re.compile(rf"{_THING}(?:{_REPAIRED}|{_WELL}){_TAIL}")),
    (
        Verdict.NOT_SOLVED,
        re.compile(rf"(?:{_UNSATISFIED})?{_THING}(?:{_NOT_SOLVED}|{_STILL}(?:{_UNWELL}))(?!.*[吗么]).{{0,20}}"),
    ),
)
_AFTER: Final = {Asked.SOLVED: _IF_SOLVED, Asked.SATISFIED: ((Verdict.FAIR, re.compile(_FAIR)),)}
_UNSOLVED: Final = re.compile(
    rf"(?<!有)(?:没有?|未)(?:人|给|真|完全|彻底|真正)*(?:{_DOING}|来过|好(?!了))|(?:根本|其实|压根|还是|还|仍|依然)没"
    r"|还(?:是|在)(?:漏|坏|黑|堵|响|吵|臭|冒|不|那|这|老样子|原样)|[坑水灯]还(?:在|是|漏|黑)|又(?:坏|漏|堵|犯|黑|响|不)|重新打开"
)
_HURRY: Final = re.compile(
    r"催|怎么(?:还|到现在)|还(?:没|不)|没人(?:来|管|理)|快[点些]|赶紧|赶快|抓紧|尽快|等(?:了|到)|多久了|没(?:动静|下文|消息|反应)"
    r"|超期|过期|期限|人呢|[天周月年](?:期|拜)?了"
)
_NO_HURRY: Final = re.compile(r"不是催|不催|别催|不着?急|不用急")
_WANTS_STEPS: Final = re.compile(r"每一?步|步骤|全过程|(?:办理|处理)(?:的)?过程|详细(?:进展|进度|情况)")


def verdict_in(text: str, asked: Asked | None) -> Verdict | None:
    """The verdict a whole message gives; where the question has just been put, few words do.

    None for whatever else is said: questions, complaints, other matters.
    """
    plain = _plain(text)
    if not plain or len(plain) > LONGEST or is_complaint(text):
        return None
    patterns = (*_ALONE, *_AFTER.get(asked, ())) if asked else _ALONE
    return next((verdict for verdict, pattern in patterns if pattern.fullmatch(plain)), None)


def says_unsolved(text: str) -> bool:
    """Whether a question about a matter that was handled says that it is not put right."""
    return _UNSOLVED.search(_plain(text)) is not None and not is_complaint(text)


def says_hurry(text: str) -> bool:
    """Whether a question about progress asks to hurry."""
    plain = _plain(text)
    return _HURRY.search(plain) is not None and not _NO_HURRY.search(plain)


def wants_steps(text: str) -> bool:
    """Whether somebody wants to know each step, and not only the last."""
    return _WANTS_STEPS.search(_plain(text)) is not None


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"[\s\W_]+", "", folded)
