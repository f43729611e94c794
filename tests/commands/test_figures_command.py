"""`figures check` and `figures rebuild`: what they print, what they change, and their exit codes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.__main__ import main
from bot.commands import figures
from bot.services import outcomes
from bot.services.desk import Desk, open_desk
from bot.settings import Settings
from bot.store.tables import EventOutcome
from tests.services import lives
from tests.services.stage import NOW, Clock


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk with every event's outcome kept, in the configured database."""
    monkeypatch.setenv("LINLI_VAR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    desk = open_desk(Settings.from_environment(), Clock(NOW))
    outcomes.keep_missing(desk)
    yield desk
    desk.store.close()


def spoiled(desk: Desk) -> str:
    """One event whose outcome somebody has improved; returns its number."""
    with desk.transaction() as session:
        event = lives.lived(session, desk, lives.finished("no"))
        session.execute(update(EventOutcome).where(EventOutcome.event_id == event.id).values(calls_solved=1))
        return event.number


def test_figures_that_fit_the_log_are_said_to(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    with desk.transaction() as session:
        lives.lived(session, desk, lives.finished())

    assert main(["figures", "check"]) == 0

    said = capsys.readouterr()
    assert "统计的依据和办理记录都对得上" in said.out
    assert said.err == ""


def test_what_does_not_fit_is_told_and_left_as_it_is(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    number = spoiled(desk)

    assert [main(["figures", "check"]), main(["figures", "check"])] == [1, 1]

    assert f"{number} 的 calls_solved 存的是 1，照办理记录是 0" in capsys.readouterr().err


def test_rebuilding_puts_it_right(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    spoiled(desk)

    assert main(["figures", "rebuild"]) == 0

    assert "改正了 1 处" in capsys.readouterr().out
    assert main(["figures", "check"]) == 0


def test_not_everything_is_listed_where_much_is_wrong(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "MOST_LINES", 2)
    with desk.transaction() as session:
        session.execute(update(EventOutcome).values(leaf="0000"))

    assert main(["figures", "check"]) == 1

    said = capsys.readouterr().err.splitlines()
    assert len(said) == 4
    assert said[2].startswith("邻里 · 还有 ")


def test_progress_shows_only_where_it_takes_long(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "SHOWN_AFTER", 0.0)

    assert main(["figures", "check"]) == 0

    assert figures.STEP in capsys.readouterr().err
    assert desk.clock() == NOW
