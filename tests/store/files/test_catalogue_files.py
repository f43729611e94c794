from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.core.bubbles import LONGEST
from bot.core.catalogue import LimitUnit, TimeLimit
from bot.core.urgency import Urgency
from bot.errors import BrokenFile
from bot.store.files.catalogue_files import CatalogueFiles, load_catalogue

Break = Callable[[str, str, str], Path]


def test_all_twelve_classes_have_their_leaves_and_one_for_the_rest(files: CatalogueFiles) -> None:
    leaves = files.catalogue.leaves
    assert len(files.catalogue.tops) == 12
    assert len([leaf for leaf in leaves.values() if not leaf.is_other]) == 75
    assert {f"{top}99" for top in files.catalogue.tops} <= set(leaves)


def test_first_contact_is_in_time_for_the_urgency(files: CatalogueFiles) -> None:
    minutes = {LimitUnit.MINUTES: 1, LimitUnit.HOURS: 60}
    for leaf in files.catalogue.leaves.values():
        if leaf.urgency is Urgency.P0:
            assert leaf.respond == TimeLimit(1, LimitUnit.MINUTES)
        if leaf.urgency is Urgency.P1:
            assert leaf.respond.amount * minutes[leaf.respond.unit] <= 120


def test_a_leaf_carries_what_the_table_says(files: CatalogueFiles) -> None:
    cover = files.catalogue.leaf("0602")
    assert (cover.lead, cover.lead_in_estate) == ("municipal", "property")
    assert cover.respond == TimeLimit(30, LimitUnit.MINUTES)
    assert cover.resolve == TimeLimit(24, LimitUnit.HOURS)


def test_residents_read_short_bubbles_in_plain_words(files: CatalogueFiles) -> None:
    for leaf in files.catalogue.leaves.values():
        assert len(leaf.plain) <= 20
        assert len(leaf.safety or "") <= LONGEST


def test_matters_that_may_hide_an_emergency_have_a_safety_bubble(files: CatalogueFiles) -> None:
    with_safety = {code for code, leaf in files.catalogue.leaves.items() if leaf.safety}
    assert {"0501", "0206", "0607", "0205", "0302", "0405", "1103"} <= with_safety


def test_the_calendar_knows_the_holidays_and_make_up_days_of_2026(files: CatalogueFiles) -> None:
    calendar = files.calendar
    assert not calendar.is_workday(date(2026, 10, 1))
    assert calendar.is_workday(date(2026, 10, 10))
    assert calendar.is_workday(date(2026, 2, 28))
    assert not calendar.is_workday(date(2026, 2, 21))


def test_a_year_without_entries_follows_the_weekend_rule(files: CatalogueFiles) -> None:
    assert files.calendar.is_workday(date(2027, 10, 1))
    assert not files.calendar.is_workday(date(2027, 10, 2))


@pytest.mark.parametrize(
    ("file", "old", "new", "field"),
    [
        ("catalogue/leaves/05.yml", "lead: property", "lead: propperty", "leaves[0].lead"),
        ("catalogue/leaves/05.yml", 'code: "0502"', 'code: "0501"', "leaves[1].code"),
        ("catalogue/leaves/05.yml", 'code: "0502"', 'code: "0602"', "leaves[1].code"),
        ("catalogue/leaves/06.yml", "urgency: P2", "urgency: P7", "leaves[0].urgency"),
        ("catalogue/leaves/06.yml", "unit: 工作日", "unit: 月", "leaves[0].respond.unit"),
        ("catalogue/leaves/06.yml", "amount: 1", "amount: 零", "leaves[0].respond.amount"),
        ("catalogue/leaves/06.yml", "plain: ", "plian: ", "leaves[0].plian"),
        ("catalogue/leaves/12.yml", "agenda: CON-02", "agenda: CON-77", "leaves[0].agenda"),
        ("catalogue/leaves/12.yml", "consultable: true", "consultable: false", "leaves[0].agenda"),
        ("catalogue/leaves/03.yml", 'code: "0399"', 'code: "0398"', "leaves"),
        ("catalogue/kinds.yml", "stand_in: committee", "stand_in: nobody", "kinds.property.stand_in"),
        ("catalogue/calendar.yml", 'closes: "17:30"', 'closes: "1730点"', "office_hours.closes"),
        ("catalogue/calendar.yml", "to: 2026-10-07", "to: 2026-09-07", "holidays[6].to"),
        ("catalogue/calendar.yml", "- 2026-01-04", "- 2026-01-02", "workdays"),
        ("catalogue/emergencies.yml", "火锅", "(火锅", "lookalikes[4]"),
        ("catalogue/emergencies.yml", 'leaf: "0108"', 'leaf: "0177"', "situations[0].leaf"),
        ("catalogue/elderly.yml", "weight: 0.9", "weight: 九", "groups[0].weight"),
    ],
)
def test_a_broken_file_is_told_by_file_line_and_field(
    broken_copy: Break, file: str, old: str, new: str, field: str
) -> None:
    folder = broken_copy(file, old, new)
    with pytest.raises(BrokenFile) as caught:
        load_catalogue(folder)
    assert caught.value.file.endswith(file)
    assert caught.value.field == field
    assert caught.value.line > 0
    assert "\n" not in str(caught.value)


def test_the_line_named_is_the_line_that_is_wrong(broken_copy: Break) -> None:
    folder = broken_copy("catalogue/leaves/06.yml", "urgency: P2", "urgency: P7")
    lines = (folder / "leaves" / "06.yml").read_text(encoding="utf-8").splitlines()
    with pytest.raises(BrokenFile) as caught:
        load_catalogue(folder)
    assert "P7" in lines[caught.value.line - 1]


def test_yaml_that_cannot_be_read_names_the_line(broken_copy: Break) -> None:
    folder = broken_copy("catalogue/agenda.yml", "  CON-03:\n", "  CON-03: [\n")
    with pytest.raises(BrokenFile) as caught:
        load_catalogue(folder)
    assert caught.value.line > 0


def test_a_missing_file_is_named(broken_copy: Break) -> None:
    folder = broken_copy("catalogue/kinds.yml", "kinds:", "kinds:")
    (folder / "calendar.yml").unlink()
    with pytest.raises(BrokenFile, match=r"calendar\.yml"):
        load_catalogue(folder)


def test_a_file_that_is_no_text_is_named(broken_copy: Break) -> None:
    folder = broken_copy("catalogue/kinds.yml", "kinds:", "kinds:")
    (folder / "kinds.yml").write_bytes(b"\xff\xfe\x00kinds")
    with pytest.raises(BrokenFile, match=r"kinds\.yml"):
        load_catalogue(folder)
