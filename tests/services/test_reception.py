"""Deliveries of a channel: each is stored once, many together, and nobody waits for ever."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.errors import Unavailable
from bot.services import residents
from bot.services.desk import Desk
from bot.services.hub import ATTACHMENTS, conversation_topic
from bot.services.reception import MOST_AT_ONCE, Reception, Taken, take_event, take_in
from bot.store.engine import Store
from bot.store.tables import Attachment, AttachmentState, Message, MessageStatus, Resident
from tests.services.deliveries import CHANNEL, COMMUNITY, PICTURE, USER, parcel, talk_with


def texts(desk: Desk, user: str = USER) -> list[str]:
    conversation = talk_with(desk, user)
    with desk.transaction(read_only=True) as session:
        query = select(Message).where(Message.conversation_id == conversation.id, Message.direction == "in")
        return [message.text for message in session.scalars(query.order_by(Message.id))]


def test_whoever_writes_first_becomes_a_resident_of_the_accounts_community(talking_desk: Desk) -> None:
    [taken] = take_in(talking_desk, [parcel("1")])

    with talking_desk.transaction(read_only=True) as session:
        message = session.get_one(Message, taken.inbox_id)
        resident = session.get_one(Resident, talk_with(talking_desk).resident_id)
    assert (taken.is_new, taken.conversation_id) == (True, message.conversation_id)
    assert (message.text, message.status, message.channel) == ("路灯坏了", MessageStatus.RECEIVED, CHANNEL)
    assert (resident.channel, resident.channel_user, resident.community_id) == (CHANNEL, USER, COMMUNITY)


def test_a_resident_who_is_known_keeps_community_and_conversation(talking_desk: Desk) -> None:
    with talking_desk.transaction() as session:
        known = residents.resident_for(session, talking_desk, CHANNEL, USER, "guixiang").id

    take_in(talking_desk, [parcel("1")])

    with talking_desk.transaction(read_only=True) as session:
        assert session.get_one(Resident, known).community_id == "guixiang"
    assert talk_with(talking_desk).resident_id == known


def test_what_is_delivered_again_leads_to_the_same_message(talking_desk: Desk) -> None:
    [first] = take_in(talking_desk, [parcel("1")])

    [again] = take_in(talking_desk, [parcel("1")])

    assert again == replace(first, is_new=False)
    assert texts(talking_desk) == ["路灯坏了"]


def test_two_copies_in_one_batch_lead_to_one_message(talking_desk: Desk) -> None:
    first, again = take_in(talking_desk, [parcel("1"), parcel("1")])

    assert again == replace(first, is_new=False)
    assert texts(talking_desk) == ["路灯坏了"]


def test_the_same_key_at_two_accounts_is_two_messages(talking_desk: Desk) -> None:
    one, other = take_in(talking_desk, [parcel("1"), parcel("1", user="oOther", channel="wechat:guixiang")])

    assert one.is_new
    assert other.is_new
    assert one.conversation_id != other.conversation_id


def test_a_batch_keeps_the_order_of_the_messages_of_all_channels(talking_desk: Desk) -> None:
    parcels = [
        parcel(str(n), f"第{n}句", user=f"o{n % 3}", channel=("wechat:qinghe", "wechat:guixiang")[n % 2])
        for n in range(12)
    ]

    taken = take_in(talking_desk, parcels)

    with talking_desk.transaction(read_only=True) as session:
        stored = [session.get_one(Message, one.inbox_id) for one in taken]
    assert [message.text for message in stored] == [f"第{n}句" for n in range(12)]
    ids = {channel: [m.id for m in stored if m.channel == channel] for channel in ("wechat:qinghe", "wechat:guixiang")}
    assert all(own == sorted(own) for own in ids.values())


def test_a_signature_that_does_not_cover_the_body_serves_for_one_body(talking_desk: Desk) -> None:
    [first] = take_in(talking_desk, [parcel("1", signature="s", digest="a")])

    copy, changed, forged = take_in(
        talking_desk,
        [
            parcel("1", signature="s", digest="a"),
            parcel("1", "给我转钱", signature="t", digest="b"),
            parcel("2", "给我转钱", signature="s", digest="b"),
        ],
    )

    assert (copy.inbox_id, copy.is_other_body) == (first.inbox_id, False)
    assert [changed, forged] == [Taken(None, None, is_new=False, is_other_body=True)] * 2
    assert texts(talking_desk) == ["路灯坏了"]


def test_two_bodies_under_one_signature_in_one_batch_are_one_message(talking_desk: Desk) -> None:
    first, same_key, same_signature = take_in(
        talking_desk,
        [
            parcel("1", signature="s", digest="a"),
            parcel("1", "给我转钱", signature="s", digest="b"),
            parcel("2", "给我转钱", signature="s", digest="b"),
        ],
    )

    assert (first.is_new, first.is_other_body) == (True, False)
    assert (same_key.is_other_body, same_signature.is_other_body) == (True, True)
    assert texts(talking_desk) == ["路灯坏了"]


def test_a_delivery_without_words_leads_to_no_message(talking_desk: Desk) -> None:
    [taken] = take_in(talking_desk, [parcel("1", None)])

    assert (taken.inbox_id, taken.is_new) == (None, True)
    assert texts(talking_desk) == []


async def test_what_is_enclosed_is_kept_with_its_message_and_will_be_fetched(talking_desk: Desk) -> None:
    with talking_desk.hub.subscribe(ATTACHMENTS) as listening:
        [taken] = take_in(talking_desk, [parcel("1", PICTURE)])
        await listening.next()

    with talking_desk.transaction(read_only=True) as session:
        enclosed = session.scalars(select(Attachment).where(Attachment.message_id == taken.inbox_id)).one()
        assert (enclosed.media_id, enclosed.state) == ("media-1", AttachmentState.PENDING)


async def test_open_pages_hear_of_the_message(talking_desk: Desk) -> None:
    take_in(talking_desk, [parcel("1")])
    topic = conversation_topic(talk_with(talking_desk).id)

    with talking_desk.hub.subscribe(topic) as listening:
        take_in(talking_desk, [parcel("2")])

        assert await listening.next() == topic


def test_whoever_writes_is_back_and_need_not_be_called_and_nobody_else_is(talking_desk: Desk) -> None:
    take_in(talking_desk, [parcel("1"), parcel("2", user="oElse")])
    with talking_desk.transaction() as session:
        for resident in session.scalars(select(Resident).where(Resident.channel == CHANNEL)):
            resident.left_at = talking_desk.clock()
            residents.conversation_with(session, talking_desk, resident).phone_needed_since = talking_desk.clock()

    take_in(talking_desk, [parcel("3")])

    with talking_desk.transaction(read_only=True) as session:
        left = {r.channel_user: r.left_at for r in session.scalars(select(Resident).where(Resident.channel == CHANNEL))}
    assert (left[USER], left["oElse"]) == (None, talking_desk.clock())
    assert talk_with(talking_desk).phone_needed_since is None
    assert talk_with(talking_desk, "oElse").phone_needed_since == talking_desk.clock()


async def test_deliveries_of_one_moment_are_all_stored_in_order(talking_desk: Desk) -> None:
    reception = Reception(talking_desk)
    number = MOST_AT_ONCE + 5

    taken = await asyncio.gather(*(reception.take(parcel(str(n), f"第{n}句")) for n in range(number)))

    assert [one.is_new for one in taken] == [True] * number
    assert texts(talking_desk) == [f"第{n}句" for n in range(number)]


async def test_whoever_hangs_up_does_not_keep_the_others_waiting(talking_desk: Desk) -> None:
    reception = Reception(talking_desk)
    gone = asyncio.create_task(reception.take(parcel("1", "挂断了")))
    other = asyncio.create_task(reception.take(parcel("2", "还在")))
    await asyncio.sleep(0)

    gone.cancel()

    assert (await other).is_new
    assert texts(talking_desk) == ["挂断了", "还在"]


async def test_what_cannot_be_stored_is_said_to_everybody_who_waits_and_later_ones_are_stored(
    talking_desk: Desk,
) -> None:
    with talking_desk.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE receipts RENAME TO receipts_gone")
    reception = Reception(talking_desk)

    failed = await asyncio.gather(*(reception.take(parcel(str(n))) for n in range(3)), return_exceptions=True)

    with talking_desk.transaction() as session:
        session.connection().exec_driver_sql("ALTER TABLE receipts_gone RENAME TO receipts")
    assert [type(one) for one in failed] == [Unavailable] * 3
    assert (await reception.take(parcel("1"))).is_new


async def test_a_store_that_is_gone_is_unavailable(
    talking_desk: Desk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    empty = Store(f"sqlite:///{tmp_path_factory.mktemp('empty') / 'linli.db'}")

    with pytest.raises(Unavailable):
        await Reception(replace(talking_desk, store=empty)).take(parcel("1"))

    empty.close()


def test_a_happening_has_its_effect_once_and_is_answered_alike_each_time(talking_desk: Desk) -> None:
    met: list[str] = []

    def welcome(_: object, resident: Resident) -> str:
        met.append(resident.channel_user)
        return "您好"

    first = take_event(talking_desk, parcel("Event:1", None), welcome)
    again = take_event(talking_desk, parcel("Event:1", None), welcome)

    assert met == [USER]
    assert (first.is_new, again.is_new) == (True, False)
    assert (first.reply, again.reply) == ("您好", "您好")


def test_an_effect_that_breaks_leaves_the_happening_to_be_delivered_again(talking_desk: Desk) -> None:
    def broken(_: object, __: Resident) -> str:
        raise Unavailable("没有网")

    with pytest.raises(Unavailable):
        take_event(talking_desk, parcel("Event:1", None), broken)

    assert take_event(talking_desk, parcel("Event:1", None), lambda _, __: "您好").is_new
