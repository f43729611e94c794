import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.urgency import Urgency
from bot.errors import BrokenFile, InvalidInput, LinliError, NotFound
from bot.services import desk as desks
from bot.services import residents
from bot.services.desk import Desk, open_desk
from bot.services.intake import load_intake
from bot.services.notices import Notices, load_notices
from bot.settings import Settings
from bot.store.tables import Conversation, GridEvent, Resident
from tests.services.stage import BUILDING, at, someone


@pytest.fixture
def data(opened: Desk, tmp_path: Path) -> Path:
    """A copy of the data folder to break, without the training examples."""
    copy = tmp_path / "data"
    shutil.copytree(opened.settings.data, copy, ignore=shutil.ignore_patterns("nlu", "rules", "stories"))
    return copy


@pytest.fixture
def nobody_at_the_desk() -> Iterator[None]:
    before = list(desks._in_use)
    desks._in_use.clear()
    yield
    desks._in_use[:] = before


def broken(file: Path, old: str, new: str) -> Path:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


def test_opening_again_adds_nothing(desk: Desk) -> None:
    def counted() -> tuple[int, int]:
        with desk.store.transaction(read_only=True) as session:
            return (
                session.scalars(select(func.count()).select_from(Resident)).one(),
                session.scalars(select(func.count()).select_from(GridEvent)).one(),
            )

    before = counted()
    url = desk.store.engine.url.render_as_string(hide_password=False)

    again = open_desk(replace(desk.settings, database_url=url), desk.clock)
    again.store.close()

    assert counted() == before
    assert before[1] > 0


def test_an_unknown_default_community_stops_the_start_and_names_the_known(desk: Desk) -> None:
    with pytest.raises(InvalidInput, match=r"LINLI_COMMUNITY.*qinghe"):
        open_desk(replace(desk.settings, default_community="atlantis"))


def test_a_broken_file_stops_the_start_with_file_line_and_field(data: Path, tmp_path: Path) -> None:
    broken(data / "catalogue" / "notices.yml", "talk.taken:", "talk.stolen:")
    settings = Settings.from_environment({"LINLI_DATA": str(data), "DATABASE_URL": f"sqlite:///{tmp_path / 'x.db'}"})

    with pytest.raises(LinliError, match=r"notices\.yml:\d+: talk\.stolen"):
        open_desk(settings)


def test_the_desk_in_use_is_the_one_given(desk: Desk, nobody_at_the_desk: None) -> None:
    desks.use(desk)

    assert desks.current() is desk


def test_without_one_in_use_the_environment_decides(
    nobody_at_the_desk: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'linli.db'}")

    first, again = desks.current(), desks.current()
    first.store.close()

    assert first is again
    assert first.settings.database_url.endswith("linli.db")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("event.moved.resolved:", "event.moved.finished:", "没有这一条"),
        ("{name}来了", "{nome}来了", "nome"),
        ("{name}来了", "{name来了", "花括号"),
        ("talk.closed:\n  - 工作人员先忙去了。还有事您随时说。", "talk.closed: []", "至少写一句"),
    ],
)
def test_a_wrong_notice_is_named(data: Path, old: str, new: str, problem: str) -> None:
    with pytest.raises(BrokenFile, match=problem):
        load_notices(broken(data / "catalogue" / "notices.yml", old, new))


def test_a_bubble_that_names_nothing_is_left_out() -> None:
    notices = Notices({"event.moved.done": ("办好了。", "原因：{note}")})

    assert notices.say("event.moved.done", note="") == ["办好了。"]
    assert notices.say("event.moved.done", note="换了灯") == ["办好了。", "原因：换了灯"]


def test_braces_in_a_residents_words_stay_words() -> None:
    notices = Notices({"event.moved.done": ("{note}",)})

    assert notices.say("event.moved.done", note="{number} {0} %s") == ["{number} {0} %s"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"0104"', '"9999"', "9999"),
        ("repeat_days: 30", "repeat_days: 0", "至少是 1"),
        ("unit: 分钟", "unit: 光年", "光年"),
        ("review_at: 10\n", "", "review_at"),
    ],
)
def test_a_wrong_intake_rule_is_named(opened: Desk, data: Path, old: str, new: str, problem: str) -> None:
    with pytest.raises(BrokenFile, match=problem):
        load_intake(broken(data / "catalogue" / "intake.yml", old, new), opened.catalogue)


def test_the_rules_say_how_soon_each_level_is_answered(opened: Desk) -> None:
    assert str(opened.intake.raised[Urgency.P1].respond) == "2小时"
    assert "0402" in opened.intake.private


def test_a_resident_is_known_by_channel_and_name_there(session: Session, desk: Desk) -> None:
    first = residents.resident_for(session, desk, "webchat", "a")
    again = residents.resident_for(session, desk, "webchat", "a")
    other = residents.resident_for(session, desk, "wechat", "a")

    assert first is again
    assert other is not first
    assert first.community_id == desk.settings.default_community
    talks = session.scalars(select(Conversation).where(Conversation.resident_id == first.id)).all()
    assert len(talks) == 1


def test_a_chosen_community_stays_chosen(session: Session, desk: Desk) -> None:
    residents.resident_for(session, desk, "webchat", "a", "liuan")

    assert residents.resident_for(session, desk, "webchat", "a").community_id == "liuan"


def test_an_unknown_community_is_not_found(session: Session, desk: Desk) -> None:
    with pytest.raises(NotFound):
        residents.resident_for(session, desk, "webchat", "a", "atlantis")


def test_a_contact_is_remembered_piece_by_piece_and_shown_masked(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    resident.declined_contact = True
    assert residents.masked(resident) == ""

    residents.remember_contact(session, resident, name="王小芳")
    residents.remember_contact(session, resident, phone="19900000077")

    assert residents.masked(resident) == "王** 199****0077"
    assert resident.declined_contact is False


def test_a_home_is_remembered_whole(session: Session, desk: Desk) -> None:
    resident = someone(session, desk)
    assert residents.home(resident, desk.gazetteer) is None

    residents.remember_home(session, resident, at(desk, BUILDING, "2", "301"))

    home = residents.home(resident, desk.gazetteer)
    assert home is not None
    assert (home.label(), home.room, home.grid_id) == ("青禾苑5号楼2单元", "301", "qinghe-g1")
