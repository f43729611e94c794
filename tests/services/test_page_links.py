"""Browsers that belong to a resident of WeChat."""

import pytest
from sqlalchemy import select

from bot.errors import Conflict
from bot.services import erasing, page_links, residents
from bot.services.desk import Desk
from bot.store.tables import Conversation, PageLink, Resident

CHANNEL, OPENID = "wechat:qinghe", "oLinked"
ONE, OTHER = "a1" * 32, "b2" * 32


def behind(desk: Desk, digest: str) -> Resident | None:
    with desk.transaction(read_only=True) as session:
        return page_links.resident_behind(session, digest)


def link(desk: Desk, digest: str, openid: str = OPENID, community_id: str = "qinghe") -> Resident:
    page_links.link(desk, CHANNEL, openid, community_id, digest)
    resident = behind(desk, digest)
    assert resident is not None
    return resident


def test_a_browser_nobody_linked_is_nobodys(talking_desk: Desk) -> None:
    link(talking_desk, ONE)

    assert behind(talking_desk, OTHER) is None


def test_whoever_opens_the_page_before_writing_becomes_a_resident_with_a_conversation(talking_desk: Desk) -> None:
    resident = link(talking_desk, ONE)

    assert (resident.channel, resident.channel_user, resident.community_id) == (CHANNEL, OPENID, "qinghe")
    with talking_desk.transaction(read_only=True) as session:
        assert session.scalars(select(Conversation).where(Conversation.resident_id == resident.id)).one()


def test_the_resident_of_the_chat_stays_who_and_where_they_are(talking_desk: Desk) -> None:
    with talking_desk.transaction() as session:
        known = residents.resident_for(session, talking_desk, CHANNEL, OPENID, "guixiang").id

    resident = link(talking_desk, ONE)

    assert (resident.id, resident.community_id) == (known, "guixiang")


def test_two_browsers_may_belong_to_one_resident_and_residents_do_not_mix(talking_desk: Desk) -> None:
    phone, tablet = link(talking_desk, ONE), link(talking_desk, OTHER)
    neighbour = link(talking_desk, "c3" * 32, "oNeighbour")

    assert phone.id == tablet.id != neighbour.id
    assert phone.id == getattr(behind(talking_desk, ONE), "id", None)


def test_a_browsers_secret_cannot_be_linked_to_somebody_else(talking_desk: Desk) -> None:
    owner = link(talking_desk, ONE)

    with pytest.raises(Conflict):
        page_links.link(talking_desk, CHANNEL, "oThief", "qinghe", ONE)

    assert getattr(behind(talking_desk, ONE), "id", None) == owner.id


def test_whoever_is_erased_is_behind_no_browser_any_more(talking_desk: Desk) -> None:
    resident = link(talking_desk, ONE)

    with talking_desk.transaction() as session:
        erasing.erase_resident(session, talking_desk, session.get_one(Resident, resident.id), because="unsubscribed")

    assert behind(talking_desk, ONE) is None
    with talking_desk.transaction(read_only=True) as session:
        assert session.scalars(select(PageLink)).all() == []
