"""The addresses of the trainers' pages."""

import sys
from collections.abc import Sequence
from typing import Final

from aiohttp import web
from aiohttp_jinja2 import get_env

from bot.services import intents, readings
from bot.services.desk import Desk
from bot.web.keys import DESK
from bot.workbench import models, samples
from bot.workbench.parts import MODELS, TOPIC, TRAINING, Models
from bot.workbench.training import Training

TRAIN: Final = (sys.executable, "-m", "bot", "train")
MODEL: Final = f"{models.ADDRESS}/{{name}}"


def add(app: web.Application, in_service: Models, command: Sequence[str] = TRAIN) -> None:
    """Add the trainers' pages; `bot.web.live` and `bot.web.staff_pages` must be there."""
    desk = app[DESK]
    app[MODELS] = in_service
    app[TRAINING] = Training(command, desk.settings.models, desk.settings.root, lambda: desk.hub.publish(TOPIC))
    app.on_shutdown.append(_end_training)
    get_env(app).filters["meaning"] = lambda code: meaning(desk, code)
    app.add_routes(
        [
            web.get("/workbench", home),
            web.get("/workbench/stream", models.listen),
            web.get(samples.ADDRESS, samples.show_list),
            web.get(f"{samples.ADDRESS}/{{message}}", samples.show),
            web.post(f"{samples.ADDRESS}/{{message}}", samples.label),
            web.get(samples.LABELS, samples.show_labels),
            web.post(f"{samples.LABELS}/write", samples.write),
            web.get(models.ADDRESS, models.show_list),
            web.get("/workbench/models-table", models.refresh_list),
            web.get("/workbench/training", models.refresh_training),
            web.post("/workbench/training", models.train),
            web.post("/workbench/training/cancel", models.cancel),
            web.get(MODEL, models.show),
            web.post(f"{MODEL}/live", models.go_live),
        ]
    )


async def home(_: web.Request) -> web.Response:
    """Lead to what there is to label."""
    raise web.HTTPSeeOther(samples.ADDRESS)


def meaning(desk: Desk, code: str) -> str:
    """A retrieval intent such as report_event/0603 as people read it."""
    intent, _, leaf = code.partition("/")
    if not intents.needs_leaf(intent):
        return intents.plain(code)
    return " · ".join(part for part in (intents.plain(intent), readings.leaf_name(desk.catalogue, leaf)) if part)


async def _end_training(app: web.Application) -> None:
    await app[TRAINING].close()
