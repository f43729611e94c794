from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.grid_events import EventStatus
from bot.core.visits import VisitStatus
from bot.errors import BrokenFile
from bot.services import outbox, retention
from bot.services.desk import Desk
from bot.services.handover import hand_over
from bot.services.retention import RetentionRules, load_retention, purge_expired
from bot.store.queries import claims
from bot.store.queries.audit import latest_audit
from bot.store.tables import (
    Attachment,
    AttachmentKind,
    AttachmentState,
    CaseKind,
    Handover,
    HandoverKind,
    Label,
    Message,
    Receipt,
    Tracker,
)
from tests.services import leaving
from tests.services.leaving import NAME, ROOM, WORDS, leaver, settle_all
from tests.services.stage import BUILDING, WORKER, Clock, at, report, says, staff, talk_of

RULES_FILE = "catalogue/retention.yml"


@pytest.fixture
def rules(desk: Desk) -> RetentionRules:
    """The rules as they are delivered."""
    return load_retention(desk.settings.data / RULES_FILE)


def test_the_rules_are_those_of_the_law_and_of_habit(rules: RetentionRules) -> None:
    assert rules == RetentionRules(
        chat=timedelta(days=180), voice=timedelta(days=30), receipts=timedelta(days=2), cases=timedelta(days=1095)
    )


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("voice_days: 30", "voice_days: 0", "至少是 1 天"),
        ("voice_days: 30", "voice_days: soon", "整数"),
        ("voice_days: 30", "", "缺少"),
        ("voice_days: 30", "voice_days: 30\nvoice_hours: 1", "没有这一项"),
    ],
)
def test_a_wrong_rule_is_named(desk: Desk, tmp_path: Path, old: str, new: str, problem: str) -> None:
    file = tmp_path / "retention.yml"
    text = (desk.settings.data / RULES_FILE).read_text(encoding="utf-8")
    assert f"\n{old}" in text
    file.write_text(text.replace(f"\n{old}", f"\n{new}"), encoding="utf-8")

    with pytest.raises(BrokenFile, match=problem):
        load_retention(file)


def test_old_talk_goes_with_its_pictures_and_young_talk_stays(
    session: Session, desk: Desk, clock: Clock, rules: RetentionRules
) -> None:
    resident = leaver(session, desk)
    old = leaving.remember_much(session, desk, resident)
    leaving.picture(session, desk, old, "aa/old.jpg")
    outbox.post(session, talk_of(session, desk, resident), [WORDS], outbox.BOT, clock(), in_reply_to=old)
    settle_all(session)
    clock.turn(days=170)
    young = says(session, desk, resident, "还在吗")
    clock.turn(days=11)

    purged = purge_expired(session, desk, rules)

    assert (purged.messages, purged.trackers, purged.receipts) == (2, 1, 2)
    assert purged.files == (desk.settings.media / "aa/old.jpg",)
    assert session.get(Message, old) is None
    assert session.get(Message, young) is not None
    assert session.get(Tracker, resident.id) is None
    label = session.scalars(select(Label).order_by(Label.id.desc()).limit(1)).one()
    assert (label.message_id, label.intent) == (None, "report_event")
    assert (resident.name, resident.room) == (NAME, ROOM)


def test_a_question_stays_as_long_as_its_answer(
    session: Session, desk: Desk, clock: Clock, rules: RetentionRules
) -> None:
    resident = leaver(session, desk)
    question = says(session, desk, resident, WORDS)
    settle_all(session)
    clock.turn(days=1)
    outbox.post(session, talk_of(session, desk, resident), ["好"], outbox.BOT, clock(), in_reply_to=question)

    clock.turn(days=179, hours=12)
    early = purge_expired(session, desk, rules).messages
    clock.turn(days=1)
    late = purge_expired(session, desk, rules).messages

    assert (early, late) == (0, 2)


def test_what_an_open_case_came_from_stays_until_it_is_closed(
    session: Session, desk: Desk, clock: Clock, rules: RetentionRules
) -> None:
    resident = leaver(session, desk)
    event = report(session, desk, resident, at(desk, BUILDING, "2", ROOM))
    shown = says(session, desk, resident, "你看这张")
    leaving.picture(session, desk, shown, "aa/lamp.jpg", (CaseKind.GRID_EVENT, event.id))
    settle_all(session)
    clock.turn(days=200)

    while_open = purge_expired(session, desk, rules).messages
    event.status = EventStatus.CLOSED
    session.flush()
    closed = purge_expired(session, desk, rules)

    assert (while_open, closed.messages) == (0, 2)
    assert closed.files == (desk.settings.media / "aa/lamp.jpg",)
    assert event.inbox_id is None
    assert event.text == "楼道灯坏了"


