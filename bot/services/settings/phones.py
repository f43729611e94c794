"""Telephone numbers, addresses and hours that residents are told, set in the console."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from bot.core import phone_numbers
from bot.core.knowledge import ServicePlace
from bot.errors import NotFound
from bot.services.desk import Desk
from bot.services.settings import history, in_force
from bot.services.settings.history import Edit, Editor
from bot.services.settings.phone_content import place_key
from bot.services.settings.subjects import Subject
from bot.services.settings.wording import line
from bot.store.tables import Community

LONGEST_ADDRESS, LONGEST_HOURS = 100, 100


@dataclass(frozen=True)
class OfficeWish:
    """How an office is reached, as somebody wants it."""

    phone: str
    address: str
    hours: str


@dataclass(frozen=True)
class OfficePage:
    """An office: of a community, or one residents are sent to."""

    subject: Subject
    key: str
    name: str
    phone: str
    address: str
    hours: str
    version: int


@dataclass(frozen=True)
class NumberPage:
    """A number on the emergency cards; `key` is what the file says, `number` what holds."""

    key: str
    name: str
    number: str
    version: int

    @property
    def is_national(self) -> bool:
        """Whether it is the same everywhere, so that nobody may change it."""
        return self.key in phone_numbers.NATIONAL


def community_page(session: Session, community_id: str) -> OfficePage:
    """Raises NotFound."""
    row = session.get(Community, community_id)
    if row is None:
        raise NotFound("没有这个社区")
    version = history.version_of(session, Subject.COMMUNITY, row.id)
    return OfficePage(Subject.COMMUNITY, row.id, row.name, row.phone, row.address, row.hours, version)


def place_page(session: Session, desk: Desk, key: str) -> OfficePage:
    """Raises NotFound."""
    place = _place(in_force.overlaid(session, desk.live.files).offices, key)
    version = history.version_of(session, Subject.PLACE, key)
    return OfficePage(Subject.PLACE, key, place.name, place.phone, place.address, place.hours, version)


def number_page(session: Session, desk: Desk, key: str) -> NumberPage:
    """Raises NotFound for a number on no card."""
    found = next((one for one in numbers(session, desk) if one.key == key), None)
    if found is None:
        raise NotFound("没有这个号码")
    return NumberPage(key, found.name, found.number, history.version_of(session, Subject.NUMBER, key))


def numbers(session: Session, desk: Desk) -> tuple[NumberPage, ...]:
    """Every number of the emergency cards once, those that can be changed first."""
    found: dict[str, NumberPage] = {}
    now = in_force.overlaid(session, desk.live.files).emergencies
    for leaf, card in desk.live.files.emergencies.cards.items():
        for (name, key), (_, number) in zip(card.numbers, now.cards[leaf].numbers, strict=True):
            found.setdefault(key, NumberPage(key, name, number, 0))
    return tuple(sorted(found.values(), key=lambda one: (one.is_national, one.key)))


def change_community(session: Session, editor: Editor, community_id: str, wish: OfficeWish, version: int) -> None:
    """Change how a community's office is reached; raises NotFound, InvalidInput, Conflict."""
    page, row = community_page(session, community_id), session.get_one(Community, community_id)
    after = _write(session, editor, page, wish, version)
    row.phone, row.address, row.hours = after.phone, after.address, after.hours
    row.edited_at = editor.now


def change_place(session: Session, desk: Desk, editor: Editor, key: str, wish: OfficeWish, version: int) -> None:
    """Change how an office is reached; raises NotFound, InvalidInput, Conflict."""
    _write(session, editor, place_page(session, desk, key), wish, version)
    in_force.touch(session)


def change_number(session: Session, desk: Desk, editor: Editor, key: str, number: str, version: int) -> None:
    """Change a local number of the emergency cards; raises NotFound for those of the whole country too."""
    history.refuse_without_reason(editor.reason)
    page = number_page(session, desk, key)
    if page.is_national:
        raise NotFound(f"{key}不能改", IT_IS_NATIONAL)
    after = {"number": phone_numbers.checked(number)}
    history.write(session, editor, Edit(Subject.NUMBER, key, version, {"number": page.number}, after))
    in_force.touch(session)


IT_IS_NATIONAL: Final = "全国统一的电话谁都背得出来，改错一个数字就可能耽误救人"


def _write(session: Session, editor: Editor, page: OfficePage, wish: OfficeWish, version: int) -> OfficeWish:
    history.refuse_without_reason(editor.reason)
    checked = OfficeWish(
        phone=phone_numbers.checked(wish.phone),
        address=line(wish.address, "address", LONGEST_ADDRESS),
        hours=line(wish.hours, "hours", LONGEST_HOURS),
    )
    before = {"phone": page.phone, "address": page.address, "hours": page.hours}
    history.write(session, editor, Edit(page.subject, page.key, version, before, vars(checked)))
    return checked


def _place(places: tuple[ServicePlace, ...], key: str) -> ServicePlace:
    for place in places:
        if place_key(place) == key:
            return place
    raise NotFound("没有这个地方")
