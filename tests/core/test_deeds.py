"""Every deed leads where the life of an event allows, and every move of that life is somebody's deed."""

import pytest

from bot.core.deeds import PATHS, Deed
from bot.core.grid_events import Completion, Disposition, EventStatus, Satisfaction, Solved, Supervision

# It leads to rework before closing and to a new round after it, so the table names no single target.
DEPENDS = {
    EventStatus.RESOLVED: EventStatus.REWORK,
    EventStatus.VERIFIED: EventStatus.REWORK,
    EventStatus.CLOSED: EventStatus.REOPENED,
}


def test_every_deed_but_the_first_has_a_path() -> None:
    assert set(Deed) - set(PATHS) == {Deed.FILE}


@pytest.mark.parametrize("deed", list(PATHS))
def test_a_deed_leads_only_where_the_life_of_an_event_allows(deed: Deed) -> None:
    path = PATHS[deed]
    if path.target is not None:
        assert all(path.target in source.allowed for source in path.sources)


def test_every_move_in_the_life_of_an_event_is_somebodys_deed() -> None:
    done = {(source, path.target) for path in PATHS.values() if path.target for source in path.sources}
    done |= set(DEPENDS.items())
    assert {(status, target) for status in EventStatus for target in status.allowed} == done


def test_from_reporting_to_archive_every_stage_is_passed() -> None:
    usual = [EventStatus.REPORTED]
    while usual[-1].allowed:
        usual.append(usual[-1].allowed[0])
    assert [status.value for status in usual] == [
        *("reported", "triaged", "accepted", "dispatched", "signed", "in_progress", "resolved", "verified"),
        *("closed", "archived"),
    ]


def test_refusals_returns_and_closings_without_success_need_words() -> None:
    silent = {deed for deed, path in PATHS.items() if path.permission and not path.needs_words}
    assert not silent & {Deed.REFUSE, Deed.RETURN, Deed.REJECT, Deed.SUSPEND, Deed.WITHDRAW, Deed.REOPEN, Deed.RESOLVE}


@pytest.mark.parametrize(
    "word", [*Deed, *Completion, *Solved, *Satisfaction, *Supervision, *Disposition], ids=lambda one: one.name
)
def test_every_word_a_worker_reads_is_chinese(word: Deed) -> None:
    assert word.plain
    assert not word.plain.isascii()


def test_cards_rise_from_none_to_red() -> None:
    assert [card.rank for card in Supervision] == [0, 1, 2, 3]


@pytest.mark.parametrize(("old", "new"), [("handling", EventStatus.IN_PROGRESS), ("done", EventStatus.RESOLVED)])
def test_the_words_of_the_first_logs_are_still_read(old: str, new: EventStatus) -> None:
    assert EventStatus(old) is new
    with pytest.raises(ValueError, match="nonsense"):
        EventStatus("nonsense")
