"""The forms on the page of a grid event: what each deed asks for, which comes next, and who is waited for."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.core.deeds import PATHS, Deed
from bot.core.grid_events import EventStatus
from bot.services.case_photos import STAGES

_D, _S = Deed, EventStatus
_NEXT: Final[Mapping[EventStatus, tuple[Deed, ...]]] = {
    _S.REPORTED: (_D.TRIAGE,),
    _S.TRIAGED: (_D.ACCEPT, _D.REFUSE),
    _S.ACCEPTED: (_D.DISPATCH, _D.DESIGNATE),
    _S.RETURNED: (_D.DISPATCH, _D.DESIGNATE),
    _S.REOPENED: (_D.DISPATCH, _D.DESIGNATE),
    _S.DISPATCHED: (_D.SIGN,),
    _S.SIGNED: (_D.START,),
    _S.IN_PROGRESS: (_D.RESOLVE,),
    _S.SUSPENDED: (_D.RESUME,),
    _S.RESOLVED: (_D.VERIFY,),
    _S.REWORK: (_D.START,),
    _S.VERIFIED: (_D.CLOSE,),
    _S.CLOSED: (_D.CALL_BACK,),
}
_WAITS_FOR: Final[Mapping[EventStatus, str]] = {
    _S.REPORTED: "等社区工作者核实",
    _S.TRIAGED: "等社区受理",
    _S.ACCEPTED: "等派单",
    _S.RETURNED: "等重新派单",
    _S.REOPENED: "没解决，等重新派单",
    _S.DISPATCHED: "等{lead}签收",
    _S.SIGNED: "等{lead}开始处理",
    _S.IN_PROGRESS: "{lead}正在处理",
    _S.SUSPENDED: "挂账中，到复查的日子再看",
    _S.RESOLVED: "等没有参与办理的人去现场核查",
    _S.REWORK: "等{lead}返工",
    _S.VERIFIED: "等办结",
    _S.CLOSED: "等没有参与办理的人回访居民",
}
GROUPS: Final[Mapping[str, tuple[Deed, ...]]] = {
    "办理": (
        *(_D.TRIAGE, _D.ACCEPT, _D.PROPOSE_REFUSAL, _D.REFUSE, _D.DISPATCH, _D.DESIGNATE, _D.SIGN, _D.START),
        *(_D.CONTACT, _D.RESOLVE, _D.RETURN, _D.TRANSFER, _D.VERIFY, _D.REJECT, _D.CLOSE, _D.CALL_BACK, _D.REOPEN),
        _D.NOTE,
    ),
    "请人帮忙": (_D.ADD_TASK,),
    "时间": (
        *(_D.GRANT_EXTENSION, _D.DENY_EXTENSION, _D.ASK_EXTENSION),
        *(_D.SUSPEND, _D.REVIEW, _D.RESUME),
    ),
    "督办": (_D.URGE, _D.SUPERVISE, _D.LIFT),
    "更正": (_D.WITHDRAW,),
}
"""The other deeds by what they are about; correcting, merging and whistles have forms and pages of their own."""
_FIELDS: Final[Mapping[Deed, str]] = {
    _D.DISPATCH: "party",
    _D.DESIGNATE: "party",
    _D.TRANSFER: "party",
    _D.ADD_TASK: "party",
    _D.ASK_EXTENSION: "amount",
    _D.SUSPEND: "review_on",
    _D.REVIEW: "review_on",
    _D.RESOLVE: "completion",
    _D.SUPERVISE: "supervision",
    _D.PROPOSE_REFUSAL: "disposition",
    _D.REFUSE: "disposition",
    _D.CALL_BACK: "call_back",
}
_TOLD: Final = frozenset(
    {
        *(_D.ACCEPT, _D.REFUSE, _D.START, _D.RESOLVE, _D.SUSPEND, _D.RESUME, _D.GRANT_EXTENSION, _D.CLOSE),
        _D.WITHDRAW,
    }
)
_WORDLESS: Final = frozenset({_D.TRIAGE, _D.SIGN, _D.URGE, _D.SIGN_TASK})
_ASKED: Final[Mapping[Deed, str]] = {
    _D.RESOLVE: "怎么处理的",
    _D.CONTACT: "怎么联系的，说了什么",
    _D.RETURN: "为什么退回",
    _D.TRANSFER: "为什么转办",
    _D.DESIGNATE: "为什么由他们承办",
    _D.ADD_TASK: "请他们做什么",
    _D.FINISH_TASK: "做了什么",
    _D.DROP_TASK: "为什么不用了",
    _D.ASK_EXTENSION: "为什么要延期",
    _D.SUSPEND: "为什么一时办不了，打算怎么办",
    _D.REVIEW: "现在怎么样，为什么还要等",
    _D.REJECT: "现场哪里没办好",
    _D.CALL_BACK: "居民怎么说",
    _D.REOPEN: "哪里没解决",
    _D.NOTE: "要记下的话",
    _D.REFUSE: "跟居民怎么说",
    _D.PROPOSE_REFUSAL: "为什么不归这里办",
}


@dataclass(frozen=True)
class DeedForm:
    """A form that does one deed. `field` names what it needs besides words; `task_id` the task it is about."""

    deed: Deed
    field: str = ""
    task_id: int | None = None

    @property
    def id(self) -> str:
        """What tells its fields from those of the other forms on the page."""
        return f"{self.deed.value}{self.task_id or ''}"

    @property
    def has_words(self) -> bool:
        """Whether there is anything to be said with it."""
        return self.deed not in _WORDLESS

    @property
    def needs_words(self) -> bool:
        """Whether it is refused without a reason."""
        return PATHS[self.deed].needs_words

    @property
    def takes_photos(self) -> bool:
        """Whether pictures may come with it."""
        return self.deed in STAGES

    @property
    def asked(self) -> str:
        """What stands above the words."""
        words = _ASKED.get(self.deed, "说明")
        notes = [*(["居民会看到"] if self.deed in _TOLD else []), *([] if self.needs_words else ["可以不写"])]
        return f"{words}（{'，'.join(notes)}）" if notes else words


@dataclass(frozen=True)
class Group:
    """Deeds of one sort."""

    name: str
    forms: tuple[DeedForm, ...]


def usual(status: EventStatus, possible: Collection[Deed], *, is_called_back: bool) -> DeedForm | None:
    """The deed that usually comes next, if this person may do it; a delay asked for is decided first."""
    if Deed.GRANT_EXTENSION in possible:
        return form(Deed.GRANT_EXTENSION)
    if status is EventStatus.CLOSED and is_called_back:
        return None
    return next((form(deed) for deed in _NEXT.get(status, ()) if deed in possible), None)


def grouped(possible: Collection[Deed], shown: DeedForm | None) -> tuple[Group, ...]:
    """The other deeds; groups without any are left out."""
    already = shown.deed if shown else None
    groups = (
        Group(name, tuple(form(deed) for deed in deeds if deed in possible and deed is not already))
        for name, deeds in GROUPS.items()
    )
    return tuple(group for group in groups if group.forms)


def of_tasks(deeds: Iterable[Deed], task_id: int) -> tuple[DeedForm, ...]:
    """The buttons beside one task."""
    return tuple(form(deed, task_id) for deed in deeds)


def waits_for(status: EventStatus, lead: str, open_tasks: int, *, is_called_back: bool) -> str:
    """Who is to do something now, for whoever may not; empty at the end of a life."""
    if status is EventStatus.IN_PROGRESS and open_tasks:
        return f"{lead}正在处理，还有{open_tasks}家协办没办完"
    if status is EventStatus.CLOSED and is_called_back:
        return "已经回访过"
    return _WAITS_FOR.get(status, "").format(lead=lead)


def form(deed: Deed, task_id: int | None = None) -> DeedForm:
    """The form of a deed."""
    return DeedForm(deed, _FIELDS.get(deed, ""), task_id)
