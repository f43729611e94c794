"""Column types shared by the tables, and the base class that names every constraint."""

from datetime import UTC, datetime
from enum import Enum as PythonEnum
from typing import ClassVar

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Enum, ForeignKey, Integer, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
ENUM_LENGTH = 32


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware going in, aware UTC coming out, on databases with and without time zones.

    A naive datetime raises ValueError: it would mean another moment on another machine.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse a naive moment, make any other UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"a naive datetime cannot be stored: {value!r}"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Say that it is UTC, which SQLite cannot remember."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_values(members: type[PythonEnum]) -> list[str]:
    """Store what a member says, not its name in the code."""
    return [str(member.value) for member in members]


def refers_to(column: str) -> ForeignKey:
    """Make a foreign key checked on commit, so that the rows of one transaction may come in any order."""
    return ForeignKey(column, deferrable=True, initially="DEFERRED")


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
# SQLite numbers rows by itself only where the type is exactly INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")
EnumText = Enum(PythonEnum, native_enum=False, create_constraint=False, length=ENUM_LENGTH, values_callable=enum_values)


class Base(DeclarativeBase):
    """Parent of all tables."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime(),
        PythonEnum: EnumText,
        list[str]: Json,
        list[float]: Json,
        list[dict[str, str]]: Json,
        list[list[float]]: Json,
        dict[str, object]: Json,
    }


class Versioned:
    """A row that two workers may change at once: the second change fails instead of overwriting the first."""

    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__: ClassVar = {"version_id_col": version}
