"""Alembic's script location; `bot.store.schema` runs it, there is no alembic.ini."""
