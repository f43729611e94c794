"""What hangs on a grid event, in the words of its page: clocks, helpers' tasks, call-backs, the delay, the log."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.console import event_forms, kinds
from bot.console.event_forms import DeedForm
from bot.console.photo_lines import PhotoLine, Photos
from bot.core import clocks
from bot.core.deeds import Deed
from bot.core.grid_events import EventStatus
from bot.core.masking import redact
from bot.core.staff import Role
from bot.services.desk import Desk
from bot.services.events.behalf import BEHALF
from bot.store.queries import handled
from bot.store.queries.clocks import of_event
from bot.store.tables import (
    ActorKind,
    CallBackWay,
    CaseClock,
    CaseStep,
    ClockKind,
    EventCallBack,
    EventExtension,
    EventTask,
    GridEvent,
    Party,
    Staff,
    TaskStatus,
)
from bot.web.staff_pages import waited

CLOCKS: Final[Mapping[ClockKind, str]] = {
    ClockKind.TRIAGE: "核实",
    ClockKind.ACCEPT: "受理",
    ClockKind.DISPATCH: "派单",
    ClockKind.SIGN: "签收",
    ClockKind.RESPOND: "联系居民",
    ClockKind.RESOLVE: "办好",
    ClockKind.VERIFY: "核查",
    ClockKind.CALL_BACK: "回访",
    ClockKind.REVIEW: "复查挂账",
    ClockKind.TASK: "协办",
    ClockKind.SIGN_IN: "吹哨签到",
    ClockKind.CONTACT: "吹哨联系",
    ClockKind.ARRIVE: "吹哨到场",
}
WAYS: Final[Mapping[CallBackWay, str]] = {
    CallBackWay.PHONE: "打电话",
    CallBackWay.MESSAGE: "发消息",
    CallBackWay.VISIT: "上门",
    CallBackWay.CHAT: "居民在对话里说",
}
TASKS: Final[Mapping[TaskStatus, str]] = {
    TaskStatus.ASKED: "等接单",
    TaskStatus.SIGNED: "在办",
    TaskStatus.DONE: "办好了",
    TaskStatus.DROPPED: "不用办了",
}
_TASK_DEEDS: Final[Mapping[TaskStatus, tuple[Deed, ...]]] = {
    TaskStatus.ASKED: (Deed.SIGN_TASK, Deed.DROP_TASK),
    TaskStatus.SIGNED: (Deed.FINISH_TASK, Deed.DROP_TASK),
}


@dataclass(frozen=True)
class ClockLine:
    """A limit and how it stands; `is_running` if it still counts."""

    name: str
    due: datetime
    state: str
    is_late: bool
    is_running: bool


@dataclass(frozen=True)
class TaskLine:
    """What another unit is asked to do, with the buttons for it."""

    party: str
    wanted: str
    plain: str
    outcome: str
    due: datetime
    is_open: bool
    forms: tuple[DeedForm, ...]


@dataclass(frozen=True)
class CallBackLine:
    """What came of asking the resident."""

    at: datetime
    said: str
    words: str


@dataclass(frozen=True)
class ExtensionLine:
    """The delay asked for and what was decided."""

    asked: str
    reason: str
    decided: str


@dataclass(frozen=True)
class StepLine:
    """One line of the log; `to` is empty where the status stayed, `photos` what was taken then."""

    at: datetime
    who: str
    deed: str
    to: str
    party: str
    note: str
    photos: tuple[PhotoLine, ...]


def clock_lines(session: Session, desk: Desk, event: GridEvent) -> tuple[ClockLine, ...]:
    """The limits of the present round that count, the running ones last."""
    shown = [one for one in of_event(session, event.id) if one.round == event.round and not one.is_void]
    lines = [_clock(desk, one) for one in shown]
    return tuple(sorted(lines, key=lambda line: line.is_running))


def task_lines(session: Session, event: GridEvent, staff: Staff, possible: Collection[Deed]) -> tuple[TaskLine, ...]:
    """What helping units were asked to do."""
    return tuple(_task(one, staff, possible) for one in handled.tasks_of(session, event.id))


def call_back_lines(rows: Iterable[EventCallBack]) -> tuple[CallBackLine, ...]:
    """What the resident said of the outcome."""
    return tuple(CallBackLine(one.at, _said(one), redact(one.words)) for one in rows)


def extension_line(asked: EventExtension | None) -> ExtensionLine | None:
    """The delay of the present round."""
    if asked is None:
        return None
    decided = {None: "等着批", True: "同意了", False: "没同意"}[asked.is_granted]
    return ExtensionLine(f"{asked.amount}{asked.unit.value}", redact(asked.reason), decided)


def step_lines(
    session: Session, steps: Sequence[CaseStep], lead_party_id: str | None, staff: Staff, photos: Photos
) -> list[StepLine]:
    """The whole log; a unit's clerk does not read what residents said in it."""
    ids = {one.party_id for one in steps if one.party_id}
    names = {row.id: row.name for row in session.scalars(select(Party).where(Party.id.in_(ids)))}
    is_clerk = staff.role is Role.PARTY
    lines = []
    for one in steps:
        hides = is_clerk and one.actor_kind is ActorKind.RESIDENT
        is_lead = one.party_id == lead_party_id
        party = "" if is_lead or not one.party_id else names.get(one.party_id, "")
        lines.append(_step(one, party, "" if hides else redact(one.note), photos.of_step(one.id)))
    return lines


