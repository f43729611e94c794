"""Shares as figures print them: rounded, and never rounded to all or to nothing."""

from dataclasses import dataclass
from typing import Final

NOTHING: Final = "—"
_ALL: Final = 1000


@dataclass(frozen=True)
class Share:
    """A part of a whole; of nothing there is no share."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """Between 0 and 1."""
        return self.part / self.whole if self.whole else None

    @property
    def plain(self) -> str:
        """87.5%, or a dash where there is nothing to divide; 100.0% is all of it and 0.0% none, nothing else is."""
        if not self.whole:
            return NOTHING
        # In whole numbers: half of a tenth goes up, whatever a float would make of it.
        tenths = (2 * _ALL * self.part + self.whole) // (2 * self.whole)
        if 0 < self.part < self.whole:
            tenths = min(max(tenths, 1), _ALL - 1)
        return f"{tenths // 10}.{tenths % 10}%"
