"""Forms of the console that were sent, so that the same one sent twice changes nothing."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations.columns import MOMENT, ROW_ID, refers_to

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "sent_forms",
        sa.Column("token", sa.String(32), primary_key=True),
        sa.Column("staff_id", ROW_ID, refers_to("staff.id"), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Index(None, "at"),
    )


def downgrade() -> None:
    op.drop_table("sent_forms")
