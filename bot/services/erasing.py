"""Erasing a resident who left or asked for it: at once, but for what an open danger still needs.

WeChat obliges its accounts to delete a follower's data when they leave; PIPL art. 47 lets stay what is needed
while its purpose is open. What stays is erased by `finish_due_erasures` once the matter is closed.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from bot.core.masking import redact
from bot.core.scrubbing import Identity
from bot.services import anonymous_cases, case_terms, erased_words, ledger
from bot.services.desk import Desk
from bot.services.erased_support import unname_door
from bot.services.erased_talk import NOTE, settle_talk
from bot.services.hub import CONSOLE, conversation_topic, note
from bot.services.ledger import Actor
from bot.services.media_files import remove_after_commit
from bot.store.queries import erased_words as erased_words_of
from bot.store.queries import erasing, talk
from bot.store.queries.audit import append_audit
from bot.store.queries.erasing import HelpCase
from bot.store.tables import (
    ActorKind,
    AgendaItem,
    Attachment,
    CaseKind,
    Conversation,
    ElderlyStatus,
    EventReporter,
    GridEvent,
    Label,
    Resident,
)

SYSTEM: Final = Actor(ActorKind.SYSTEM, None, "系统")
STEP: Final = "居民已离开，联系方式已按规定删除"
LONGEST_REASON: Final = 100


@dataclass(frozen=True)
class Erased:
    """How much went; `kept` are the numbers of open dangers that wait for their end.

    `files` are deleted when the transaction has been committed.
    """

    cases: int = 0
    messages: int = 0
    attachments: int = 0
    memories: int = 0
    kept: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether there was nothing left to erase."""
        return not (self.cases or self.messages or self.attachments or self.memories)

    @property
    def detail(self) -> str:
        """The counts, for the audit log."""
        counts = f"cases={self.cases} messages={self.messages} attachments={self.attachments}"
        return f"{counts} memories={self.memories} kept={len(self.kept)}"


@dataclass(frozen=True)
class _Holding:
    """What is held about a resident: the cases they filed, those of them that stay, and by what they are known."""

    conversation: Conversation
    own: Sequence[HelpCase]
    kept: Sequence[HelpCase]
    known: Identity


def erase_resident(session: Session, desk: Desk, resident: Resident, *, because: str) -> Erased:
    """Erase in this transaction; the account coming back is a new person. Erasing again changes nothing.

    `because` is kept for ever in the audit log: a code such as "unsubscribed", never the resident's words.
    """
    erasing.lock(session, resident)
    if is_erased(resident):
        return Erased()
    holding = _held(session, desk, resident, lambda case: _must_stay(case, resident))
    for case in holding.kept:
        anonymous_cases.hand_on(case, resident)
    unname_door(session, resident)
    erasing.forget_account(session, resident, holding.conversation.id)
    _blank(desk, resident)
    erased = _sweep(session, desk, holding)
    _record(session, desk, resident, erased, redact(because)[:LONGEST_REASON])
    return erased


def finish_due_erasures(session: Session, desk: Desk) -> int:
    """Erase what was kept for matters that are closed by now; returns how many residents that concerned."""
    finished = 0
    for resident in erasing.unfinished(session, NOTE):
        erasing.lock(session, resident)
        erased = _sweep(session, desk, _held(session, desk, resident, _still_stays))
        if not erased.is_nothing:
            _record(session, desk, resident, erased, "finished")
            finished += 1
    return finished


def is_erased(resident: Resident) -> bool:
    """Whether the row is all that is left of somebody."""
    return resident.channel_user.startswith(erasing.ERASED_USER)


def _held(session: Session, desk: Desk, resident: Resident, must_stay: Callable[[HelpCase], bool]) -> _Holding:
    own = erasing.cases_of(session, resident.id)
    return _Holding(
        conversation=talk.conversation_of(session, resident.id, desk.clock()),
        own=own,
        kept=[case for case in own if must_stay(case)],
        known=anonymous_cases.identity(resident, own),
    )


def _must_stay(case: HelpCase, resident: Resident) -> bool:
    if anonymous_cases.is_open_danger(case):
        return True
    return not isinstance(case, GridEvent) and case.status.is_open and anonymous_cases.is_elderly(resident)


