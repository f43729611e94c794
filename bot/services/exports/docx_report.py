"""The report of a period as a document to be read: sentences, findings, tables, and what the figures mean."""

from pathlib import Path
from typing import Final

from docx import Document
from docx.document import Document as Pages
from docx.oxml.ns import qn

from bot.core.cells import printable
from bot.core.figures import COHORT, Counts, Rate, findings, is_hollow
from bot.services.exports import tables
from bot.services.exports.tables import Table
from bot.services.figures import Grouping, Overview

FONT: Final = "宋体"
GRID: Final = "Table Grid"
NO_FINDINGS: Final = "这段时间没有需要特别提醒的情况。"
NOTHING: Final = "这段时间没有受理的事件。"


def write(path: Path, found: Overview) -> None:
    """Write the report."""
    pages = Document()
    pages.styles["Normal"].font.name = FONT
    pages.styles["Normal"].element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    pages.core_properties.title = title(found)
    pages.core_properties.author = found.place
    pages.add_heading(title(found), 0)
    pages.add_paragraph(f"数据截至{tables.moment(found.at)}。{COHORT}")
    _whole(pages, found)
    _parts(pages, found)
    _definitions(pages)
    pages.save(str(path))


def title(found: Overview) -> str:
    """What the report is called."""
    return f"{found.place}网格事件办理情况（{found.asked.period.plain}）"


def summary(counts: Counts) -> str:
    """The figures in sentences anybody understands."""
    if not counts.accepted:
        return NOTHING
    said = {rate: rate.of(counts).plain for rate in Rate}
    return (
        f"一共受理{counts.accepted}件，处置过的{counts.resolved}件，超过期限还没处置的{counts.overdue_open}件。"
        f"响应率{said[Rate.RESPONSE]}，处置率{said[Rate.HANDLING]}，按期率{said[Rate.PUNCTUALITY]}。"
        f"回访联系上{counts.calls_reached}次，居民说解决了的{counts.calls_solved}次，解决率{said[Rate.SOLVING]}；"
        f"评价过{counts.ratings}次，满意率{said[Rate.SATISFACTION]}。"
        f"返工率{said[Rate.REWORK]}，退回率{said[Rate.RETURN]}。"
    )


def remarks(found: Overview) -> list[str]:
    """What is remarkable in all, in single grids and parties, and about what is on hold."""
    said = [one.words for one in findings(found.total)]
    for group in found.groups:
        if group.by in (Grouping.GRID, Grouping.PARTY):
            said += [_hollow(line.name, line.counts) for line in group.lines if is_hollow(line.counts)]
    longest = found.held[-1]
    if longest.events:
        said.append(f"挂账{longest.band.plain}的还有{longest.events}件，要给居民一个明确的时间。")
    return said


def _hollow(name: str, counts: Counts) -> str:
    handled, solved = Rate.HANDLING.of(counts).plain, Rate.SOLVING.of(counts).plain
    return f"{name}处置率{handled}，解决率只有{solved}，办过了还没有办好。"


def _whole(pages: Pages, found: Overview) -> None:
    pages.add_heading("一、总体情况", 1)
    pages.add_paragraph(summary(found.total))
    _table(pages, tables.rate_table(found.total))
    pages.add_heading("二、需要注意的情况", 1)
    for words in remarks(found) or [NO_FINDINGS]:
        pages.add_paragraph(words, style="List Bullet")


def _parts(pages: Pages, found: Overview) -> None:
    pages.add_heading("三、分类情况", 1)
    for group in found.groups:
        if len(group.lines) > 1 or group.by is not Grouping.COMMUNITY:
            _titled(pages, tables.group_table(group))
    pages.add_heading("四、每天受理和处置", 1)
    _table(pages, tables.day_table(found))
    pages.add_heading("五、挂账和不计入的", 1)
    for table in (tables.held_table(found), tables.excluded_table(found)):
        _titled(pages, table)


def _definitions(pages: Pages) -> None:
    pages.add_heading("附：各项数字怎么算的", 1)
    for name, words in tables.definitions():
        line = pages.add_paragraph(style="List Bullet")
        line.add_run(f"{name}：").bold = True
        line.add_run(words)


def _titled(pages: Pages, table: Table) -> None:
    pages.add_heading(table.title, 2)
    _table(pages, table)


def _table(pages: Pages, table: Table) -> None:
    rows = [table.heads, *table.rows]
    drawn = pages.add_table(rows=len(rows), cols=len(table.heads), style=GRID)
    # Cells are asked for once: looking each of them up by row and column takes a time that grows with the square.
    cells = [row.cells for row in drawn.rows]
    for line, values in zip(cells, rows, strict=True):
        for cell, value in zip(line, values, strict=True):
            cell.text = printable(str(value))
    for cell in cells[0]:
        cell.paragraphs[0].runs[0].bold = True
