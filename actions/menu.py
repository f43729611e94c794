"""What the assistant can do, as numbered choices."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import button
from actions.pending import Events

CHOICES = (
    ("东西坏了、有人扰民", "/report_event"),
    ("给小区提建议", "/propose_agenda_item"),
    ("问政策怎么办事", "/consult_policy"),
    ("查报过的事", "/track_progress"),
    ("要人上门或来电话", "/request_in_person"),
    ("找工作人员", "/complaint_escalate"),
)


class Menu(Action):
    def name(self) -> str:
        return "action_menu"

    async def run(self, dispatcher: CollectingDispatcher, _: Tracker, __: Any) -> Events:
        dispatcher.utter_message(response="utter_menu_emergency")
        dispatcher.utter_message(response="utter_menu", buttons=[button(*choice) for choice in CHOICES])
        return []
