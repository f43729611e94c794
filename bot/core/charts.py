"""Where the bars and lines of a chart are: geometry only, drawn by the templates as SVG that needs no script.

Measured in the units of the viewBox. A chart is narrow, so that it can be read on a phone without being scaled down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

WIDTH: Final = 340
LABEL, BAR, GAP, APART = 20, 14, 4, 12
VALUE_ROOM: Final = 64
HEIGHT: Final = 200
LEFT, RIGHT, TOP, BOTTOM = 34, 12, 12, 26
MOST_TICKS: Final = 5
_STEPS: Final = (1, 2, 5)


@dataclass(frozen=True)
class Measure:
    """A value and how it is said; None where there is nothing to measure."""

    value: float | None
    said: str


@dataclass(frozen=True)
class Bar:
    """One bar: its upper edge, its length, and where its value is written."""

    y: float
    length: float
    value_x: float
    value_y: float
    said: str


@dataclass(frozen=True)
class BarRow:
    """What belongs together under one label, in the order of the series."""

    label: str
    label_y: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class BarChart:
    """Rows of horizontal bars."""

    height: float
    rows: tuple[BarRow, ...]
    width: float = WIDTH
    thickness: float = BAR


@dataclass(frozen=True)
class Tick:
    """A place on an axis, and what is written there."""

    at: float
    label: str


@dataclass(frozen=True)
class Series:
    """A line: the corners, as the attribute `points` takes them, and their places one by one."""

    name: str
    points: str
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class LineChart:
    """Lines over days."""

    series: tuple[Series, ...]
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT
    bottom: float = HEIGHT - BOTTOM


def bar_chart(rows: Sequence[tuple[str, Sequence[Measure]]], most: float | None = None) -> BarChart:
    """Bars from 0 to `most`, or to the greatest value where none is given."""
    greatest = most or max((measure.value or 0 for _, measures in rows for measure in measures), default=0) or 1
    drawn, y = [], 0.0
    for label, measures in rows:
        drawn.append(_bar_row(label, measures, y, (WIDTH - VALUE_ROOM) / greatest))
        y += LABEL + len(measures) * (BAR + GAP) + APART
    return BarChart(max(y - APART, 0), tuple(drawn))


def line_chart(labels: Sequence[str], series: Sequence[tuple[str, Sequence[int]]]) -> LineChart:
    """One line for each series; `labels` name the places along it, and as many of them as fit are written."""
    step = _step(max((value for _, values in series for value in values), default=0))
    top = step * max(ceil(max((value for _, values in series for value in values), default=0) / step), 1)
    rows = tuple(Tick(_y(n * step, top), str(n * step)) for n in range(top // step + 1))
    return LineChart(
        tuple(_series(name, values, top) for name, values in series),
        rows,
        tuple(Tick(_x(n, len(labels)), labels[n]) for n in _written(len(labels))),
    )


def _bar_row(label: str, measures: Sequence[Measure], y: float, scale: float) -> BarRow:
    bars = []
    for n, measure in enumerate(measures):
        length = round((measure.value or 0) * scale, 1)
        edge = y + LABEL + n * (BAR + GAP)
        bars.append(Bar(edge, length, length + GAP, edge + BAR - 2, measure.said))
    return BarRow(label, y + LABEL - GAP - 2, tuple(bars))


def _series(name: str, values: Sequence[int], top: int) -> Series:
    dots = tuple((_x(n, len(values)), _y(value, top)) for n, value in enumerate(values))
    return Series(name, " ".join(f"{x},{y}" for x, y in dots), dots)


def _x(place: int, places: int) -> float:
    room = WIDTH - LEFT - RIGHT
    return round(LEFT + (room * place / (places - 1) if places > 1 else room / 2), 1)


def _y(value: int, top: int) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top), 1)


def _step(most: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, … that needs no more than MOST_TICKS lines."""
    factor = 1
    while True:
        for one in _STEPS:
            if most <= one * factor * MOST_TICKS:
                return one * factor
        factor *= 10


def _written(places: int) -> Sequence[int]:
    every = max(ceil((places - 1) / MOST_TICKS), 1)
    return range(0, places, every)
