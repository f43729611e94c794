"""Questions that are answered at once: policies, progress, small talk, what a community cannot do."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.handing_over import hand_over
from actions.pending import Events, next_case
from actions.propose_asks import endorse
from actions.buttons import button
from actions.turn import Request, Turn, at_desk
from bot.services import knowledge, progress, proposing
from bot.services.cards import progress_card
from bot.store.tables import HandoverKind

# Similarity of question and knowledge entry, 0 to 1.
SURE_ANSWER = 0.34
POSSIBLE_ANSWER = 0.2
SMALL_TALK = frozenset({"thanks", "bye", "bot", "praise", "mood", "abuse"})


def answer(dispatcher: CollectingDispatcher, turn: Turn, question: str, leaf: str | None) -> None:
    """Answer from the knowledge entries with the source; what is not there goes to a worker."""
    with at_desk(turn) as (_session, desk, resident):
        found = desk.knowledge.search(question, leaf)
        best = found[0] if found else None
        bubbles = (
            knowledge.answer_bubbles(best.item, desk, resident.community_id)
            if best and best.score >= SURE_ANSWER
            else []
        )
        nearby = [f.item.title for f in found[:3] if f.score >= POSSIBLE_ANSWER]
    for bubble in bubbles:
        dispatcher.utter_message(text=bubble)
    if bubbles:
        return
    if nearby and turn.text not in nearby:
        buttons = [*(button(title) for title in nearby), button("都不是，问工作人员", "/complaint_escalate")]
        dispatcher.utter_message(response="utter_ask_which_question", buttons=buttons)
        return
    hand_over(turn, HandoverKind.UNKNOWN_ANSWER, f"知识库里没有：{question[:80]}")
    dispatcher.utter_message(response="utter_consult_policy")


class Answer(Action):
    def name(self) -> str:
        return "action_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        turn = Turn.of(tracker)
        questions = turn.of_intent("consult_policy") or (turn.first,)
        for question in questions:
            answer(dispatcher, turn, question.text, question.leaf)
        return []


class TellProgress(Action):
    def name(self) -> str:
        return "action_tell_progress"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        tell_progress(dispatcher, Turn.of(tracker))
        return []


def tell_progress(dispatcher: CollectingDispatcher, turn: Turn) -> None:
    with at_desk(turn) as (session, desk, resident):
        case = progress.find_case(session, resident.id, turn.text)
        bubbles = progress.progress_bubbles(session, desk, case, turn.now) if case else []
        card = progress_card(case).as_json() if case else None
    for bubble in bubbles[:-1]:
        dispatcher.utter_message(text=bubble)
    if bubbles:
        dispatcher.utter_message(text=bubbles[-1], json_message={"card": card} if card else None)
    else:
        dispatcher.utter_message(response="utter_no_case")


class SmallTalk(Action):
    def name(self) -> str:
        return "action_small_talk"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        kind = Turn.of(tracker).kind
        dispatcher.utter_message(response=f"utter_chitchat_{kind}" if kind in SMALL_TALK else "utter_chitchat")
        return []


class OutOfScope(Action):
    """Says why not and where to go; other people's private data are refused."""

    def name(self) -> str:
        return "action_out_of_scope"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        kind = Turn.of(tracker).kind
        known = kind in {"privacy", "powers"}
        dispatcher.utter_message(response=f"utter_out_of_scope_{kind}" if known else "utter_out_of_scope")
        return []


class Endorse(Action):
    """"我也支持" outside a form: the newest open proposals of the community to choose from."""

    def name(self) -> str:
        return "action_endorse"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        turn = Turn.of(tracker)
        with at_desk(turn) as (session, _desk, resident):
            similar = proposing.similar_items(session, str(resident.community_id), turn.text, None)
            offered = similar or proposing.open_items(session, str(resident.community_id))[:3]
            numbers = [item.number for item in offered]
            titles = [item.title for item in offered]
        if len(similar) == 1:
            endorse(dispatcher, turn, numbers[0])
        elif offered:
            buttons = [button(f"支持“{title[:16]}”") for title in titles]
            dispatcher.utter_message(response="utter_ask_endorse_which", buttons=buttons)
        else:
            dispatcher.utter_message(response="utter_nothing_to_endorse")
        return []


class NextRequest(Action):
    """Takes up the next request of a message that held several."""

    def name(self) -> str:
        return "action_next_request"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _: Any) -> Events:
        turn = Turn.of(tracker).about(Request.of(tracker.get_slot("current_request")))
        if turn.intent == "track_progress":
            tell_progress(dispatcher, turn)
        elif turn.intent == "complaint_escalate":
            hand_over(turn, HandoverKind.COMPLAINT, turn.text[:200])
            dispatcher.utter_message(response="utter_handed_over")
        else:
            answer(dispatcher, turn, turn.text, turn.first.leaf)
        return [SlotSet("current_request", None), *next_case(tracker)]
