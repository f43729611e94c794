"""Signing in: when a login was last used and on what device, and codes from a phone as a second step."""

import sqlalchemy as sa
from alembic import op

from bot.store.migrations.columns import MOMENT

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("staff_sessions", sa.Column("last_seen_at", MOMENT, nullable=True))
    op.add_column("staff_sessions", sa.Column("device", sa.String(100), nullable=True))
    op.add_column("staff", sa.Column("totp_secret", sa.String(64), nullable=True))
    op.add_column("staff", sa.Column("totp_last_step", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("staff", "totp_last_step")
    op.drop_column("staff", "totp_secret")
    op.drop_column("staff_sessions", "device")
    op.drop_column("staff_sessions", "last_seen_at")
