"""Linli's reader against the stock Rasa pipeline, trained on the same sentences: `make bench-nlu`.

Accuracy is measured on the hand-written messages of tests/dialogue/readings and, where the folder is there, on the
labelled real messages of ../shared/eval. Writes results/nlu.json and results/nlu.md. `--every N` gives both every Nth
sentence of each kind: DIET needs hours for all of them on two cores.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from bot.dialogue.evaluation import scoring
from bot.settings import ROOT
from tests.dialogue.readings import labelled_messages

RESULTS = ROOT / "results"
REAL = ROOT.parent / "shared" / "eval" / "messages.jsonl"
STOCK_PYTHON = ROOT / ".venv-tensorflow" / "bin" / "python"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="nlu_side_by_side", description=__doc__)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="train both on every Nth sentence")
    every = parser.parse_args(arguments).every
    if not STOCK_PYTHON.exists():
        print("没有 .venv-tensorflow：先运行 make tensorflow", file=sys.stderr)  # noqa: T201
        return 1
    sets = dict(_sets())
    RESULTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        messages = folder / "messages.jsonl"
        rows = [{"text": row["text"]} for found in sets.values() for row in found]
        messages.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
        own_data = _together(folder, every, flat=False)
        ours = _run([sys.executable], ROOT / "config.yml", own_data, messages, folder / "ours", "--own")
        stock_config = ROOT / "tests/benchmarks/stock.yml"
        stock_data = _together(folder, every, flat=True)
        stock = _run([str(STOCK_PYTHON)], stock_config, stock_data, messages, folder / "stock")
    told = {"every": every, "linli": _figures(ours, sets), "stock": _figures(stock, sets)}
    (RESULTS / "nlu.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    table = _table(told)
    (RESULTS / "nlu.md").write_text(table, encoding="utf-8")
    print(table)  # noqa: T201
    return 0


def _sets() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    yield "own messages", labelled_messages()
    if REAL.exists():
        yield "real messages", [json.loads(line) for line in REAL.read_text(encoding="utf-8").splitlines()]


def _together(folder: Path, every: int, *, flat: bool) -> Path:
    """Every Nth training sentence in one file; flat names for the stock pipeline, which knows no leaves."""
    blocks = []
    for path in sorted((ROOT / "data/nlu").rglob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            name = block["intent"].replace("/", "+") if flat else block["intent"]
            examples = "".join(block["examples"].splitlines(keepends=True)[::every])
            blocks.append({"intent": name, "examples": examples})
    target = folder / ("flat.yml" if flat else "nlu.yml")
    target.write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True), encoding="utf-8")
    return target


def _run(python: Sequence[str], config: Path, nlu: Path, messages: Path, folder: Path, *options: str) -> dict[str, Any]:
    folder.mkdir()
    script = str(ROOT / "tests/benchmarks/nlu_run.py")
    out = folder / "out.json"
    command = [*python, "-W", "ignore", script, str(config), str(nlu), str(messages), str(out), *options]
    subprocess.run(command, check=True, cwd=ROOT, stdout=sys.stderr, env={**os.environ, "PYTHONPATH": str(ROOT)})
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found


def _figures(run: dict[str, Any], sets: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    readings = iter(run["readings"])
    accuracy = {}
    for name, rows in sets.items():
        pairs = [(row, next(readings)) for row in rows]
        accuracy[name] = _accuracy(pairs)
    seconds = sorted(run["seconds"])
    return {
        "accuracy": accuracy,
        "train_seconds": run["train_seconds"],
        "load_seconds": run["load_seconds"],
        "model_mb": round(run["model_bytes"] / 1e6, 1),
        "peak_memory_mb": run["peak_memory_mb"],
        "p50_ms": round(statistics.median(seconds) * 1000, 1),
        "p95_ms": round(seconds[int(len(seconds) * 0.95)] * 1000, 1),
    }


def _accuracy(pairs: Sequence[scoring.Pair]) -> dict[str, float | None]:
    with_leaf = [(g, p) for g, p in pairs if any(scoring.accepted(g, "leaf"))]
    wanted = [[w for w in scoring.accepted(g, "leaf") if w] for g, _ in with_leaf]
    return {
        "intent": scoring.share([p["intent"] in scoring.accepted(g, "intent") for g, p in pairs]),
        "leaf": scoring.share([scoring.is_leaf(p["leaf"], w) for w, (_, p) in zip(wanted, with_leaf, strict=True)]),
        "leaf_top3": scoring.share(
            [any(scoring.is_leaf(x, w) for x in p["leaf_top3"]) for w, (_, p) in zip(wanted, with_leaf, strict=True)]
        ),
    }


def _table(told: dict[str, Any]) -> str:
    which = "all sentences" if told["every"] == 1 else f"one sentence in {told['every']}"
    rows: list[tuple[str, ...]] = [(which, "Linli", "stock (Jieba, CountVectors, DIET 100 epochs)")]
    for name in told["linli"]["accuracy"]:
        for figure in ("intent", "leaf", "leaf_top3"):
            cells = [f"{told[who]['accuracy'][name][figure]:.3f}" for who in ("linli", "stock")]
            rows.append((f"{name}: {figure}", *cells))
    measured = ("train_seconds", "load_seconds", "model_mb", "peak_memory_mb", "p50_ms", "p95_ms")
    rows.extend((figure, *(str(told[who][figure]) for who in ("linli", "stock"))) for figure in measured)
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|---|---|---|", *lines[1:]]) + "\n"


if __name__ == "__main__":
    sys.exit(main())
