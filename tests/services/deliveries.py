"""What WeChat would deliver, as the service takes it in; everybody lives on the demo street."""

from sqlalchemy import select

from bot.services.desk import Desk
from bot.services.reception import take_in
from bot.store.queries import talk
from bot.store.queries.receipts import Enclosed, Parcel, Said
from bot.store.tables import AttachmentKind, Conversation, Message, Resident
from tests.services.stage import NOW

CHANNEL, USER = "wechat:qinghe", "oResident"
COMMUNITY = "qinghe"
PICTURE = Said("[照片]", None, Enclosed(AttachmentKind.IMAGE, "media-1"))
VOICE = Said("[语音]", None, Enclosed(AttachmentKind.VOICE, "media-2"))
LINK_TITLE = "小区着火了怎么逃生"
LINK = Said(f"[链接] {LINK_TITLE}", None, Enclosed(AttachmentKind.LINK, label=LINK_TITLE, url="https://example.com/"))
# Before the door of 青禾苑5号楼, and in the same grid away from all buildings.
AT_FIVE, IN_THE_GRID, FAR_AWAY = (116.20198, 30.503767), (116.2036, 30.50445), (100.0, 20.0)


def position(at: tuple[float, float], label: str = "") -> Said:
    lon, lat = at
    enclosed = Enclosed(AttachmentKind.LOCATION, label=label, lon=lon, lat=lat)
    return Said(f"[位置] {label}".strip(), None, enclosed)


def parcel(
    key: str,
    said: Said | str | None = "路灯坏了",
    user: str = USER,
    channel: str = CHANNEL,
    digest: str = "d",
    signature: str | None = None,
) -> Parcel:
    words = Said(said) if isinstance(said, str) else said
    return Parcel(channel, key, user, COMMUNITY, digest, signature, words, NOW)


def delivered(desk: Desk, key: str, said: Said | str, user: str = USER) -> int:
    """The message a delivery led to."""
    [taken] = take_in(desk, [parcel(key, said, user)])
    assert taken.inbox_id is not None
    return taken.inbox_id


def talk_with(desk: Desk, user: str = USER) -> Conversation:
    with desk.transaction(read_only=True) as session:
        query = select(Conversation).join(Resident, Resident.id == Conversation.resident_id)
        return session.scalars(query.where(Resident.channel_user == user)).one()


def replies(desk: Desk, message_id: int) -> list[Message]:
    with desk.transaction(read_only=True) as session:
        return list(talk.replies_to(session, message_id))


def said_back(desk: Desk, message_id: int) -> str:
    """Everything the resident is told in answer, a line a bubble."""
    return "\n".join(reply.text for reply in replies(desk, message_id))
