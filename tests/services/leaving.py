"""A resident of whom everything is known, and a look at every row for traces of them."""

import re

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.services import proposing, residents, visits
from bot.services.desk import Desk
from bot.services.proposing import ItemDraft
from bot.services.visits import VisitDraft
from bot.store.queries.learning import put_tracker
from bot.store.tables import (
    AgendaItem,
    Attachment,
    AttachmentKind,
    AttachmentState,
    Base,
    CaseKind,
    ElderlyStatus,
    InPersonOrder,
    Label,
    Message,
    MessageStatus,
    PageLink,
    Receipt,
    Resident,
)
from tests.services.stage import BUILDING, WORKER, at, says, staff

CHANNEL, OPENID = "wechat:qinghe", "oLeaver7Kq2"
NAME, PHONE, ROOM, WORDS = "尹若舟", "19955501234", "2803", "紫藤开得早"
TRACES = (NAME, NAME[1:], PHONE, OPENID, WORDS)


def leaver(session: Session, desk: Desk, *, elderly: bool = False) -> Resident:
    resident = residents.resident_for(session, desk, CHANNEL, OPENID)
    residents.remember_contact(session, resident, name=NAME, phone=PHONE)
    residents.remember_home(session, resident, at(desk, BUILDING, "2", ROOM))
    if elderly:
        resident.elderly_status = ElderlyStatus.DECLARED
    session.flush()
    return resident


def settle_all(session: Session) -> None:
    session.execute(
        update(Message).where(Message.status == MessageStatus.RECEIVED).values(status=MessageStatus.ANSWERED)
    )


def remember_much(session: Session, desk: Desk, resident: Resident) -> int:
    """Words with everything that may hang on them; returns the message."""
    inbox = says(session, desk, resident, f"{WORDS}，我是{NAME}，住{ROOM}，电话{PHONE}")
    now = desk.clock()
    put_tracker(session, resident.id, f'[{{"text": "{WORDS} {NAME}"}}]', now)
    session.add(PageLink(secret_digest="ab" * 32, resident_id=resident.id, linked_at=now))
    session.add(Receipt(channel=CHANNEL, key="MsgId:71", digest="c" * 64, inbox_id=inbox, reply=WORDS, received_at=now))
    session.add(Receipt(channel=CHANNEL, key=f"{OPENID}|1|CLICK|", digest="d" * 64, received_at=now))
    session.add(
        Label(
            message_id=inbox,
            text=f"我叫{NAME}，灯坏了",
            intent="report_event",
            staff_id=staff(session, WORKER).id,
            created_at=now,
        )
    )
    session.flush()
    return inbox


def picture(session: Session, desk: Desk, message_id: int, file: str, case: tuple[CaseKind, int] | None = None) -> None:
    kind, case_id = case or (None, None)
    session.add(
        Attachment(
            message_id=message_id,
            kind=AttachmentKind.IMAGE,
            state=AttachmentState.STORED,
            file=file,
            case_kind=kind,
            case_id=case_id,
            created_at=desk.clock(),
        )
    )
    session.flush()


def order(session: Session, desk: Desk, resident: Resident, recipient: str = "self") -> InPersonOrder:
    text = f"我是{NAME}，请到{ROOM}室来一趟"
    draft = VisitDraft(
        resident_id=resident.id,
        inbox_id=says(session, desk, resident, text),
        ordinal=0,
        need=f"到{ROOM}室教用手机",
        leaf=None,
        recipient=recipient,
        recipient_name=NAME,
        place=at(desk, BUILDING, "2", ROOM),
        phone=PHONE,
        way="visit",
        preferred_time=f"{NAME}下午在家",
        text=text,
        linked_group=None,
        age_band=None,
        asked_for=None,
    )
    return visits.order_visit(session, desk, draft)


def proposal(session: Session, desk: Desk, resident: Resident, title: str = "给5号楼装一排充电桩") -> AgendaItem:
    draft = ItemDraft(
        resident_id=resident.id,
        inbox_id=says(session, desk, resident, title),
        ordinal=0,
        leaf=None,
        title=title,
        reason=f"我叫{NAME}，住{ROOM}室，充电不方便",
        scope="building",
        scope_text="青禾苑5号楼",
        place=at(desk, BUILDING),
        linked_group=None,
    )
    return proposing.file_item(session, desk, draft)


def traces(session: Session) -> list[str]:
    """Every value in the database that tells of the leaver, with its table and column."""
    session.flush()
    seen = re.compile("|".join(map(re.escape, TRACES)) + rf"|(?<![0-9A-Za-z]){ROOM}(?![0-9A-Za-z])")
    return [
        f"{table.name}.{column}: {value}"
        for table in Base.metadata.sorted_tables
        for row in session.execute(select(table)).mappings()
        for column, value in row.items()
        if seen.search(str(value))
    ]


def everything(session: Session) -> dict[str, list[str]]:
    """All rows of all tables as text, to see whether anything changed."""
    session.flush()
    return {
        table.name: sorted(str(tuple(row)) for row in session.execute(select(table)))
        for table in Base.metadata.sorted_tables
    }
