"""Column types as the migrations know them, kept apart from the tables so that old ones never change."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String(32)


def refers_to(column: str) -> sa.ForeignKey:
    """Make a foreign key checked on commit."""
    return sa.ForeignKey(column, deferrable=True, initially="DEFERRED")
