"""The street's places and parties, its residents and its staff."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations.columns import JSON, MOMENT, ROW_ID, WORD, refers_to

revision = "0001"
down_revision = None


def upgrade() -> None:
    _create_communities()
    _create_parties()
    _create_staff()
    _create_grids()
    _create_staff_sessions()
    _create_buildings()
    _create_residents()


def downgrade() -> None:
    op.drop_table("residents")
    op.drop_table("buildings")
    op.drop_table("staff_sessions")
    op.drop_table("grids")
    op.drop_table("staff")
    op.drop_table("parties")
    op.drop_table("communities")


def _create_communities() -> None:
    op.create_table(
        "communities",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("code", sa.String(32), nullable=False, unique=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("street", sa.String(64), nullable=False),
        sa.Column("phone", sa.String(32), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("hours", sa.String(200), nullable=False),
        sa.Column("center_lon", sa.Double(), nullable=False),
        sa.Column("center_lat", sa.Double(), nullable=False),
        sa.Column("boundary", JSON, nullable=False),
    )


def _create_parties() -> None:
    op.create_table(
        "parties",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("community_id", sa.String(64), refers_to("communities.id"), nullable=True),
        sa.Column("estate", sa.String(64), nullable=True),
        sa.Column("phone", sa.String(32), nullable=False),
        sa.Column("hours", sa.String(200), nullable=True),
        sa.Column("alliance", WORD, nullable=True),
        sa.Column("note", sa.String(500), nullable=True),
        sa.Index(None, "kind", "community_id"),
    )


def _create_staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("username", sa.String(64), nullable=False, unique=True),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("role", WORD, nullable=False),
        sa.Column("community_id", sa.String(64), refers_to("communities.id"), nullable=True),
        sa.Column("grid_ids", JSON, nullable=False),
        sa.Column("phone", sa.String(32), nullable=True),
        sa.Column("dialects", JSON, nullable=False),
        sa.Column("disabled_at", MOMENT, nullable=True),
    )


def _create_grids() -> None:
    op.create_table(
        "grids",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("community_id", sa.String(64), refers_to("communities.id"), nullable=False, index=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("polygon", JSON, nullable=False),
        sa.Column("worker_id", ROW_ID, refers_to("staff.id"), nullable=True),
    )


def _create_staff_sessions() -> None:
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("staff_id", ROW_ID, refers_to("staff.id"), nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Index(None, "expires_at"),
        sa.Index(None, "staff_id"),
    )


def _create_buildings() -> None:
    op.create_table(
        "buildings",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("community_id", sa.String(64), refers_to("communities.id"), nullable=False, index=True),
        sa.Column("grid_id", sa.String(64), refers_to("grids.id"), nullable=False, index=True),
        sa.Column("estate", sa.String(64), nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("floors", sa.Integer(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
    )


def _create_residents() -> None:
    op.create_table(
        "residents",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("channel_user", sa.String(128), nullable=False),
        sa.Column("community_id", sa.String(64), refers_to("communities.id"), nullable=True),
        sa.Column("name", sa.String(64), nullable=True),
        sa.Column("phone", sa.String(32), nullable=True),
        sa.Column("building_id", sa.String(64), refers_to("buildings.id"), nullable=True),
        sa.Column("unit", sa.String(16), nullable=True),
        sa.Column("room", sa.String(16), nullable=True),
        sa.Column("place_text", sa.String(200), nullable=True),
        sa.Column("elderly_status", WORD, nullable=False),
        sa.Column("age_band", sa.String(16), nullable=True),
        sa.Column("wants_large_type", sa.Boolean(), nullable=False),
        sa.Column("declined_contact", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("channel", "channel_user"),
    )
