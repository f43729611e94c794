"""What is taken out, read again: masked, harmless to whoever opens it, the same numbers, and noted with its purpose."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape
from sqlalchemy import select
from sqlalchemy.event import listen
from sqlalchemy.orm import Session

from bot.core.figures import Rate
from bot.core.periods import between
from bot.errors import InvalidInput, NotAllowed
from bot.services.desk import Desk
from bot.services.exports import taking_out
from bot.services.exports.tables import REGISTER_HEADS
from bot.services.exports.taking_out import Format, Order, Subject, Taken
from bot.services.figures import Asked
from bot.store.tables import Audit, EventOutcome, GridEvent
from tests.services import lives, stage

JANUARY = Asked(between("2026-01-01", "2026-01-31"))
HEADINGS = ("Title", "Heading 1", "Heading 2")
PHONE, FORMULA = "19900000088", '=HYPERLINK("http://x","点我")'


def order(session: Session, subject: Subject, kind: Format, who: str = stage.DISPATCHER, why: str = "例会") -> Order:
    return Order(stage.staff(session, who), subject, kind, JANUARY, why)


def taken(session: Session, desk: Desk, folder: Path, subject: Subject, kind: Format) -> Taken:
    return taking_out.write(session, desk, order(session, subject, kind), folder)


@pytest.fixture
def event(session: Session, desk: Desk) -> GridEvent:
    """An event whose words would run in a spreadsheet, of somebody with a name and a phone."""
    event = lives.lived(session, desk, lives.finished("no", "unsatisfied"), contact=("王秀兰", PHONE))
    event.title, event.place_text, event.room = FORMULA, f"5号楼，打{PHONE}\x0b", "301"
    session.flush()
    return event


def test_the_register_as_csv_is_utf_8_with_a_mark(
    session: Session, desk: Desk, event: GridEvent, tmp_path: Path
) -> None:
    found = taken(session, desk, tmp_path, Subject.REGISTER, Format.CSV)

    assert found.path.read_bytes().startswith(b"\xef\xbb\xbf")
    with found.path.open(encoding="utf-8-sig", newline="") as file:
        head, row = csv.reader(file)
    line = dict(zip(head, row, strict=True))
    assert (found.rows, found.name) == (1, "青禾街道事件台账（2026年1月）.csv")
    assert line["编号"] == event.number
    assert line["标题"] == f"'{FORMULA}"
    assert (line["上报时间"], line["受理时间"], line["处置时间"]) == (
        *("2026-01-05 09:00", "2026-01-05 10:00", "2026-01-06 09:00"),
    )
    assert (line["是否解决"], line["满意度"], line["超期"]) == ("没解决", "不满意", "否")


def test_the_register_as_workbook_holds_words_as_words(
    session: Session, desk: Desk, event: GridEvent, tmp_path: Path
) -> None:
    found = taken(session, desk, tmp_path, Subject.REGISTER, Format.XLSX)

    book = load_workbook(found.path)
    head, row = book["事件台账"].iter_rows()
    cells = {str(name.value): cell for name, cell in zip(head, row, strict=True)}
    assert tuple(cells) == REGISTER_HEADS
    assert (cells["标题"].value, cells["标题"].data_type) == (FORMULA, "s")
    assert (cells["返工次数"].value, cells["返工次数"].data_type) == (0, "n")
    assert cells["编号"].value == event.number


def test_workbook_and_csv_hold_the_same_lines(session: Session, desk: Desk, tmp_path: Path) -> None:
    odd = '灯<坏>&"了"\x0b _x0041_\t '
    for nth, solved in enumerate(("yes", "no", "partly")):
        lived = lives.lived(session, desk, lives.finished(solved), contact=("王秀兰", PHONE))
        lived.title = f"{odd}{nth}"
    session.flush()

    plain = taken(session, desk, tmp_path, Subject.REGISTER, Format.CSV)
    book = taken(session, desk, tmp_path, Subject.REGISTER, Format.XLSX)

    with plain.path.open(encoding="utf-8-sig", newline="") as file:
        lines = [tuple(row) for row in csv.reader(file)]
    sheet = load_workbook(book.path).worksheets[0]
    rows = sheet.iter_rows(max_col=len(REGISTER_HEADS), values_only=True)
    # What a spreadsheet does and openpyxl does not: read the words back as they were meant.
    assert [tuple("" if value is None else unescape(str(value)) for value in row) for row in rows] == lines
    assert {line[REGISTER_HEADS.index("标题")] for line in lines[1:]} == {
        f'灯<坏>&"了" _x0041_\t {nth}' for nth in range(3)
    }
    assert (plain.rows, book.rows) == (3, 3)
    assert [path.name for path in tmp_path.glob("*.xlsx")] == ["export.xlsx"]


@pytest.mark.parametrize("kind", [Format.CSV, Format.XLSX])
def test_however_long_the_register_no_line_asks_the_database_again_or_stays_in_memory(
    session: Session, desk: Desk, tmp_path: Path, kind: Format
) -> None:
    asked: list[str] = []
    listen(session.get_bind(), "before_cursor_execute", lambda *told: asked.append(told[2]))
    statements = []
    for _ in range(2):
        lives.lived(session, desk, lives.finished())
        lives.lived(session, desk, lives.finished(), building=stage.TOWER, leaf=stage.LIFT_FAULT)
        session.expunge_all()
        asked.clear()
        taken(session, desk, tmp_path, Subject.REGISTER, kind)
        statements.append(len(asked))

    assert statements[0] == statements[1]
    assert not [one for one in session.identity_map.values() if isinstance(one, GridEvent | EventOutcome)]


@pytest.mark.parametrize("kind", [Format.CSV, Format.XLSX])
def test_contacts_are_masked_and_rooms_left_out(
    session: Session, desk: Desk, event: GridEvent, tmp_path: Path, kind: Format
) -> None:
    found = taken(session, desk, tmp_path, Subject.REGISTER, kind)

    said = words(found)
    assert "王** 199****0088" in said
    assert "5号楼，打199****0088" in said
    for hidden in (PHONE, "王秀兰", "301"):
        assert not any(hidden in one for one in said)
    assert event.room == "301"


def words(found: Taken) -> list[str]:
    """Every word in the file."""
    if found.path.suffix == ".csv":
        with found.path.open(encoding="utf-8-sig", newline="") as file:
            return [value for row in csv.reader(file) for value in row]
    sheets = load_workbook(found.path).worksheets
    return [str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_the_figures_as_workbook_are_those_of_the_page(
    session: Session, desk: Desk, event: GridEvent, tmp_path: Path
) -> None:
    found = taken(session, desk, tmp_path, Subject.FIGURES, Format.XLSX)

    book = load_workbook(found.path)
    assert book.sheetnames == [
        *("总体", "按社区", "按网格", "按承办单位", "按事项大类", "按日", "挂账", "不计入", "口径"),
    ]
    head, row = ([cell.value for cell in line] for line in book["总体"].iter_rows())
    figures = dict(zip(head, row, strict=True))
    assert (figures["范围"], figures["受理"], figures["解决率"], figures["处置率"]) == ("青禾街道", 1, "0.0%", "100.0%")
    assert [row[0].value for row in book["口径"].iter_rows(min_row=3, max_row=9)] == [rate.plain for rate in Rate]
    assert len(list(book["按日"].iter_rows())) == 32
    assert event.number not in words(found)


def test_the_report_says_the_figures_findings_and_definitions_in_sentences(
    session: Session, desk: Desk, event: GridEvent, tmp_path: Path
) -> None:
    found = taken(session, desk, tmp_path, Subject.FIGURES, Format.DOCX)

    pages = Document(str(found.path))
    headings = [one.text for one in pages.paragraphs if one.style and one.style.name in HEADINGS]
    text = "\n".join(one.text for one in pages.paragraphs)
    assert found.name == "青禾街道网格事件统计（2026年1月）.docx"
    assert headings[0] == "青禾街道网格事件办理情况（2026年1月）"
    assert [one for one in headings if "、" in one or "附" in one] == [
        *("一、总体情况", "二、需要注意的情况", "三、分类情况"),
        *("四、每天受理和处置", "五、挂账和不计入的", "附：各项数字怎么算的"),
    ]
    assert "一共受理1件，处置过的1件" in text
    assert "居民说解决了的只有0.0%" in text
    for rate in Rate:
        assert f"{rate.plain}：{rate.definition}" in text
    rates = [[cell.text for cell in row.cells] for row in pages.tables[0].rows]
    assert ["解决率", "0.0%", "0", "1"] in rates
    assert event.status.plain == "已办结"


def test_a_report_of_nothing_says_so(session: Session, desk: Desk, tmp_path: Path) -> None:
    found = taken(session, desk, tmp_path, Subject.FIGURES, Format.DOCX)

    text = "\n".join(one.text for one in Document(str(found.path)).paragraphs)
    assert "这段时间没有受理的事件。" in text
    assert "这段时间没有需要特别提醒的情况。" in text


def test_the_audit_log_says_who_took_what_out_and_why(session: Session, desk: Desk, tmp_path: Path) -> None:
    lives.lived(session, desk, lives.accepted())
    wanted = order(session, Subject.REGISTER, Format.CSV, why=f"给街道核对，有事打{PHONE}")
    wanted = replace(wanted, asked=replace(JANUARY, community_id="qinghe", top="05"))

    taking_out.note(session, desk, wanted, taking_out.write(session, desk, wanted, tmp_path))

    row = session.scalars(select(Audit).where(Audit.action == "register:export")).one()
    assert (row.object, row.staff_id) == ("register", wanted.staff.id)
    assert row.detail == ("CSV 表格，1行；青禾里社区，2026年1月，受理的，只看05；用途：给街道核对，有事打199****0088")


@pytest.mark.parametrize("purpose", ["", "  ", "。。", "\u200b\u200b\u200b", "1", "长" * 201])
def test_nothing_is_taken_out_without_a_purpose(session: Session, desk: Desk, tmp_path: Path, purpose: str) -> None:
    with pytest.raises(InvalidInput):
        taking_out.write(session, desk, order(session, Subject.REGISTER, Format.CSV, why=purpose), tmp_path)

    assert list(tmp_path.glob("export*")) == []


@pytest.mark.parametrize(("subject", "kind"), [(Subject.REGISTER, Format.DOCX), (Subject.FIGURES, Format.CSV)])
def test_not_everything_is_to_be_had_as_every_file(
    session: Session, desk: Desk, tmp_path: Path, subject: Subject, kind: Format
) -> None:
    with pytest.raises(InvalidInput, match="不能导出成这种文件"):
        taken(session, desk, tmp_path, subject, kind)


def test_too_much_at_once_is_refused(
    session: Session, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives.lived(session, desk, lives.accepted())
    monkeypatch.setattr(taking_out, "MOST_ROWS", 0)

    with pytest.raises(InvalidInput, match="一次最多导出0行"):
        taken(session, desk, tmp_path, Subject.REGISTER, Format.XLSX)


def test_who_may_not_export_gets_nothing(session: Session, desk: Desk, tmp_path: Path) -> None:
    wanted = order(session, Subject.REGISTER, Format.CSV, stage.GRID_WORKER)

    with pytest.raises(NotAllowed):
        taking_out.write(session, desk, wanted, tmp_path)
