"""A task beside another one."""

import multiprocessing
import os

import pytest

from bot.dialogue.nlu.meanwhile import meanwhile


def halved(number: int) -> tuple[float, int]:
    return 84 / number, os.getpid()


@pytest.fixture(autouse=True)
def _two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def test_the_result_comes_from_another_process() -> None:
    with meanwhile(halved, 2) as result:
        half, process = result()
    assert half == 42
    assert process != os.getpid()


def test_what_goes_wrong_there_is_raised_here() -> None:
    with meanwhile(halved, 0) as result, pytest.raises(ZeroDivisionError):
        result()


def test_without_copies_of_processes_the_task_runs_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    with meanwhile(halved, 2) as result:
        assert result() == (42, os.getpid())
