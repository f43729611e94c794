"""What was refused, withdrawn or merged is counted beside every figure: an index of those few."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
INDEX = "ix_event_outcomes_void"


def upgrade() -> None:
    op.create_index(
        INDEX,
        "event_outcomes",
        ["status"],
        sqlite_where=sa.text("is_void IS 1"),
        postgresql_where=sa.text("is_void IS true"),
    )


def downgrade() -> None:
    op.drop_index(INDEX, table_name="event_outcomes")
