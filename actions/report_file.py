"""File a told report: grid events with number, responsible party and due time, or joining an open one."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from actions.case_form import cleared
from actions.pending import next_case
from actions.report import JOIN
from actions.report_draft import Item, Kept, ReportDraft
from actions.turn import Turn, at_desk
from bot.core import clocks
from bot.core.elderly import ElderlySignal
from bot.core.places import Place
from bot.services import reporting
from bot.services.desk import Desk
from bot.services.reporting import EventDraft
from bot.store.tables import GridEvent, Resident

SLOTS = ("report", "report_leaf", "report_place", "report_join", "report_confirmed")
# A person must look before the event goes out where the model was less sure than this.
SURE_ENOUGH_TO_SEND = 0.45


class FileReport(Action):
    """Ends every report; running it again for the same message changes nothing."""

    def name(self) -> str:
        return "action_file_report"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> list[dict[str, Any]]:
        turn = Turn.of(tracker)
        with at_desk(turn) as (session, desk, resident):
            draft = Kept(tracker.get_slot("report")).draft(desk.gazetteer)
            if draft.join == JOIN:
                self._join(session, desk, dispatcher, draft, turn)
            else:
                self._file(session, dispatcher, desk, resident, draft, turn, str(tracker.get_slot("elderly") or "no"))
            asks_contact = not resident.phone and not resident.declined_contact
        if asks_contact:
            dispatcher.utter_message(response="utter_ask_contact")
        return [
            *cleared(*SLOTS),
            SlotSet("awaits_contact", asks_contact or None),
            *next_case(tracker),
        ]

    def _join(
        self, session: Session, desk: Desk, dispatcher: CollectingDispatcher, draft: ReportDraft, turn: Turn
    ) -> None:
        event = reporting.event_by_number(session, str(draft.duplicate))
        reporting.join_event(session, desk, event, turn.resident_id, turn.inbox_id, draft.items[0].text)
        dispatcher.utter_message(response="utter_joined", number=event.number, lead=event.lead_name)

    def _file(
        self,
        session: Session,
        dispatcher: CollectingDispatcher,
        desk: Desk,
        resident: Resident,
        draft: ReportDraft,
        turn: Turn,
        elderly: str,
    ) -> None:
        events = [
            reporting.file_event(session, desk, _event_draft(draft, item, n, turn, resident, elderly))
            for n, item in enumerate(draft.items)
        ]
        for event in events:
            _tell(dispatcher, event, desk)
        dispatcher.utter_message(response="utter_how_to_ask", tail=events[-1].number[-4:])


def _event_draft(
    draft: ReportDraft, item: Item, ordinal: int, turn: Turn, resident: Resident, elderly: str
) -> EventDraft:
    place = draft.place_of(item) or Place("", resident.community_id, None, None, None, None, None, None)
    return EventDraft(
        resident_id=turn.resident_id,
        inbox_id=turn.inbox_id,
        ordinal=ordinal,
        leaf=str(item.leaf),
        leaf_top3=item.guesses,
        confidence=item.confidence,
        text=item.text,
        place=place,
        linked_group=f"m{turn.inbox_id}" if len(draft.items) > 1 else None,
        elderly=ElderlySignal(elderly),
        needs_review=item.confidence < SURE_ENOUGH_TO_SEND or place.building is None,
    )


def _tell(dispatcher: CollectingDispatcher, event: GridEvent, desk: Desk) -> None:
    now = desk.clock()
    dispatcher.utter_message(response="utter_report_event", number=event.number, matter=event.title)
    dispatcher.utter_message(
        response="utter_filed_who",
        lead=event.lead_name,
        respond=clocks.spoken(event.due_respond, now, desk.calendar),
        resolve=clocks.spoken(event.due_resolve, now, desk.calendar),
    )
