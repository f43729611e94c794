"""How often an interface is called: what was counted, and how much is allowed in a minute and a day."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.channels.wechat.simulator.codes import Rejected

_CHINA: Final = ZoneInfo("Asia/Shanghai")
_MINUTE: Final = timedelta(minutes=1)

Way = tuple[str, str]


@dataclass
class Traffic:
    """Counts by account id and path; `daily` and `a_minute` hold the limits by path, none where not named."""

    daily: dict[str, int] = field(default_factory=lambda: {"/cgi-bin/menu/create": 1000})
    a_minute: dict[str, int] = field(default_factory=dict)
    counts: Counter[Way] = field(default_factory=Counter)
    most_at_once: dict[Way, int] = field(default_factory=dict)
    _inside: Counter[Way] = field(default_factory=Counter)
    _days: Counter[tuple[Way, str]] = field(default_factory=Counter)
    _minutes: dict[Way, list[datetime]] = field(default_factory=dict)

    @contextmanager
    def passing(self, way: Way) -> Iterator[None]:
        """Count a call for as long as it is being answered."""
        self.counts[way] += 1
        self._inside[way] += 1
        self.most_at_once[way] = max(self.most_at_once.get(way, 0), self._inside[way])
        try:
            yield
        finally:
            self._inside[way] -= 1

    def spend(self, way: Way, now: datetime) -> None:
        """Take one call from what is allowed; the day begins at midnight in China. Raises Rejected."""
        day = (way, now.astimezone(_CHINA).date().isoformat())
        recent = [then for then in self._minutes.get(way, []) if now - then < _MINUTE]
        if self._days[day] >= self.daily.get(way[1], self._days[day] + 1):
            raise Rejected(45009)
        if len(recent) >= self.a_minute.get(way[1], len(recent) + 1):
            raise Rejected(45011)
        self._days[day] += 1
        self._minutes[way] = [*recent, now]
