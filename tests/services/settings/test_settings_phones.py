"""Numbers and addresses residents are told, set in the console; those of the whole country stay."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from bot.core.knowledge import PlaceKey, nearest
from bot.errors import Conflict, InvalidInput, NotFound
from bot.services.desk import Desk, open_desk
from bot.services.settings import phones
from bot.services.settings.phone_content import place_key
from bot.services.settings.phones import OfficeWish
from bot.store.tables import Community
from tests.services.settings.editors import editor

WISH = OfficeWish("0990-5559999", "青禾路20号", "周一至周日 9:00–18:00")
LIFT, RESCUE = "0103", "96333"


def clinic(desk: Desk) -> str:
    place = nearest(PlaceKey.CLINIC, desk.live.files.offices, "qinghe")
    assert place
    return place_key(place)


def test_an_office_is_told_anew_at_once_and_after_a_restart(talking_desk: Desk) -> None:
    key = clinic(talking_desk)

    with talking_desk.transaction() as session:
        phones.change_place(session, talking_desk, editor(session, talking_desk), key, WISH, 0)
        phones.change_community(session, editor(session, talking_desk), "qinghe", WISH, 0)

    again = open_desk(talking_desk.settings, talking_desk.clock)
    for desk in (talking_desk, again):
        found = nearest(PlaceKey.CLINIC, desk.offices, "qinghe")
        assert found
        assert (found.phone, found.address, found.hours) == (WISH.phone, WISH.address, WISH.hours)
        with desk.transaction(read_only=True) as session:
            assert session.get_one(Community, "qinghe").phone == WISH.phone
    again.store.close()


def test_a_local_number_changes_on_every_card_that_has_it(talking_desk: Desk) -> None:
    with talking_desk.transaction() as session:
        phones.change_number(session, talking_desk, editor(session, talking_desk), RESCUE, "0990-5550096", 0)

    numbers = dict(talking_desk.emergencies.card(LIFT).numbers)
    assert numbers["电梯救援"] == "0990-5550096"
    assert numbers["火警"] == "119"


@pytest.mark.parametrize("number", ["110", "119", "120", "12110", "96110", "5550000"])
def test_numbers_of_the_whole_country_and_of_no_card_cannot_be_changed(
    session: Session, desk: Desk, number: str
) -> None:
    with pytest.raises(NotFound):
        phones.change_number(session, desk, editor(session, desk), number, "0990-5550096", 0)


def test_those_that_can_be_changed_come_first(session: Session, desk: Desk) -> None:
    found = phones.numbers(session, desk)

    assert [one.key for one in found if not one.is_national] == [RESCUE]
    assert found[0].key == RESCUE


@pytest.mark.parametrize(
    "wrong", [replace(WISH, phone="12"), replace(WISH, address=" "), replace(WISH, hours="早" * 101)]
)
def test_what_nobody_could_use_is_refused(session: Session, desk: Desk, wrong: OfficeWish) -> None:
    with pytest.raises(InvalidInput):
        phones.change_community(session, editor(session, desk), "qinghe", wrong, 0)
    with pytest.raises(InvalidInput):
        phones.change_place(session, desk, editor(session, desk), clinic(desk), wrong, 0)


def test_a_number_nobody_could_dial_is_refused(session: Session, desk: Desk) -> None:
    with pytest.raises(InvalidInput, match="电话号码不对"):
        phones.change_number(session, desk, editor(session, desk), RESCUE, "救命", 0)


def test_stale_pages_change_nothing_and_strangers_are_not_found(session: Session, desk: Desk) -> None:
    phones.change_community(session, editor(session, desk), "qinghe", WISH, 0)
    with pytest.raises(Conflict):
        phones.change_community(session, editor(session, desk), "qinghe", replace(WISH, phone="12345"), 0)
    with pytest.raises(NotFound):
        phones.community_page(session, "atlantis")
    with pytest.raises(NotFound):
        phones.place_page(session, desk, "clinic:海底")
