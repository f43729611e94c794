from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.knowledge import Channel, KnowledgeItem, PlaceKey, Scope
from bot.store.engine import Store
from bot.store.files.catalogue_files import load_catalogue
from bot.store.files.community_files import load_demo
from bot.store.seed import NO_PASSWORD, seed
from bot.store.tables import (
    AgendaItem,
    BuildingRow,
    CaseStep,
    Grid,
    InPersonOrder,
    KnowledgeEntry,
    Party,
    Resident,
    Staff,
)
from bot.store.types import Base

DATA = Path(__file__).parents[2] / "data"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
FILES = load_catalogue(DATA / "catalogue")
DEMO = load_demo(DATA / "demo", FILES.catalogue)
TABLES: list[type[Base]] = [
    *(BuildingRow, Grid, Party, Staff, Resident, AgendaItem, InPersonOrder, CaseStep, KnowledgeEntry)
]


def permit(answer: str, checked: date) -> KnowledgeItem:
    return KnowledgeItem(
        id="permit",
        title="居住证怎么办",
        leaf="1108",
        asks=("居住证在哪办",),
        answer=(answer,),
        materials=(),
        places=(PlaceKey.ONLINE,),
        hours=None,
        scope=Scope.CITY,
        channels=(Channel.ONLINE,),
        source="《居住证暂行条例》",
        phone=None,
        checked=checked,
    )


def sow(store: Store, answer: str = "住满半年就能办。", checked: date = date(2026, 11, 20)) -> None:
    with store.transaction() as session:
        seed(session, DEMO, [permit(answer, checked)], FILES, NOW)


def counts(session: Session) -> list[int]:
    return [session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


def test_seeding_again_changes_nothing(store: Store) -> None:
    sow(store)
    with store.transaction(read_only=True) as session:
        before = counts(session)
    sow(store)
    with store.transaction(read_only=True) as session:
        assert counts(session) == before
    assert min(before) > 0


def test_every_grid_is_answered_for_and_nobody_can_log_in_yet(store: Store) -> None:
    sow(store)
    with store.transaction(read_only=True) as session:
        assert all(grid.worker_id for grid in session.scalars(select(Grid)))
        assert set(session.scalars(select(Staff.password_hash))) == {NO_PASSWORD}


def test_a_password_given_meanwhile_is_kept(store: Store) -> None:
    sow(store)
    with store.transaction() as session:
        session.scalars(select(Staff).where(Staff.username == "liqing")).one().password_hash = "argon2"
    sow(store)
    with store.transaction(read_only=True) as session:
        assert session.scalars(select(Staff).where(Staff.username == "liqing")).one().password_hash == "argon2"


def test_an_answer_is_renewed_only_by_a_later_check(store: Store) -> None:
    sow(store)
    sow(store, "旧的说法。", date(2025, 1, 1))
    with store.transaction(read_only=True) as session:
        assert session.get_one(KnowledgeEntry, "permit").answer == ["住满半年就能办。"]
    sow(store, "新的说法。", date(2026, 12, 1))
    with store.transaction(read_only=True) as session:
        assert session.get_one(KnowledgeEntry, "permit").answer == ["新的说法。"]


def test_no_demo_cases_come_between_those_of_real_residents(store: Store) -> None:
    with store.transaction() as session:
        session.add(Resident(id="first", channel="web", channel_user="w1", created_at=NOW))
    sow(store)
    with store.transaction(read_only=True) as session:
        assert session.scalars(select(Resident.id)).all() == ["first"]
        assert session.scalars(select(AgendaItem)).all() == []
