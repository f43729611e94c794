"""Handling a grid event: delays, helpers' tasks, running clocks, call-backs, and what came of it in figures."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.catalogue import LimitUnit
from bot.core.grid_events import Completion, Satisfaction, Solved
from bot.store.types import Base, RowId, Versioned, refers_to


class TaskStatus(StrEnum):
    """How far a helper's task is."""

    ASKED = "asked"
    SIGNED = "signed"
    DONE = "done"
    DROPPED = "dropped"


class ClockSubject(StrEnum):
    """What a clock runs for; with `subject_id` it names one row."""

    EVENT = "event"
    TASK = "task"
    WHISTLE_CALL = "whistle_call"


class ClockKind(StrEnum):
    """What has to happen before the clock runs out."""

    TRIAGE = "triage"
    ACCEPT = "accept"
    DISPATCH = "dispatch"
    SIGN = "sign"
    RESPOND = "respond"
    RESOLVE = "resolve"
    VERIFY = "verify"
    CALL_BACK = "call_back"
    REVIEW = "review"
    TASK = "task"
    SIGN_IN = "sign_in"
    CONTACT = "contact"
    ARRIVE = "arrive"

    @property
    def plain(self) -> str:
        """What is to be done, in Chinese."""
        return _CLOCKS[self]


_CLOCKS: Final[Mapping[ClockKind, str]] = {
    ClockKind.TRIAGE: "核实",
    ClockKind.ACCEPT: "受理",
    ClockKind.DISPATCH: "派单",
    ClockKind.SIGN: "签收",
    ClockKind.RESPOND: "联系居民",
    ClockKind.RESOLVE: "办理",
    ClockKind.VERIFY: "核查",
    ClockKind.CALL_BACK: "回访",
    ClockKind.REVIEW: "挂账复查",
    ClockKind.TASK: "协办",
    ClockKind.SIGN_IN: "吹哨签到",
    ClockKind.CONTACT: "吹哨后联系街道",
    ClockKind.ARRIVE: "吹哨后到场",
}


class CallBackWay(StrEnum):
    """How the resident was asked."""

    PHONE = "phone"
    MESSAGE = "message"
    VISIT = "visit"
    CHAT = "chat"


