"""What Alembic runs for every command: migrations on the connection it is handed, in that transaction."""

from alembic import context
from sqlalchemy import Connection

from bot.store.tables import Base

connection: Connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
