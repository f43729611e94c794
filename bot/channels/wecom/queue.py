"""The alerts of one group in the store: which to tell next, and what follows from how it went; everything blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from bot.channels.wecom import wording
from bot.channels.wecom.groups import Group
from bot.channels.wecom.pace import MINUTE
from bot.channels.wecom.webhook import TOO_MANY
from bot.channels.wecom.wording import Heard, Line
from bot.services.alerts import handover_in
from bot.services.desk import Desk
from bot.store.queries import alerts
from bot.store.tables import AlertStatus, GroupAlert

MOST_TRIES: Final = 10
LONGEST_PAUSE: Final = timedelta(minutes=10)
LONGEST_URGENT_PAUSE: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Message:
    """One message for a group, and the alerts it tells of."""

    body: bytes
    ids: frozenset[int]


class GroupQueue:
    """The sender's view of a group's alerts; there is one sender a group."""

    def __init__(self, desk: Desk, group: Group) -> None:
        self._desk = desk
        self._group = group

    def take_up(self) -> None:
        """Let what was being sent when the sender died be sent again: better twice than never."""
        with self._desk.store.transaction() as session:
            alerts.take_up(session, self._group.hears)

    def next(self, now: datetime) -> Message | None:
        """Claim what to say now, the urgent before all else; None if nothing is due."""
        with self._desk.store.transaction(read_only=True) as session:
            lines, body = self._chosen(session, now)
        if not lines:
            return None
        ids = frozenset(alert_id for line in lines for alert_id in line.ids)
        with self._desk.store.transaction() as session:
            claimed = alerts.claim(session, ids)
        return Message(body, ids) if claimed else None

    def settle(self, message: Message, fault: str | None, now: datetime) -> None:
        """Keep that the alerts were told, or when to try them again."""
        with self._desk.store.transaction() as session:
            for alert in alerts.being_sent(session, message.ids):
                alert.fault = fault
                if fault is None:
                    alert.status = AlertStatus.SENT
                elif fault == TOO_MANY:
                    alert.status, alert.due_at = AlertStatus.PENDING, now + MINUTE
                else:
                    _put_off(alert, now)

    def has_urgent(self) -> bool:
        """Whether something urgent is still to be told, now or after a pause."""
        with self._desk.store.transaction(read_only=True) as session:
            return bool(alerts.pending(session, self._group.hears, is_urgent=True))

    def forget_taken(self) -> None:
        """Drop what tells of a conversation that a worker has taken meanwhile."""
        with self._desk.store.transaction(read_only=True) as session:
            waits = {
                row.id: handover_id
                for row in alerts.pending(session, self._group.hears, is_urgent=False)
                if (handover_id := handover_in(row.topic)) is not None
            }
            waiting = alerts.still_waiting(session, waits.values())
        if taken := [alert_id for alert_id, handover_id in waits.items() if handover_id not in waiting]:
            with self._desk.store.transaction() as session:
                alerts.drop_ids(session, taken)

    def _chosen(self, session: Session, now: datetime) -> tuple[Sequence[Line], bytes]:
        duty = self._group.duty
        if urgent := _due(alerts.pending(session, self._group.hears, is_urgent=True), now):
            lines = wording.fitting(wording.calls(urgent, now), wording.LONGEST_TEXT)
            return lines, wording.text_body(lines, duty)
        if not self._group.is_quiet(now):
            ordinary = alerts.pending(session, self._group.hears, is_urgent=False)
            if _due(ordinary, now):
                lines = wording.fitting(wording.merged(_company(ordinary, now), now), wording.digest_room(duty))
                return lines, wording.digest_body(lines, duty)
        return (), b""


def _due(rows: Sequence[GroupAlert], now: datetime) -> list[Heard]:
    return [_heard(row) for row in rows if row.due_at <= now]


def _company(rows: Sequence[GroupAlert], now: datetime) -> list[Heard]:
    """What is due takes along what only waited for company, not what failed and waits for its next try."""
    return [_heard(row) for row in rows if row.due_at <= now or row.fault is None]


def _heard(row: GroupAlert) -> Heard:
    return Heard(row.id, row.topic, row.text, row.created_at)


def _put_off(alert: GroupAlert, now: datetime) -> None:
    alert.attempts += 1
    if not alert.is_urgent and alert.attempts >= MOST_TRIES:
        alert.status = AlertStatus.FAILED
        return
    longest = LONGEST_URGENT_PAUSE if alert.is_urgent else LONGEST_PAUSE
    alert.status = AlertStatus.PENDING
    alert.due_at = now + min(timedelta(seconds=2 ** min(alert.attempts - 1, MOST_TRIES)), longest)
