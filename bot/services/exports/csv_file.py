"""A table as CSV, as Chinese spreadsheets open it: UTF-8 with a mark, nothing that is run as a formula."""

import csv
from pathlib import Path

from bot.core.cells import harmless
from bot.services.exports.tables import Table


def write(path: Path, table: Table) -> int:
    """Write the table; returns how many rows it has under its head."""
    rows = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(table.heads)
        for row in table.rows:
            lines.writerow([harmless(value) if isinstance(value, str) else value for value in row])
            rows += 1
    return rows