def _clock(desk: Desk, clock: CaseClock) -> ClockLine:
    now = desk.clock()
    name = CLOCKS[clock.kind]
    if clock.stopped_at is not None:
        overdue = clock.overdue
        state = f"超时{waited(overdue)}才完成" if overdue else "按时完成"
        return ClockLine(name, clock.due_at, state, is_late=overdue is not None, is_running=False)
    is_late = clock.breached_at is not None or clock.due_at < now
    if clock.paused_at is not None:
        state = "先停着，不计时" + ("（停之前已经超时）" if clock.breached_at else "")
    elif is_late:
        state = f"已超时{waited(max(now - clock.due_at, timedelta()))}"
    else:
        state = clocks.spoken(clock.due_at, now, desk.calendar)
    return ClockLine(name, clock.due_at, state, is_late=is_late, is_running=True)


def _task(task: EventTask, staff: Staff, possible: Collection[Deed]) -> TaskLine:
    is_theirs = staff.role is not Role.PARTY or staff.party_id == task.party_id
    deeds = [deed for deed in _TASK_DEEDS.get(task.status, ()) if deed in possible and is_theirs]
    return TaskLine(
        party=task.party_name,
        wanted=redact(task.wanted),
        plain=TASKS[task.status],
        outcome=redact(task.outcome),
        due=task.due,
        is_open=task.status in _TASK_DEEDS,
        forms=event_forms.of_tasks(deeds, task.id),
    )


def _said(one: EventCallBack) -> str:
    if not one.is_reached:
        return f"{WAYS[one.way]}，没联系上"
    parts = [WAYS[one.way], *([one.solved.plain] if one.solved else []), one.satisfaction.plain]
    return "，".join(parts)


def _step(step: CaseStep, party: str, note: str, photos: tuple[PhotoLine, ...]) -> StepLine:
    moved = step.from_status is None or step.from_status != step.to_status
    return StepLine(
        at=step.at,
        who=step.actor_name,
        deed=_deed(step),
        to=kinds.plain(EventStatus(step.to_status)) if moved else "",
        party=party,
        note=note,
        photos=photos,
    )


def _deed(step: CaseStep) -> str:
    """What was done, and for which unit where its work was written down by somebody else."""
    if not step.deed:
        return ""
    unit = (step.facts or {}).get(BEHALF)
    return f"替{unit}记：{Deed(step.deed).plain}" if unit else Deed(step.deed).plain
