"""Leaves set in the console: checked, in force at once and after a restart, and back as their file says."""

from collections.abc import Mapping
from threading import Barrier, Thread

import pytest
from sqlalchemy.orm import Session

from bot.core.urgency import Urgency
from bot.errors import Conflict, InvalidInput, NotFound
from bot.services.desk import Desk, open_desk
from bot.services.settings import history, in_force, leaves
from bot.services.settings.leaf_content import content_of
from bot.services.settings.subjects import Subject
from bot.store.queries.audit import latest_audit
from bot.store.tables import Setting
from tests.services import stage
from tests.services.settings.editors import administrator, editor
from tests.services.stage import LAMP

Part = Mapping[str, object]


def change(session: Session, desk: Desk, part: Part, version: int = 0, code: str = LAMP) -> None:
    wanted = {**content_of(leaves.leaf_page(session, desk, code).leaf), **part}
    leaves.change(session, desk, editor(session, desk), code, wanted, version)


def test_only_what_differs_from_the_file_is_kept(session: Session, desk: Desk) -> None:
    change(session, desk, {"urgency": "P1", "resolve": {"amount": 3, "unit": "工作日"}})

    kept = session.get_one(Setting, (Subject.LEAF.value, LAMP)).content
    assert kept == {"urgency": "P1", "resolve": {"amount": 3, "unit": "工作日"}}
    assert leaves.set_codes(session) == {LAMP}


def test_a_change_holds_at_once_for_the_next_report(talking_desk: Desk) -> None:
    with talking_desk.transaction() as session:
        change(session, talking_desk, {"lead_in_estate": "committee", "lead": "committee", "co": ["property"]})

    with talking_desk.transaction() as session:
        resident = stage.someone(session, talking_desk)
        event = stage.report(session, talking_desk, resident, stage.at(talking_desk, stage.BUILDING))
    assert event.lead_name == "青禾里社区居委会"


def test_a_change_is_there_after_a_restart(talking_desk: Desk) -> None:
    with talking_desk.transaction() as session:
        change(session, talking_desk, {"plain": "过道灯不亮"})

    again = open_desk(talking_desk.settings, talking_desk.clock)

    again.store.close()
    assert again.catalogue.leaf(LAMP).plain == "过道灯不亮"


def test_a_change_made_by_another_process_holds_when_this_one_keeps_up(talking_desk: Desk) -> None:
    elsewhere = open_desk(talking_desk.settings, talking_desk.clock)
    with elsewhere.transaction() as session:
        change(session, elsewhere, {"plain": "过道灯不亮"})
    elsewhere.store.close()
    before = talking_desk.catalogue.leaf(LAMP).plain

    talking_desk.live.keep_up(talking_desk.store)

    assert (before == "过道灯不亮", talking_desk.catalogue.leaf(LAMP).plain) == (False, "过道灯不亮")


def test_keeping_up_reads_nothing_anew_where_nothing_changed(talking_desk: Desk) -> None:
    with talking_desk.transaction() as session:
        change(session, talking_desk, {"plain": "过道灯不亮"})
    now = talking_desk.live.now

    talking_desk.live.keep_up(talking_desk.store)

    assert talking_desk.live.now is now


def test_what_is_rolled_back_never_holds(talking_desk: Desk) -> None:
    before = talking_desk.catalogue.leaf(LAMP)

    with talking_desk.transaction() as session:
        change(session, talking_desk, {"plain": "过道灯不亮"})
        session.rollback()

    assert talking_desk.catalogue.leaf(LAMP) == before


def test_a_reset_leaf_is_as_its_file_says_and_keeps_its_history(session: Session, desk: Desk) -> None:
    change(session, desk, {"urgency": "P3"})

    leaves.reset(session, desk, editor(session, desk, ""), LAMP, 1)

    page = leaves.leaf_page(session, desk, LAMP)
    assert not page.is_set
    assert leaves.set_codes(session) == frozenset()
    told = history.of(session, [Subject.LEAF], LAMP).entries
    assert [[(one.field, one.before, one.after) for one in entry.changes] for entry in told] == [
        [("urgency", "P3", page.leaf.urgency.value)],
        [("urgency", page.leaf.urgency.value, "P3")],
    ]


def test_a_leaf_that_is_as_its_file_says_cannot_be_reset(session: Session, desk: Desk) -> None:
    with pytest.raises(Conflict):
        leaves.reset(session, desk, editor(session, desk), LAMP, 0)


def test_who_saw_an_older_version_changes_nothing(session: Session, desk: Desk) -> None:
    change(session, desk, {"urgency": "P1"})

    with pytest.raises(Conflict):
        change(session, desk, {"urgency": "P3"}, version=0)

    assert leaves.leaf_page(session, desk, LAMP).leaf.urgency is Urgency.P1


