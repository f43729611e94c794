"""What is to go wrong at the platform's interfaces: written down beforehand, used up call by call."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from enum import StrEnum

from bot.channels.wechat.simulator.codes import Rejected


class Wire(StrEnum):
    """Trouble below HTTP. `LOST` does what was asked, and the answer never arrives."""

    HANG = "hang"
    RESET = "reset"
    LOST = "lost"


@dataclass
class Script:
    """Faults by path, each kind in the order it was written down."""

    _codes: dict[str, deque[int]] = field(default_factory=lambda: defaultdict(deque))
    _http: dict[str, deque[int | Wire]] = field(default_factory=lambda: defaultdict(deque))
    _delays: dict[str, float] = field(default_factory=dict)

    def refuse(self, path: str, code: int, times: int) -> None:
        self._codes[path].extend([code] * times)

    def disturb(self, path: str, trouble: int | Wire, times: int) -> None:
        self._http[path].extend([trouble] * times)

    def slow_down(self, path: str, seconds: float) -> None:
        self._delays[path] = seconds

    def check(self, path: str) -> None:
        """Raise Rejected if this call is to be refused."""
        if self._codes[path]:
            raise Rejected(self._codes[path].popleft())

    def next_trouble(self, path: str) -> int | Wire | None:
        return self._http[path].popleft() if self._http[path] else None

    def delay(self, path: str) -> float:
        """Seconds that a call of this path is held before anything else."""
        return self._delays.get(path, 0.0)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._codes.clear()
        self._http.clear()
        self._delays.clear()
