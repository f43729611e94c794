"""What the unit in charge does: signs, contacts, handles, asks for help or for time, and says what came of it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import guards
from bot.core.staff import Role
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services.events import clocks
from bot.services.events.standing import OPEN_TASKS, doer_of
from bot.services.events.taking_in import party_of
from bot.services.events.wishes import Effect, Scene
from bot.store.tables import EventExtension, EventTask, GridEvent, TaskStatus


def sign(scene: Scene) -> Effect:
    """The unit takes it over."""
    _put_hand_on(scene)
    return Effect()


def contact(_scene: Scene) -> Effect:
    """Somebody has spoken with the resident: the first time stops the clock."""
    return Effect()


def start(scene: Scene) -> Effect:
    """Work begins."""
    _put_hand_on(scene)
    return Effect(news="in_progress")


def resolve(scene: Scene) -> Effect:
    """Work is done, in one of three ways; somebody else looks next."""
    if scene.wish.completion is None:
        raise InvalidInput("请选是怎么办完的", "实质办结、程序性办结，还是中止办理")
    _put_hand_on(scene)
    scene.event.completion = scene.wish.completion
    scene.event.outcome = scene.wish.words
    return Effect({"completion": scene.wish.completion.value}, news="resolved")


def ask_extension(scene: Scene) -> Effect:
    """Ask for more time before it is due, at most as much as the rules give of the leaf's own limit."""
    limit = scene.desk.catalogue.leaf(scene.event.leaf).resolve
    amount, longest = scene.wish.amount, scene.desk.handling.longest_extension(limit)
    if amount is None or not 1 <= amount <= longest:
        raise InvalidInput(f"延期最多{longest}{limit.unit.value}", f"请填1到{longest}之间的数")
    scene.session.add(
        EventExtension(
            event_id=scene.event.id,
            round=scene.event.round,
            amount=amount,
            unit=limit.unit,
            reason=scene.wish.words,
            asked_by=scene.staff.id,
            asked_at=scene.now,
        )
    )
    return Effect(words=f"申请延期{amount}{limit.unit.value}：{scene.wish.words}")


def grant_extension(scene: Scene) -> Effect:
    """Give the time that was asked for; the resident is told (Beijing 接诉即办 rules art. 15)."""
    asked = _decided(scene, is_granted=True)
    clocks.extend(scene.session, scene.desk, scene.event, asked.amount)
    return Effect(words=f"同意延期{asked.amount}{asked.unit.value}。{scene.wish.words}", news="extended")


def deny_extension(scene: Scene) -> Effect:
    """The limit stays."""
    _decided(scene, is_granted=False)
    return Effect()


def add_task(scene: Scene) -> Effect:
    """Ask another unit to help; the leading one still answers for the whole."""
    party, event = party_of(scene), scene.event
    if party.id == event.lead_party_id:
        raise InvalidInput("主办单位不用再请协办", "请选别的单位")
    guards.check_dispatch(doer_of(scene.staff), is_own_community=party.community_id == event.community_id)
    same = select(EventTask.id).where(
        EventTask.event_id == event.id, EventTask.party_id == party.id, EventTask.status.in_(OPEN_TASKS)
    )
    if scene.session.scalar(same) is not None:
        raise Conflict(f"已经请{party.name}协办了", "等他们办好再说")
    task = EventTask(
        event_id=event.id,
        round=event.round,
        party_id=party.id,
        party_name=party.name,
        wanted=scene.wish.words,
        due=event.due_resolve,
        created_at=scene.now,
    )
    scene.session.add(task)
    scene.session.flush()
    if party.name not in event.co_names:
        event.co_names = [*event.co_names, party.name]
    clocks.start_task(scene.session, scene.desk, event, task)
    return Effect({"task": task.id}, party_id=party.id, words=f"请{party.name}协办：{scene.wish.words}")


def sign_task(scene: Scene) -> Effect:
    """The helping unit takes its part on."""
    task = _task(scene, TaskStatus.ASKED)
    task.status = TaskStatus.SIGNED
    return Effect({"task": task.id}, party_id=task.party_id)


def finish_task(scene: Scene) -> Effect:
    """The helping unit says what it did."""
    task = _task(scene, TaskStatus.SIGNED)
    task.status, task.outcome, task.finished_at = TaskStatus.DONE, scene.wish.words, scene.now
    event = scene.event
    event.handling_party_ids = sorted({*event.handling_party_ids, task.party_id})
    event.handler_ids = sorted({*event.handler_ids, scene.staff.id})
    clocks.stop_task(scene.session, task, scene.now)
    return Effect({"task": task.id}, party_id=task.party_id)


def drop_task(scene: Scene) -> Effect:
    """Help is no longer wanted, with the reason."""
    task = _task(scene, *OPEN_TASKS)
    task.status, task.outcome, task.finished_at = TaskStatus.DROPPED, scene.wish.words, scene.now
    clocks.void_task(scene.session, task, scene.now)
    return Effect({"task": task.id}, party_id=task.party_id)


def drop_tasks(session: Session, event: GridEvent, why: str, now: datetime) -> None:
    """Ask nobody to help any more, for the event does not go on."""
    open_ones = select(EventTask).where(EventTask.event_id == event.id, EventTask.status.in_(OPEN_TASKS))
    for task in session.scalars(open_ones):
        task.status, task.outcome, task.finished_at = TaskStatus.DROPPED, why, now


def _put_hand_on(scene: Scene) -> None:
    """Remember who handled it, so that they never verify it; the unit counts even where somebody writes for it."""
    event = scene.event
    event.handler_ids = sorted({*event.handler_ids, scene.staff.id})
    if event.lead_party_id:
        event.handling_party_ids = sorted({*event.handling_party_ids, event.lead_party_id})


def _decided(scene: Scene, *, is_granted: bool) -> EventExtension:
    asked = scene.session.get_one(EventExtension, (scene.event.id, scene.event.round))
    asked.is_granted, asked.words = is_granted, scene.wish.words
    asked.decided_by, asked.decided_at = scene.staff.id, scene.now
    return asked


def _task(scene: Scene, *allowed: TaskStatus) -> EventTask:
    wanted = scene.wish.task_id
    task = scene.session.get(EventTask, wanted) if wanted is not None else None
    if task is None or task.event_id != scene.event.id:
        raise NotFound("没有这项协办")
    if scene.staff.role is Role.PARTY and scene.staff.party_id != task.party_id:
        raise NotAllowed("这项协办不是您单位的")
    if task.status not in allowed:
        raise Conflict("这项协办的情况已经变了", "请刷新页面")
    return task
