"""Taking a grid event in: sorted, accepted or refused, and dispatched to whoever answers for it."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.core import guards
from bot.core.grid_events import Disposition
from bot.errors import Conflict, InvalidInput
from bot.services.events import extensions, helping, steps
from bot.services.events.standing import doer_of
from bot.services.events.wishes import Effect, Scene
from bot.store.tables import GridEvent, Party


def triage(scene: Scene) -> Effect:
    """A person has looked at what the bot understood."""
    scene.event.needs_review = False
    return Effect()


def propose_refusal(scene: Scene) -> Effect:
    """Say why it is not for us and where it belongs; somebody above decides."""
    disposition = _disposition(scene)
    scene.event.disposition = disposition
    scene.event.refusal_proposed_by = scene.staff.id
    return Effect({"disposition": disposition.value}, words=f"{disposition.plain}。{scene.wish.words}")


def refuse(scene: Scene) -> Effect:
    """Not taken on, always with the reason and the route (Weifang 12345 rules art. 19)."""
    disposition = _disposition(scene)
    scene.event.disposition = disposition
    return Effect({"disposition": disposition.value}, news="refused")


def accept(scene: Scene) -> Effect:
    """From here on the figures count it."""
    return Effect(steps.belongs(scene.event), news="accepted")


def dispatch(scene: Scene) -> Effect:
    """Give it to a unit; the first one stays the first receiver (首接)."""
    return _dispatch(scene, is_designated=False)


def designate(scene: Scene) -> Effect:
    """Give it to a unit that may not return it (Weifang 12345 rules art. 22)."""
    return _dispatch(scene, is_designated=True)


def transfer(scene: Scene) -> Effect:
    """Give it to another unit; its time goes on, for the resident has waited all along."""
    if _party(scene).id == scene.event.lead_party_id:
        raise InvalidInput("这件事已经在这个单位手上", "转办请选别的单位")
    return _dispatch(scene, is_designated=False)


def send_back(scene: Scene) -> Effect:
    """The unit returns it with a reason; meanwhile the first receiver leads (Beijing 接诉即办 rules art. 14)."""
    event = scene.event
    extensions.lapse(scene.session, scene.desk, event)
    returned_by = event.lead_party_id
    event.returns += 1
    event.return_by = None
    first = scene.session.get(Party, event.first_party_id) if event.first_party_id else None
    if first is not None:
        event.lead_party_id, event.lead_name = first.id, first.name
    return Effect({"party": event.lead_party_id, "returned_by": returned_by}, party_id=returned_by, news="returned")


def parties_for(session: Session, event: GridEvent) -> list[Party]:
    """The units it may be dispatched to: the community's and the street's that are in service, its own first."""
    query = (
        select(Party)
        .where(or_(Party.community_id == event.community_id, Party.community_id.is_(None)), Party.disabled_at.is_(None))
        .order_by(Party.community_id.is_(None), Party.estate.is_(None), Party.id)
    )
    return list(session.scalars(query))


def party_of(scene: Scene) -> Party:
    """The unit the wish names, if it may be given this event."""
    return _party(scene)


def _party(scene: Scene) -> Party:
    wanted = scene.wish.party_id
    found = scene.session.get(Party, wanted) if wanted else None
    if found is None:
        raise InvalidInput("请选一个单位", "从列表里选由谁来办")
    if found.disabled_at is not None:
        raise Conflict(f"{found.name}已经停用，不能再派", "请选别的单位")
    if found.community_id not in (None, scene.event.community_id):
        raise InvalidInput(f"{found.name}不管这个社区", "请选本社区或街道的单位")
    return found


def _dispatch(scene: Scene, *, is_designated: bool) -> Effect:
    event, party = scene.event, _party(scene)
    guards.check_dispatch(doer_of(scene.staff), is_own_community=party.community_id == event.community_id)
    extensions.lapse(scene.session, scene.desk, event)
    extensions.forget_denied(scene.session, event, party.id)
    helping.became_lead(scene, party.id)
    event.co_names = [name for name in event.co_names if name != party.name]
    event.lead_party_id, event.lead_name = party.id, party.name
    event.first_party_id = event.first_party_id or party.id
    event.is_designated = is_designated
    event.return_by = scene.desk.calendar.add(scene.now, scene.desk.handling.return_within.of(event.urgency))
    words = f"{'指定' if is_designated else '派给'}{party.name}" + (f"。{scene.wish.words}" if scene.wish.words else "")
    return Effect(steps.belongs(event), party_id=party.id, words=words)


def _disposition(scene: Scene) -> Disposition:
    found = scene.wish.disposition or scene.event.disposition
    if found is None:
        raise InvalidInput("请选不受理的理由", "居民会看到理由和该找谁")
    return found
