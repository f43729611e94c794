"""What several suites share: the one trained model, and a desk to hold conversations at."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.services.desk import Desk
from bot.settings import Settings
from tests import talking

if TYPE_CHECKING:
    from bot.dialogue.assistant import Assistant


SEEN = "seen"


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[object], None]:
    """Say what a test counted; it stands below the run, whichever process the test ran in."""
    return lambda counts: record_property(SEEN, str(counts))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, counts in report.user_properties:
                if name == SEEN:
                    terminalreporter.write_line(f"{report.nodeid}: {counts}")


@pytest.fixture(scope="session")
def trained_model() -> Path:
    """The model in service; trained once where it is missing or no longer fits rules and readers."""
    from bot.services.models import ensure_model

    return ensure_model(Settings.from_environment(), lambda *_: None)


@pytest.fixture(scope="session")
def talking_assistant(trained_model: Path) -> "Assistant":
    """Answers at the desk of the test, see `talking_desk`."""
    return talking.assistant_of(trained_model)


@pytest.fixture(scope="session")
def _opened_for_talking(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return talking.opened(tmp_path_factory.mktemp("talking"))


@pytest.fixture
def talking_desk(_opened_for_talking: Desk, tmp_path: Path) -> Iterator[Desk]:
    """A desk of the test's own, in use for the actions; its clock is a `tests.talking.Clock`."""
    desk = talking.copied(_opened_for_talking, tmp_path)
    yield desk
    desk.store.close()
