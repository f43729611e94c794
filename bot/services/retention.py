"""How long personal data are kept, read from data/catalogue/retention.yml, and dropping what is older."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from bot.core.scrubbing import Identity
from bot.services import anonymous_cases, case_terms
from bot.services.desk import Desk
from bot.services.media_files import remove_after_commit
from bot.store.files import yaml_lines
from bot.store.files.yaml_lines import Entry
from bot.store.queries import beside, erasing, photos, receipts, retention
from bot.store.queries.audit import append_audit
from bot.store.tables import GridEvent

# So much in one transaction that residents do not notice; see `Purged.is_all`.
AT_ONCE: Final = 500


@dataclass(frozen=True)
class RetentionRules:
    """Times after which something is dropped, each counted from when it was written, stored or closed."""

    chat: timedelta
    voice: timedelta
    receipts: timedelta
    cases: timedelta


@dataclass(frozen=True)
class Purged:
    """How much was dropped. Unless `is_all`, more is due: purge again in a new transaction.

    `files` are deleted when the transaction has been committed.
    """

    messages: int
    trackers: int
    voices: int
    receipts: int
    cases: int
    notes: int
    photos: int = 0
    files: tuple[Path, ...] = ()

    @property
    def is_all(self) -> bool:
        """Whether nothing else was due."""
        return max(self.messages, self.voices, self.cases, self.photos) < AT_ONCE

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was due at all."""
        rest = self.receipts or self.cases or self.notes or self.photos
        return not (self.messages or self.trackers or self.voices or rest)


def load_retention(path: Path) -> RetentionRules:
    """Read the rules; raise BrokenFile for a missing, unknown or senseless number."""
    file = yaml_lines.load(path)
    file.only("chat_days", "voice_days", "receipt_days", "case_days")
    return RetentionRules(
        chat=_days(file, "chat_days"),
        voice=_days(file, "voice_days"),
        receipts=_days(file, "receipt_days"),
        cases=_days(file, "case_days"),
    )


def purge_expired(session: Session, desk: Desk, rules: RetentionRules) -> Purged:
    """Drop what is older than the rules allow, as far as nobody is still at work on it."""
    now = desk.clock()
    voices = retention.old_voices(session, now - rules.voice, AT_ONCE)
    messages = retention.old_messages(session, now - rules.chat, now - rules.cases, AT_ONCE)
    files = {*retention.drop_recordings(session, voices), *retention.drop_enclosed(session, messages)}
    taken = photos.drop_old(session, now - rules.cases, AT_ONCE)
    erasing.forget_messages(session, messages)
    purged = Purged(
        messages=len(messages),
        trackers=retention.drop_trackers(session, now - rules.chat),
        voices=len(voices),
        receipts=receipts.forget_receipts(session, now - rules.receipts),
        cases=_anonymise_cases(session, desk, rules),
        notes=beside.forget_old_notes(session, now - rules.chat),
        photos=len(taken),
        files=tuple(desk.settings.media / file for file in sorted({*files, *taken})),
    )
    remove_after_commit(session, purged.files)
    _record(session, desk, purged)
    return purged


def _anonymise_cases(session: Session, desk: Desk, rules: RetentionRules) -> int:
    cases = retention.old_cases(session, desk.clock() - rules.cases, AT_ONCE)
    for case in cases:
        name = case.contact_name if isinstance(case, GridEvent) else case.recipient_name
        known = Identity(frozenset({name} if name else ()), frozenset({case.room} if case.room else ()))
        anonymous_cases.anonymise(session, case, known)
        case_terms.index(session, desk, case)
    return len(cases)


def _record(session: Session, desk: Desk, purged: Purged) -> None:
    if purged.is_nothing:
        return
    detail = f"messages={purged.messages} trackers={purged.trackers} voices={purged.voices}"
    detail += f" receipts={purged.receipts} cases={purged.cases} notes={purged.notes} photos={purged.photos}"
    append_audit(session, desk.clock(), None, "data:purge", "retention", detail)


def _days(file: Entry, field: str) -> timedelta:
    if (days := file.whole(field)) < 1:
        raise file.broken(field, "至少是 1 天")
    return timedelta(days=days)
