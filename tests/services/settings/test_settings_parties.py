"""Units added, changed, taken out of service and back; a restart keeps what was edited."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from bot.core.staff import Role
from bot.errors import Conflict, InvalidInput, NotFound
from bot.services import logins
from bot.services import staff as accounts
from bot.services.desk import Desk, open_desk
from bot.services.settings import parties
from bot.services.settings.parties import PartyWish
from bot.services.staff import Rights
from bot.store.queries.audit import latest_audit
from bot.store.queries.places import party_for
from bot.store.tables import EventTask, Party
from tests.services import stage
from tests.services.settings.editors import editor

PROPERTY, SANITATION, BANK = "qinghe-property-qh", "street-sanitation", "ally-bank"
NEW = PartyWish("青禾绿化队", "greening", "0990-5550066", community_id="qinghe")


def wish_of(party: Party) -> PartyWish:
    return PartyWish(
        *(party.name, party.kind, party.phone, party.hours, party.community_id, party.estate),
        alliance=party.alliance.value if party.alliance else None,
        note=party.note,
    )


def change(session: Session, desk: Desk, party_id: str, version: int = 0, **parts: str | None) -> Party:
    party = session.get_one(Party, party_id)
    wish = replace(wish_of(party), **parts)  # type: ignore[arg-type]
    parties.change(session, desk, editor(session, desk), party_id, wish, version)
    return party


def test_a_new_unit_is_nearer_than_the_streets(session: Session, desk: Desk) -> None:
    added = parties.add(session, desk, editor(session, desk), NEW)

    assert party_for(session, "greening", "qinghe") is added
    assert party_for(session, "greening", "guixiang") is not added


def test_what_was_edited_added_or_taken_out_outlives_a_restart(talking_desk: Desk) -> None:
    with talking_desk.transaction() as session:
        added = parties.add(session, talking_desk, editor(session, talking_desk), NEW)
        change(session, talking_desk, PROPERTY, phone="0990-5559999")
        parties.take_out(session, editor(session, talking_desk), BANK, 0)

    open_desk(talking_desk.settings, talking_desk.clock).store.close()

    with talking_desk.transaction(read_only=True) as session:
        assert session.get_one(Party, added.id).name == NEW.name
        assert session.get_one(Party, PROPERTY).phone == "0990-5559999"
        assert session.get_one(Party, BANK).disabled_at is not None
        assert session.get_one(Party, SANITATION).edited_at is None


def test_a_unit_out_of_service_gets_no_new_matters(session: Session, desk: Desk) -> None:
    added = parties.add(session, desk, editor(session, desk), NEW)

    parties.take_out(session, editor(session, desk), added.id, 1)

    assert party_for(session, "greening", "qinghe") is not added


def test_a_unit_with_matters_in_hand_stays_and_says_how_many(session: Session, desk: Desk) -> None:
    before = parties.party_page(session, PROPERTY).open_events
    resident = stage.someone(session, desk)
    event = stage.report(session, desk, resident, stage.at(desk, stage.BUILDING))
    assert event.lead_party_id == PROPERTY

    with pytest.raises(Conflict, match=f"还有{before + 1}件事由它主办"):
        parties.take_out(session, editor(session, desk), PROPERTY, 0)


def test_a_unit_that_helps_with_open_matters_stays(session: Session, desk: Desk) -> None:
    event = stage.report(session, desk, stage.someone(session, desk), stage.at(desk, stage.BUILDING))
    session.add(
        EventTask(
            event_id=event.id,
            round=1,
            party_id=BANK,
            party_name="银行",
            wanted="核实",
            due=desk.clock(),
            created_at=desk.clock(),
        )
    )

    with pytest.raises(Conflict, match="1件事由它协办"):
        parties.take_out(session, editor(session, desk), BANK, 0)


def test_the_committee_that_receives_first_stays(session: Session, desk: Desk) -> None:
    for event in parties.listed(session, "guixiang", "committee"):
        with pytest.raises(Conflict):
            parties.take_out(session, editor(session, desk), event.id, 0)
    with pytest.raises(InvalidInput, match="首接单位"):
        change(session, desk, "guixiang-committee", kind="property")


def test_a_unit_people_sign_in_for_stays_until_they_are_moved(session: Session, desk: Desk) -> None:
    with pytest.raises(Conflict, match="1个账号属于它"):
        parties.take_out(session, editor(session, desk), SANITATION, 0)


def test_out_and_back_are_done_once(session: Session, desk: Desk) -> None:
    parties.take_out(session, editor(session, desk), BANK, 0)
    with pytest.raises(Conflict):
        parties.take_out(session, editor(session, desk), BANK, 1)

    parties.put_back(session, editor(session, desk), BANK, 1)

    assert session.get_one(Party, BANK).disabled_at is None
    with pytest.raises(Conflict):
        parties.put_back(session, editor(session, desk), BANK, 2)


def test_the_clerks_move_with_their_unit_and_sign_in_anew(session: Session, desk: Desk) -> None:
    added = parties.add(session, desk, editor(session, desk), NEW)
    clerk = stage.staff(session, "shijun")
    accounts.set_rights(session, clerk, Rights(Role.PARTY, None, (), added.id), desk.clock())
    token = logins.open_session(session, clerk, desk.clock()).token

    change(session, desk, added.id, version=1, community_id="guixiang")

    assert clerk.community_id == "guixiang"
    assert logins.staff_for_token(session, token, desk.clock()) is None


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (replace(NEW, name=""), "名称不能空着"),
        (replace(NEW, name="绿" * 41), "最多40个字"),
        (replace(NEW, kind="king"), "没有这类单位"),
        (replace(NEW, phone="找居委会"), "电话号码不对"),
        (replace(NEW, community_id="atlantis"), "没有这个社区"),
        (replace(NEW, estate="桂香苑"), "不在这个社区"),
        (replace(NEW, community_id=None, estate="青禾苑"), "不在这个社区"),
        (replace(NEW, alliance="axis"), "没有这个联盟"),
        (replace(NEW, note="绿\n化"), "写在一行"),
    ],
)
def test_what_cannot_be_is_refused(session: Session, desk: Desk, wish: PartyWish, words: str) -> None:
    before = len(parties.listed(session, None, None))

    with pytest.raises(InvalidInput, match=words):
        parties.add(session, desk, editor(session, desk), wish)

    assert len(parties.listed(session, None, None)) == before


def test_two_units_of_one_name_are_refused(session: Session, desk: Desk) -> None:
    parties.add(session, desk, editor(session, desk), NEW)

    with pytest.raises(Conflict, match="已经有一个单位叫"):
        parties.add(session, desk, editor(session, desk), NEW)


def test_the_fire_brigades_number_stays(session: Session, desk: Desk) -> None:
    with pytest.raises(InvalidInput, match="全国统一"):
        change(session, desk, "street-fire", phone="0990-5550119")


def test_units_are_listed_by_community_by_kind_and_for_the_whole_street(session: Session) -> None:
    assert {one.community_id for one in parties.listed(session, "liuan", None)} == {"liuan"}
    assert {one.kind for one in parties.listed(session, None, "property")} == {"property"}
    assert {one.community_id for one in parties.listed(session, parties.STREET_WIDE, None)} == {None}


def test_a_change_is_written_down_for_good(session: Session, desk: Desk) -> None:
    change(session, desk, BANK, phone="0990-5559999")

    row = latest_audit(session, limit=1)[0]
    assert (row.action, row.object, row.detail) == ("setting:party", f"party:{BANK}", "电话")


def test_a_stale_page_changes_nothing_and_a_unit_nobody_knows_is_not_found(session: Session, desk: Desk) -> None:
    with pytest.raises(Conflict):
        change(session, desk, BANK, version=3, phone="0990-5559999")
    with pytest.raises(NotFound):
        parties.party_page(session, "atlantis")
