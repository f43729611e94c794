"""Which events are late is asked on every list: an index of the clocks that still run."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
INDEX = "ix_case_clocks_running"


def upgrade() -> None:
    still_runs = sa.text("stopped_at IS NULL")
    op.create_index(
        INDEX,
        "case_clocks",
        ["due_at", "event_id", "subject", "paused_at"],
        sqlite_where=still_runs,
        postgresql_where=still_runs,
    )


def downgrade() -> None:
    op.drop_index(INDEX, table_name="case_clocks")
