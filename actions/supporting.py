"""Supporting what a neighbour has proposed."""

from rasa_sdk.executor import CollectingDispatcher

from actions.buttons import button
from actions.turn import Turn, at_desk
from bot.core.bubbles import shortened
from bot.services import proposing
from bot.store.tables import AgendaItem

MOST_OFFERED = 3
LONGEST_TITLE = 16


def endorse(dispatcher: CollectingDispatcher, turn: Turn, number: str) -> None:
    with at_desk(turn) as (session, _desk, resident):
        item = proposing.item_by_number(session, number)
        count = proposing.endorse(session, item, resident, turn.inbox_id)
        title = item.title
    dispatcher.utter_message(
        response="utter_endorsed", title=shortened(title, LONGEST_TITLE), number=number, count=count
    )


def meant(turn: Turn) -> tuple[list[AgendaItem], list[AgendaItem]]:
    """The open items the words may mean, and what can be offered where that is not exactly one."""
    with at_desk(turn) as (session, _desk, resident):
        community = str(resident.community_id)
        still_open = proposing.open_items(session, community)
        named = [item for item in still_open if item.title[: LONGEST_TITLE - 1] in turn.text]
        similar = named or proposing.similar_items(session, community, turn.text, turn.first.leaf)
        return similar, (similar or still_open)[:MOST_OFFERED]


def support(dispatcher: CollectingDispatcher, turn: Turn) -> bool:
    """True unless the resident must say which one is meant."""
    similar, offered = meant(turn)
    if len(similar) == 1:
        endorse(dispatcher, turn, similar[0].number)
    elif offered:
        buttons = [button(f"支持“{shortened(item.title, LONGEST_TITLE)}”", "/endorse") for item in offered]
        dispatcher.utter_message(response="utter_ask_endorse_which", buttons=buttons)
        return False
    else:
        dispatcher.utter_message(response="utter_nothing_to_endorse")
    return True
