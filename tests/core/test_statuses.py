"""The lives of grid events, agenda items and in-person orders, and who may do what."""

import pytest

from bot.core import staff
from bot.core.agenda import AgendaStatus
from bot.core.grid_events import EventStatus
from bot.core.staff import Permission, Role
from bot.core.visits import VisitStatus
from bot.errors import Conflict

EVENT_LIFE = [
    EventStatus.REPORTED,
    EventStatus.TRIAGED,
    EventStatus.ACCEPTED,
    EventStatus.DISPATCHED,
    EventStatus.SIGNED,
    EventStatus.IN_PROGRESS,
    EventStatus.RESOLVED,
    EventStatus.VERIFIED,
    EventStatus.CLOSED,
    EventStatus.ARCHIVED,
]
VISIT_LIFE = [VisitStatus.NEW, VisitStatus.ACCEPTED, VisitStatus.ON_SITE, VisitStatus.DONE]
AGENDA_LIFE = [
    AgendaStatus.PROPOSED,
    AgendaStatus.REVIEWING,
    AgendaStatus.LISTED,
    AgendaStatus.NOTIFIED,
    AgendaStatus.MEETING,
    AgendaStatus.OPINION_FORMED,
    AgendaStatus.PUBLICISED,
    AgendaStatus.IMPLEMENTING,
    AgendaStatus.FEEDBACK,
    AgendaStatus.ARCHIVED,
]
ALL = [*EventStatus, *AgendaStatus, *VisitStatus]


@pytest.mark.parametrize("life", [EVENT_LIFE, VISIT_LIFE, AGENDA_LIFE])
def test_the_usual_way_leads_from_beginning_to_end(life: list[EventStatus]) -> None:
    status = life[0]
    for following in life[1:]:
        status = status.move(following)
    assert status is life[-1]


@pytest.mark.parametrize(
    ("now", "target"),
    [
        (EventStatus.REPORTED, EventStatus.ACCEPTED),
        (EventStatus.ACCEPTED, EventStatus.SIGNED),
        (EventStatus.IN_PROGRESS, EventStatus.CLOSED),
        (EventStatus.RESOLVED, EventStatus.CLOSED),
        (EventStatus.MERGED, EventStatus.ACCEPTED),
        (EventStatus.WITHDRAWN, EventStatus.REPORTED),
        (EventStatus.CLOSED, EventStatus.CLOSED),
    ],
)
def test_a_move_that_is_not_on_the_map_is_refused(now: EventStatus, target: EventStatus) -> None:
    with pytest.raises(Conflict, match="不能改成"):
        now.move(target)


def test_agenda_and_visits_refuse_too() -> None:
    with pytest.raises(Conflict):
        AgendaStatus.ARCHIVED.move(AgendaStatus.PROPOSED)
    with pytest.raises(Conflict):
        VisitStatus.CANCELLED.move(VisitStatus.ACCEPTED)


@pytest.mark.parametrize("status", ALL)
def test_every_status_has_plain_words_and_its_next_moves_are_of_its_kind(status: EventStatus) -> None:
    assert 2 < len(status.plain) <= 12
    assert all(type(following) is type(status) for following in status.allowed)


def test_work_can_be_done_again_and_cases_reopened() -> None:
    assert EventStatus.RESOLVED.move(EventStatus.REWORK) is EventStatus.REWORK
    assert EventStatus.REWORK.move(EventStatus.IN_PROGRESS) is EventStatus.IN_PROGRESS
    assert EventStatus.CLOSED.move(EventStatus.REOPENED) is EventStatus.REOPENED
    assert VisitStatus.ON_SITE.move(VisitStatus.ACCEPTED) is VisitStatus.ACCEPTED


def test_neighbours_join_only_what_is_still_open() -> None:
    assert [status for status in EventStatus if status.is_open] == [
        EventStatus.REPORTED,
        EventStatus.TRIAGED,
        EventStatus.ACCEPTED,
        EventStatus.DISPATCHED,
        EventStatus.SIGNED,
        EventStatus.IN_PROGRESS,
        EventStatus.SUSPENDED,
        EventStatus.REWORK,
        EventStatus.REOPENED,
        EventStatus.RETURNED,
    ]
    assert AgendaStatus.PROPOSED.takes_endorsements
    assert not AgendaStatus.MEETING.takes_endorsements


def test_a_trainer_sees_samples_and_no_cases() -> None:
    held = staff.ROLE_PERMISSIONS[Role.TRAINER]
    assert Permission.SAMPLE_LABEL in held
    assert not any(permission.startswith(("event", "order", "conversation", "contact")) for permission in held)


def test_an_administrator_sees_no_case() -> None:
    assert not staff.can(Role.ADMIN, Permission.EVENT_READ)
    assert staff.can(Role.ADMIN, Permission.STAFF_MANAGE)


def test_only_the_street_blows_whistles_but_for_dangers() -> None:
    assert [role for role in Role if staff.can(role, Permission.WHISTLE_BLOW_DAILY)] == [Role.DISPATCHER]
    assert [role for role in Role if staff.can(role, Permission.WHISTLE_BLOW_TOUGH)] == [Role.LEADER]
    assert Role.WORKER in [role for role in Role if staff.can(role, Permission.WHISTLE_BLOW_EMERGENCY)]


def test_a_unit_sees_and_handles_and_neither_verifies_nor_closes() -> None:
    held = staff.ROLE_PERMISSIONS[Role.PARTY]
    assert {Permission.EVENT_READ, Permission.EVENT_HANDLE} <= held
    assert not held & {Permission.EVENT_VERIFY, Permission.EVENT_CLOSE, Permission.EVENT_CALL_BACK}
    assert not any(permission.startswith(("conversation", "contact", "complaint")) for permission in held)


def test_an_auditor_sees_the_log_and_no_case() -> None:
    assert staff.ROLE_PERMISSIONS[Role.AUDITOR] == {Permission.AUDIT_READ}


def test_every_permission_is_held_by_somebody() -> None:
    held = frozenset[Permission]().union(*staff.ROLE_PERMISSIONS.values())
    assert held == frozenset(Permission)
