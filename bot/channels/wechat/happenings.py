"""Happenings without words: somebody follows, comes by a QR code, leaves, or sends what nobody can read."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.channels.wechat.accounts import Account
from bot.channels.wechat.menu import NUMBERS
from bot.channels.wechat.received import Received
from bot.core.places import Place
from bot.services import erasing, residents, undelivered
from bot.services.desk import Desk
from bot.store.queries import outgoing
from bot.store.tables import Community, Resident

Effect = Callable[[Session, Resident], str | None]
DELIVERED = "success"


def effect_of(desk: Desk, account: Account, received: Received) -> Effect | None:
    """What has to happen; None for events that concern nothing here."""
    if received.subscribing or received.scene:
        return _welcome(desk, account, received)
    if received.unsubscribing:
        return _farewell(desk)
    if received.event == "click" and received.event_key == NUMBERS:
        return _numbers(desk, account)
    if received.event == "templatesendjobfinish":
        return _notice_came(desk, account, received)
    return None


def nothing(_: Session, __: Resident) -> None:
    """Of an event that concerns nothing here only the receipt is kept."""


def unreadable(desk: Desk) -> Effect:
    """A kind of message nobody has heard of yet: the resident is asked for words."""
    return lambda _, __: "\n".join(desk.notices.say("wechat.unreadable"))


def _welcome(desk: Desk, account: Account, received: Received) -> Effect:
    def effect(session: Session, resident: Resident) -> str | None:
        resident.left_at = None
        building = next((one for one in desk.gazetteer.buildings if one.id == received.scene), None)
        if building and not resident.building_id:
            # The code hangs in that building's hall; a confirmation names the place before anything is filed.
            home = Place(building.name, building.community_id, building.grid_id, building, None, None, None, None)
            residents.remember_home(session, resident, home)
        if not received.subscribing:
            return None
        community = session.get_one(Community, account.community_id)
        return "\n".join(desk.notices.say("wechat.welcome", community=community.name, phone=community.phone))

    return effect


def _numbers(desk: Desk, account: Account) -> Effect:
    def effect(session: Session, _: Resident) -> str:
        community = session.get_one(Community, account.community_id)
        return "\n".join(desk.notices.say("wechat.numbers", community=community.name, phone=community.phone))

    return effect


def _farewell(desk: Desk) -> Effect:
    """WeChat obliges the operator to delete the data of whoever leaves."""

    def effect(session: Session, resident: Resident) -> None:
        erasing.erase_resident(session, desk, resident, because="unsubscribed")

    return effect


def _notice_came(desk: Desk, account: Account, received: Received) -> Effect:
    """The platform tells afterwards whether a notice reached the resident; if not, a worker calls."""

    def effect(session: Session, _: Resident) -> None:
        status = str(received.tree.get("Status", ""))
        message_id = str(received.tree.get("MsgID", ""))
        if message_id and status != DELIVERED:
            failed = outgoing.notice_failed(session, account.channel, message_id)
            undelivered.put_before_worker(session, desk, failed)

    return effect
