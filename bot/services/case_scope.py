"""Which cases a member of staff may see, as conditions; `bot.services.cases.case_for` says it of one case."""

from sqlalchemy import ColumnElement, false, or_, select, union

from bot.core.staff import Role
from bot.store.queries.cases import CaseRow
from bot.store.tables import EventTask, GridEvent, InPersonOrder, Staff

Condition = ColumnElement[bool]


def visible(table: type[CaseRow], staff: Staff) -> list[Condition]:
    """Of their community; for grid workers of their grids, for units and volunteers what is in their own hands."""
    if staff.role is Role.PARTY:
        return [_with_party(staff.party_id) if table is GridEvent else false()]
    conditions: list[Condition] = []
    if staff.community_id is not None:
        conditions.append(table.community_id == staff.community_id)
    if staff.role is Role.VOLUNTEER:
        conditions.append(InPersonOrder.assignee_id == staff.id if table is InPersonOrder else false())
    if staff.role is Role.GRID_WORKER and table is GridEvent:
        conditions.append(GridEvent.grid_id.in_(staff.grid_ids))
    if staff.role is Role.GRID_WORKER and table is InPersonOrder:
        mine = InPersonOrder.assignee_id == staff.id
        conditions.append(or_(mine, InPersonOrder.grid_id.in_(staff.grid_ids)))
    return conditions


def _with_party(party_id: str | None) -> Condition:
    if party_id is None:
        return false()
    # Two lists put together, each by an index of its own: where they stand beside OR, PostgreSQL reads every event.
    leads = select(GridEvent.id).where(GridEvent.lead_party_id == party_id, GridEvent.first_party_id.is_not(None))
    helps = select(EventTask.event_id).where(EventTask.party_id == party_id)
    return GridEvent.id.in_(union(leads, helps))
