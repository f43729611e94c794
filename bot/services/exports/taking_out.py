"""Taking something out: the file is written while reading, and nobody gets it before the audit log says who and why."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from bot.core.staff import Permission, can
from bot.errors import InvalidInput, NotAllowed
from bot.services import figures, registers
from bot.services.desk import Desk
from bot.services.exports import csv_file, docx_report, tables, xlsx_file
from bot.services.figures import Asked
from bot.services.unmasking import reason_in
from bot.store.queries.audit import append_audit
from bot.store.tables import Staff

MOST_ROWS: Final = 100_000
LONGEST_PURPOSE: Final = 200
SPREADSHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCUMENT: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Format(StrEnum):
    """What kind of file; `plain` is the word on the button."""

    XLSX = "xlsx"
    CSV = "csv"
    DOCX = "docx"

    @property
    def plain(self) -> str:
        """The Chinese word."""
        return {"xlsx": "Excel 表格", "csv": "CSV 表格", "docx": "Word 报告"}[self.value]

    @property
    def content_type(self) -> str:
        """How a browser is told what it is."""
        return {"xlsx": SPREADSHEET, "csv": "text/csv; charset=utf-8", "docx": DOCUMENT}[self.value]


class Subject(StrEnum):
    """What is taken out; the value is what the audit log calls it."""

    FIGURES = "figures"
    REGISTER = "register"

    @property
    def action(self) -> str:
        """How the audit log calls taking it out."""
        return "figures:export" if self is Subject.FIGURES else "register:export"

    @property
    def formats(self) -> tuple[Format, ...]:
        """The files it can be had as."""
        return (Format.XLSX, Format.DOCX) if self is Subject.FIGURES else (Format.XLSX, Format.CSV)


@dataclass(frozen=True)
class Order:
    """Who wants what, as which kind of file, and what for."""

    staff: Staff
    subject: Subject
    format: Format
    asked: Asked
    purpose: str


@dataclass(frozen=True)
class Taken:
    """A file ready to be handed out under `name`; `place` says whose events are in it."""

    path: Path
    name: str
    place: str
    rows: int


def write(session: Session, desk: Desk, order: Order, folder: Path) -> Taken:
    """Write the file into the folder; raises NotAllowed, NotFound, InvalidInput (no purpose, or too much)."""
    _check(order)
    wanted = figures.wanted_by(session, desk, order.staff, order.asked)
    place = figures.place(session, wanted.community_id)
    path = folder / f"export.{order.format.value}"
    is_figures = order.subject is Subject.FIGURES
    rows = _figures(session, desk, order, path) if is_figures else _register(session, desk, order, path)
    title = "网格事件统计" if is_figures else "事件台账"
    return Taken(path, f"{place}{title}（{order.asked.period.plain}）.{order.format.value}", place, rows)


def note(session: Session, desk: Desk, order: Order, taken: Taken) -> None:
    """Write down who took what out, how much of it, and what for."""
    asked = order.asked
    narrowed = "、".join(one for one in (asked.grid_id, asked.party_id, asked.top) if one)
    what = f"{taken.place}，{asked.period.plain}，{asked.part.plain}" + (f"，只看{narrowed}" if narrowed else "")
    detail = f"{order.format.plain}，{taken.rows}行；{what}；用途：{reason_in(order.purpose)}"
    append_audit(session, desk.clock(), order.staff.id, order.subject.action, order.subject.value, detail)


def _check(order: Order) -> None:
    if not can(order.staff.role, Permission.CASE_EXPORT):
        raise NotAllowed(f"{order.staff.role.plain}不能导出")
    if order.format not in order.subject.formats:
        raise InvalidInput("不能导出成这种文件", "请从列表里选")
    if len(order.purpose) > LONGEST_PURPOSE:
        raise InvalidInput(f"用途不能超过{LONGEST_PURPOSE}个字")
    reason_in(order.purpose, "请写明导出做什么用")


def _figures(session: Session, desk: Desk, order: Order, path: Path) -> int:
    found = figures.overview(session, desk, order.staff, order.asked)
    if order.format is Format.XLSX:
        return xlsx_file.write(path, tables.figure_tables(found))
    docx_report.write(path, found)
    return sum(len(group.lines) for group in found.groups)


def _register(session: Session, desk: Desk, order: Order, path: Path) -> int:
    if registers.length(session, desk, order.staff, order.asked) > MOST_ROWS:
        raise InvalidInput(f"一次最多导出{MOST_ROWS}行", "请把日子选近一些，或只选一个社区")
    entries = registers.whole_register(session, desk, order.staff, order.asked)
    table = tables.register_table(figures.names(session, desk), entries)
    return csv_file.write(path, table) if order.format is Format.CSV else xlsx_file.write(path, (table,))