def test_nothing_goes_while_somebody_waits_or_nobody_answered(
    session: Session, desk: Desk, clock: Clock, rules: RetentionRules
) -> None:
    resident = leaver(session, desk)
    inbox = says(session, desk, resident, WORDS)
    unanswered = purged_after(session, desk, clock, rules)
    settle_all(session)
    hand_over(session, talk_of(session, desk, resident), inbox, HandoverKind.PERSON, "找人", clock())

    waiting = purge_expired(session, desk, rules).messages

    assert (unanswered, waiting) == (0, 0)


def purged_after(session: Session, desk: Desk, clock: Clock, rules: RetentionRules) -> int:
    clock.turn(days=200)
    return purge_expired(session, desk, rules).messages


@pytest.mark.parametrize(("kind", "staying"), [(HandoverKind.COMPLAINT, 1), (HandoverKind.PERSON, 0)])
def test_whom_a_resident_complained_about_is_not_forgotten(
    session: Session, desk: Desk, clock: Clock, rules: RetentionRules, kind: HandoverKind, staying: int
) -> None:
    resident, worker = leaver(session, desk), staff(session, WORKER)
    conversation = talk_of(session, desk, resident)
    hand_over(session, conversation, says(session, desk, resident, WORDS), kind, "找人", clock())
    settle_all(session)
    claims.take_conversation(session, conversation.id, worker.id, clock())
    claims.release_conversation(session, conversation.id, worker.id, clock())
    clock.turn(days=200)

    purge_expired(session, desk, rules)

    left = session.scalars(select(Handover).where(Handover.conversation_id == conversation.id)).all()
    assert len(left) == staying


def test_a_voice_goes_after_a_month_its_words_stay(
    session: Session, desk: Desk, clock: Clock, rules: RetentionRules
) -> None:
    inbox = says(session, desk, leaver(session, desk), WORDS)
    voice = Attachment(
        message_id=inbox,
        kind=AttachmentKind.VOICE,
        state=AttachmentState.STORED,
        file="aa/voice.amr",
        media_id="m1",
        created_at=clock(),
    )
    session.add(voice)
    leaving.picture(session, desk, inbox, "bb/picture.jpg")
    settle_all(session)
    clock.turn(days=31)

    purged = purge_expired(session, desk, rules)

    assert purged.files == (desk.settings.media / "aa/voice.amr",)
    assert (voice.state, voice.file, voice.media_id, voice.fault) == (AttachmentState.LOST, None, None, "expired")
    assert session.get_one(Message, inbox).text == WORDS


def test_after_years_a_closed_case_says_what_but_not_who(
    session: Session, desk: Desk, clock: Clock, rules: RetentionRules
) -> None:
    resident = leaver(session, desk)
    event = report(session, desk, resident, at(desk, BUILDING, "2", ROOM), text=f"我叫{NAME}，灯坏了")
    open_event = report(session, desk, resident, at(desk, BUILDING, "2", ROOM))
    visit = leaving.order(session, desk, resident)
    event.status, visit.status = EventStatus.CLOSED, VisitStatus.DONE
    settle_all(session)
    clock.turn(days=1096)

    purge_expired(session, desk, rules)

    assert (event.text, event.contact_name, event.room) == ("我叫[姓名]，灯坏了", None, None)
    assert (visit.phone, visit.recipient_name) == (None, None)
    assert open_event.contact_name == NAME


def test_purging_is_logged_and_doing_it_again_changes_nothing(
    session: Session, desk: Desk, clock: Clock, rules: RetentionRules
) -> None:
    leaving.remember_much(session, desk, leaver(session, desk))
    settle_all(session)
    clock.turn(days=3)
    first = purge_expired(session, desk, rules)
    before = leaving.everything(session)

    again = purge_expired(session, desk, rules)

    row = latest_audit(session, limit=1)[0]
    assert row.action == "data:purge"
    assert row.detail == "messages=0 trackers=0 voices=0 receipts=2 cases=0 notes=0 photos=0"
    assert (first.is_nothing, again.is_nothing) == (False, True)
    assert leaving.everything(session) == before
    assert session.scalars(select(Receipt)).all() == []


def test_a_great_heap_is_cleared_piece_by_piece(
    session: Session, desk: Desk, clock: Clock, rules: RetentionRules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    resident = leaver(session, desk)
    for number in range(3):
        inbox = says(session, desk, resident, f"{number}")
        outbox.post(session, talk_of(session, desk, resident), ["好"], outbox.BOT, clock(), in_reply_to=inbox)
    settle_all(session)
    clock.turn(days=200)

    pieces = [purge_expired(session, desk, replace(rules, voice=timedelta(days=1))) for _ in range(4)]

    assert [piece.messages for piece in pieces] == [2, 2, 2, 0]
    assert [piece.is_all for piece in pieces] == [False, False, False, True]
