"""Handling grid events: the whole life of an event, delays, tasks, clocks, call-backs and outcomes."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from bot.store.migrations.columns import JSON, MOMENT, ROW_ID, WORD, refers_to

revision = "0008"
down_revision = "0007"

TABLES: Final = ("event_outcomes", "event_callbacks", "case_clocks", "event_tasks", "event_extensions")
STEPS_BY_ACTOR: Final = "ix_case_steps_actor_id_case_kind_case_id"
RENAMED: Final = (("handling", "in_progress"), ("done", "resolved"))
INDEXES: Final = (
    ("community_id", "created_at"),
    ("status", "urgency", "due_resolve"),
    ("grid_id", "status"),
    ("lead_party_id", "status", "created_at"),
    ("created_at",),
    ("community_id", "closed_at"),
    ("urgency", "due_resolve"),
    ("due_resolve",),
    ("leaf", "created_at"),
    ("building_id", "created_at"),
    ("supervision", "created_at"),
    ("needs_review", "created_at"),
    ("elderly", "created_at"),
)
TOKEN: Final = ("form_token",)


def upgrade() -> None:
    op.add_column("staff", sa.Column("party_id", sa.String(64), nullable=True))
    op.add_column("case_steps", sa.Column("deed", WORD, nullable=True))
    op.add_column("case_steps", sa.Column("round", sa.Integer(), nullable=True))
    op.add_column("case_steps", sa.Column("party_id", sa.String(64), nullable=True))
    op.add_column("case_steps", sa.Column("facts", JSON, nullable=True))
    op.create_index(op.f(STEPS_BY_ACTOR), "case_steps", ["actor_id", "case_kind", "case_id"])
    _extend_events()
    _create_event_extensions()
    _create_event_tasks()
    _create_case_clocks()
    _create_event_callbacks()
    _create_event_outcomes()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    for columns in (*INDEXES, TOKEN):
        op.drop_index(_index(columns), "grid_events")
    for column in _columns():
        op.drop_column("grid_events", column.name)
    op.drop_index(op.f(STEPS_BY_ACTOR), "case_steps")
    for name in ("facts", "party_id", "round", "deed"):
        op.drop_column("case_steps", name)
    op.drop_column("staff", "party_id")


def _index(columns: tuple[str, ...]) -> str:
    return op.f(f"ix_grid_events_{'_'.join(columns)}")


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column("discovery", WORD, nullable=False, server_default="resident"),
        sa.Column("round", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("returns", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("is_designated", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("handler_ids", JSON, nullable=False, server_default="[]"),
        sa.Column("handling_party_ids", JSON, nullable=False, server_default="[]"),
        sa.Column("return_by", MOMENT, nullable=True),
        sa.Column("suspended_at", MOMENT, nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("completion", WORD, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False, server_default=""),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("supervision", WORD, nullable=False, server_default="none"),
        sa.Column("urges", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("urged_at", MOMENT, nullable=True),
        sa.Column("disposition", WORD, nullable=True),
        sa.Column("first_party_id", sa.String(64), nullable=True),
        sa.Column("verifier_id", ROW_ID, nullable=True),
        sa.Column("refusal_proposed_by", ROW_ID, nullable=True),
        sa.Column("form_token", sa.String(32), nullable=True),
    ]


def _extend_events() -> None:
    for column in _columns():
        op.add_column("grid_events", column)
    for old, new in RENAMED:
        op.execute(sa.text("UPDATE grid_events SET status = :new WHERE status = :old").bindparams(old=old, new=new))
    op.execute(sa.text("UPDATE grid_events SET closed_at = updated_at WHERE status = 'closed'"))
    for columns in INDEXES:
        op.create_index(_index(columns), "grid_events", list(columns))
    op.create_index(_index(TOKEN), "grid_events", list(TOKEN), unique=True)


def _create_event_extensions() -> None:
    op.create_table(
        "event_extensions",
        sa.Column("event_id", ROW_ID, refers_to("grid_events.id"), primary_key=True),
        sa.Column("round", sa.Integer(), primary_key=True),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", WORD, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", ROW_ID, refers_to("staff.id"), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.Column("decided_by", ROW_ID, refers_to("staff.id"), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
    )


def _create_event_tasks() -> None:
    op.create_table(
        "event_tasks",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("event_id", ROW_ID, refers_to("grid_events.id"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.String(64), refers_to("parties.id"), nullable=False),
        sa.Column("party_name", sa.String(64), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Index(None, "event_id"),
        sa.Index(None, "party_id", "status"),
    )


def _create_case_clocks() -> None:
    op.create_table(
        "case_clocks",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("subject", WORD, nullable=False),
        sa.Column("subject_id", ROW_ID, nullable=False),
        sa.Column("event_id", ROW_ID, refers_to("grid_events.id"), nullable=True, index=True),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.String(64), refers_to("parties.id"), nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("unit", WORD, nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("warn_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("warned_at", MOMENT, nullable=True),
        sa.Column("breached_at", MOMENT, nullable=True),
        sa.Column("yellow_at", MOMENT, nullable=True),
        sa.Column("red_at", MOMENT, nullable=True),
        sa.Column("paused_at", MOMENT, nullable=True),
        sa.Column("stopped_at", MOMENT, nullable=True),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("fault", sa.String(200), nullable=True),
        sa.Index(None, "next_at"),
        sa.Index(None, "subject", "subject_id", "kind"),
    )


def _create_event_callbacks() -> None:
    op.create_table(
        "event_callbacks",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("event_id", ROW_ID, refers_to("grid_events.id"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("staff_id", ROW_ID, refers_to("staff.id"), nullable=True),
        sa.Column("resident_id", sa.String(64), refers_to("residents.id"), nullable=True),
        sa.Column("way", WORD, nullable=False),
        sa.Column("is_reached", sa.Boolean(), nullable=False),
        sa.Column("solved", WORD, nullable=True),
        sa.Column("satisfaction", WORD, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Index(None, "event_id", "round"),
    )


def _create_event_outcomes() -> None:
    op.create_table(
        "event_outcomes",
        sa.Column("id", ROW_ID, primary_key=True),
        sa.Column("event_id", ROW_ID, refers_to("grid_events.id"), nullable=False),
        sa.Column("community_id", sa.String(64), refers_to("communities.id"), nullable=False),
        sa.Column("grid_id", sa.String(64), refers_to("grids.id"), nullable=True),
        sa.Column("party_id", sa.String(64), refers_to("parties.id"), nullable=True),
        sa.Column("leaf", sa.String(8), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("reported_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("due_respond", MOMENT, nullable=True),
        sa.Column("due_resolve", MOMENT, nullable=True),
        sa.Column("contacted_at", MOMENT, nullable=True),
        sa.Column("responded", sa.Boolean(), nullable=True),
        sa.Column("suspended_at", MOMENT, nullable=True),
        sa.Column("first_resolved_at", MOMENT, nullable=True),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.Column("is_overdue", sa.Boolean(), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("completion", WORD, nullable=True),
        sa.Column("is_called_back", sa.Boolean(), nullable=False),
        sa.Column("solved", WORD, nullable=True),
        sa.Column("satisfaction", WORD, nullable=True),
        sa.Column("calls_reached", sa.Integer(), nullable=False),
        sa.Column("calls_solved", sa.Integer(), nullable=False),
        sa.Column("ratings", sa.Integer(), nullable=False),
        sa.Column("ratings_content", sa.Integer(), nullable=False),
        sa.Column("reworks", sa.Integer(), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("reopenings", sa.Integer(), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("event_id"),
        sa.Index(None, "accepted_at", "community_id", "grid_id", "party_id"),
        sa.Index(None, "community_id", "accepted_at"),
        sa.Index(None, "reported_at"),
        sa.Index(None, "status", "suspended_at"),
    )