def _still_stays(case: HelpCase) -> bool:
    """The age of the resident is erased by now: that an order still says whom to visit shows that it was to stay."""
    if anonymous_cases.is_open_danger(case):
        return True
    if isinstance(case, GridEvent) or not case.status.is_open:
        return False
    return bool(case.recipient_name or case.phone or case.room)


def _blank(desk: Desk, resident: Resident) -> None:
    resident.channel_user = f"{erasing.ERASED_USER}{secrets.token_hex(16)}"
    resident.name = resident.phone = None
    resident.building_id = resident.unit = resident.room = resident.place_text = None
    resident.age_band = None
    resident.elderly_status = ElderlyStatus.UNKNOWN
    resident.wants_large_type = resident.declined_contact = False
    resident.left_at = resident.left_at or desk.clock()


def _sweep(session: Session, desk: Desk, holding: _Holding) -> Erased:
    """Erase all that nothing needs any more."""
    conversation, kept = holding.conversation, holding.kept
    settle_talk(session, desk, conversation)
    cases = _sweep_cases(session, desk, holding)
    unsettled = erasing.open_inbox(session, conversation.id)
    rows = erasing.hanging_in(session, Attachment, conversation.id)
    helped = [*kept, *_helped_elsewhere(session, rows)]
    staying = [row for row in rows if row.message_id in unsettled or erasing.belongs_to(row, helped)]
    files = erasing.drop_attachments(session, [row for row in rows if row not in staying])
    needed = unsettled | erasing.waited_for(session, conversation.id)
    needed |= {row.message_id for row in staying} | {case.inbox_id for case in kept if case.inbox_id}
    ids = erasing.message_ids(session, conversation.id, needed, NOTE)
    erasing.forget_messages(session, ids)
    erased = Erased(
        cases=cases,
        messages=len(ids),
        attachments=len(rows) - len(staying),
        memories=erasing.forget_tracker(session, conversation.resident_id),
        kept=tuple(case.number for case in kept),
        files=tuple(desk.settings.media / file for file in files),
    )
    remove_after_commit(session, erased.files)
    note(session, CONSOLE, conversation_topic(conversation.id))
    return erased


def _helped_elsewhere(session: Session, rows: Sequence[Attachment]) -> list[HelpCase]:
    """Open dangers that neighbours reported and these attachments were put with."""
    ids = {row.case_id for row in rows if row.case_kind is CaseKind.GRID_EVENT}
    found = [session.get_one(GridEvent, case_id) for case_id in ids]
    return [event for event in found if anonymous_cases.is_open_danger(event)]


def _sweep_cases(session: Session, desk: Desk, holding: _Holding) -> int:
    changed = 0
    for case in holding.own:
        told = case.text
        if case not in holding.kept and anonymous_cases.anonymise(session, case, holding.known):
            changed += 1
            case_terms.index(session, desk, case)
            erasing.replace_note(session, told, case.text)
            if case.status.is_open:
                ledger.say_once(session, case, SYSTEM, desk.clock(), STEP)
        if case not in holding.kept:
            erased_words.forget_around(session, case, holding.known, is_own=True)
    resident_id = holding.conversation.resident_id
    for event in erased_words_of.joined_by(session, resident_id):
        erased_words.forget_around(session, event, holding.known, is_own=False)
    erased_words.forget_notes(session, holding.conversation.id, holding.known)
    for item in erasing.rows_of(session, AgendaItem, resident_id):
        erased_words.forget_around(session, item, holding.known, is_own=True)
        if anonymous_cases.anonymise_item(session, item, holding.known):
            changed += 1
            case_terms.index(session, desk, item)
    anonymous_cases.anonymise_words(erasing.rows_of(session, EventReporter, resident_id), holding.known)
    anonymous_cases.anonymise_words(erasing.hanging_in(session, Label, holding.conversation.id), holding.known)
    session.flush()
    return changed


def _record(session: Session, desk: Desk, resident: Resident, erased: Erased, because: str) -> None:
    append_audit(session, desk.clock(), None, "resident:erase", f"resident:{resident.id}", f"{because} {erased.detail}")
