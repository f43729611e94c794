"""Grids with another name, another worker and another ring."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from bot.core import rings
from bot.core.places import grid_at
from bot.errors import Conflict, InvalidInput, NotFound
from bot.services import logins
from bot.services.desk import Desk, open_desk
from bot.services.settings import grids
from bot.services.settings.grids import GridWish
from bot.store.tables import Grid
from tests.services import stage
from tests.services.settings.editors import editor

GRID = "qinghe-g1"
WIDER = "116.2008,30.5018\n116.206546,30.502564\n116.206536,30.506838\n116.2006,30.5061"


def wish_of(session: Session) -> GridWish:
    page = grids.grid_page(session, GRID)
    return GridWish(page.grid.name, page.grid.worker_id, rings.written(page.ring))


def change(session: Session, desk: Desk, wish: GridWish, version: int = 0) -> None:
    grids.change(session, desk, editor(session, desk), GRID, wish, version)


def test_a_wider_ring_catches_points_at_once_and_after_a_restart(talking_desk: Desk) -> None:
    point = (116.2009, 30.5019)
    assert grid_at(*point, talking_desk.gazetteer) is None

    with talking_desk.transaction() as session:
        change(session, talking_desk, replace(wish_of(session), name="第一网格", ring=WIDER))

    again = open_desk(talking_desk.settings, talking_desk.clock)
    again.store.close()
    for desk in (talking_desk, again):
        found = grid_at(*point, desk.gazetteer)
        assert found is not None
        assert (found.id, found.name) == (GRID, "第一网格")


def test_a_restart_puts_nobody_in_charge_of_a_grid_that_was_left_empty(talking_desk: Desk) -> None:
    with talking_desk.transaction() as session:
        change(session, talking_desk, replace(wish_of(session), worker_id=None))

    open_desk(talking_desk.settings, talking_desk.clock).store.close()

    with talking_desk.transaction(read_only=True) as session:
        assert session.get_one(Grid, GRID).worker_id is None
        assert session.get_one(Grid, "qinghe-g2").worker_id is not None


def test_a_grid_worker_put_in_charge_sees_the_grid_and_signs_in_anew(session: Session, desk: Desk) -> None:
    other = stage.staff(session, "zhaochunsheng")
    token = logins.open_session(session, other, desk.clock()).token

    change(session, desk, replace(wish_of(session), worker_id=other.id))

    assert other.grid_ids == ["qinghe-g2", GRID]
    assert session.get_one(Grid, "qinghe-g2").worker_id == other.id
    assert session.get_one(Grid, GRID).worker_id == other.id
    assert logins.staff_for_token(session, token, desk.clock()) is None


def test_a_community_worker_put_in_charge_keeps_their_login(session: Session, desk: Desk) -> None:
    worker = stage.staff(session, stage.WORKER)
    token = logins.open_session(session, worker, desk.clock()).token

    change(session, desk, replace(wish_of(session), worker_id=worker.id))

    found = logins.staff_for_token(session, token, desk.clock())
    assert found
    assert found[1] is worker


@pytest.mark.parametrize("username", [stage.ELSEWHERE, stage.DIRECTOR, stage.DISPATCHER])
def test_nobody_else_can_be_put_in_charge(session: Session, desk: Desk, username: str) -> None:
    wish = replace(wish_of(session), worker_id=stage.staff(session, username).id)

    with pytest.raises(InvalidInput, match="这个社区"):
        change(session, desk, wish)


@pytest.mark.parametrize(
    ("ring", "words"),
    [
        ("116.2008,30.5018", "三个不同的点"),
        ("117.2008,30.5018\n116.206546,30.502564\n116.206536,30.506838", "第1个点离青禾里社区有9[56]公里"),
        ("116.201,30.502\n116.203,30.502\n116.203,30.503\n116.201,30.503", "却在圈外：青禾苑2号楼"),
        ("116.2,30.501\n116.213,30.501\n116.213,30.512\n116.2,30.512", "圈进了别的网格的楼：.*等31栋"),
    ],
)
def test_a_ring_that_cannot_be_is_refused(session: Session, desk: Desk, ring: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        change(session, desk, replace(wish_of(session), ring=ring))


@pytest.mark.parametrize("name", ["", "网" * 31, "青禾里第二网格"])
def test_a_name_that_is_taken_or_none_is_refused(session: Session, desk: Desk, name: str) -> None:
    with pytest.raises(InvalidInput):
        change(session, desk, replace(wish_of(session), name=name))


def test_a_stale_page_changes_nothing_and_a_grid_nobody_knows_is_not_found(session: Session, desk: Desk) -> None:
    change(session, desk, replace(wish_of(session), name="第一网格"))
    with pytest.raises(Conflict):
        change(session, desk, replace(wish_of(session), name="头一个网格"))
    with pytest.raises(NotFound):
        grids.grid_page(session, "atlantis-1")


def test_what_is_as_it_was_is_no_change(session: Session, desk: Desk) -> None:
    with pytest.raises(InvalidInput, match="内容没有变"):
        change(session, desk, wish_of(session))
