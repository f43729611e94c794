"""What the unit in charge does: signs, contacts, handles, asks for help or for time, and says what came of it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core import guards
from bot.core.staff import Role
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services.events import clocks, extensions
from bot.services.events.standing import OPEN_TASKS, doer_of
from bot.services.events.taking_in import party_of
from bot.services.events.wishes import Effect, Scene
from bot.store.tables import EventTask, GridEvent, TaskStatus


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
    extensions.lapse(scene.session, scene.desk, scene.event)
    scene.event.completion = scene.wish.completion
    scene.event.outcome = scene.wish.words
    return Effect({"completion": scene.wish.completion.value}, news="resolved")


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
    _put_helping_hand_on(scene, task)
    return Effect({"task": task.id}, party_id=task.party_id)


def finish_task(scene: Scene) -> Effect:
    """The helping unit says what it did."""
    task = _task(scene, TaskStatus.SIGNED)
    task.status, task.outcome, task.finished_at = TaskStatus.DONE, scene.wish.words, scene.now
    _put_helping_hand_on(scene, task)
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


def _put_helping_hand_on(scene: Scene, task: EventTask) -> None:
    event = scene.event
    event.handler_ids = sorted({*event.handler_ids, scene.staff.id})
    event.handling_party_ids = sorted({*event.handling_party_ids, task.party_id})


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
