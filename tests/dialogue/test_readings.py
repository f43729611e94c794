"""The trained model on hand-written messages it was not trained on: `tests/dialogue/readings`."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.assistant import Assistant
from tests.dialogue.readings import labelled_messages

LEAF_RIGHT, IN_THREE, INTENT_RIGHT = 0.9, 0.97, 0.93
FALSE_ALARMS = 0.02
"""Patterns for emergencies are meant to be wide: smoke on the stairs counts as fire, whatever smokes."""
Read = tuple[dict[str, Any], dict[str, Any]]


@pytest.fixture(scope="module")
def read(trained_model: Path) -> list[Read]:
    return asyncio.run(_read(Assistant(trained_model, lambda _: None)))


async def _read(assistant: Assistant) -> list[Read]:
    return [(row, (await assistant.parse(str(row["text"])))["reading"]) for row in labelled_messages()]


def missed(pairs: Sequence[Read], name: str) -> list[tuple[str, Any, Any]]:
    return [(row["text"], row[name], found[name]) for row, found in pairs if found[name] != row[name]]


def test_there_are_enough_messages_to_say_something(read: list[Read]) -> None:
    assert len(read) >= 300
    assert len({row["leaf"] for row, _ in read}) >= 60


def test_leaves_are_read_rightly(read: list[Read]) -> None:
    with_leaf = [(row, found) for row, found in read if row["leaf"]]
    wrong = missed(with_leaf, "leaf")
    assert len(wrong) <= (1 - LEAF_RIGHT) * len(with_leaf), wrong


def test_the_right_leaf_is_among_the_three_offered(read: list[Read]) -> None:
    with_leaf = [(row, found) for row, found in read if row["leaf"]]
    wrong = [(row["text"], row["leaf"]) for row, found in with_leaf if row["leaf"] not in found["leaf_top3"]]
    assert len(wrong) <= (1 - IN_THREE) * len(with_leaf), wrong


def test_intents_are_read_rightly(read: list[Read]) -> None:
    wrong = missed(read, "intent")
    assert len(wrong) <= (1 - INTENT_RIGHT) * len(read), wrong


def test_hardly_any_ordinary_message_is_taken_for_an_emergency(read: list[Read]) -> None:
    alarms = [row["text"] for row, found in read if found["emergency"]]
    assert len(alarms) <= FALSE_ALARMS * len(read), alarms
