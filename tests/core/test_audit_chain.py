"""The chain of the audit log: whatever is done to a row, a row too few or in the wrong place is found and named."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from weakref import WeakSet

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.audit_chain import BEFORE_FIRST, Break, Fault, Link, check, digest
from bot.core.audit_lines import from_line, to_line
from bot.errors import InvalidInput

tried = settings(deadline=None, database=None)
NOON = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ROWS = st.tuples(WORDS, WORDS, WORDS, st.none() | st.integers(1, 9), st.integers(0, 90_000))


def chained(contents: list[tuple[str, str, str, int | None, int]]) -> list[Link]:
    """As append_audit would have written them, numbered from one."""
    rows: list[Link] = []
    for number, (action, subject, detail, staff_id, seconds) in enumerate(contents, 1):
        previous = rows[-1].hash if rows else BEFORE_FIRST
        at = NOON + timedelta(seconds=seconds)
        rows.append(signed(Link(number, at, staff_id, action, subject, detail, previous, "")))
    return rows


def signed(row: Link) -> Link:
    return replace(row, hash=digest(row))


CHAINS = st.lists(ROWS, min_size=1, max_size=8).map(chained)
LONGER = st.lists(ROWS, min_size=2, max_size=8).map(chained)
CHANGES: Mapping[str, Callable[[Link], Link]] = {
    "at": lambda row: replace(row, at=row.at + timedelta(microseconds=1)),
    "staff_id": lambda row: replace(row, staff_id=(row.staff_id or 0) + 1),
    "action": lambda row: replace(row, action=row.action + "x"),
    "object": lambda row: replace(row, object=row.object + "0"),
    "detail": lambda row: replace(row, detail=row.detail + " "),
    "previous_hash": lambda row: replace(row, previous_hash=other(row.previous_hash)),
    "hash": lambda row: replace(row, hash=other(row.hash)),
}


def other(digits: str) -> str:
    return digits[:-1] + ("0" if digits[-1] != "0" else "1")


@tried
@given(CHAINS, st.data())
def test_an_untouched_chain_fits_with_any_of_its_hashes_noted_before(rows: list[Link], data: st.DataObject) -> None:
    known = data.draw(st.sampled_from([None, BEFORE_FIRST, *(row.hash for row in rows)]))

    verdict = check(rows, known)

    assert verdict.broken is None
    assert (verdict.rows, verdict.last_hash) == (len(rows), rows[-1].hash)
    assert (verdict.first, verdict.last) == (rows[0].at, rows[-1].at)


@tried
@given(CHAINS, st.sampled_from(sorted(CHANGES)), st.data())
def test_any_single_change_is_found_in_its_row(rows: list[Link], field: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    changed = CHANGES[field](rows[place])

    verdict = check([*rows[:place], changed, *rows[place + 1 :]])

    assert verdict.broken == Break(Fault.CHANGED, place + 1, place)


@tried
@given(LONGER, st.data())
def test_any_row_taken_out_is_missed_by_the_one_after_it(rows: list[Link], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 2))

    verdict = check([*rows[:place], *rows[place + 1 :]])

    assert verdict.broken == Break(Fault.MISSING, place + 2, place)


@tried
@given(CHAINS, st.data())
def test_an_end_cut_off_is_found_with_the_hash_noted_before(rows: list[Link], data: st.DataObject) -> None:
    left = rows[: data.draw(st.integers(0, len(rows) - 1))]

    assert check(left).broken is None
    assert check(left, rows[-1].hash).broken == Break(Fault.CUT, len(left), len(left))


@tried
@given(LONGER, st.sampled_from(["moved", "moved and renumbered"]), st.data())
def test_any_two_rows_changing_places_are_found_at_the_first(rows: list[Link], how: str, data: st.DataObject) -> None:
    first, second = sorted(data.draw(st.sets(st.integers(0, len(rows) - 1), min_size=2, max_size=2)))
    moved = list(rows)
    moved[first], moved[second] = moved[second], moved[first]
    is_renumbered = how != "moved"
    if is_renumbered:
        moved = [replace(row, id=number) for number, row in enumerate(moved, 1)]

    verdict = check(moved)

    belongs = second + 1 if is_renumbered else first + 1
    assert verdict.broken == Break(Fault.REORDERED, moved[first].id, first, belongs)


@tried
@given(LONGER, st.data())
def test_a_row_written_anew_with_a_hash_that_fits_it_does_not_fit_the_next(
    rows: list[Link], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(rows) - 2))
    forged = signed(replace(rows[place], detail=rows[place].detail + "x"))

    verdict = check([*rows[:place], forged, *rows[place + 1 :]])

    assert verdict.broken == Break(Fault.REPLACED, place + 2, place + 1)


@tried
@given(CHAINS, st.data())
def test_a_row_read_twice_is_found(rows: list[Link], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))

    broken = check([*rows[: place + 1], *rows[place:]]).broken

    assert broken is not None
    assert (broken.id, broken.after) == (place + 1, place + 1)


def test_numbers_that_fall_are_found_though_they_are_not_hashed() -> None:
    rows = chained([("a", "b", "", None, 0)] * 2)

    broken = check([replace(rows[0], id=7), rows[1]]).broken

    assert broken == Break(Fault.REORDERED, 2, 7)
    assert broken.plain == "第2号记录不该排在第7号后面：次序或编号被动过"


@pytest.mark.parametrize(
    ("broken", "line"),
    [
        (Break(Fault.CHANGED, 5, 4), "第5号记录被改过：内容和它的指纹对不上"),
        (Break(Fault.MISSING, 6, 4), "第4号和第6号记录之间少了记录"),
        (Break(Fault.MISSING, 2, 0), "第2号记录前面少了记录"),
        (Break(Fault.REORDERED, 6, 4, 5), "第6号记录不在原来的位置：这里应当是第5号"),
        (Break(Fault.CUT, 9, 9), "结尾少了记录：现在最后是第9号，找不到上次记下指纹的那一条"),
    ],
)
def test_a_break_is_told_in_one_line(broken: Break, line: str) -> None:
    assert broken.plain == line


def test_no_rows_are_no_broken_chain() -> None:
    verdict = check([])

    assert (verdict.rows, verdict.first, verdict.last_hash, verdict.broken) == (0, None, BEFORE_FIRST, None)


def test_a_hash_stays_what_earlier_versions_wrote() -> None:
    row = Link(1, NOON, 3, "contact:unmask", "conversation:12", "回电话", BEFORE_FIRST, "")

    assert digest(row) == "d104e8b9ee195ef1682a67e34948ed49d5acd5560b4c3dae56857197982d3784"


def test_rows_are_forgotten_as_they_are_read() -> None:
    alive: WeakSet[Link] = WeakSet()
    most = 0

    def read() -> Iterator[Link]:
        nonlocal most
        previous = BEFORE_FIRST
        for number in range(1, 2001):
            row = signed(Link(number, NOON, None, "a", "b", "", previous, ""))
            previous = row.hash
            alive.add(row)
            most = max(most, len(alive))
            yield row

    assert check(read()).rows == 2000
    assert most < 10


@tried
@given(CHAINS)
def test_rows_come_back_from_their_lines(rows: list[Link]) -> None:
    lines = [to_line(row) for row in rows]

    assert [from_line(line) for line in lines] == rows
    assert all(line.count(b"\n") == 1 for line in lines)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"id": 1', b'"id": true'),
        (b'"id": 1', b'"id": "1"'),
        (b'"id": 1', b'"id": 0'),
        (b'"staff_id": 3', b'"staff_id": 3.5'),
        (b'"action": "a"', b'"action": null'),
        (b'"action": "a"', b'"action": "\\ud800"'),
        (b'"action": "a"', b'"act": "a"'),
        (b"+00:00", b""),
        (b"2026", b"0001"),
        (b"2026", b"9999"),
        (b"2026-03", b"2026-13"),
        (b"}", b""),
        (b"{", b"[" * 100_000 + b"{"),
        (b'"a"', b'"\xff"'),
    ],
)
def test_a_line_nobody_exported_is_refused(before: bytes, after: bytes) -> None:
    line = to_line(Link(1, NOON, 3, "a", "b", "", BEFORE_FIRST, BEFORE_FIRST))

    with pytest.raises(InvalidInput):
        from_line(line.replace(before, after, 1))
