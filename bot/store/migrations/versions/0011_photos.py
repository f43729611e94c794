"""Pictures staff take at the place: before and after something was done there."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations.columns import MOMENT, ROW_ID, WORD, refers_to

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "case_photos",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("case_kind", WORD, nullable=False),
        sa.Column("case_id", ROW_ID, nullable=False),
        sa.Column("step_id", ROW_ID, refers_to("case_steps.id"), nullable=False, index=True),
        sa.Column("staff_id", ROW_ID, refers_to("staff.id"), nullable=False),
        sa.Column("stage", WORD, nullable=False),
        sa.Column("file", sa.String(200), nullable=False, unique=True),
        sa.Column("content_type", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Index(None, "case_kind", "case_id", "id"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("case_photos")
