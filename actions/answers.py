"""Questions that are answered at once: policies, progress, small talk, what a community cannot do."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import button
from actions.closing import go_on
from actions.handing_over import hand_over, to_person
from actions.pending import Events, left_over, next_case, or_listen
from actions.supporting import support
from actions.turn import Request, Turn, at_desk
from bot.services import asked_progress, knowledge
from bot.services.asked_progress import Asker
from bot.store.tables import HandoverKind

# Similarity of question and knowledge entry, 0 to 1.
SURE_ANSWER = 0.34
POSSIBLE_ANSWER = 0.2
MOST_OFFERED = 3
SMALL_TALK = frozenset({"thanks", "bye", "bot", "praise", "mood", "abuse"})


def answer(dispatcher: CollectingDispatcher, turn: Turn, question: str, leaf: str | None) -> bool:
    """Answer from the knowledge entries; True unless several come close and the resident must say which is meant."""
    with at_desk(turn) as (_session, desk, resident):
        found = desk.knowledge.search(question, leaf)
        best = next((f for f in found[:1] if f.score >= SURE_ANSWER), None)
        bubbles = knowledge.answer_bubbles(best.item, desk, resident.community_id) if best else []
        nearby = [f.item.title for f in found[:MOST_OFFERED] if f.score >= POSSIBLE_ANSWER]
    for bubble in bubbles:
        dispatcher.utter_message(text=bubble)
    if bubbles or (nearby and turn.text not in nearby):
        return bool(bubbles)
    hand_over(turn, HandoverKind.UNKNOWN_ANSWER, f"知识库里没有：{question[:80]}")
    dispatcher.utter_message(response="utter_consult_policy")
    return True


def ask_which(dispatcher: CollectingDispatcher, turn: Turn, question: str, leaf: str | None) -> None:
    """Offer the entries that come close."""
    with at_desk(turn) as (_session, desk, _resident):
        titles = [
            f.item.title for f in desk.knowledge.search(question, leaf)[:MOST_OFFERED] if f.score >= POSSIBLE_ANSWER
        ]
    buttons = [*(button(title) for title in titles), button("都不是，问工作人员", "/complaint_escalate")]
    dispatcher.utter_message(response="utter_ask_which_question", buttons=buttons)


class Answer(Action):
    def name(self) -> str:
        return "action_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        turn = Turn.of(tracker)
        if turn.is_tapped and turn.intent == "consult_policy":
            dispatcher.utter_message(response="utter_ask_question")
            return []
        for question in turn.of_intent("consult_policy") or (turn.first,):
            if not answer(dispatcher, turn, question.text, question.leaf):
                ask_which(dispatcher, turn, question.text, question.leaf)
                return []
        return next_case(tracker, left_over(turn))


class TellProgress(Action):
    def name(self) -> str:
        return "action_tell_progress"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        turn = Turn.of(tracker)
        tell_progress(dispatcher, turn)
        return next_case(tracker, left_over(turn))


def tell_progress(dispatcher: CollectingDispatcher, turn: Turn) -> None:
    with at_desk(turn) as (session, desk, resident):
        asker = Asker(resident, turn.text, turn.inbox_id, may_ask=turn.form is None)
        told = asked_progress.tell(session, desk, asker)
    if told is None:
        dispatcher.utter_message(response="utter_no_case")
        return
    for bubble in told.bubbles[:-1]:
        dispatcher.utter_message(text=bubble)
    card = {"card": told.card.as_json()} if told.card else None
    buttons = [button(title, payload) for title, payload in told.choices]
    dispatcher.utter_message(text=told.bubbles[-1], json_message=card, buttons=buttons)


class SmallTalk(Action):
    def name(self) -> str:
        return "action_small_talk"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        small_talk(dispatcher, Turn.of(tracker))
        return []


def small_talk(dispatcher: CollectingDispatcher, turn: Turn) -> None:
    known = turn.kind in SMALL_TALK
    dispatcher.utter_message(response=f"utter_chitchat_{turn.kind}" if known else "utter_chitchat")


class OutOfScope(Action):
    """Says why not and where to go; other people's private data are refused."""

    def name(self) -> str:
        return "action_out_of_scope"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        out_of_scope(dispatcher, Turn.of(tracker))
        return []


def out_of_scope(dispatcher: CollectingDispatcher, turn: Turn) -> None:
    if outside := turn.first.outside:
        dispatcher.utter_message(response=f"utter_outside_{outside}")
    elif turn.kind == "privacy":
        dispatcher.utter_message(response="utter_out_of_scope_privacy")
    else:
        dispatcher.utter_message(response="utter_out_of_scope")


class Endorse(Action):
    """“我也支持” outside a form: the one that is meant, or the newest open proposals to choose from."""

    def name(self) -> str:
        return "action_endorse"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        support(dispatcher, Turn.of(tracker))
        return []


class NextRequest(Action):
    """Takes up the next request of a message that held several."""

    def name(self) -> str:
        return "action_next_request"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        turn = Turn.of(tracker).about(Request.of(tracker.get_slot("current_request")))
        done: Events = [SlotSet("current_request", None)]
        if _takes_up(dispatcher, turn):
            return or_listen([*done, *go_on(dispatcher, tracker, turn)])
        return or_listen([*done, SlotSet("pending", None)])


def _takes_up(dispatcher: CollectingDispatcher, turn: Turn) -> bool:
    """True unless the request ends in a question."""
    if turn.intent == "track_progress":
        tell_progress(dispatcher, turn)
    elif turn.intent == "complaint_escalate":
        to_person(dispatcher, turn)
    elif turn.intent == "endorse":
        return support(dispatcher, turn)
    elif turn.intent == "out_of_scope":
        out_of_scope(dispatcher, turn)
    elif not answer(dispatcher, turn, turn.text, turn.first.leaf):
        ask_which(dispatcher, turn, turn.text, turn.first.leaf)
        return False
    return True
