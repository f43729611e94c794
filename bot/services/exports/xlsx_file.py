"""Tables as sheets of a workbook, written row by row; words are words there, whatever they begin with.

xlsxwriter makes the workbook with the heads; the rows are poured into its sheets here, for cell by cell it would take
three times as long: a year of a street has millions of cells.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from bot.core.cells import printable
from bot.services.exports.tables import Table, Value

WIDTH: Final = 16
LONGEST_CELL: Final = 32_767
# Heads stand in the sheets themselves, where rows can follow them, and not in a table of strings beside.
OPTIONS: Final = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_ROWS_END: Final = "</sheetData>"
# It says which rows there are before the first of them; readers do without it.
_EXTENT: Final = re.compile(r"<dimension [^>]*/>")
# Spreadsheets read _x0041_ as an A: where somebody wrote just that, its first underscore is written so itself.
_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def write(path: Path, tables: Sequence[Table]) -> int:
    """Write one sheet for each table; returns how many rows they have under their heads."""
    heads, rows = path.with_name("heads.xlsx"), 0
    _write_heads(heads, tables)
    sheets = {f"xl/worksheets/sheet{number}.xml": table for number, table in enumerate(tables, 1)}
    with ZipFile(heads) as made, ZipFile(path, "w", ZIP_DEFLATED) as book:
        for part in made.namelist():
            if part in sheets:
                rows += _pour(book, part, made.read(part).decode(), sheets[part])
            else:
                book.writestr(part, made.read(part))
    heads.unlink()
    return rows


def _write_heads(path: Path, tables: Sequence[Table]) -> None:
    with xlsxwriter.Workbook(path, {**OPTIONS, "tmpdir": str(path.parent)}) as book:
        head = book.add_format({"bold": True, "bg_color": "#E2F3E8", "border": 1})
        for table in tables:
            sheet = book.add_worksheet(table.title)
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, len(table.heads) - 1, WIDTH)
            for column, name in enumerate(table.heads):
                sheet.write_string(0, column, name, head)


def _pour(book: ZipFile, part: str, heads: str, table: Table) -> int:
    """Write the sheet with the rows after its head; returns how many."""
    before, end, after = _EXTENT.sub("", heads).partition(_ROWS_END)
    assert end, "a sheet with a head has rows"
    columns, number = [xl_col_to_name(column) for column in range(len(table.heads))], 1
    with book.open(part, "w") as sheet:
        sheet.write(before.encode())
        for number, row in enumerate(table.rows, 2):
            sheet.write(f'<row r="{number}">{"".join(_cells(columns, number, row))}</row>'.encode())
        sheet.write(f"{end}{after}".encode())
    return number - 1


def _cells(columns: Sequence[str], number: int, row: Sequence[Value]) -> Iterator[str]:
    for column, value in zip(columns, row, strict=True):
        if not isinstance(value, str):
            yield f'<c r="{column}{number}"><v>{value}</v></c>'
        elif value:
            words = escape(_ESCAPE.sub("_x005F_", printable(value[:LONGEST_CELL])))
            yield f'<c r="{column}{number}" t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'
