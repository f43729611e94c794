"""Delivery: how far a reply has come, what was delivered already, attachments, tokens, links, alerts."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations.columns import MOMENT, ROW_ID, WORD, refers_to

revision = "0006"
down_revision = "0005"

OF_MESSAGES = ("payload", "attempts", "due_at", "sent_by", "parts_sent", "fault")


def upgrade() -> None:
    _extend_talk()
    _create_receipts()
    _create_attachments()
    _create_tokens_and_links()
    _create_group_alerts()


def downgrade() -> None:
    for table in ("group_alerts", "page_links", "channel_tokens", "attachments", "receipts"):
        op.drop_table(table)
    op.drop_index("ix_endorsements_inbox_id", "endorsements")
    op.drop_index("ix_event_reporters_inbox_id", "event_reporters")
    op.drop_column("residents", "left_at")
    op.drop_column("conversations", "phone_needed_since")
    for column in OF_MESSAGES:
        op.drop_column("messages", column)


def _extend_talk() -> None:
    op.add_column("messages", sa.Column("payload", sa.String(64), nullable=True))
    op.add_column("messages", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("messages", sa.Column("due_at", MOMENT, nullable=True))
    op.add_column("messages", sa.Column("sent_by", WORD, nullable=True))
    op.add_column("messages", sa.Column("parts_sent", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("messages", sa.Column("fault", WORD, nullable=True))
    op.add_column("conversations", sa.Column("phone_needed_since", MOMENT, nullable=True))
    # Deleting a message looks for whoever refers to it.
    op.create_index(op.f("ix_event_reporters_inbox_id"), "event_reporters", ["inbox_id"])
    op.create_index(op.f("ix_endorsements_inbox_id"), "endorsements", ["inbox_id"])
    op.add_column("residents", sa.Column("left_at", MOMENT, nullable=True))


def _create_receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("signature", sa.String(64), nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("inbox_id", ROW_ID, refers_to("messages.id"), nullable=True, index=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.UniqueConstraint("channel", "key"),
        sa.UniqueConstraint("channel", "signature"),
        sa.Index(None, "received_at"),
    )


def _create_attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("message_id", ROW_ID, refers_to("messages.id"), nullable=False, index=True),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("media_id", sa.String(255), nullable=True),
        sa.Column("file", sa.String(200), nullable=True),
        sa.Column("content_type", sa.String(64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(500), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("case_kind", WORD, nullable=True),
        sa.Column("case_id", ROW_ID, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("fault", WORD, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Index(None, "case_kind", "case_id"),
        sa.Index(None, "state", "id"),
        sqlite_autoincrement=True,
    )


def _create_tokens_and_links() -> None:
    op.create_table(
        "channel_tokens",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("claimed_until", MOMENT, nullable=True),
    )
    op.create_table(
        "page_links",
        sa.Column("secret_digest", sa.String(64), primary_key=True),
        sa.Column("resident_id", sa.String(64), refers_to("residents.id"), nullable=False, index=True),
        sa.Column("linked_at", MOMENT, nullable=False),
    )


def _create_group_alerts() -> None:
    op.create_table(
        "group_alerts",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("group", sa.String(64), nullable=False),
        sa.Column("topic", sa.String(100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("fault", WORD, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Index(None, "group", "status", "id"),
    )
