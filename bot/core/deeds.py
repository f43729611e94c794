"""What can be done with a grid event: each deed with where it leads from, where to, and what it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.core.grid_events import EventStatus
from bot.core.staff import Permission


class Deed(StrEnum):
    """One thing done with an event, as the step log names it; `plain` is the word on the button."""

    FILE = "file"
    TRIAGE = "triage"
    PROPOSE_REFUSAL = "propose_refusal"
    REFUSE = "refuse"
    ACCEPT = "accept"
    DISPATCH = "dispatch"
    DESIGNATE = "designate"
    SIGN = "sign"
    RETURN = "return"
    TRANSFER = "transfer"
    CONTACT = "contact"
    START = "start"
    ADD_TASK = "add_task"
    SIGN_TASK = "sign_task"
    FINISH_TASK = "finish_task"
    DROP_TASK = "drop_task"
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    DENY_EXTENSION = "deny_extension"
    SUSPEND = "suspend"
    REVIEW = "review"
    RESUME = "resume"
    RESOLVE = "resolve"
    VERIFY = "verify"
    REJECT = "reject"
    CLOSE = "close"
    CALL_BACK = "call_back"
    RATE = "rate"
    NOT_SOLVED = "not_solved"
    REOPEN = "reopen"
    ARCHIVE = "archive"
    MERGE = "merge"
    WITHDRAW = "withdraw"
    CORRECT = "correct"
    URGE = "urge"
    SUPERVISE = "supervise"
    LIFT = "lift"
    NOTE = "note"
    JOIN = "join"
    WARN = "warn"
    BREACH = "breach"
    WHISTLE = "whistle"

    @property
    def plain(self) -> str:
        """The Chinese word for it."""
        return _PLAIN[self]


_D = Deed
_PLAIN: Mapping[Deed, str] = {
    _D.FILE: "上报",
    _D.TRIAGE: "核实无误",
    _D.PROPOSE_REFUSAL: "建议不受理",
    _D.REFUSE: "不予受理",
    _D.ACCEPT: "受理",
    _D.DISPATCH: "派出去",
    _D.DESIGNATE: "指定承办",
    _D.SIGN: "签收",
    _D.RETURN: "退回",
    _D.TRANSFER: "转办",
    _D.CONTACT: "已联系居民",
    _D.START: "开始处理",
    _D.ADD_TASK: "请人协办",
    _D.SIGN_TASK: "协办接单",
    _D.FINISH_TASK: "协办办好了",
    _D.DROP_TASK: "不用协办了",
    _D.ASK_EXTENSION: "申请延期",
    _D.GRANT_EXTENSION: "同意延期",
    _D.DENY_EXTENSION: "不同意延期",
    _D.SUSPEND: "挂账",
    _D.REVIEW: "复查挂账",
    _D.RESUME: "销账，接着办",
    _D.RESOLVE: "处理完了",
    _D.VERIFY: "核查通过",
    _D.REJECT: "核查没通过，返工",
    _D.CLOSE: "办结",
    _D.CALL_BACK: "回访",
    _D.RATE: "居民评价",
    _D.NOT_SOLVED: "居民说没解决",
    _D.REOPEN: "重办",
    _D.ARCHIVE: "归档",
    _D.MERGE: "合并",
    _D.WITHDRAW: "撤回",
    _D.CORRECT: "更正",
    _D.URGE: "催办",
    _D.SUPERVISE: "督办",
    _D.LIFT: "解除督办",
    _D.NOTE: "记一笔",
    _D.JOIN: "又有人反映",
    _D.WARN: "快到期提醒",
    _D.BREACH: "超时",
    _D.WHISTLE: "吹哨",
}


@dataclass(frozen=True)
class Path:
    """From which statuses the deed may be done, where it leads (None: it stays), and the permission it takes.

    Without a permission it is for the system and for residents, never for staff. `needs_words` asks for a reason.
    """

    sources: frozenset[EventStatus]
    target: EventStatus | None
    permission: Permission | None
    needs_words: bool = False


_S, _P = EventStatus, Permission
_OPEN: Final = frozenset(status for status in EventStatus if status.is_open)
_UNFINISHED: Final = frozenset(status for status in EventStatus if status.is_unfinished)
_BEFORE_DISPATCH: Final = frozenset({_S.REPORTED, _S.TRIAGED, _S.ACCEPTED})
_WITH_HANDLER: Final = frozenset({_S.DISPATCHED, _S.SIGNED, _S.IN_PROGRESS})
_WORKING: Final = frozenset({_S.SIGNED, _S.IN_PROGRESS, _S.REWORK})
_TO_DISPATCH: Final = frozenset({_S.ACCEPTED, _S.RETURNED, _S.REOPENED})
_ANY: Final = frozenset(EventStatus)


def _path(
    sources: frozenset[EventStatus] | set[EventStatus],
    target: EventStatus | None,
    permission: Permission | None,
    *,
    words: bool = False,
) -> Path:
    return Path(frozenset(sources), target, permission, words)


PATHS: Final[Mapping[Deed, Path]] = {
    _D.TRIAGE: _path({_S.REPORTED}, _S.TRIAGED, _P.EVENT_TRIAGE),
    _D.PROPOSE_REFUSAL: _path({_S.TRIAGED}, None, _P.EVENT_TRIAGE, words=True),
    _D.REFUSE: _path({_S.TRIAGED}, _S.REFUSED, _P.EVENT_REFUSE, words=True),
    _D.ACCEPT: _path({_S.TRIAGED}, _S.ACCEPTED, _P.EVENT_ACCEPT),
    _D.DISPATCH: _path(_TO_DISPATCH, _S.DISPATCHED, _P.EVENT_DISPATCH),
    _D.DESIGNATE: _path(_TO_DISPATCH, _S.DISPATCHED, _P.EVENT_DESIGNATE, words=True),
    _D.SIGN: _path({_S.DISPATCHED}, _S.SIGNED, _P.EVENT_HANDLE),
    _D.RETURN: _path({_S.DISPATCHED, _S.SIGNED}, _S.RETURNED, _P.EVENT_HANDLE, words=True),
    _D.TRANSFER: _path(_WITH_HANDLER, _S.DISPATCHED, _P.EVENT_DESIGNATE, words=True),
    _D.CONTACT: _path(_UNFINISHED - {_S.REPORTED}, None, _P.EVENT_NOTE, words=True),
    _D.START: _path({_S.SIGNED, _S.REWORK}, _S.IN_PROGRESS, _P.EVENT_HANDLE),
    _D.ADD_TASK: _path(_WORKING | {_S.DISPATCHED}, None, _P.EVENT_DISPATCH, words=True),
    _D.SIGN_TASK: _path(_OPEN, None, _P.EVENT_HANDLE),
    _D.FINISH_TASK: _path(_OPEN, None, _P.EVENT_HANDLE, words=True),
    _D.DROP_TASK: _path(_OPEN, None, _P.EVENT_DISPATCH, words=True),
    _D.ASK_EXTENSION: _path({_S.SIGNED, _S.IN_PROGRESS}, None, _P.EVENT_HANDLE, words=True),
    _D.GRANT_EXTENSION: _path(_OPEN, None, _P.EVENT_EXTEND),
    _D.DENY_EXTENSION: _path(_OPEN, None, _P.EVENT_EXTEND, words=True),
    _D.SUSPEND: _path({_S.IN_PROGRESS}, _S.SUSPENDED, _P.EVENT_SUSPEND, words=True),
    _D.REVIEW: _path({_S.SUSPENDED}, None, _P.EVENT_SUSPEND, words=True),
    _D.RESUME: _path({_S.SUSPENDED}, _S.IN_PROGRESS, _P.EVENT_SUSPEND),
    _D.RESOLVE: _path({_S.IN_PROGRESS}, _S.RESOLVED, _P.EVENT_HANDLE, words=True),
    _D.VERIFY: _path({_S.RESOLVED}, _S.VERIFIED, _P.EVENT_VERIFY),
    _D.REJECT: _path({_S.RESOLVED}, _S.REWORK, _P.EVENT_VERIFY, words=True),
    _D.CLOSE: _path({_S.VERIFIED}, _S.CLOSED, _P.EVENT_CLOSE),
    _D.CALL_BACK: _path({_S.CLOSED}, None, _P.EVENT_CALL_BACK),
    _D.RATE: _path({_S.RESOLVED, _S.VERIFIED, _S.CLOSED}, None, None),
    # Where it leads depends: before closing to rework, after it to a new round.
    _D.NOT_SOLVED: _path({_S.RESOLVED, _S.VERIFIED, _S.CLOSED}, None, None, words=True),
    _D.REOPEN: _path({_S.CLOSED}, _S.REOPENED, _P.EVENT_CALL_BACK, words=True),
    _D.ARCHIVE: _path({_S.CLOSED}, _S.ARCHIVED, None),
    _D.MERGE: _path(_OPEN, _S.MERGED, _P.EVENT_TRIAGE),
    # Once a unit has it, it goes on, and ends as 中止办理 where nobody wants it any more.
    _D.WITHDRAW: _path(_BEFORE_DISPATCH, _S.WITHDRAWN, _P.EVENT_TRIAGE, words=True),
    _D.CORRECT: _path(_OPEN, None, _P.EVENT_CORRECT),
    _D.URGE: _path(_UNFINISHED, None, _P.EVENT_URGE),
    _D.SUPERVISE: _path(_UNFINISHED, None, _P.EVENT_SUPERVISE, words=True),
    _D.LIFT: _path(_ANY, None, _P.EVENT_SUPERVISE, words=True),
    _D.NOTE: _path(_ANY, None, _P.EVENT_NOTE, words=True),
    _D.JOIN: _path(_OPEN, None, None),
    _D.WARN: _path(_ANY, None, None),
    _D.BREACH: _path(_ANY, None, None),
    # Departments that were called answer and are judged also when the event is over.
    _D.WHISTLE: _path(_ANY, None, None),
}
"""What every deed but FILE takes, which is where a life begins."""
