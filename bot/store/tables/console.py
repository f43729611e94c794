"""What the console keeps for itself: notes, ready answers, edited settings, words to search by, sent forms."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.terms import LONGEST
from bot.store.tables.cases import CaseKind
from bot.store.types import Base, Json, RowId, Versioned, refers_to


class ConversationNote(Base):
    """A note colleagues read beside a conversation; the resident never sees it."""

    __tablename__ = "conversation_notes"
    __table_args__ = (Index(None, "conversation_id", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(refers_to("conversations.id"))
    staff_id: Mapped[int] = mapped_column(refers_to("staff.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class CannedAnswer(Versioned, Base):
    """A ready answer; without community it serves the whole street. `shortcut` finds it by a few letters."""

    __tablename__ = "canned_answers"
    __table_args__ = (Index(None, "community_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    community_id: Mapped[str | None] = mapped_column(refers_to("communities.id"))
    title: Mapped[str] = mapped_column(String(60))
    shortcut: Mapped[str] = mapped_column(String(20), default="")
    text: Mapped[str] = mapped_column(Text)
    disabled_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class Setting(Versioned, Base):
    """What the console says in place of a file of data/: `subject` and `key` name it, `content` holds what differs."""

    __tablename__ = "settings"

    subject: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[dict[str, object]] = mapped_column(Json)
    updated_at: Mapped[datetime]


class SettingChange(Base):
    """Who changed what, from what, to what; the database refuses to change or delete it."""

    __tablename__ = "setting_changes"
    __table_args__ = (Index(None, "subject", "key", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(refers_to("staff.id"))
    subject: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(64))
    before: Mapped[dict[str, object] | None] = mapped_column(Json)
    after: Mapped[dict[str, object] | None] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(String(200), default="")


class SentForm(Base):
    """A form that was acted on, by the token of its page; `digest` tells whether another says the same."""

    __tablename__ = "sent_forms"
    __table_args__ = (Index(None, "at"),)

    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    staff_id: Mapped[int] = mapped_column(refers_to("staff.id"))
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class CaseTerm(Base):
    """Two neighbouring characters of a case's words, so that Chinese is found without an extension of the database.

    Terms are ordered by code point, whatever the language of the database: prefixes are ranges. The index begins
    with the case, not with its kind: SQLite would read a whole kind through rather than one range of terms.
    """

    __tablename__ = "case_terms"
    __table_args__ = (Index(None, "case_id", "case_kind", "term"), {"sqlite_with_rowid": False})

    term: Mapped[str] = mapped_column(
        String(LONGEST).with_variant(String(LONGEST, collation="C"), "postgresql"), primary_key=True
    )
    case_kind: Mapped[CaseKind] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(RowId, primary_key=True)
