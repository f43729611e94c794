"""What to do when a reply could not be brought to WeChat: later, in another way, or by a person."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.channels.wechat.faults import Handling, WechatFault, WechatUnreachable

LONGEST_PAUSE: Final = timedelta(minutes=5)
# Two hours of a broken line; after that somebody had better pick up the phone.
MOST_TRIES: Final = 30
_PAUSES: Final = {
    Handling.WAIT_MINUTE: timedelta(minutes=1),
    Handling.WAIT_DAY: timedelta(hours=1),
    Handling.MISCONFIGURED: LONGEST_PAUSE,
    Handling.RENEW_TOKEN: LONGEST_PAUSE,
}
_NEVER: Final = frozenset(
    {Handling.WINDOW_OVER, Handling.OVER_QUOTA, Handling.NOT_REACHABLE, Handling.REFUSED, Handling.IGNORE}
)
UNREACHABLE: Final = "unreachable"


@dataclass(frozen=True)
class Setback:
    """`fault` is WeChat's code; without a `pause` it is not tried again; if `is_uncertain`, it may have arrived."""

    handling: Handling
    fault: str
    pause: timedelta | None
    is_uncertain: bool = False

    @property
    def is_final(self) -> bool:
        return self.pause is None


def setback(problem: WechatFault | WechatUnreachable, tries: int) -> Setback:
    """What a failure means after so many earlier tries."""
    if isinstance(problem, WechatUnreachable):
        if problem.may_have_arrived:
            return Setback(Handling.TRY_AGAIN, UNREACHABLE, None, is_uncertain=True)
        return Setback(Handling.TRY_AGAIN, UNREACHABLE, _growing(tries))
    fault = problem.fault
    if fault.handling in _NEVER:
        return Setback(fault.handling, str(fault.code), None)
    pause = _PAUSES.get(fault.handling)
    if pause is not None:
        return Setback(fault.handling, str(fault.code), pause if tries < MOST_TRIES else None)
    return Setback(fault.handling, str(fault.code), _growing(tries))


def _growing(tries: int) -> timedelta | None:
    if tries >= MOST_TRIES:
        return None
    return min(timedelta(seconds=2 ** min(tries, 10)), LONGEST_PAUSE)
