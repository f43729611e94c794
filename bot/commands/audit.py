"""`audit verify|export`: check that nobody rewrote the audit log, and write it out to be checked elsewhere."""

import argparse
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from bot.commands.progress import Bar
from bot.core.audit_chain import Link, Verdict, check
from bot.core.audit_lines import from_line, to_line
from bot.core.zone import SHANGHAI
from bot.errors import InvalidInput
from bot.settings import Settings

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from bot.store.engine import Store

STEP: Final = "核对操作记录"
SHOWN_AFTER: Final = 2.0
SHOWN_EVERY: Final = 0.2
NEARLY: Final = 0.99
LONGEST_LINE: Final = 1 << 20
HASH: Final = re.compile(r"[0-9a-f]{64}")


def add(parsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = parsers.add_parser("audit", help="操作记录：核对有没有被动过，导出")
    actions = parser.add_subparsers(title="做什么", required=True, metavar="verify|export")
    verify = actions.add_parser("verify", help="从头到尾核对；对不上时说出是第几号，退出码是 1")
    where = verify.add_mutually_exclusive_group()
    where.add_argument("--database", metavar="URL", help="核对这个数据库；缺省是 DATABASE_URL")
    where.add_argument("--file", type=Path, metavar="EXPORT.jsonl", help="核对 audit export 写出的文件，不用数据库")
    verify.add_argument("--last", metavar="HASH", help="上次记下的最后一条的指纹；有它才看得出结尾有没有被截掉")
    verify.set_defaults(run=run_verify)
    export = actions.add_parser("export", help="全部写到一个文件，每行一条 JSON")
    export.add_argument("file", type=Path, metavar="FILE.jsonl", help="还没有的文件")
    export.set_defaults(run=run_export)


def run_verify(args: argparse.Namespace) -> int:
    known = _hash(args.last)
    with _rows_in_file(args.file) if args.file else _rows_in_database(args.database) as rows:
        verdict = check(_watched(rows), known)
    return _tell(verdict)


def run_export(args: argparse.Namespace) -> int:
    path: Path = args.file
    try:
        verdict = _export(path)
    except OSError as cause:
        raise InvalidInput(f"写不了 {path}：{cause.strerror}") from cause
    print(f"写好了：{path}")
    return _tell(verdict)


def _export(path: Path) -> Verdict:
    if path.exists():
        raise InvalidInput(f"已经有 {path} 了", "请换一个文件名")
    unfinished = path.with_name(f"{path.name}.part")
    # The log says who did what: whoever else uses the machine has no business with it.
    unfinished.touch(mode=0o600)
    try:
        with _rows_in_database(None) as rows, unfinished.open("wb") as file:
            verdict = check(_written(_watched(rows), file))
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return verdict


def _hash(given: str | None) -> str | None:
    if given is None:
        return None
    known = given.strip().lower()
    if not HASH.fullmatch(known):
        raise InvalidInput("--last 应当是 64 位的指纹", "照上次 audit verify 打印的抄")
    return known


@contextmanager
def _rows_in_file(path: Path) -> Iterator[Iterator[tuple[Link, float]]]:
    try:
        file = path.open("rb")
    except OSError as cause:
        raise InvalidInput(f"读不了 {path}：{cause.strerror}") from cause
    with file:
        yield _lines(path, file)


def _lines(path: Path, file: BinaryIO) -> Iterator[tuple[Link, float]]:
    size, done = max(os.fstat(file.fileno()).st_size, 1), 0
    for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 1):
        done += len(line)
        try:
            yield from_line(line), done / size
        except InvalidInput as problem:
            raise InvalidInput(f"{path} 第{number}行：{problem.message}", problem.hint) from problem


@contextmanager
def _rows_in_database(url: str | None) -> Iterator[Iterator[tuple[Link, float]]]:
    """Only reads: a database that does not fit this version is checked as it is, and none is set up."""
    from bot.store.engine import Store
    from bot.store.queries.audit import audit_chain, audit_length, has_audit

    store = Store(url or Settings.from_environment().database_url)
    try:
        _require_file(store)
        with store.transaction(read_only=True) as session:
            if not has_audit(session):
                raise InvalidInput("这个数据库里没有操作记录", "请核对 --database 或 DATABASE_URL")
            total = max(audit_length(session), 1)
            yield ((row, done / total) for done, row in enumerate(audit_chain(session), 1))
    finally:
        store.close()


def _require_file(store: "Store") -> None:
    url = store.engine.url
    path = url.database or ""
    if url.get_backend_name() == "sqlite" and not path.startswith("file:") and not Path(path).is_file():
        raise InvalidInput(f"没有数据库文件 {path}", "请核对 --database 或 DATABASE_URL")


def _watched(rows: Iterable[tuple[Link, float]]) -> Iterator[Link]:
    bar, due = Bar(), time.monotonic() + SHOWN_AFTER
    for row, share in rows:
        yield row
        if time.monotonic() >= due:
            bar(STEP, min(share, NEARLY))
            due = time.monotonic() + SHOWN_EVERY
    if bar.last:
        bar(STEP, 1.0)


def _written(rows: Iterable[Link], file: BinaryIO) -> Iterator[Link]:
    for row in rows:
        file.write(to_line(row))
        yield row


def _tell(verdict: Verdict) -> int:
    print(f"操作记录 {verdict.rows} 条")
    if verdict.first and verdict.last:
        first, last = (f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}" for at in (verdict.first, verdict.last))
        print(f"第一条 {first}，最后一条 {last}")
    if verdict.broken:
        print(f"邻里 · {verdict.broken.plain}", file=sys.stderr)
        return 1
    print("从头到尾都对得上，没有改过的、少了的、换过次序的")
    print(f"最后一条的指纹 {verdict.last_hash}")
    print("记下这个，下次用 --last 核对")
    return 0
