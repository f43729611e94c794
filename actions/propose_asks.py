"""The questions of the proposal form, and filing it."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import button
from actions.closing import go_on
from actions.pending import CASE_SLOTS, Events, cleared
from actions.place_slot import loaded
from actions.propose import ENDORSE, NO_REASON
from actions.supporting import endorse
from actions.turn import Turn, at_desk
from bot.core.bubbles import shortened
from bot.core.proposals import Scope
from bot.services import proposing
from bot.services.proposing import ItemDraft


class AskProposeSimilar(Action):
    """Somebody has asked for the same: endorse it instead of a second item."""

    def name(self) -> str:
        return "action_ask_propose_form_propose_similar"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        with at_desk(Turn.of(tracker)) as (session, _desk, _resident):
            item = proposing.item_by_number(session, str(tracker.get_slot("proposal")["similar"]))
            title, count = item.title, proposing.support(session, item)
        dispatcher.utter_message(response="utter_similar_item", title=shortened(title, 20), count=count)
        dispatcher.utter_message(
            response="utter_ask_endorse", buttons=[button("支持这个", "/affirm"), button("不一样，另外提", "/deny")]
        )
        return []


class AskProposeConfirmed(Action):
    """Read the proposal back."""

    def name(self) -> str:
        return "action_ask_propose_form_propose_confirmed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        if tracker.get_slot("proposal").get("fixing"):
            dispatcher.utter_message(response="utter_ask_what_is_wrong_proposal")
            return []
        scope = Scope(tracker.get_slot("propose_scope")).plain
        title = shortened(str(tracker.get_slot("propose_title")), 20)
        dispatcher.utter_message(response="utter_proposal_summary", title=title, scope=scope)
        reason = tracker.get_slot("propose_reason")
        if reason != NO_REASON:
            dispatcher.utter_message(response="utter_proposal_reason", reason=shortened(str(reason), 40))
        dispatcher.utter_message(
            response="utter_ask_propose_confirmed",
            buttons=[button("对，提上去", "/affirm"), button("不对，改一下", "/deny"), button("不提了", "/cancel")],
        )
        return []


class FileProposal(Action):
    """Ends every proposal: a new agenda item, or one more household behind an open one."""

    def name(self) -> str:
        return "action_file_proposal"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        if tracker.get_slot("propose_similar") == ENDORSE:
            endorse(dispatcher, Turn.of(tracker), str(tracker.get_slot("proposal")["similar"]))
        else:
            self._file(dispatcher, tracker)
        return [*cleared(*CASE_SLOTS["propose_form"]), *go_on(dispatcher, tracker, Turn.of(tracker))]

    def _file(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        turn, proposal = Turn.of(tracker), tracker.get_slot("proposal")
        scope = Scope(tracker.get_slot("propose_scope"))
        reason = str(tracker.get_slot("propose_reason"))
        with at_desk(turn) as (session, desk, _resident):
            draft = ItemDraft(
                resident_id=turn.resident_id,
                inbox_id=turn.inbox_id,
                ordinal=0,
                leaf=proposal["leaf"],
                title=str(tracker.get_slot("propose_title")),
                reason="；".join(filter(None, [reason, proposal.get("more")])),
                scope=scope.value,
                scope_text=scope.plain,
                place=loaded(proposal["place"], desk.gazetteer),
                linked_group=proposal.get("group"),
            )
            item = proposing.file_item(session, desk, draft)
            category = desk.catalogue.agenda[item.catalogue_code]
            number, what_next = item.number, proposing.what_happens_next(desk, item)
        dispatcher.utter_message(
            response="utter_propose_agenda_item", number=number, code=category.code, name=category.name
        )
        dispatcher.utter_message(text=what_next)
        dispatcher.utter_message(response="utter_how_to_ask_item", tail=number[-4:])
