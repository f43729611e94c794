"""Knowledge, labels, trackers and the audit log."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations.columns import JSON, MOMENT, ROW_ID, WORD, refers_to

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _create_knowledge_entries()
    _create_trackers()
    _create_audit()
    _create_labels()


def downgrade() -> None:
    op.drop_table("labels")
    op.drop_table("audit")
    op.drop_table("trackers")
    op.drop_table("knowledge_entries")


def _create_knowledge_entries() -> None:
    op.create_table(
        "knowledge_entries",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("leaf", sa.String(8), nullable=True, index=True),
        sa.Column("asks", JSON, nullable=False),
        sa.Column("answer", JSON, nullable=False),
        sa.Column("materials", JSON, nullable=False),
        sa.Column("places", JSON, nullable=False),
        sa.Column("hours", sa.String(200), nullable=True),
        sa.Column("scope", sa.String(32), nullable=False),
        sa.Column("channels", JSON, nullable=False),
        sa.Column("source", sa.String(500), nullable=False),
        sa.Column("phone", sa.String(32), nullable=True),
        sa.Column("checked", sa.Date(), nullable=False),
    )


def _create_trackers() -> None:
    op.create_table(
        "trackers",
        sa.Column("sender_id", sa.String(128), primary_key=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("staff_id", ROW_ID, refers_to("staff.id"), nullable=True),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("object", sa.String(100), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        sqlite_autoincrement=True,
    )


def _create_labels() -> None:
    op.create_table(
        "labels",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("message_id", ROW_ID, refers_to("messages.id"), nullable=True, unique=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("intent", sa.String(64), nullable=False),
        sa.Column("leaf", sa.String(8), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("staff_id", ROW_ID, refers_to("staff.id"), nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Index(None, "status", "id"),
    )
