"""What every step of a whistle leaves behind: a line in the log of its event, one in the audit log, news for pages."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from bot.core.catalogue import Whistle as WhistleKind
from bot.core.deeds import Deed
from bot.core.masking import redact
from bot.errors import InvalidInput
from bot.services import alerts, ledger
from bot.services.desk import Desk
from bot.services.events import steps
from bot.services.hub import CONSOLE, note
from bot.services.ledger import Actor
from bot.store.queries.audit import append_audit
from bot.store.tables import CalledOut, Community, GridEvent, Staff

LONGEST_WORDS: Final = 500
STATED: Final = "stated_at"
"""The fact of a line that somebody wrote down for a department: when it happened by what they were told or saw."""


class Act(StrEnum):
    """What staff do with a whistle, as the audit log names it."""

    PROPOSE = "whistle:propose"
    BLOW = "whistle:blow"
    DECLINE = "whistle:declined"
    CALL_OFF = "whistle:called_off"
    CONFIRM = "whistle:confirm"
    SIGN_IN = "whistle:sign_in"
    CONTACT = "whistle:contact"
    ARRIVE = "whistle:arrive"
    REPORT = "whistle:report"
    EVALUATE = "whistle:evaluate"


def in_event(
    session: Session,
    desk: Desk,
    whistle: CalledOut,
    actor: Actor,
    words: str,
    party_id: str | None = None,
    more: Mapping[str, object] | None = None,
) -> None:
    """A line in the log of the event the whistle is about."""
    if whistle.event_id is None:
        return
    event = session.get_one(GridEvent, whistle.event_id)
    facts: dict[str, object] = {"whistle": whistle.number, "kind": whistle.kind.value, "status": whistle.status.value}
    facts.update(more or {})
    steps.log(session, desk, event, actor, Deed.WHISTLE, words, facts=facts, party_id=party_id)


def by_staff(session: Session, desk: Desk, whistle: CalledOut, staff: Staff, act: Act, detail: str = "") -> None:
    """A line in the audit log."""
    append_audit(session, desk.clock(), staff.id, act.value, whistle.number, detail)
    note(session, CONSOLE)


def actor(staff: Staff | None) -> Actor:
    """Who acts: somebody of the staff, or the rules."""
    return ledger.worker(staff) if staff else ledger.SYSTEM


def tell_groups(session: Session, desk: Desk, whistle: CalledOut, words: str, topic: str) -> None:
    """Tell the workers' groups; an emergency whistle calls at once."""
    where = session.get_one(Community, whistle.community_id).name
    said = f"【{whistle.kind.value}】{where} {whistle.number} {words}"
    is_urgent = whistle.kind is WhistleKind.EMERGENCY
    topic = f"whistle-{topic}-{whistle.community_id}#{whistle.number}"
    alerts.alert(session, desk.clock(), whistle.community_id, topic, said, is_urgent=is_urgent)


def written(words: str, what: str, *, is_needed: bool = True, longest: int = LONGEST_WORDS) -> str:
    """The words without outer blanks and numbers of people; raises InvalidInput where they are missing or too long."""
    said = words.strip()
    if is_needed and not said:
        raise InvalidInput(f"请写{what}", "写一两句就行")
    if len(said) > longest:
        raise InvalidInput(f"{what}不能超过{longest}个字", f"现在有{len(said)}个字")
    return redact(said)
