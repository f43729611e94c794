"""The console: notes between colleagues, ready answers, edited settings, words to search by, indexes of its lists."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from bot.store.migrations.columns import JSON, MOMENT, ROW_ID, WORD, refers_to

revision = "0010"
down_revision = "0009"

TABLES: Final = ("case_terms", "setting_changes", "settings", "canned_answers", "conversation_notes")
EDITED: Final = ("communities", "grids", "parties")
LOG: Final = "setting_changes"
UNSURE_INTENT, UNSURE_LEAF = 0.5, 0.3
# What the lists of the console are asked for in tables that were there before.
LISTED: Final = (
    ("conversations", "worker_id", "state"),
    ("handovers", "kind", "inbox_id"),
    ("messages", "doubt", "status"),
    ("labels", "message_id", "staff_id"),
    ("event_reporters", "resident_id", "at"),
    ("endorsements", "resident_id", "at"),
    ("agenda_items", "status", "created_at"),
    ("agenda_items", "created_at"),
    ("in_person_orders", "status", "created_at"),
    ("in_person_orders", "created_at"),
    ("in_person_orders", "grid_id", "status", "created_at"),
    ("audit", "at"),
    ("audit", "staff_id", "at"),
    ("audit", "action", "at"),
    ("audit", "object", "at"),
)


def upgrade() -> None:
    for table in EDITED:
        op.add_column(table, sa.Column("edited_at", MOMENT, nullable=True))
    op.add_column("parties", sa.Column("disabled_at", MOMENT, nullable=True))
    op.add_column("conversations", sa.Column("held_since", MOMENT, nullable=True))
    op.add_column("conversations", sa.Column("touched_at", MOMENT, nullable=True))
    op.add_column("messages", sa.Column("doubt", sa.Integer(), nullable=True))
    _tell_doubts()
    for table, *columns in LISTED:
        op.create_index(_index(table, columns), table, columns)
    _create_conversation_notes()
    _create_canned_answers()
    _create_settings()
    _create_setting_changes()
    _create_case_terms()
    _keep_history()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    for table, *columns in LISTED:
        op.drop_index(_index(table, columns), table)
    op.drop_column("messages", "doubt")
    op.drop_column("conversations", "touched_at")
    op.drop_column("conversations", "held_since")
    op.drop_column("parties", "disabled_at")
    for table in EDITED:
        op.drop_column(table, "edited_at")


def _index(table: str, columns: list[str]) -> str:
    return op.f(f"ix_{table}_{'_'.join(columns)}")


def _tell_doubts() -> None:
    """Of each reading: 1 the model gave up, 2 it was unsure, 4 somebody put it right; together as their sum."""
    messages = sa.table("messages", sa.column("reading", JSON), sa.column("doubt", sa.Integer()))
    reading = messages.c.reading
    intent, confidence = reading["intent"].as_string(), reading["confidence"].as_float()
    is_filed = intent.in_(("report_event", "propose_agenda_item"))
    unsure = sa.or_(confidence < UNSURE_INTENT, sa.and_(is_filed, reading["leaf_confidence"].as_float() < UNSURE_LEAF))
    corrected = reading["corrected"].as_string().is_not(None)
    told = ((1, intent.in_(("", "nlu_fallback"))), (2, unsure), (4, corrected))
    doubt = sum(sa.case((is_so, number), else_=0) for number, is_so in told)
    op.execute(messages.update().where(reading.is_not(None)).values(doubt=sa.func.nullif(doubt, 0)))


def _keep_history() -> None:
    """Refuse, as for the other logs, to change or delete what was done with settings."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for change in ("UPDATE", "DELETE"):
        action = (
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            if on_postgresql
            else f"BEGIN SELECT RAISE(ABORT, '{LOG} is append-only'); END"
        )
        op.execute(f"CREATE TRIGGER {LOG}_no_{change.lower()} BEFORE {change} ON {LOG} {action}")


def _create_conversation_notes() -> None:
    op.create_table(
        "conversation_notes",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("conversation_id", ROW_ID, refers_to("conversations.id"), nullable=False),
        sa.Column("staff_id", ROW_ID, refers_to("staff.id"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Index(None, "conversation_id", "id"),
    )


def _create_canned_answers() -> None:
    op.create_table(
        "canned_answers",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("community_id", sa.String(64), refers_to("communities.id"), nullable=True),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("shortcut", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Index(None, "community_id"),
    )


def _create_settings() -> None:
    op.create_table(
        "settings",
        sa.Column("subject", sa.String(32), primary_key=True),
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("content", JSON, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _create_setting_changes() -> None:
    op.create_table(
        "setting_changes",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("staff_id", ROW_ID, refers_to("staff.id"), nullable=False),
        sa.Column("subject", sa.String(32), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.Column("after", JSON, nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Index(None, "subject", "key", "id"),
        sqlite_autoincrement=True,
    )


def _create_case_terms() -> None:
    op.create_table(
        "case_terms",
        sa.Column("term", sa.String(8).with_variant(sa.String(8, collation="C"), "postgresql"), primary_key=True),
        sa.Column("case_kind", WORD, primary_key=True),
        sa.Column("case_id", ROW_ID, primary_key=True),
        sa.Index(None, "case_id", "case_kind", "term"),
        sqlite_with_rowid=False,
    )
