"""What the forms on the page of a whistle ask to be done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from bot.console import form_fields
from bot.console.form_fields import Fields
from bot.services.desk import Desk
from bot.services.whistles import answering, blowing
from bot.services.whistles.answering import FourFacts, Key, Presence
from bot.services.whistles.blowing import Order
from bot.store.tables import Staff

CHOSEN: Final = "party."


@dataclass(frozen=True)
class Asked:
    """What a form about one whistle asks for; `party_id` names the call, empty for the whole whistle."""

    staff: Staff
    number: str
    party_id: str
    fields: Fields

    def text(self, name: str) -> str:
        """A field, empty if it was not sent."""
        return self.fields.get(name, "")

    @property
    def key(self) -> Key:
        """Which call, as it was seen."""
        return Key(self.number, self.party_id, form_fields.version(self.fields))

    @property
    def version(self) -> int:
        """The version of the whistle that was seen."""
        return form_fields.version(self.fields)


Deed = Callable[[Session, Desk, Asked], object]


def chosen(fields: Fields) -> tuple[str, ...]:
    """The departments ticked, each a field of its own."""
    return tuple(name.removeprefix(CHOSEN) for name in fields if name.startswith(CHOSEN))


def _presence(asked: Asked) -> Presence:
    return Presence(asked.text("place"), asked.text("person"), form_fields.moment(asked.fields, "at"))


def _blow(session: Session, desk: Desk, asked: Asked) -> None:
    order = Order(chosen(asked.fields), asked.text("words"))
    blowing.blow(session, desk, asked.staff, asked.number, order, asked.version)


def _decline(session: Session, desk: Desk, asked: Asked) -> None:
    blowing.decline(session, desk, asked.staff, asked.number, asked.text("reason"), asked.version)


def _call_off(session: Session, desk: Desk, asked: Asked) -> None:
    blowing.call_off(session, desk, asked.staff, asked.number, asked.text("reason"), asked.version)


def _confirm(session: Session, desk: Desk, asked: Asked) -> None:
    blowing.confirm(session, desk, asked.staff, asked.number, asked.version)


def _sign_in(session: Session, desk: Desk, asked: Asked) -> None:
    answering.sign_in(session, desk, asked.staff, asked.key, _presence(asked))


def _contact(session: Session, desk: Desk, asked: Asked) -> None:
    answering.contact(session, desk, asked.staff, asked.key, asked.text("words"))


def _arrive(session: Session, desk: Desk, asked: Asked) -> None:
    answering.arrive(session, desk, asked.staff, asked.key, _presence(asked))


def _report(session: Session, desk: Desk, asked: Asked) -> None:
    took_on_at, until = form_fields.moment(asked.fields, "took_on_at"), form_fields.day(asked.fields, "until")
    facts = FourFacts(took_on_at, asked.text("spoke_with"), asked.text("measures"), until)
    answering.report(session, desk, asked.staff, asked.key, facts)


def _evaluate(session: Session, desk: Desk, asked: Asked) -> None:
    score = form_fields.whole(asked.text("score"))
    answering.evaluate(session, desk, asked.staff, asked.key, score, asked.text("words"))


DEEDS: Final[Mapping[str, Deed]] = {
    "blow": _blow,
    "decline": _decline,
    "call-off": _call_off,
    "confirm": _confirm,
}
CALL_DEEDS: Final[Mapping[str, Deed]] = {
    "sign-in": _sign_in,
    "contact": _contact,
    "arrive": _arrive,
    "report": _report,
    "evaluate": _evaluate,
}
