"""Grid events, agenda items, in-person orders and their steps."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations.columns import JSON, MOMENT, ROW_ID, WORD, refers_to

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "case_counters",
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("community", sa.String(64), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("last", sa.Integer(), nullable=False),
    )
    _create_case_steps()
    _create_agenda_items()
    _create_grid_events()
    _create_in_person_orders()
    _create_endorsements()
    _create_event_reporters()


def downgrade() -> None:
    op.drop_table("event_reporters")
    op.drop_table("endorsements")
    op.drop_table("in_person_orders")
    op.drop_table("grid_events")
    op.drop_table("agenda_items")
    op.drop_table("case_steps")
    op.drop_table("case_counters")


def _case_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("number", sa.String(40), nullable=False, unique=True),
        sa.Column("inbox_id", ROW_ID, refers_to("messages.id"), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.String(64), refers_to("communities.id"), nullable=False),
        sa.Column("building_id", sa.String(64), refers_to("buildings.id"), nullable=True),
        sa.Column("linked_group", sa.String(40), nullable=True, index=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    ]


def _create_case_steps() -> None:
    op.create_table(
        "case_steps",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("case_kind", WORD, nullable=False),
        sa.Column("case_id", ROW_ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_kind", WORD, nullable=False),
        sa.Column("actor_id", sa.String(64), nullable=True),
        sa.Column("actor_name", sa.String(64), nullable=False),
        sa.Column("from_status", sa.String(32), nullable=True),
        sa.Column("to_status", sa.String(32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Index(None, "case_kind", "case_id", "id"),
        sqlite_autoincrement=True,
    )


def _create_agenda_items() -> None:
    op.create_table(
        "agenda_items",
        *_case_columns(),
        sa.Column("resident_id", sa.String(64), refers_to("residents.id"), nullable=False),
        sa.Column("catalogue_code", sa.String(16), nullable=False),
        sa.Column("leaf", sa.String(8), nullable=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("scope", WORD, nullable=False),
        sa.Column("scope_text", sa.String(200), nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.UniqueConstraint("inbox_id", "ordinal"),
        sa.Index(None, "community_id", "status", "created_at"),
        sa.Index(None, "resident_id", "created_at"),
    )


def _create_grid_events() -> None:
    op.create_table(
        "grid_events",
        *_case_columns(),
        sa.Column("resident_id", sa.String(64), refers_to("residents.id"), nullable=True),
        sa.Column("grid_id", sa.String(64), refers_to("grids.id"), nullable=True),
        sa.Column("unit", sa.String(16), nullable=True),
        sa.Column("room", sa.String(16), nullable=True),
        sa.Column("place_text", sa.String(200), nullable=False),
        sa.Column("leaf", sa.String(8), nullable=False),
        sa.Column("leaf_top3", JSON, nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("urgency", WORD, nullable=False),
        sa.Column("urgency_reasons", JSON, nullable=False),
        sa.Column("lead_party_id", sa.String(64), refers_to("parties.id"), nullable=True),
        sa.Column("lead_name", sa.String(64), nullable=False),
        sa.Column("co_names", JSON, nullable=False),
        sa.Column("whistle", WORD, nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("due_respond", MOMENT, nullable=False),
        sa.Column("due_resolve", MOMENT, nullable=False),
        sa.Column("contact_name", sa.String(64), nullable=True),
        sa.Column("contact_phone", sa.String(32), nullable=True),
        sa.Column("elderly", sa.String(32), nullable=False),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("inbox_id", "ordinal"),
        sa.Index(None, "community_id", "leaf", "building_id"),
        sa.Index(None, "community_id", "status", "created_at"),
        sa.Index(None, "resident_id", "created_at"),
    )


def _create_in_person_orders() -> None:
    op.create_table(
        "in_person_orders",
        *_case_columns(),
        sa.Column("resident_id", sa.String(64), refers_to("residents.id"), nullable=False),
        sa.Column("grid_id", sa.String(64), refers_to("grids.id"), nullable=True),
        sa.Column("place_text", sa.String(200), nullable=False),
        sa.Column("room", sa.String(16), nullable=True),
        sa.Column("need", sa.String(200), nullable=False),
        sa.Column("leaf", sa.String(8), nullable=True),
        sa.Column("recipient", WORD, nullable=False),
        sa.Column("recipient_name", sa.String(64), nullable=True),
        sa.Column("age_band", sa.String(16), nullable=True),
        sa.Column("phone", sa.String(32), nullable=True),
        sa.Column("preferred_time", sa.String(100), nullable=False),
        sa.Column("way", WORD, nullable=False),
        sa.Column("visit_code", sa.String(8), nullable=False),
        sa.Column("assignee_id", ROW_ID, refers_to("staff.id"), nullable=True),
        sa.Column("assignee_name", sa.String(64), nullable=False),
        sa.Column("backup_name", sa.String(64), nullable=True),
        sa.Column("assigned_because", sa.String(200), nullable=False),
        sa.Column("urgency", WORD, nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.UniqueConstraint("inbox_id", "ordinal"),
        sa.Index(None, "assignee_id", "status"),
        sa.Index(None, "community_id", "status", "created_at"),
        sa.Index(None, "resident_id", "created_at"),
    )


def _create_endorsements() -> None:
    op.create_table(
        "endorsements",
        sa.Column("item_id", ROW_ID, refers_to("agenda_items.id"), primary_key=True),
        sa.Column("resident_id", sa.String(64), refers_to("residents.id"), primary_key=True),
        sa.Column("household", sa.String(100), nullable=True),
        sa.Column("inbox_id", ROW_ID, refers_to("messages.id"), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
    )


def _create_event_reporters() -> None:
    op.create_table(
        "event_reporters",
        sa.Column("event_id", ROW_ID, refers_to("grid_events.id"), primary_key=True),
        sa.Column("resident_id", sa.String(64), refers_to("residents.id"), primary_key=True),
        sa.Column("inbox_id", ROW_ID, refers_to("messages.id"), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
