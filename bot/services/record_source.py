"""What a worker's record is made from: the message, the place a form names, and what is to be checked of both."""

from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeVar

from sqlalchemy.orm import Session

from bot.core import addresses, places
from bot.core.places import Building, Place
from bot.core.staff import Permission, can
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services import handover, talk
from bot.services.desk import Desk
from bot.services.sounds import sound
from bot.store.queries import recorded
from bot.store.queries import talk as messages_of
from bot.store.tables import Case, Conversation, Direction, HandoverKind, Message, Resident, Staff

LONGEST_SPOT: Final = 100
LONGEST_UNIT: Final = 8
Pick = TypeVar("Pick", bound=Enum)
Known = TypeVar("Known", bound=Case)


@dataclass(frozen=True)
class Source:
    """The message, and which of its records this is to be: the same one twice is filed once."""

    conversation_id: int
    message_id: int
    ordinal: int


@dataclass(frozen=True)
class Spot:
    """Where it is, as a form says: a building by id with its unit, or only words, or both."""

    building_id: str
    unit: str
    words: str


@dataclass(frozen=True)
class Heard:
    """Who said it, where, and in which words."""

    conversation: Conversation
    resident: Resident
    message: Message


def heard(session: Session, staff: Staff, source: Source) -> Heard:
    """The message, if this worker may write down what it says; raises NotFound, NotAllowed, Conflict (a complaint)."""
    conversation = talk.conversation_for(session, staff, source.conversation_id)
    if not can(staff.role, Permission.EVENT_FILE):
        raise NotAllowed(f"{staff.role.plain}不能登记事项")
    message = session.get(Message, source.message_id)
    if message is None or message.conversation_id != conversation.id or message.direction is not Direction.IN:
        raise NotFound("没有这条居民消息")
    if messages_of.handover_of(session, message.id, HandoverKind.COMPLAINT) is not None and handover.complained_about(
        session, conversation
    ):
        raise Conflict("这句话是在投诉人，登记出来被投诉的人会看到", "请在对话里处理，或交给主任、街道")
    return Heard(conversation, session.get_one(Resident, conversation.resident_id), message)


def check_ordinal(session: Session, source: Source) -> None:
    """Raise Conflict where the page is older than the records of the message."""
    if source.ordinal != recorded.next_ordinal(session, source.message_id):
        raise Conflict("这句话刚有人登记过", "请刷新页面，看看是不是同一件事")


def same(known: Known, *, is_same: bool) -> Known:
    """The record that is there already, for a form sent twice; raises Conflict if it is another one."""
    if not is_same:
        raise Conflict(f"这句话刚有人登记过：{known.number}", "请刷新页面，看看是不是同一件事")
    return known


def chosen(choices: type[Pick], given: str, problem: str) -> Pick:
    """One of an enum, as a form names it; raises InvalidInput."""
    try:
        return choices(given)
    except ValueError:
        raise InvalidInput(problem, "在列表里选一项") from None


def worded(what: str, given: str, longest: int) -> str:
    """What has to be written and may not be longer; raises InvalidInput."""
    words = given.strip()
    if not words:
        raise InvalidInput(f"{what}还没写")
    if len(words) > longest:
        raise InvalidInput(f"{what}不能超过{longest}个字")
    return words


def place_of(desk: Desk, staff: Staff, resident: Resident, spot: Spot) -> Place | None:
    """The place a form names, None where it names none; raises InvalidInput for a building that is not theirs."""
    unit, words = spot.unit.strip(), spot.words.strip()
    if len(unit) > LONGEST_UNIT or len(words) > LONGEST_SPOT:
        raise InvalidInput(f"地点写得太长，单元最多{LONGEST_UNIT}个字，位置最多{LONGEST_SPOT}个字")
    if spot.building_id:
        building = _building(desk, staff, spot.building_id)
        return Place(words, building.community_id, building.grid_id, building, unit or None, None, None, words or None)
    return _in_words(desk, resident, words) if words else None


def needed_place(desk: Desk, staff: Staff, resident: Resident, spot: Spot) -> Place:
    """The place a form names, where there must be one; raises InvalidInput."""
    place = place_of(desk, staff, resident, spot)
    if place is None:
        raise InvalidInput("还没写在哪里", "选一栋楼，或者写个大概位置")
    return place


def buildings_of(desk: Desk, staff: Staff) -> list[Building]:
    """The buildings this worker may name: of their community, for the street all."""
    return [one for one in desk.gazetteer.buildings if staff.community_id in (None, one.community_id)]


def _building(desk: Desk, staff: Staff, building_id: str) -> Building:
    found = next((one for one in buildings_of(desk, staff) if one.id == building_id), None)
    if found is None:
        raise InvalidInput("没有这栋楼", "输入几个字，在列表里选一栋，或者只写位置")
    return found


def _in_words(desk: Desk, resident: Resident, words: str) -> Place:
    """The place as the bot would find it in the words; what it does not know stays words."""
    community_id = resident.community_id or desk.settings.default_community
    found = places.resolve(addresses.read(words, desk.gazetteer.names), desk.gazetteer, community_id, sound).place
    if found is not None and found.building is not None:
        return found
    return Place(words, community_id, found.grid_id if found else None, None, None, None, None, words)
