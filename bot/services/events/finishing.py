"""Verified, closed, called back, and begun anew where it was not solved."""

from datetime import date, timedelta

from bot.core.grid_events import Solved
from bot.core.zone import SHANGHAI
from bot.errors import InvalidInput
from bot.services.events import clocks, extensions
from bot.services.events.wishes import Effect, Scene
from bot.store.tables import ClockKind, EventCallBack, GridEvent


def verify(scene: Scene) -> Effect:
    """Somebody who had no hand in it has been there and found it as reported."""
    scene.event.verifier_id = scene.staff.id
    return Effect()


def reject(scene: Scene) -> Effect:
    """Not done: back to the unit."""
    extensions.lapse(scene.session, scene.desk, scene.event)
    scene.event.completion = None
    return Effect(news="rework")


def close(scene: Scene) -> Effect:
    """Over, in the way it was resolved."""
    event = scene.event
    event.closed_at = scene.now
    return Effect({"completion": event.completion.value if event.completion else None}, news="closed")


def call_back(scene: Scene) -> Effect:
    """Ask the resident; who was not reached is not counted as content."""
    wish = scene.wish
    if wish.is_reached and wish.solved is None:
        raise InvalidInput("请选解决了没有", "没联系上就选“没联系上”")
    if wish.solved is Solved.NO and not wish.words.strip():
        raise InvalidInput("居民说没解决，请写明差在哪里", "会重新办理，承办单位会看到")
    scene.session.add(
        EventCallBack(
            event_id=scene.event.id,
            round=scene.event.round,
            staff_id=scene.staff.id,
            way=wish.way,
            is_reached=wish.is_reached,
            solved=wish.solved if wish.is_reached else None,
            satisfaction=wish.satisfaction,
            words=wish.words,
            at=scene.now,
        )
    )
    if not wish.is_reached:
        return Effect({"is_reached": False}, words=f"没联系上。{wish.words}")
    clocks.stop(scene.session, scene.event, [ClockKind.CALL_BACK], scene.now)
    solved = wish.solved or Solved.NO
    said = f"{solved.plain}，{wish.satisfaction.plain}。{wish.words}"
    facts = {"is_reached": True, "solved": solved.value, "satisfaction": wish.satisfaction.value}
    return Effect(facts, words=said)


def reopen(scene: Scene) -> Effect:
    """Not solved: a new round, with its own time."""
    begin_anew(scene.event)
    return Effect(news="reopened")


def suspend(scene: Scene) -> Effect:
    """Cannot be solved now: the resident is told why and when it is looked at again (Weifang rules art. 24)."""
    scene.event.suspended_at = scene.now
    scene.event.review_on = _review_day(scene)
    facts = {"review_on": scene.event.review_on.isoformat()}
    return Effect(facts, words=f"{_said(scene.event.review_on)}再看。{scene.wish.words}", news="suspended")


def review(scene: Scene) -> Effect:
    """Looked at again, and it still has to wait: a new day is named."""
    scene.event.review_on = _review_day(scene)
    facts = {"review_on": scene.event.review_on.isoformat()}
    return Effect(facts, words=f"{_said(scene.event.review_on)}再看。{scene.wish.words}")


def resume(scene: Scene) -> Effect:
    """Work goes on, with the time that was left."""
    wait_no_longer(scene.event)
    return Effect(news="resumed")


def wait_no_longer(event: GridEvent) -> None:
    """Nothing is on hold any more; the clocks follow the deed."""
    event.suspended_at = event.review_on = None


def begin_anew(event: GridEvent) -> None:
    """Start the next round: nobody has handled or verified it yet."""
    event.round += 1
    event.handler_ids, event.handling_party_ids = [], []
    event.verifier_id = event.completion = event.closed_at = event.return_by = None
    event.returns, event.is_designated, event.outcome = 0, False, ""


def _review_day(scene: Scene) -> date:
    day = scene.wish.review_on
    today = scene.now.astimezone(SHANGHAI).date()
    longest = scene.desk.handling.review_within_days
    if day is None or not today < day <= today + timedelta(days=longest):
        raise InvalidInput(f"请选一个{longest}天以内的日子复查", "到时候要告诉居民进展")
    return day


def _said(day: date) -> str:
    return f"{day.month}月{day.day}日"
