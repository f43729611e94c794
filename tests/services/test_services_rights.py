"""Changing what somebody does and where: checked, written down, and felt at once."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.staff import Role
from bot.errors import InvalidInput, LinliError, NotFound
from bot.services import logins
from bot.services import staff as accounts
from bot.services.desk import Desk
from bot.store.queries.audit import latest_audit
from bot.store.tables import Audit, Grid, Staff
from tests.services import stage


@pytest.fixture
def grid_worker(session: Session) -> Staff:
    return stage.staff(session, stage.GRID_WORKER)


def grids_of(session: Session, community_id: str) -> list[str]:
    return list(session.scalars(select(Grid.id).where(Grid.community_id == community_id).order_by(Grid.id)))


@pytest.fixture
def elsewhere(session: Session) -> str:
    """Another community than the one these people work in."""
    found = session.scalar(select(Grid.community_id).where(Grid.community_id != "qinghe").order_by(Grid.community_id))
    assert found
    return found


def test_a_change_of_rights_ends_all_of_the_persons_sessions_and_nobody_elses(
    session: Session, desk: Desk, grid_worker: Staff
) -> None:
    tokens = [logins.open_session(session, grid_worker, desk.clock()).token for _ in range(2)]
    colleague = stage.staff(session, stage.COLLEAGUE)
    tokens.append(logins.open_session(session, colleague, desk.clock()).token)

    accounts.change_rights(session, grid_worker.username, desk.clock(), role=Role.DIRECTOR)

    held = [logins.staff_for_token(session, token, desk.clock()) is not None for token in tokens]
    assert held == [False, False, True]
    assert grid_worker.role is Role.DIRECTOR


def test_the_audit_log_keeps_what_was_and_what_is(session: Session, desk: Desk, grid_worker: Staff) -> None:
    before = ",".join(grid_worker.grid_ids)

    accounts.change_rights(session, grid_worker.username, desk.clock(), role=Role.WORKER, grid_ids=[])

    row = latest_audit(session, limit=1)[0]
    assert (row.action, row.object) == ("staff:rights", f"staff:{grid_worker.id}")
    assert row.detail == f"grid_worker qinghe {before} → worker qinghe -"


def test_a_change_that_changes_nothing_ends_nothing(session: Session, desk: Desk, grid_worker: Staff) -> None:
    token = logins.open_session(session, grid_worker, desk.clock()).token
    written = session.scalar(select(func.count(Audit.id)))

    accounts.change_rights(
        session,
        grid_worker.username,
        desk.clock(),
        role=grid_worker.role,
        community_id=grid_worker.community_id,
        grid_ids=grid_worker.grid_ids,
    )

    assert logins.staff_for_token(session, token, desk.clock()) is not None
    assert session.scalar(select(func.count(Audit.id))) == written


def test_who_gets_other_grids_answers_for_the_old_ones_no_more(
    session: Session, desk: Desk, grid_worker: Staff
) -> None:
    old = grid_worker.grid_ids[0]
    assert session.get_one(Grid, old).worker_id == grid_worker.id
    other = next(one for one in grids_of(session, "qinghe") if one not in grid_worker.grid_ids)

    accounts.change_rights(session, grid_worker.username, desk.clock(), grid_ids=[other, other])

    session.expire_all()
    assert grid_worker.grid_ids == [other]
    assert session.get_one(Grid, old).worker_id is None


def test_who_moves_to_another_community_leaves_their_grids(
    session: Session, desk: Desk, grid_worker: Staff, elsewhere: str
) -> None:
    accounts.change_rights(session, grid_worker.username, desk.clock(), community_id=elsewhere)

    assert (grid_worker.community_id, grid_worker.grid_ids) == (elsewhere, [])


def test_street_jobs_may_be_without_a_community(session: Session, desk: Desk, grid_worker: Staff) -> None:
    accounts.change_rights(session, grid_worker.username, desk.clock(), role=Role.DISPATCHER, community_id="")

    assert (grid_worker.community_id, grid_worker.grid_ids) == (None, [])


@pytest.mark.parametrize(
    ("role", "community_id", "grid_ids", "refusal"),
    [
        (None, "atlantis", None, NotFound),
        (None, "", None, InvalidInput),
        (None, None, ["atlantis-1"], NotFound),
        (Role.DISPATCHER, "", ["qinghe-g1"], InvalidInput),
    ],
)
def test_what_does_not_fit_is_refused_and_ends_nothing(
    session: Session,
    desk: Desk,
    grid_worker: Staff,
    role: Role | None,
    community_id: str | None,
    grid_ids: list[str] | None,
    refusal: type[LinliError],
) -> None:
    token, name = logins.open_session(session, grid_worker, desk.clock()).token, grid_worker.username

    with pytest.raises(refusal):
        accounts.change_rights(session, name, desk.clock(), role=role, community_id=community_id, grid_ids=grid_ids)

    assert logins.staff_for_token(session, token, desk.clock()) is not None


def test_grids_of_another_community_are_refused(
    session: Session, desk: Desk, grid_worker: Staff, elsewhere: str
) -> None:
    with pytest.raises(InvalidInput):
        accounts.change_rights(session, grid_worker.username, desk.clock(), grid_ids=grids_of(session, elsewhere)[:1])


def test_nobody_is_nowhere_to_be_changed(session: Session, desk: Desk) -> None:
    with pytest.raises(NotFound):
        accounts.change_rights(session, "nobody", desk.clock(), role=Role.ADMIN)
