"""A progress bar on a terminal, plain lines elsewhere, or JSON lines for another program."""

import json
import sys
from dataclasses import dataclass

WIDTH = 24


@dataclass
class Bar:
    """Call it with a step's name and the share done, 0 to 1."""

    as_json: bool = False
    last: str = ""

    def __call__(self, step: str, share: float) -> None:
        if self.as_json:
            print(json.dumps({"step": step, "share": round(share, 3)}, ensure_ascii=False), flush=True)
        elif sys.stderr.isatty():
            filled = round(share * WIDTH)
            end = "\n" if share >= 1 else ""
            bar = "█" * filled + "·" * (WIDTH - filled)
            print(f"\r\033[K邻里 · {bar} {share:4.0%} {step}{end}", end="", file=sys.stderr, flush=True)
        elif step != self.last:
            print(f"邻里 · {step}", file=sys.stderr, flush=True)
        self.last = step
