"""What a message most probably meant: the few choices put under one key each."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from bot.core.catalogue import Catalogue
from bot.errors import InvalidInput
from bot.services import intents
from bot.services.intents import Choice
from bot.services.readings import Reading

MOST: Final = 3


def top_guesses(catalogue: Catalogue, reading: Reading | None) -> tuple[Choice, ...]:
    """The model's best choices, its own first; only such as a form would accept."""
    if reading is None:
        return ()
    found: dict[str, Choice] = {}
    for intent, leaf in _candidates(reading):
        with suppress(InvalidInput):
            choice = intents.chosen(catalogue, intent, leaf)
            found.setdefault(choice.code, choice)
    return tuple(found.values())[:MOST]


def understood(catalogue: Catalogue, reading: Reading | None) -> Choice | None:
    """What the model itself took the message for; None where it gave up, or what it said is no complete choice."""
    if reading is None:
        return None
    for intent, leaf in _of_intent(reading, reading.intent):
        with suppress(InvalidInput):
            return intents.chosen(catalogue, intent, leaf)
    return None


def choice_of(catalogue: Catalogue, code: str) -> Choice:
    """The choice a button stands for, such as report_event/0603; raises InvalidInput."""
    if code in intents.NAMES:
        return intents.chosen(catalogue, code, "")
    intent, _, leaf = code.rpartition("/")
    return intents.chosen(catalogue, intent, leaf)


def _candidates(reading: Reading) -> Iterator[tuple[str, str]]:
    yield from _of_intent(reading, reading.intent)
    for intent, _ in reading.ranking:
        yield from list(_of_intent(reading, intent))[:1]


def _of_intent(reading: Reading, intent: str) -> Iterator[tuple[str, str]]:
    """An intent that needs a leaf with each of the likely ones, any other with its kind where it has one."""
    if intents.needs_leaf(intent):
        leaves = [reading.leaf, *reading.leaf_top3] if intent == reading.intent else reading.leaf_top3
        yield from ((intent, leaf) for leaf in leaves if leaf)
        return
    if intent == reading.intent and reading.kind:
        yield f"{intent}/{reading.kind}", ""
    yield intent, ""
