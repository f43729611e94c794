"""What the demo residents wrote before the first start waits in the inbox, once."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.errors import BrokenFile
from bot.services import demo_talks
from bot.services.desk import Desk
from bot.store.tables import Conversation, Message, MessageStatus, Resident
from tests.services.stage import says, someone


@pytest.fixture
def url(own_file: str) -> str:
    """What is said here is committed."""
    return own_file


def written(desk: Desk) -> list[tuple[str, MessageStatus | None]]:
    with desk.transaction(read_only=True) as session:
        rows = session.execute(
            select(Conversation.resident_id, Message.status).join(Message, Message.conversation_id == Conversation.id)
        )
        return [(resident, status) for resident, status in rows if resident.startswith("demo-")]


def test_the_first_start_finds_messages_that_wait_for_an_answer(desk: Desk) -> None:
    demo_talks.leave_messages(desk)
    found = written(desk)
    assert len({resident for resident, _ in found}) >= 3
    assert {status for _, status in found} == {MessageStatus.RECEIVED}


def test_the_next_start_adds_nothing(desk: Desk) -> None:
    demo_talks.leave_messages(desk)
    before = written(desk)
    demo_talks.leave_messages(desk)
    assert written(desk) == before


def test_where_somebody_wrote_the_demo_residents_keep_quiet(desk: Desk) -> None:
    with desk.transaction() as session:
        says(session, desk, someone(session, desk), "楼道灯坏了")
    demo_talks.leave_messages(desk)
    assert written(desk) == []


def test_where_no_demo_residents_live_nobody_writes(desk: Desk) -> None:
    with desk.transaction() as session:
        for row in session.scalars(select(Resident).where(Resident.id.startswith("demo-"))):
            row.channel = "webchat"
    demo_talks.leave_messages(desk)
    with desk.transaction(read_only=True) as session:
        assert session.scalar(select(func.count(Message.id))) == 0


def test_a_resident_nobody_knows_is_refused_with_file_and_line(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "talks.yml").write_text("talks:\n  - {resident: nobody, says: [转人工]}\n", encoding="utf-8")
    elsewhere = replace(desk, settings=replace(desk.settings, data=tmp_path))
    with pytest.raises(BrokenFile, match=r"talks\.yml"):
        demo_talks.leave_messages(elsewhere)
    assert written(desk) == []
