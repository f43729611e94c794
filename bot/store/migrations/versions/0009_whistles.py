"""Whistles with the departments they call, and early warnings."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations.columns import JSON, MOMENT, ROW_ID, WORD, refers_to

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    _create_whistles()
    _create_whistle_calls()
    _create_early_warnings()


def downgrade() -> None:
    for table in ("early_warnings", "whistle_calls", "whistles"):
        op.drop_table(table)


def _create_whistles() -> None:
    op.create_table(
        "whistles",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("number", sa.String(40), nullable=False, unique=True),
        sa.Column("community_id", sa.String(64), refers_to("communities.id"), nullable=False),
        sa.Column("event_id", ROW_ID, refers_to("grid_events.id"), nullable=True),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("because", JSON, nullable=False),
        sa.Column("proposed_by", ROW_ID, refers_to("staff.id"), nullable=True),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("blown_by", ROW_ID, refers_to("staff.id"), nullable=True),
        sa.Column("blown_at", MOMENT, nullable=True),
        sa.Column("confirmed_by", ROW_ID, refers_to("staff.id"), nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("ended_by", ROW_ID, refers_to("staff.id"), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Index(None, "community_id", "status", "proposed_at"),
        sa.Index(None, "event_id"),
        sa.Index(None, "status", "proposed_at"),
        sa.Index(None, "kind", "proposed_at"),
        sa.Index(None, "proposed_at"),
    )


def _create_whistle_calls() -> None:
    op.create_table(
        "whistle_calls",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("whistle_id", ROW_ID, refers_to("whistles.id"), nullable=False),
        sa.Column("party_id", sa.String(64), refers_to("parties.id"), nullable=False),
        sa.Column("party_name", sa.String(64), nullable=False),
        sa.Column("signed_at", MOMENT, nullable=True),
        sa.Column("signed_by", sa.String(64), nullable=False),
        sa.Column("signed_place", sa.String(200), nullable=False),
        sa.Column("contacted_at", MOMENT, nullable=True),
        sa.Column("contact_words", sa.Text(), nullable=False),
        sa.Column("arrived_at", MOMENT, nullable=True),
        sa.Column("arrived_by", sa.String(64), nullable=False),
        sa.Column("arrived_place", sa.String(200), nullable=False),
        sa.Column("reported_at", MOMENT, nullable=True),
        sa.Column("took_on_at", MOMENT, nullable=True),
        sa.Column("spoke_with", sa.String(200), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("score_words", sa.Text(), nullable=False),
        sa.Column("scored_by", ROW_ID, refers_to("staff.id"), nullable=True),
        sa.Column("scored_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("whistle_id", "party_id"),
        sa.Index(None, "party_id", "signed_at"),
    )


def _create_early_warnings() -> None:
    op.create_table(
        "early_warnings",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("key", sa.String(120), nullable=False, unique=True),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("community_id", sa.String(64), refers_to("communities.id"), nullable=False),
        sa.Column("grid_id", sa.String(64), refers_to("grids.id"), nullable=True),
        sa.Column("building_id", sa.String(64), refers_to("buildings.id"), nullable=True),
        sa.Column("leaf", sa.String(8), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Double(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("event_numbers", JSON, nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("decided_by", ROW_ID, refers_to("staff.id"), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("agenda_number", sa.String(40), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Index(None, "community_id", "status", "created_at"),
    )
