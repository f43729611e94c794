"""The store: the only place where engines are made and transactions are opened."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.orm import Session

from bot.errors import InvalidInput, Unavailable
from bot.store import schema
from bot.store.faults import translated
from bot.store.sqlite import BUSY_MILLISECONDS, READ_ONLY, open_sqlite
from bot.store.turnstile import Turnstile

SUPPORTED = {"sqlite", "postgresql"}


class Store:
    """A database, SQLite or PostgreSQL, named by a URL; nothing is opened before the first use."""

    def __init__(self, url: str) -> None:
        self.engine: Engine = _open(_parsed(url))
        # SQLite lets writers poll for their turn, which starves whoever polls slowest; here they queue instead.
        self._turn = Turnstile() if self.engine.dialect.name == "sqlite" else None
        self._readers = self.engine.execution_options(**{READ_ONLY: True, "postgresql_readonly": True})

    @contextmanager
    def transaction(self, *, read_only: bool = False, goes_first: bool = False) -> Iterator[Session]:
        """Open a session that commits at the end of the block, or rolls back if it raises.

        One that `goes_first` does not queue behind other writers of this process.
        Objects stay readable afterwards. A read-only one never waits for writers and refuses to write.
        Never open one inside another: on SQLite the inner would wait for the outer until it fails.
        Raises Conflict (changed or filed by somebody else meanwhile), Unavailable, BrokenDatabase.
        """
        bind = self._readers if read_only else self.engine
        with (
            self._own_turn(read_only=read_only, goes_first=goes_first),
            translated(self.engine.url),
            Session(bind, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def _own_turn(self, *, read_only: bool, goes_first: bool) -> Iterator[None]:
        if self._turn is None or read_only:
            yield
            return
        if not self._turn.acquire(BUSY_MILLISECONDS / 1000, goes_first=goes_first):
            raise Unavailable("数据库忙不过来", "请稍后再试")
        try:
            yield
        finally:
            self._turn.release()

    def migrate(self) -> None:
        """Bring the schema to the newest version, whole or not at all; safe to repeat and to race.

        Raises BrokenDatabase, NewerDatabase, ForeignDatabase, Unavailable.
        """
        with translated(self.engine.url):
            schema.migrate(self.engine)

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    except (ArgumentError, ValueError) as error:
        raise InvalidInput("DATABASE_URL 不是数据库地址", "例如 sqlite:///var/linli.db") from error
    if parsed.get_backend_name() not in SUPPORTED:
        raise InvalidInput(
            f"DATABASE_URL 里的 {parsed.get_backend_name()} 不支持",
            "请用 sqlite:/// 或 postgresql:// 开头的地址",
        )
    return parsed


# Parameters are hidden because exceptions reach the log, and parameters hold what residents wrote.
def _open(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        return open_sqlite(url)
    try:
        return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, hide_parameters=True)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise InvalidInput("没有安装 PostgreSQL 驱动", "请运行 make postgres，或改用 sqlite:///") from error
