"""Cases after the person has gone: which ones still need them, and how the others lose every trace of them."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy.orm import Session

from bot.core.scrubbing import Identity, scrub
from bot.core.urgency import Urgency
from bot.services.classifying import UNKNOWN_PLACE
from bot.store.queries.erasing import HelpCase
from bot.store.tables import AgendaItem, ElderlyStatus, EventReporter, GridEvent, Label, Recipient, Resident

SAFETY_TOP: Final = "01"
_ELDERLY: Final = frozenset({ElderlyStatus.DECLARED, ElderlyStatus.POSSIBLE})


def is_open_danger(case: HelpCase) -> bool:
    """Whether somebody may come to harm if the workers no longer know whom to help (PIPL art. 47: not yet due)."""
    is_grave = case.urgency <= Urgency.P1 or (case.leaf or "").startswith(SAFETY_TOP)
    if isinstance(case, GridEvent):
        return case.status.is_open and is_grave
    is_vulnerable = case.age_band is not None or case.recipient is not Recipient.SELF
    return case.status.is_open and (is_grave or is_vulnerable)


def is_elderly(resident: Resident) -> bool:
    """Whether the resident is, or may be, somebody an open order should not be taken from."""
    return resident.elderly_status in _ELDERLY or resident.age_band is not None


def identity(resident: Resident, cases: Iterable[HelpCase]) -> Identity:
    """Every name and room the resident gave anywhere."""
    names, rooms = {resident.name}, {resident.room}
    for case in cases:
        names.add(case.contact_name if isinstance(case, GridEvent) else case.recipient_name)
        rooms.add(case.room)
    return Identity(frozenset(name for name in names if name), frozenset(room for room in rooms if room))


def hand_on(case: HelpCase, resident: Resident) -> None:
    """Put onto a case that goes on what only the resident row said and who helps must know."""
    if isinstance(case, GridEvent):
        case.contact_name = case.contact_name or resident.name
        case.contact_phone = case.contact_phone or resident.phone
        if case.building_id is None and case.place_text.startswith(UNKNOWN_PLACE):
            case.unit, case.room = case.unit or resident.unit, case.room or resident.room
    elif case.recipient is Recipient.SELF:
        case.recipient_name = case.recipient_name or resident.name
        case.phone = case.phone or resident.phone


def anonymise(session: Session, case: HelpCase, known: Identity) -> bool:
    """Leave of a case what happened and roughly where, not to whom; False if that was all there was."""
    case.text = scrub(case.text, known)
    case.place_text = scrub(case.place_text, known)
    case.room = None
    if isinstance(case, GridEvent):
        case.title = scrub(case.title, known)
        case.contact_name = case.contact_phone = None
    else:
        case.need = scrub(case.need, known)
        case.recipient_name = case.phone = case.age_band = None
        case.preferred_time = ""
    return _written(session, case)


def anonymise_item(session: Session, item: AgendaItem, known: Identity) -> bool:
    """Take out of a public proposal what its reason may tell about who made it; False if there was nothing."""
    item.title, item.reason = scrub(item.title, known), scrub(item.reason, known)
    return _written(session, item)


def anonymise_words(rows: Iterable[EventReporter | Label], known: Identity) -> None:
    """The same for what was said when joining an event, and for sentences kept to learn from."""
    for row in rows:
        row.note = scrub(row.note, known)
        if isinstance(row, Label):
            row.text = scrub(row.text, known)


def _written(session: Session, row: HelpCase | AgendaItem) -> bool:
    is_changed = session.is_modified(row)
    session.flush()
    return is_changed
