"""Train one NLU pipeline and read messages with it; runs in any environment that has Rasa.

usage: nlu_run.py CONFIG NLU_FILE MESSAGES.jsonl OUT.json [--own]
`--own` is Linli's pipeline without TensorFlow; otherwise it is stock and its intents carry the leaf: report_event+0603.
"""

import asyncio
import json
import logging
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
WARM_UP = 20


def main(config: str, nlu: str, messages: str, out: str, *, own: bool) -> None:
    if own:
        import bot.dialogue  # noqa: F401 - Rasa is importable only after it
    import rasa.model_training
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)
    started = time.perf_counter()
    folder = str(Path(out).parent)
    model = rasa.model_training.train_nlu(config=config, nlu_data=nlu, output=folder, fixed_model_name="model")
    trained = time.perf_counter() - started
    training_memory = _memory()
    if model is None:
        raise SystemExit("training failed")
    started = time.perf_counter()
    agent = Agent.load(model)
    loaded = time.perf_counter() - started
    texts = [json.loads(line)["text"] for line in Path(messages).read_text(encoding="utf-8").splitlines()]
    readings, seconds = asyncio.run(_read(agent, texts))
    told = {
        "train_seconds": round(trained, 1),
        "load_seconds": round(loaded, 2),
        "model_bytes": Path(model).stat().st_size,
        "training_memory_mb": training_memory,
        "peak_memory_mb": _memory(),
        "seconds": seconds,
        "readings": readings,
    }
    Path(out).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


async def _read(agent: Any, texts: list[str]) -> tuple[list[dict[str, Any]], list[float]]:
    for text in texts[:WARM_UP]:
        await agent.parse_message(text)
    readings, seconds = [], []
    for text in texts:
        started = time.perf_counter()
        found = await agent.parse_message(text)
        seconds.append(round(time.perf_counter() - started, 6))
        readings.append(_plain(found))
    return readings, seconds


def _plain(found: dict[str, Any]) -> dict[str, Any]:
    if reading := found.get("reading"):
        return {name: reading[name] for name in ("intent", "leaf", "leaf_top3")}
    ranking = [name.partition("+") for name in (i["name"] for i in found["intent_ranking"])]
    leaves = list(dict.fromkeys(leaf for _, _, leaf in ranking if leaf.isdigit()))
    intent, _, leaf = ranking[0] if ranking else ("", "", "")
    return {"intent": intent, "leaf": leaf if leaf.isdigit() else None, "leaf_top3": leaves[:3]}


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main(*sys.argv[1:5], own="--own" in sys.argv)
