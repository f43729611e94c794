"""Tables as sheets of a workbook, written row by row; words are words there, whatever they begin with."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import xlsxwriter

from bot.services.exports.tables import Table

WIDTH: Final = 16
LONGEST_CELL: Final = 32_767
# Rows go to the disk as they come: a year of events must not be held in memory.
OPTIONS: Final = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def write(path: Path, tables: Sequence[Table]) -> int:
    """Write one sheet for each table; returns how many rows they have under their heads."""
    rows = 0
    with xlsxwriter.Workbook(path, {**OPTIONS, "tmpdir": str(path.parent)}) as book:
        head = book.add_format({"bold": True, "bg_color": "#E2F3E8", "border": 1})
        for table in tables:
            sheet = book.add_worksheet(table.title)
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, len(table.heads) - 1, WIDTH)
            for column, name in enumerate(table.heads):
                sheet.write_string(0, column, name, head)
            for number, row in enumerate(table.rows, 1):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(number, column, value[:LONGEST_CELL])
                    else:
                        sheet.write_number(number, column, value)
                rows += 1
    return rows
