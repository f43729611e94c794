"""Database exceptions translated, in one place, into errors a person can act on."""

from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import SQLITE_CORRUPT, SQLITE_NOTADB
from typing import Final

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError

from bot.errors import Conflict, LinliError, Unavailable

PRIMARY_CODE: Final = 0xFF
DAMAGED: Final = frozenset({SQLITE_CORRUPT, SQLITE_NOTADB})
UNIQUE_IN_SQLITE: Final = frozenset({"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"})
UNIQUE_IN_POSTGRESQL: Final = "23505"
READ_ONLY_IN_POSTGRESQL: Final = "25006"


class BrokenDatabase(LinliError):
    """The database file is damaged or is no database at all."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(
            f"数据库文件 {where} 已损坏：{problem}",
            "先停服务，把它和 -wal、-shm 文件移走，放回最近的备份；没有备份就直接重启，会新建空库",
        )


class NewerDatabase(LinliError):
    """The database was made by a later version of this program."""

    def __init__(self, where: str, found: str, known: str) -> None:
        super().__init__(
            f"数据库 {where} 来自更新的版本（库是 {found}，本程序只到 {known}）",
            "请升级程序，或换回升级前的数据库备份",
        )


class ForeignDatabase(LinliError):
    """The database holds tables of the same names that this program did not make."""

    def __init__(self, where: str, table: str) -> None:
        super().__init__(f"数据库 {where} 里已有别的程序建的表 {table}", "请在 DATABASE_URL 里换一个空的数据库或文件")


def place(url: URL) -> str:
    """Name the database for a message: the file, or the address without the password."""
    if url.get_backend_name() == "sqlite":
        return url.database or "(memory)"
    return url.render_as_string(hide_password=True)


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """Turn what the database raises inside the block into Conflict, Unavailable or BrokenDatabase.

    Other exceptions pass: a broken constraint that is not a race is a mistake in this program.
    """
    try:
        yield
    except StaleDataError as error:
        raise Conflict("这条记录刚被别人改过", "请刷新页面，看过最新内容再改") from error
    except IntegrityError as error:
        if _is_duplicate(error):
            raise Conflict("这条记录已经有了", "请刷新页面，看是不是刚刚已经提交") from error
        raise
    except PoolTimeoutError as error:
        raise Unavailable("数据库正忙", "请稍后再试") from error
    except DBAPIError as error:
        raise _named(error, place(url)) from error


def _is_duplicate(error: IntegrityError) -> bool:
    name = getattr(error.orig, "sqlite_errorname", None)
    return name in UNIQUE_IN_SQLITE or getattr(error.orig, "sqlstate", None) == UNIQUE_IN_POSTGRESQL


def _named(error: DBAPIError, where: str) -> Exception:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None and code & PRIMARY_CODE in DAMAGED:
        return BrokenDatabase(where, str(error.orig))
    if isinstance(error, OperationalError) or getattr(error.orig, "sqlstate", None) == READ_ONLY_IN_POSTGRESQL:
        return Unavailable(f"数据库 {where} 现在用不了：{error.orig}", "请查看磁盘、权限和数据库服务，再重新启动")
    return error
