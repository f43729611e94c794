"""Conversations, messages and handovers."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations.columns import JSON, MOMENT, ROW_ID, WORD, refers_to

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _create_conversations()
    _create_messages()
    _create_handovers()


def downgrade() -> None:
    op.drop_table("handovers")
    op.drop_table("messages")
    op.drop_table("conversations")


def _create_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("resident_id", sa.String(64), refers_to("residents.id"), nullable=False, unique=True),
        sa.Column("state", WORD, nullable=False),
        sa.Column("reason", sa.String(200), nullable=True),
        sa.Column("waiting_since", MOMENT, nullable=True),
        sa.Column("worker_id", ROW_ID, refers_to("staff.id"), nullable=True),
        sa.Column("emergency_event_id", ROW_ID, nullable=True),
        sa.Column("choices", JSON, nullable=False),
        sa.Column("handover_id", ROW_ID, nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Index(None, "state", "waiting_since"),
    )


def _create_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("conversation_id", ROW_ID, refers_to("conversations.id"), nullable=False),
        sa.Column("direction", WORD, nullable=False),
        sa.Column("sender", WORD, nullable=False),
        sa.Column("staff_id", ROW_ID, refers_to("staff.id"), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("buttons", JSON, nullable=False),
        sa.Column("card", JSON, nullable=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("channel_message_id", sa.String(128), nullable=True),
        sa.Column("status", WORD, nullable=False),
        sa.Column("in_reply_to", ROW_ID, refers_to("messages.id"), nullable=True, index=True),
        sa.Column("reading", JSON, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("channel", "conversation_id", "channel_message_id"),
        sa.Index(None, "conversation_id", "id"),
        sa.Index(None, "direction", "status", "id"),
        sqlite_autoincrement=True,
    )


def _create_handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("conversation_id", ROW_ID, refers_to("conversations.id"), nullable=False),
        sa.Column("resident_id", sa.String(64), refers_to("residents.id"), nullable=False),
        sa.Column("inbox_id", ROW_ID, refers_to("messages.id"), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("staff_id", ROW_ID, refers_to("staff.id"), nullable=True),
        sa.Column("about_staff_ids", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.UniqueConstraint("inbox_id", "kind"),
        sa.Index(None, "conversation_id", "status"),
        sa.Index(None, "status", "created_at"),
    )
