"""The questions of the report form."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import button
from actions.report import NO_PLACE, OTHER_MATTER
from actions.report_draft import Item, Kept, ReportDraft
from actions.turn import Turn, at_desk
from bot.core.bubbles import shortened
from bot.core.places import Place
from bot.services import reporting, residents
from bot.services.desk import Desk

Events = list[dict[str, Any]]
LONGEST_QUOTE = 18


class AskReportLeaf(Action):
    """Three likely matters as numbered choices."""

    def name(self) -> str:
        return "action_ask_report_form_report_leaf"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        with at_desk(Turn.of(tracker)) as (_session, desk, _resident):
            item = Kept(tracker.get_slot("report")).draft(desk.gazetteer).unsure
            guesses = item.guesses if item else ()
        if not guesses:
            dispatcher.utter_message(response="utter_ask_what_happened")
            return []
        buttons = [button(desk.catalogue.leaf(code).plain) for code in guesses] + [button(OTHER_MATTER)]
        dispatcher.utter_message(response="utter_ask_which_matter", buttons=buttons)
        return []


class AskReportPlace(Action):
    """One question for the place, with the buildings to choose from where the number is ambiguous."""

    def name(self) -> str:
        return "action_ask_report_form_report_place"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        with at_desk(Turn.of(tracker)) as (_session, desk, _resident):
            draft = Kept(tracker.get_slot("report")).draft(desk.gazetteer)
        if draft.choices:
            dispatcher.utter_message(response="utter_ask_which_building", buttons=[button(c) for c in draft.choices])
        elif draft.problem:
            dispatcher.utter_message(response="utter_place_unknown", problem=draft.problem)
        else:
            dispatcher.utter_message(response="utter_ask_report_place", matter=_quoted(draft.items[-1]))
        return []


class AskReportJoin(Action):
    """The same matter at the same place is open: offer to join instead of filing it twice."""

    def name(self) -> str:
        return "action_ask_report_form_report_join"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        turn = Turn.of(tracker)
        with at_desk(turn) as (session, desk, _resident):
            draft = Kept(tracker.get_slot("report")).draft(desk.gazetteer)
            same = reporting.event_by_number(session, str(draft.duplicate))
            mine = same.resident_id == turn.resident_id
            place, status = same.place_text, same.status.plain
        dispatcher.utter_message(
            response="utter_same_case_mine" if mine else "utter_same_case", place=place, status=status
        )
        dispatcher.utter_message(
            response="utter_ask_hurry" if mine else "utter_ask_join",
            buttons=[button("催一催这件" if mine else "算我一个", "/affirm"), button("不是一回事，另外报", "/deny")],
        )
        return []


class AskReportConfirmed(Action):
    """Read the report back; what is known of the resident is shown masked."""

    def name(self) -> str:
        return "action_ask_report_form_report_confirmed"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        with at_desk(Turn.of(tracker)) as (_session, desk, resident):
            draft = Kept(tracker.get_slot("report")).draft(desk.gazetteer)
            contact = residents.masked(resident)
            lines = _summary(draft, desk)
            safety = _safety(draft, desk)
        if draft.fixing:
            dispatcher.utter_message(response="utter_ask_what_is_wrong")
            return []
        for line in lines:
            dispatcher.utter_message(text=line)
        if safety:
            dispatcher.utter_message(text=safety)
        known = "utter_ask_report_confirmed_new_contact" if draft.new_contact else "utter_ask_report_confirmed_contact"
        response = known if contact else "utter_ask_report_confirmed"
        dispatcher.utter_message(response=response, contact=contact, buttons=_confirm_buttons())
        return []


def _confirm_buttons() -> list[dict[str, str]]:
    return [button("对，报上去", "/affirm"), button("不对，改一下", "/deny"), button("不报了", "/cancel")]


def _quoted(item: Item) -> str:
    return shortened(item.text, LONGEST_QUOTE)


def _summary(draft: ReportDraft, desk: Desk) -> list[str]:
    several = len(draft.items) > 1
    head = [f"我记下了{len(draft.items)}件事："] if several else []
    return head + [_line(n if several else 0, item, draft, desk) for n, item in enumerate(draft.items, 1)]


def _line(number: int, item: Item, draft: ReportDraft, desk: Desk) -> str:
    place = draft.place_of(item)
    matter = desk.catalogue.leaf(str(item.leaf)).plain
    lead = f"{number}. " if number else "我记下了："
    return f"{lead}{_where(place, draft, desk, item)}{matter}——“{_quoted(item)}”"


def _where(place: Place | None, draft: ReportDraft, desk: Desk, item: Item) -> str:
    """A place used again is called so, that nobody overlooks it."""
    if place and place.text != NO_PLACE:
        return f"{'地点还是' if draft.reused else ''}{shortened(place.label(), 20)}，"
    return "地点还没定，" if desk.catalogue.leaf(str(item.leaf)).place_bound else ""


def _safety(draft: ReportDraft, desk: Desk) -> str | None:
    return next((s for i in draft.items if i.leaf and (s := desk.catalogue.leaf(i.leaf).safety)), None)
