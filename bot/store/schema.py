"""Bringing a database to the schema of this version, by Alembic run from here."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from bot.store.faults import ForeignDatabase, NewerDatabase, place
from bot.store.sqlite import check_sound
from bot.store.tables import Base

SCRIPTS: Final = Path(__file__).parent / "migrations"
# Any number will do, as long as every process of this program uses the same.
MIGRATION_LOCK: Final = 5_101_041


def migrate(engine: Engine) -> None:
    """Upgrade to the newest revision in one transaction; two processes starting at once take turns."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            check_sound(connection, place(engine.url))
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        _refuse_unknown(connection, ScriptDirectory.from_config(config), place(engine.url))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _refuse_unknown(connection: Connection, scripts: ScriptDirectory, where: str) -> None:
    found = MigrationContext.configure(connection).get_current_revision()
    if found is None:
        ours = set(Base.metadata.tables) & set(inspect(connection).get_table_names())
        if ours:
            raise ForeignDatabase(where, min(ours))
    elif found not in {script.revision for script in scripts.walk_revisions()}:
        raise NewerDatabase(where, found, scripts.get_current_head() or "-")
