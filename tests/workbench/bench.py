"""Models and a training for the tests: real files and a real process, but nothing is learned."""

import json
from pathlib import Path

from bot.errors import BrokenFile, NotFound

# Stands in for `python -m bot train`: it prints what that prints and does what its first argument says.
SCRIPT = """
import json, pathlib, sys, time
how, out = sys.argv[1], pathlib.Path(sys.argv[sys.argv.index("--out") + 1])
assert sys.argv[-1] == "--progress"
print("a library says something", flush=True)
print(json.dumps({"step": "正在读例句", "share": 0.25}), flush=True)
if how == "slow":
    out.write_bytes(b"half a model")
    time.sleep(60)
if how == "broken":
    print("Traceback ...", file=sys.stderr)
    print("data/nlu/report/06.yml:12: 写法不对", file=sys.stderr)
    sys.exit(2)
if how == "empty":
    sys.exit(0)
out.write_bytes(b"a model")
"""
FIGURES: dict[str, object] = {
    "name": "m1",
    "trained_at": "2026-03-12T02:00:00+00:00",
    "examples": 6000,
    "intent_accuracy": 0.9,
    "leaf_accuracy": 0.8,
    "leaf_top3": 0.95,
    "per_intent": {
        "affirm": {"precision": 1.0, "recall": 0.9, "f1": 0.95, "support": 40},
        "deny": {"precision": 0.7, "recall": 0.7, "f1": 0.7, "support": 30},
    },
}


def put_figures(folder: Path, name: str, **changes: object) -> None:
    """Write the figures of a model."""
    (folder / f"{name}.json").write_text(json.dumps({**FIGURES, "name": name, **changes}), "utf-8")


class ModelsOnDisk:
    """The models of a folder; one whose file says so is damaged."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.live = "first"
        self.put("first")

    def put(self, name: str, content: str = "a model", **figures: object) -> None:
        (self._folder / f"{name}.tar.gz").write_text(content, "utf-8")
        put_figures(self._folder, name, **figures)

    def names(self) -> list[str]:
        return sorted(path.name.removesuffix(".tar.gz") for path in self._folder.glob("*.tar.gz"))

    async def go_live(self, name: str) -> None:
        if name not in self.names():
            raise NotFound(name)
        path = self._folder / f"{name}.tar.gz"
        if path.read_text("utf-8") == "damaged":
            raise BrokenFile(str(path), 0, "", "damaged")
        self.live = name
