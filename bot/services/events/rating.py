"""What residents themselves do with an event that was handled: rate it, or say that it is not solved."""

from sqlalchemy.orm import Session

from bot.core.deeds import Deed
from bot.core.elderly import ElderlySignal
from bot.core.grid_events import EventStatus, Satisfaction, Solved
from bot.core.places import Place
from bot.errors import Conflict, NotFound
from bot.services import ledger, reporting
from bot.services.cases import tell
from bot.services.desk import Desk
from bot.services.events import clocks, extensions, finishing, judging, speaking, steps
from bot.services.events.doing import carry_on
from bot.services.reporting import EventDraft
from bot.store.queries import cases, verdicts
from bot.store.tables import CallBackWay, ClockKind, EventCallBack, GridEvent, Resident

LONGEST_WORDS = 500


def rate(
    session: Session,
    desk: Desk,
    event: GridEvent,
    resident: Resident,
    solved: Solved | None,
    satisfaction: Satisfaction,
    words: str = "",
) -> EventCallBack:
    """Keep what the resident says of the outcome, once for each time it was put right.

    Saying it again changes nothing; the satisfaction may follow later. `solved` is None where it was not said.
    Raises NotFound (not their event), Conflict (it is not handled yet, or is being worked on again).
    """
    _check(session, event, resident)
    if event.status not in judging.HANDLED:
        raise Conflict(f"这件事{event.status.plain}，还不能评价", "办好以后会问您")
    word = judging.said(session, event, resident.id) or _word(session, desk, event, resident)
    known = word.solved, word.satisfaction
    word.solved = word.solved or solved
    if word.satisfaction is Satisfaction.UNRATED:
        word.satisfaction = satisfaction
    if word.id is not None and known == (word.solved, word.satisfaction):
        return word
    before = carry_on(session, desk, event, Deed.RATE, None)
    if verdicts.is_fully_rated(session, event):
        # Nothing is left that a call would ask.
        clocks.stop(session, event, [ClockKind.CALL_BACK], desk.clock())
    # What was said before is not said again now: a call-back may have heard otherwise meanwhile.
    verdict = word.solved if known[0] is None else None
    facts = {"satisfaction": word.satisfaction.value, **({"solved": verdict.value} if verdict else {})}
    spoken = [*([word.solved.plain] if word.solved else []), word.satisfaction.plain, *_words(resident, words)]
    steps.log(session, desk, event, ledger.neighbor(resident), Deed.RATE, "，".join(spoken), before, facts)
    return word


def not_solved(
    session: Session, desk: Desk, event: GridEvent, resident: Resident, words: str, inbox_id: int
) -> GridEvent:
    """Begin again: before closing the unit reworks it, afterwards a new round begins, with fresh clocks.

    An archived event stays as it is, and the matter is filed once more, linked to it. Returns the event that goes
    on. The same message twice, or a second "no" before it was put right again, changes nothing. Raises NotFound
    (not their event), Conflict (it is not handled yet).
    """
    _check(session, event, resident)
    if event.status is EventStatus.ARCHIVED:
        return _file_again(session, desk, event, resident, words, inbox_id)
    if event.status not in judging.HANDLED:
        raise Conflict(f"这件事{event.status.plain}", "办好以后会问您")
    if not judging.may_contest(session, event, resident.id):
        return event
    speaking.say_missed(session, desk, event)
    extensions.lapse(session, desk, event)
    _disappointed(session, desk, event, resident, words)
    target = EventStatus.REOPENED if event.status is EventStatus.CLOSED else EventStatus.REWORK
    if target is EventStatus.REOPENED:
        finishing.begin_anew(event)
    event.completion = None
    before = carry_on(session, desk, event, Deed.NOT_SOLVED, target)
    facts = {"solved": Solved.NO.value, **steps.dues(event)}
    said = "，".join([Solved.NO.plain, *_words(resident, words)])
    steps.log(session, desk, event, ledger.neighbor(resident), Deed.NOT_SOLVED, said, before, facts)
    tell(session, desk, event, f"event.moved.{target.value}", "", besides=resident.id)
    return event


def give_reason(session: Session, desk: Desk, event: GridEvent, resident: Resident, words: str) -> None:
    """Write down what the resident says is wrong; the same words twice are written once. Raises NotFound."""
    _check(session, event, resident)
    said = "，".join(["居民说差在哪里", *_words(resident, words)])
    if ledger.say_once(session, event, ledger.neighbor(resident), desk.clock(), said):
        event.updated_at = desk.clock()


def _check(session: Session, event: GridEvent, resident: Resident) -> None:
    if not cases.concerns(session, event, resident.id):
        raise NotFound(f"没有编号为 {event.number} 的事件")
    verdicts.lock(session, event)


def _word(session: Session, desk: Desk, event: GridEvent, resident: Resident) -> EventCallBack:
    word = EventCallBack(
        event_id=event.id,
        round=event.round,
        resident_id=resident.id,
        way=CallBackWay.CHAT,
        is_reached=True,
        satisfaction=Satisfaction.UNRATED,
        at=desk.clock(),
    )
    session.add(word)
    return word


def _disappointed(session: Session, desk: Desk, event: GridEvent, resident: Resident, words: str) -> None:
    word = judging.said(session, event, resident.id) or _word(session, desk, event, resident)
    word.solved = Solved.NO
    word.words = "".join(_words(resident, words))


def _words(resident: Resident, words: str) -> list[str]:
    kept = ledger.words_of(resident, words.strip())[:LONGEST_WORDS]
    return [kept] if kept else []


def _file_again(
    session: Session, desk: Desk, event: GridEvent, resident: Resident, words: str, inbox_id: int
) -> GridEvent:
    if not judging.may_contest(session, event, resident.id):
        return event
    _disappointed(session, desk, event, resident, words)
    event.linked_group = event.linked_group or f"again{event.id}"
    draft = EventDraft(
        resident_id=resident.id,
        inbox_id=inbox_id,
        ordinal=0,
        leaf=event.leaf,
        leaf_top3=tuple(event.leaf_top3),
        confidence=event.confidence,
        text=f"上次{event.number}办过，居民说没解决。{words}",
        place=_place(desk, event),
        linked_group=event.linked_group,
        elderly=ElderlySignal(event.elderly),
        needs_review=True,
    )
    again = reporting.file_event(session, desk, draft)
    said = f"居民说没解决，另外报了{again.number}"
    steps.log(session, desk, event, ledger.SYSTEM, Deed.NOTE, said, event.status)
    return again


def _place(desk: Desk, event: GridEvent) -> Place:
    """Where it is, whether or not a building stands there."""
    building = next((one for one in desk.gazetteer.buildings if one.id == event.building_id), None)
    landmark = None if building else event.place_text
    return Place(event.place_text, event.community_id, event.grid_id, building, event.unit, None, event.room, landmark)
