"""Words for the workers' groups: what happened and where to look it up, never who it was or what they said."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from bot.core import elderly, masking
from bot.core.catalogue import Whistle
from bot.core.elderly import ElderlySignal
from bot.core.urgency import Urgency
from bot.core.visits import Recipient, Way
from bot.services.classifying import UNKNOWN_PLACE
from bot.services.desk import Desk
from bot.services.hub import note
from bot.store.queries import alerts, places
from bot.store.tables import (
    Community,
    Conversation,
    ElderlyStatus,
    Grid,
    GridEvent,
    GroupAlert,
    Handover,
    HandoverKind,
    InPersonOrder,
    Resident,
)

# What the sender listens to.
ALERTS: Final = "alerts"
# Whose group hears of every community.
STREET: Final = "street"
# Begins the topics that are told only while their handover waits.
WAITING: Final = "waiting"
LONGEST_TOPIC: Final = 100
# What is not urgent waits this long for company, so that one message tells of both.
COMPANY: Final = timedelta(seconds=20)

_WAITS: Final[Mapping[HandoverKind, str]] = {
    HandoverKind.COMPLAINT: "有意见要反映",
    HandoverKind.PERSON: "想找工作人员",
    HandoverKind.MISUNDERSTOOD: "小助手没听懂",
    HandoverKind.UNKNOWN_ANSWER: "问的事小助手答不上来",
    HandoverKind.OUT_OF_SCOPE: "说的事要人来看",
    HandoverKind.EMERGENCY: "有急事",
    HandoverKind.FAILURE: "小助手出了毛病",
    HandoverKind.MEDIA: "发了要人看的图片或语音",
    HandoverKind.UNDELIVERED: "消息可能没送到，请打电话",
    HandoverKind.STRANDED: "接待的同事走开了，请接着回",
    HandoverKind.ERASURE: "想删除自己的信息",
}
_ASKS: Final[Mapping[Way, str]] = {Way.PHONE: "等电话", Way.VISIT: "等人上门"}


def alert(
    session: Session, now: datetime, community_id: str | None, topic: str, words: str, *, is_urgent: bool
) -> None:
    """Tell the community's group and the street's; None stands for every community.

    A topic is kind#reference. Alerts of one kind are merged; the same topic is told to a group only once.
    """
    topic = topic[:LONGEST_TOPIC]
    communities = [community_id] if community_id else [one.id for one in places.communities(session)]
    for group in (*communities, STREET):
        if not alerts.was_told(session, group, topic):
            session.add(_alert(group, topic, words, now, is_urgent=is_urgent))
    session.flush()
    note(session, ALERTS)


def emergency(session: Session, desk: Desk, event: GridEvent) -> None:
    """Call the workers at once; called again, only those of a grid that has not heard of it yet."""
    leaf = desk.catalogue.leaf(event.leaf).name
    unknown = "，地点还没问清" if event.place_text.startswith(UNKNOWN_PLACE) else ""
    words = f"【急】{_where(session, event)} {leaf} {event.number} 请马上联系居民{unknown}"
    topic = f"emergency#{event.number}@{event.grid_id or event.community_id}"
    alert(session, desk.clock(), event.community_id, topic, words, is_urgent=True)


def record_filed(session: Session, desk: Desk, event: GridEvent) -> None:
    """Tell of an event that cannot wait or calls for 应急哨; emergencies are told by `emergency`."""
    calls = event.whistle is Whistle.EMERGENCY
    if event.urgency is Urgency.P0 or not (calls or event.urgency is Urgency.P1):
        return
    leaf = desk.catalogue.leaf(event.leaf).name
    ask = "建议应急哨，请尽快受理" if calls else "请尽快受理"
    words = f"【{event.urgency.plain}】{_where(session, event)} {leaf} {event.number} {ask}"
    topic = f"record-{event.leaf}-{event.community_id}#{event.number}"
    alert(session, desk.clock(), event.community_id, topic, words, is_urgent=False)


def visit_ordered(session: Session, desk: Desk, order: InPersonOrder) -> None:
    """Tell that somebody elderly waits for a call or a visit; younger people's orders are left to the console."""
    if not _is_for_elderly(session, desk, order):
        return
    words = f"{_where(session, order)} 有老人{_ASKS[order.way]} {order.number} 请尽快接单"
    topic = f"visit-{order.way}-{order.community_id}#{order.number}"
    alert(session, desk.clock(), order.community_id, topic, words, is_urgent=False)


def time_runs(session: Session, desk: Desk, event: GridEvent, topic: str, mark: str, words: str) -> None:
    """Tell that a limit runs out or has run out; `mark` is what it is about in a word, such as 快到期."""
    leaf = desk.catalogue.leaf(event.leaf).name
    said = f"【{mark}】{_where(session, event)} {leaf} {event.number} {words}"
    alert(session, desk.clock(), event.community_id, topic, said, is_urgent=event.urgency is Urgency.P0)


def conversation_waits(session: Session, conversation: Conversation, handover: Handover, now: datetime) -> None:
    """Tell that a conversation has begun to wait, and why in general; an emergency calls louder than this."""
    if handover.kind is HandoverKind.EMERGENCY:
        return
    community_id = session.get_one(Resident, conversation.resident_id).community_id
    where = session.get_one(Community, community_id).name if community_id else ""
    words = f"{where}有居民在等人接：{_WAITS[handover.kind]}"
    # A handover may be opened again; then its conversation begins to wait a second time.
    topic = f"{WAITING}-{handover.kind}-{community_id}#{handover.id}@{now.timestamp():.0f}"
    alert(session, now, community_id, topic, words, is_urgent=False)


def handover_in(topic: str) -> int | None:
    """The handover that a topic of `conversation_waits` refers to; None for other topics."""
    kind, _, reference = topic.rpartition("#")
    return int(reference.partition("@")[0]) if kind.startswith(f"{WAITING}-") else None


def _alert(group: str, topic: str, words: str, now: datetime, *, is_urgent: bool) -> GroupAlert:
    return GroupAlert(
        group=group,
        topic=topic,
        text=masking.redact(words),
        is_urgent=is_urgent,
        due_at=now if is_urgent else now + COMPANY,
        created_at=now,
    )


def _where(session: Session, case: GridEvent | InPersonOrder) -> str:
    """Community and grid, as in 清和社区第二网格; nothing nearer to somebody's door."""
    community = session.get_one(Community, case.community_id).name
    grid = session.get(Grid, case.grid_id) if case.grid_id else None
    return community + (grid.name.removeprefix(community.removesuffix("社区")) if grid else "")


def _is_for_elderly(session: Session, desk: Desk, order: InPersonOrder) -> bool:
    resident = session.get_one(Resident, order.resident_id)
    if order.recipient is Recipient.SELF and resident.elderly_status is ElderlyStatus.DECLARED:
        return True
    return elderly.read(f"{order.need}；{order.text}", desk.elderly).signal is ElderlySignal.YES
