"""How long each clock of an event may run: by its leaf, its urgency, and the rules of handling."""

from datetime import datetime, time

from bot.core import limits
from bot.core.catalogue import TimeLimit
from bot.core.limits import Term
from bot.core.zone import SHANGHAI
from bot.services import intake
from bot.services.desk import Desk
from bot.store.tables import ClockKind, GridEvent


def term_of(desk: Desk, event: GridEvent, kind: ClockKind, at: datetime) -> Term:
    """The limit of this clock if it starts now."""
    if kind is ClockKind.ACCEPT and event.urgency not in desk.handling.accept:
        return limits.term_until(desk.calendar, at, desk.calendar.end_of_day(at), desk.handling.warn_at)
    if kind is ClockKind.REVIEW and event.review_on is not None:
        return _review(desk, datetime.combine(event.review_on, time(), SHANGHAI), at)
    return limits.term(desk.calendar, at, limit_of(desk, event, kind, at), desk.handling.warn_at)


def rework_term(desk: Desk, event: GridEvent, at: datetime) -> Term:
    """The limit of doing again what was not done well."""
    return limits.term(desk.calendar, at, rework_limit(desk, event, at), desk.handling.warn_at)


def rework_limit(desk: Desk, event: GridEvent, at: datetime) -> TimeLimit:
    """A share of what the matter had the first time."""
    return limits.shared(limit_of(desk, event, ClockKind.RESOLVE, at), desk.handling.rework_share)


def limit_of(desk: Desk, event: GridEvent, kind: ClockKind, at: datetime) -> TimeLimit:
    """How long a clock of this kind runs that starts at this moment; raises KeyError for those ended by a day."""
    rules, leaf = desk.handling, desk.catalogue.leaf(event.leaf)
    both = intake.limits_for(desk.intake, desk.calendar, leaf, event.urgency, at)
    if kind is ClockKind.ACCEPT:
        return rules.accept[event.urgency]
    return {
        ClockKind.TRIAGE: rules.triage.of(event.urgency),
        ClockKind.DISPATCH: rules.dispatch.of(event.urgency),
        ClockKind.SIGN: rules.sign.of(event.urgency),
        ClockKind.RESPOND: both.respond,
        ClockKind.RESOLVE: both.resolve,
        ClockKind.VERIFY: rules.verify.of(event.urgency),
        ClockKind.CALL_BACK: rules.call_back,
    }[kind]


def _review(desk: Desk, day: datetime, at: datetime) -> Term:
    """Until the office closes on the day that was named, with a reminder in its morning."""
    due_at = desk.calendar.end_of_day(day)
    morning = datetime.combine(due_at.astimezone(SHANGHAI).date(), desk.calendar.opens, SHANGHAI)
    term = limits.term_until(desk.calendar, at, due_at, desk.handling.warn_at)
    return Term(term.limit, due_at, max(at, morning))
