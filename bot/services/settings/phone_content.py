"""What the console says of offices and of local numbers, as it is stored, put in place of what the files say."""

from collections.abc import Mapping
from dataclasses import replace

from bot.core import phone_numbers, plain_data
from bot.core.emergencies import EmergencyCard
from bot.core.knowledge import ServicePlace

LONGEST_KEY = 64


def place_key(place: ServicePlace) -> str:
    """What names an office among the settings: its kind and its name, which are unique together."""
    return f"{place.key}:{place.name}"[:LONGEST_KEY]


def place_with(place: ServicePlace, content: Mapping[str, object]) -> ServicePlace:
    """The office with what is set; raises InvalidInput for what is no text."""
    return replace(
        place,
        phone=plain_data.text(content.get("phone", place.phone), "电话"),
        address=plain_data.text(content.get("address", place.address), "地址"),
        hours=plain_data.text(content.get("hours", place.hours), "服务时间"),
    )


def card_with(card: EmergencyCard, contents: Mapping[str, Mapping[str, object]]) -> EmergencyCard:
    """The card with the local numbers that are set; those of the whole country are never exchanged."""
    numbers = tuple((name, _number(number, contents)) for name, number in card.numbers)
    return replace(card, numbers=numbers)


def _number(number: str, contents: Mapping[str, Mapping[str, object]]) -> str:
    if number in phone_numbers.NATIONAL or number not in contents:
        return number
    return plain_data.text(contents[number].get("number"), "号码")
