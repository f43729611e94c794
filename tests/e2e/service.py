"""The real service in a process of its own: a copy of the project, a fresh database, the trained model."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from sqlalchemy import select

from bot.core.staff import Role
from bot.dialogue.figures import figures_path
from bot.services.logins import open_session
from bot.services.models import mark_live
from bot.settings import ROOT
from bot.store.engine import Store
from bot.store.queries.people import staff_by_username
from bot.store.tables import GridEvent

PROJECT = ("actions", "bot", "data", "config.yml", "domain.yml")
PASSWORD = "a-password-of-tests"
STARTS_WITHIN = 90
STOPS_WITHIN = 15
COMMUNITY = "qinghe"


@dataclass(frozen=True)
class Service:
    """Where it is served, and what it may write: nothing of it belongs to the checkout."""

    address: str
    root: Path
    environ: Mapping[str, str]

    def add_staff(
        self, username: str, role: Role, name: str, community: str | None = None, party: str | None = None
    ) -> None:
        """Open an account with PASSWORD, as an operator does."""
        place = [*(["--community", community] if community else []), *(["--party", party] if party else [])]
        _bot(self, ["user", "add", username, "--role", role.value, "--name", name, *place], PASSWORD + "\n")

    def login_of(self, username: str) -> str:
        """The cookie of somebody of the demo street, signed in without a password."""
        store = Store(self.environ["DATABASE_URL"])
        try:
            with store.transaction() as session:
                staff = staff_by_username(session, username)
                assert staff, f"nobody is called {username}"
                return open_session(session, staff, datetime.now(UTC)).token
        finally:
            store.close()

    def events_saying(self, words: str) -> list[str]:
        """Return the numbers of the grid events whose text is just that."""
        store = Store(self.environ["DATABASE_URL"])
        try:
            with store.transaction(read_only=True) as session:
                return list(session.scalars(select(GridEvent.number).where(GridEvent.text == words)))
        finally:
            store.close()


def copied(folder: Path, model: Path) -> Service:
    """Copy the project and one model, so that labelling and training change only the copy."""
    root, models = folder / "linli", folder / "models"
    root.mkdir()
    models.mkdir()
    for part in PROJECT:
        source = ROOT / part
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, root / part)
    shutil.copy2(model, models)
    shutil.copy2(figures_path(model), models)
    mark_live(models, model.name.removesuffix(".tar.gz"))
    port = _free_port()
    own = {k: v for k, v in os.environ.items() if not k.startswith("LINLI_")}
    own |= {
        "DATABASE_URL": f"sqlite:///{folder / 'linli.db'}",
        "LINLI_VAR": str(folder),
        "LINLI_MODELS": str(models),
        "LINLI_HOST": "127.0.0.1",
        "LINLI_PORT": str(port),
        "LINLI_COMMUNITY": COMMUNITY,
    }
    return Service(f"http://localhost:{port}", root, own)


@contextmanager
def running(service: Service) -> Iterator[None]:
    """Run `python -m bot run` until the end of the block."""
    log = Path(service.environ["LINLI_VAR"]) / "service.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"], cwd=service.root, env=service.environ, stdout=said, stderr=said
        )
        try:
            _wait_until_it_answers(service, process, log)
            yield
        finally:
            process.terminate()
            process.wait(STOPS_WITHIN)


def _wait_until_it_answers(service: Service, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < ends and process.poll() is None:
        try:
            with urlopen(service.address, timeout=5):  # noqa: S310 - our own address
                return
        except URLError:
            time.sleep(0.2)
    raise AssertionError(f"the service did not start (exit code {process.poll()}):\n{log.read_text(encoding='utf-8')}")


def _bot(service: Service, arguments: list[str], typed: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=service.root,
        env=service.environ,
        input=typed,
        text=True,
        check=True,
        capture_output=True,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
