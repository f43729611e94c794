"""Receipts of deliveries: written once under key and signature, linked, and forgotten in time."""

from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.queries import receipts
from bot.store.queries.receipts import Enclosed, Parcel, Said
from bot.store.tables import Attachment, AttachmentKind, AttachmentState, Conversation, Message, Receipt, Resident
from tests.store.cast import NOW, OSMANTHUS, WILLOW, later, said
from tests.store.cast import Cast as Settled

CHANNEL = "wechat:osmanthus"


def parcel(key: str, user: str = "oWang", text: str = "路灯不亮") -> Parcel:
    return Parcel(CHANNEL, key, user, OSMANTHUS, "d", None, Said(text), NOW)


def receipt_of(session: Session, key: str) -> Receipt:
    return receipts.receipts_of(session, CHANNEL, [key])[key]


def test_only_what_was_not_known_before_is_new(session: Session) -> None:
    first = receipts.new_receipts(session, [parcel("1"), parcel("2")])

    second = receipts.new_receipts(session, [parcel("2"), parcel("3")])

    assert set(first) == {"1", "2"}
    assert set(second) == {"3"}


def test_the_ids_are_those_of_the_keys(session: Session) -> None:
    receipts.new_receipts(session, [parcel("2")])

    written = receipts.new_receipts(session, [parcel("1"), parcel("2"), parcel("3")])

    assert {key: session.get_one(Receipt, id_).key for key, id_ in written.items()} == {"1": "1", "3": "3"}


def test_another_channel_has_keys_of_its_own(session: Session) -> None:
    receipts.new_receipts(session, [parcel("1")])

    assert receipts.new_receipts(session, [replace(parcel("1"), channel="wechat:willow")])


def test_a_signature_is_good_for_one_key(session: Session) -> None:
    signed = replace(parcel("1"), signature="s")
    receipts.new_receipts(session, [signed])

    assert receipts.new_receipts(session, [replace(signed, key="2")]) == {}
    assert receipts.new_receipts(session, [replace(signed, key="3", channel="wechat:willow")])


def test_receipts_without_a_signature_do_not_meet(session: Session) -> None:
    assert len(receipts.new_receipts(session, [parcel(str(n)) for n in range(5)])) == 5


def test_residents_and_conversations_are_made_on_first_contact_and_found_afterwards(session: Session) -> None:
    made = receipts.conversations_with(session, [parcel("1"), parcel("2", "oLi"), parcel("3")])

    found = receipts.conversations_with(session, [parcel("4", "oLi"), parcel("5", "oNew")])

    assert set(made) == {"oWang", "oLi"}
    assert found["oLi"] == made["oLi"]
    assert len({*made.values(), *found.values()}) == 3


def test_who_is_known_stays_in_their_community(session: Session) -> None:
    receipts.conversations_with(session, [replace(parcel("1"), community_id=WILLOW)])

    receipts.conversations_with(session, [parcel("2")])

    assert session.scalars(select(Resident.community_id).where(Resident.channel_user == "oWang")).all() == [WILLOW]


def test_a_resident_without_a_conversation_gets_one(session: Session) -> None:
    session.add(Resident(id="alone", channel=CHANNEL, channel_user="oWang", created_at=NOW))
    session.flush()

    conversation = receipts.conversations_with(session, [parcel("1")])["oWang"]

    assert session.get_one(Conversation, conversation).resident_id == "alone"


def test_messages_come_back_in_the_order_they_were_given(session: Session) -> None:
    parcels = [parcel(str(n), text=f"第{n}句") for n in range(30)]
    conversations = receipts.conversations_with(session, parcels)

    ids = receipts.insert_messages(session, [(one, one.said) for one in parcels if one.said], conversations)

    assert [session.get_one(Message, message_id).text for message_id in ids] == [f"第{n}句" for n in range(30)]
    assert ids == sorted(ids)


def test_no_messages_are_no_rows(session: Session, cast: Settled) -> None:
    said(session, cast.wangs_talk)

    assert receipts.insert_messages(session, [], {}) == []
    assert session.scalars(select(func.count()).select_from(Message)).one() == 1


def test_what_has_bytes_is_to_be_fetched_and_what_has_none_is_whole(session: Session) -> None:
    one, other = parcel("1"), parcel("2")
    conversations = receipts.conversations_with(session, [one])
    picture = Said("[照片]", None, Enclosed(AttachmentKind.IMAGE, "media"))
    place = Said("[位置]", None, Enclosed(AttachmentKind.LOCATION, label="东门", lon=104.06, lat=30.65))

    receipts.insert_messages(session, [(one, picture), (other, place)], conversations)

    rows = {row.kind: row for row in session.scalars(select(Attachment))}
    assert rows[AttachmentKind.IMAGE].state is AttachmentState.PENDING
    assert rows[AttachmentKind.LOCATION].state is AttachmentState.WHOLE
    located = rows[AttachmentKind.LOCATION]
    assert (located.label, located.lon, located.lat) == ("东门", 104.06, 30.65)


def test_a_receipt_remembers_the_message_it_led_to(session: Session, cast: Settled) -> None:
    written = receipts.new_receipts(session, [parcel("1"), parcel("2")])
    inbox = said(session, cast.wangs_talk).id

    receipts.link_receipts(session, {written["1"]: inbox})

    session.expire_all()
    assert (receipt_of(session, "1").inbox_id, receipt_of(session, "2").inbox_id) == (inbox, None)


def test_old_receipts_are_forgotten_and_young_ones_stay(session: Session) -> None:
    receipts.new_receipts(session, [parcel("old"), replace(parcel("young"), at=later(1))])

    forgotten = receipts.forget_receipts(session, later(1))

    assert forgotten == 1
    assert session.scalars(select(Receipt.key)).all() == ["young"]
