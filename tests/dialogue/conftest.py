"""Rasa is importable only after `bot.dialogue`."""

import bot.dialogue  # noqa: F401
