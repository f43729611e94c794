"""The figures as the page shows them: every number with the address of the events behind it, and the charts."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from bot.console.figures_wanted import narrowed, register_of
from bot.core.charts import BarChart, LineChart, Measure, bar_chart, line_chart
from bot.core.figures import Counts, Part, Rate, is_hollow
from bot.services.figures import Asked, Group, Grouping, Line, Overview

MOST_BARS: Final = 12


@dataclass(frozen=True)
class Number:
    """A count, what it counts, and where the events behind it are."""

    count: int
    plain: str
    address: str


@dataclass(frozen=True)
class Figure:
    """A rate: how it is said, and the two numbers it divides."""

    plain: str
    said: str
    part: Number
    whole: Number
    definition: str


@dataclass(frozen=True)
class Row:
    """One line of a table; `is_hollow` where nearly all is dealt with and far less of it solved."""

    name: str
    accepted: Number
    overdue: Number
    figures: tuple[Figure, ...]
    is_hollow: bool


@dataclass(frozen=True)
class Table:
    """A table of figures by one kind of line."""

    plain: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Remark:
    """A finding, and where the events it speaks of are."""

    words: str
    address: str


@dataclass(frozen=True)
class Shown:
    """All the page shows."""

    whole: Row
    remarks: tuple[Remark, ...]
    tables: tuple[Table, ...]
    held: tuple[Number, ...]
    excluded: tuple[Number, ...]
    days: LineChart
    solving: BarChart
    tops: BarChart


def view(found: Overview) -> Shown:
    """Put the figures into the shape of the page."""
    asked, by = found.asked, {group.by: group for group in found.groups}
    return Shown(
        whole=_row(found.place, asked, found.total),
        remarks=tuple(Remark(one.words, register_of(asked, one.part)) for one in found.findings),
        tables=tuple(_table(asked, group) for group in found.groups),
        held=tuple(
            Number(held.events, held.band.plain, register_of(replace(asked, band=n), Part.SUSPENDED))
            for n, held in enumerate(found.held)
        ),
        excluded=tuple(
            Number(number, status.plain, register_of(replace(asked, status=status), Part.VOID))
            for status, number in found.excluded.items()
        ),
        days=_days(found),
        solving=_solving(by[Grouping.GRID]),
        tops=bar_chart([_accepted(line) for line in by[Grouping.TOP].lines[:MOST_BARS]]),
    )


def _table(asked: Asked, group: Group) -> Table:
    return Table(
        group.by.plain, tuple(_row(line.name, _of(asked, group.by, line), line.counts) for line in group.lines)
    )


def _of(asked: Asked, by: Grouping, line: Line) -> Asked:
    if by is Grouping.COMMUNITY:
        return replace(asked, community_id=line.key)
    if by is Grouping.GRID:
        return replace(asked, grid_id=line.key)
    return replace(asked, party_id=line.key) if by is Grouping.PARTY else replace(asked, top=line.key)


def _row(name: str, asked: Asked, counts: Counts) -> Row:
    # One address is put together for all numbers of the line: for each of them it would be half of the page's time.
    numbers = partial(_number, register_of(asked, Part.ACCEPTED), counts)
    return Row(
        name=name,
        accepted=numbers(Part.ACCEPTED),
        overdue=numbers(Part.OVERDUE_OPEN),
        figures=tuple(
            Figure(rate.plain, rate.of(counts).plain, numbers(rate.part), numbers(rate.whole), rate.definition)
            for rate in Rate
        ),
        is_hollow=is_hollow(counts),
    )


def _number(all_of_them: str, counts: Counts, part: Part) -> Number:
    return Number(counts.of(part), part.plain, narrowed(all_of_them, part))


def _days(found: Overview) -> LineChart:
    labels = [f"{day.day.month}/{day.day.day}" for day in found.days]
    accepted, resolved = [day.accepted for day in found.days], [day.resolved for day in found.days]
    return line_chart(labels, [("受理", accepted), ("其中处置过的", resolved)])


def _solving(group: Group) -> BarChart:
    lines = group.lines[:MOST_BARS]
    rows = [(line.name, [_measure(line.counts, rate) for rate in (Rate.HANDLING, Rate.SOLVING)]) for line in lines]
    return bar_chart(rows, 1)


def _measure(counts: Counts, rate: Rate) -> Measure:
    share = rate.of(counts)
    return Measure(share.value, share.plain)


def _accepted(line: Line) -> tuple[str, list[Measure]]:
    return line.name, [Measure(line.counts.accepted, f"{line.counts.accepted}件")]