def test_of_many_who_change_a_leaf_at_once_one_is_in_time(talking_desk: Desk) -> None:
    start, late = Barrier(6), []

    def press(level: str) -> None:
        start.wait()
        try:
            with talking_desk.transaction() as session:
                change(session, talking_desk, {"urgency": level})
        except Conflict as refusal:
            late.append(refusal)

    with talking_desk.transaction() as session:
        administrator(session)
    threads = [Thread(target=press, args=(level,)) for level in ("P1", "P3") * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with talking_desk.transaction(read_only=True) as session:
        told = history.of(session, [Subject.LEAF], LAMP).entries
        page = leaves.leaf_page(session, talking_desk, LAMP)
    assert (len(late), len(told), page.version) == (5, 1, 1)
    assert talking_desk.catalogue.leaf(LAMP) == page.leaf


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"name": " "}, "名称不能空着"),
        ({"plain": "灯" * 21}, "最多20个字"),
        ({"name": "楼道\n灯"}, "写在一行"),
        ({"plain": "垃圾没清、垃圾点"}, "和别的事项一样"),
        ({"urgency": "P9"}, "没有这个紧急程度"),
        ({"urgency": "P0"}, "特急"),
        ({"lead": "king"}, "没有这类单位"),
        ({"lead": "property", "co": ["property"]}, "不用再写进协办"),
        ({"whistle": "长哨"}, "没有这种哨"),
        ({"respond": {"amount": 0, "unit": "小时"}}, "1到999"),
        ({"respond": {"amount": True, "unit": "小时"}}, "1到999"),
        ({"resolve": {"amount": 5, "unit": "月"}}, "单位不对"),
        ({"respond": {"amount": 20, "unit": "工作日"}, "resolve": {"amount": 1, "unit": "天"}}, "还长"),
        ({"safety": "灯" * 61}, "最多60个字"),
        ({}, "内容没有变"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(session: Session, desk: Desk, part: Part, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        change(session, desk, part)

    assert not leaves.leaf_page(session, desk, LAMP).is_set


def test_an_emergency_stays_one(session: Session, desk: Desk) -> None:
    with pytest.raises(InvalidInput, match="特急"):
        change(session, desk, {"urgency": "P2"}, code=stage.FIRE)


@pytest.mark.parametrize("reason", ["", " 改 ", "因" * 201])
def test_nobody_changes_a_leaf_without_saying_why(session: Session, desk: Desk, reason: str) -> None:
    wanted = {**content_of(desk.catalogue.leaf(LAMP)), "urgency": "P1"}

    with pytest.raises(InvalidInput, match="为什么改"):
        leaves.change(session, desk, editor(session, desk, reason), LAMP, wanted, 0)


def test_codes_come_from_the_files_only(session: Session, desk: Desk) -> None:
    with pytest.raises(NotFound):
        leaves.leaf_page(session, desk, "9901")


def test_the_audit_log_names_the_parts_that_changed(session: Session, desk: Desk) -> None:
    change(session, desk, {"urgency": "P1", "plain": "过道灯不亮"})

    row = latest_audit(session, limit=1)[0]
    assert (row.action, row.object, row.detail) == ("setting:leaf", f"leaf:{LAMP}", "居民看到的说法、紧急程度")


@pytest.mark.parametrize("content", [{"lead": "gone"}, {"respond": "soon"}, {"name": 7}])
def test_a_setting_that_no_longer_fits_the_files_is_left_out_and_the_rest_holds(
    session: Session, desk: Desk, content: dict[str, object]
) -> None:
    for code, kept in ((LAMP, content), ("0999x", {}), (stage.STREET_LAMP, {"plain": "马路灯不亮"})):
        session.add(Setting(subject=Subject.LEAF.value, key=code, content=kept, updated_at=desk.clock()))

    now = in_force.overlaid(session, desk.live.files).catalogue

    assert now.leaf(LAMP) == desk.live.files.catalogue.leaf(LAMP)
    assert now.leaf(stage.STREET_LAMP).plain == "马路灯不亮"


def test_the_history_comes_in_pages(session: Session, desk: Desk) -> None:
    for version in range(history.PAGE + 1):
        change(session, desk, {"urgency": "P1" if version % 2 == 0 else "P3"}, version)

    first = history.of(session, [Subject.LEAF])
    rest = history.of(session, [Subject.LEAF], before=first.earlier)

    assert (len(first.entries), len(rest.entries), rest.earlier) == (history.PAGE, 1, None)


def test_the_history_of_a_setting_cannot_be_rewritten(talking_desk: Desk) -> None:
    with talking_desk.transaction() as session:
        change(session, talking_desk, {"urgency": "P1"})

    for forged in ("UPDATE setting_changes SET reason = 'x'", "DELETE FROM setting_changes"):
        with pytest.raises(Exception, match="append-only"), talking_desk.store.engine.begin() as connection:
            connection.exec_driver_sql(forged)
