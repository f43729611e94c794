"""What is over its time now: also what was reworked or opened again, by the limit of that attempt."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column(
        "event_outcomes", sa.Column("is_overdue_now", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute("UPDATE event_outcomes SET is_overdue_now = is_overdue WHERE first_resolved_at IS NULL")
    # Which attempt was late only the log knows: without a row, the outcome is made anew from it (`keep_missing`).
    op.execute("DELETE FROM event_outcomes WHERE resolved_at IS NULL AND first_resolved_at IS NOT NULL AND is_overdue")


def downgrade() -> None:
    op.drop_column("event_outcomes", "is_overdue_now")