class EventExtension(Base):
    """A delay asked for before the due time, once by a party in a round; `amount` is in the unit of the limit that ran.

    What lapsed undecided, or was denied to a unit that has lost the matter, is in the log only.
    """

    __tablename__ = "event_extensions"

    event_id: Mapped[int] = mapped_column(refers_to("grid_events.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[int]
    unit: Mapped[LimitUnit]
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int] = mapped_column(refers_to("staff.id"))
    asked_at: Mapped[datetime]
    is_granted: Mapped[bool | None]
    decided_by: Mapped[int | None] = mapped_column(refers_to("staff.id"))
    decided_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(Text, default="")


class EventTask(Versioned, Base):
    """What a helping unit (协办) is asked to do; the lead cannot finish before every task is done or dropped."""

    __tablename__ = "event_tasks"
    __table_args__ = (Index(None, "event_id"), Index(None, "party_id", "status"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    event_id: Mapped[int] = mapped_column(refers_to("grid_events.id"))
    round: Mapped[int]
    party_id: Mapped[str] = mapped_column(refers_to("parties.id"))
    party_name: Mapped[str] = mapped_column(String(64))
    wanted: Mapped[str] = mapped_column(Text)
    status: Mapped[TaskStatus] = mapped_column(default=TaskStatus.ASKED)
    outcome: Mapped[str] = mapped_column(Text, default="")
    due: Mapped[datetime]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class CaseClock(Base):
    """One limit that runs or ran; nothing about it is computed again afterwards.

    `next_at` is when the clock next has something to say (warning, breach, higher supervision); None once it
    stopped or has said all. `breached_at` is the due time that was missed, whenever that was noticed, and stays
    whatever is granted later; `granted` is in the unit of its own limit. `is_void` clocks count for nothing: the
    case was merged, withdrawn or passed on. `fault` tells why the last sweep could not read this row.
    """

    __tablename__ = "case_clocks"
    __table_args__ = (
        Index(None, "next_at"),
        Index(None, "subject", "subject_id", "kind"),
        # Of the many that ran, those that still run.
        Index(
            "ix_case_clocks_running",
            "due_at",
            "event_id",
            "subject",
            "paused_at",
            sqlite_where=text("stopped_at IS NULL"),
            postgresql_where=text("stopped_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    subject: Mapped[ClockSubject]
    subject_id: Mapped[int] = mapped_column(RowId)
    event_id: Mapped[int | None] = mapped_column(refers_to("grid_events.id"), index=True)
    kind: Mapped[ClockKind]
    round: Mapped[int] = mapped_column(default=1)
    party_id: Mapped[str | None] = mapped_column(refers_to("parties.id"))
    started_at: Mapped[datetime]
    amount: Mapped[int]
    unit: Mapped[LimitUnit]
    granted: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    warn_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    yellow_at: Mapped[datetime | None]
    red_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    is_void: Mapped[bool] = mapped_column(default=False)
    fault: Mapped[str | None] = mapped_column(String(200))

    @property
    def is_running(self) -> bool:
        """Whether time still runs, paused or not."""
        return self.stopped_at is None

    @property
    def overdue(self) -> timedelta | None:
        """By how much it was missed once it stopped late; None if it was met or still runs."""
        if self.stopped_at is None or self.breached_at is None:
            return None
        return self.stopped_at - self.breached_at


class EventCallBack(Base):
    """What a resident said of the outcome, asked by somebody who had no hand in it, or unasked in the chat."""

    __tablename__ = "event_callbacks"
    __table_args__ = (Index(None, "event_id", "round"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    event_id: Mapped[int] = mapped_column(refers_to("grid_events.id"))
    round: Mapped[int]
    staff_id: Mapped[int | None] = mapped_column(refers_to("staff.id"))
    resident_id: Mapped[str | None] = mapped_column(refers_to("residents.id"))
    way: Mapped[CallBackWay]
    is_reached: Mapped[bool]
    solved: Mapped[Solved | None]
    satisfaction: Mapped[Satisfaction] = mapped_column(default=Satisfaction.UNRATED)
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]


class EventOutcome(Base):
    """What the figures need of one event: the fold of its steps by `bot.core.outcomes`, and never anything else.

    Times and verdicts are of the present round. `responded`, `is_overdue`, `suspended_at`, `first_resolved_at` and
    what counts is of all rounds: a new round washes nothing off.
    """

    __tablename__ = "event_outcomes"
    __table_args__ = (
        UniqueConstraint("event_id"),
        Index(None, "accepted_at", "community_id", "grid_id", "party_id"),
        Index(None, "community_id", "accepted_at"),
        Index(None, "reported_at"),
        Index(None, "status", "suspended_at"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    event_id: Mapped[int] = mapped_column(refers_to("grid_events.id"))
    community_id: Mapped[str] = mapped_column(refers_to("communities.id"))
    grid_id: Mapped[str | None] = mapped_column(refers_to("grids.id"))
    party_id: Mapped[str | None] = mapped_column(refers_to("parties.id"))
    leaf: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(32))
    reported_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_on: Mapped[date | None]
    due_respond: Mapped[datetime | None]
    due_resolve: Mapped[datetime | None]
    contacted_at: Mapped[datetime | None]
    responded: Mapped[bool | None]
    suspended_at: Mapped[datetime | None]
    first_resolved_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    is_overdue: Mapped[bool] = mapped_column(default=False)
    is_overdue_now: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None]
    completion: Mapped[Completion | None]
    is_called_back: Mapped[bool] = mapped_column(default=False)
    solved: Mapped[Solved | None]
    satisfaction: Mapped[Satisfaction | None]
    calls_reached: Mapped[int] = mapped_column(default=0)
    calls_solved: Mapped[int] = mapped_column(default=0)
    ratings: Mapped[int] = mapped_column(default=0)
    ratings_content: Mapped[int] = mapped_column(default=0)
    reworks: Mapped[int] = mapped_column(default=0)
    returns: Mapped[int] = mapped_column(default=0)
    reopenings: Mapped[int] = mapped_column(default=0)
    is_void: Mapped[bool] = mapped_column(default=False)
