"""Texts as administrators type them: on one line, not empty, not too long."""

from bot.errors import InvalidInput
from bot.services.settings.subjects import FIELDS


def line(given: str, field: str, longest: int) -> str:
    """Return the text without spaces around it; raise InvalidInput with the Chinese name of the field."""
    text, name = given.strip(), FIELDS[field]
    if not text:
        raise InvalidInput(f"{name}不能空着")
    if len(text) > longest:
        raise InvalidInput(f"{name}最多{longest}个字", f"现在是{len(text)}个字")
    if not text.isprintable():
        raise InvalidInput(f"{name}要写在一行里")
    return text
