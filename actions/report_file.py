"""File a told report: grid events with number, responsible party and due time, or joining an open one."""

from dataclasses import dataclass
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from actions.closing import go_on, wishes
from actions.pending import CASE_SLOTS, Events, cleared
from actions.report import JOIN
from actions.report_draft import Item, Kept, ReportDraft
from actions.turn import Turn, at_desk
from bot.core import clocks
from bot.core.elderly import ElderlySignal
from bot.core.places import Place
from bot.services import reporting
from bot.services.desk import Desk
from bot.services.events import urging
from bot.services.reporting import EventDraft
from bot.store.tables import GridEvent, Resident

# A person must look before the event goes out where the model was less sure than this.
SURE_ENOUGH_TO_SEND = 0.45


@dataclass(frozen=True)
class Filing:
    """What filing a report works with; `elderly` is the strongest sign of this conversation."""

    session: Session
    desk: Desk
    resident: Resident
    turn: Turn
    dispatcher: CollectingDispatcher
    elderly: ElderlySignal


class FileReport(Action):
    """Ends every report; running it again for the same message changes nothing."""

    def name(self) -> str:
        return "action_file_report"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        turn = Turn.of(tracker)
        elderly = ElderlySignal(tracker.get_slot("elderly") or "no")
        with at_desk(turn) as (session, desk, resident):
            filing = Filing(session, desk, resident, turn, dispatcher, elderly)
            draft = Kept(tracker.get_slot("report")).draft(desk.gazetteer)
            if draft.join == JOIN:
                _join(filing, str(draft.duplicate), draft.items[0].text)
            else:
                _file(filing, draft)
            wished = wishes(desk, resident, draft.place if draft.own else None)
        return [*cleared(*CASE_SLOTS["report_form"]), *go_on(dispatcher, tracker, turn, wished)]


def _join(filing: Filing, number: str, words: str) -> None:
    event = reporting.event_by_number(filing.session, number)
    mine = event.resident_id == filing.resident.id
    reporting.join_event(filing.session, filing.desk, event, filing.resident.id, filing.turn.inbox_id, words)
    if mine and not urging.urge(filing.session, filing.desk, event, filing.resident, words):
        for bubble in filing.desk.notices.say("event.now.urged_before"):
            filing.dispatcher.utter_message(text=bubble)
        return
    response = "utter_hurried" if mine else "utter_joined"
    filing.dispatcher.utter_message(response=response, number=event.number, lead=event.lead_name)


def _file(filing: Filing, draft: ReportDraft) -> None:
    several = len(draft.items) > 1
    filed = []
    for n, item in enumerate(draft.items):
        place = draft.place_of(item)
        same = _open_elsewhere(filing, item, place) if several else None
        if same:
            _join(filing, same, item.text)
        else:
            filed.append(reporting.file_event(filing.session, filing.desk, _event_draft(filing, draft, item, n)))
            _tell(filing, filed[-1])
    if filed:
        filing.dispatcher.utter_message(response="utter_how_to_ask", tail=filed[-1].number[-4:])


def _open_elsewhere(filing: Filing, item: Item, place: Place | None) -> str | None:
    """With several matters at once nobody is asked about each: what a neighbour has reported already is joined."""
    if place is None:
        return None
    same = reporting.open_duplicate(filing.session, filing.desk, str(item.leaf), place, is_asked=False)
    return same.number if same and same.inbox_id != filing.turn.inbox_id else None


def _event_draft(filing: Filing, draft: ReportDraft, item: Item, ordinal: int) -> EventDraft:
    community = filing.resident.community_id
    place = draft.place_of(item) or Place("", community, None, None, None, None, None, None)
    return EventDraft(
        resident_id=filing.resident.id,
        inbox_id=filing.turn.inbox_id,
        ordinal=ordinal,
        leaf=str(item.leaf),
        leaf_top3=item.guesses,
        confidence=item.confidence,
        text=item.text,
        place=place,
        linked_group=draft.group or (f"m{filing.turn.inbox_id}" if len(draft.items) > 1 else None),
        elderly=filing.elderly,
        needs_review=item.confidence < SURE_ENOUGH_TO_SEND or place.building is None,
    )


def _tell(filing: Filing, event: GridEvent) -> None:
    now, calendar = filing.desk.clock(), filing.desk.calendar
    filing.dispatcher.utter_message(response="utter_report_event", number=event.number, matter=event.title)
    filing.dispatcher.utter_message(
        response="utter_filed_who",
        lead=event.lead_name,
        respond=clocks.spoken(event.due_respond, now, calendar),
        resolve=clocks.spoken(event.due_resolve, now, calendar),
    )
