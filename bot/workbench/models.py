"""The models: train one, compare it with the one in service, put it there or go back."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from aiohttp import web

from bot.core.staff import Permission
from bot.core.zone import SHANGHAI
from bot.errors import BrokenFile, InvalidInput, LinliError, NotFound, Unavailable
from bot.services import learning, publishing
from bot.web import live, login
from bot.web.keys import DESK
from bot.web.login import SignedIn
from bot.web.staff_pages import done, form, page
from bot.web.use_case import perform
from bot.workbench import scores
from bot.workbench.parts import MODELS, TOPIC, TRAINING
from bot.workbench.scores import Compared, Scores

ADDRESS: Final = "/workbench/models"
NOT_PUT_LIVE: Final = 409


@dataclass(frozen=True)
class Row:
    """A model in the list; the figures are beside those of the one in service."""

    name: str
    is_live: bool
    was_live: bool
    scores: Scores | None
    figures: tuple[Compared, ...]


async def show_list(request: web.Request) -> web.Response:
    """All models, and how a training goes."""
    return await _list(request, "workbench/models.html")


async def refresh_list(request: web.Request) -> web.Response:
    """Only the table, for a page that is open already."""
    return await _list(request, "workbench/models_table.html")


async def refresh_training(request: web.Request) -> web.Response:
    """Only how a training goes."""
    return await _list(request, "workbench/training.html")


async def show(request: web.Request) -> web.Response:
    """One model beside the one in service."""
    signed_in = await login.required(request, Permission.MODEL_TRAIN)
    return await _model(request, signed_in)


async def train(request: web.Request) -> web.Response:
    """Begin a training; it goes on when the page is closed."""
    signed_in = await login.required(request, Permission.MODEL_TRAIN)
    await form(request, signed_in)
    now = request.app[DESK].clock()
    name = name_at(now)
    await request.app[TRAINING].start(name, signed_in.staff.name, now)
    await perform(request, lambda session, desk: publishing.record_training(session, desk, signed_in.staff, name))
    return done(request, ADDRESS)


async def cancel(request: web.Request) -> web.Response:
    """End the training that goes on."""
    signed_in = await login.required(request, Permission.MODEL_TRAIN)
    await form(request, signed_in)
    training = request.app[TRAINING]
    await training.cancel()
    name = training.run.name if training.run else ""
    await perform(
        request,
        lambda session, desk: publishing.record_training(session, desk, signed_in.staff, name, cancelled=True),
    )
    return done(request, ADDRESS)


async def go_live(request: web.Request) -> web.Response:
    """Put the model into service without a restart; if it cannot be used, the old one stays."""
    signed_in = await login.required(request, Permission.MODEL_PUBLISH)
    await form(request, signed_in)
    models, name = request.app[MODELS], _known(request)
    before = models.live
    try:
        await models.go_live(name)
    except (BrokenFile, InvalidInput, Unavailable) as refusal:
        return await _model(request, signed_in, refusal)
    await perform(request, lambda session, desk: publishing.record_live(session, desk, signed_in.staff, name, before))
    request.app[DESK].hub.publish(TOPIC)
    return done(request, ADDRESS)


async def listen(request: web.Request) -> web.StreamResponse:
    """Tell an open page when a training has gone on or a model has been changed."""
    await login.required(request, Permission.MODEL_TRAIN)
    return await live.stream(request, Permission.MODEL_TRAIN, TOPIC)


def name_at(now: datetime) -> str:
    """The name of a model trained now."""
    return f"linli-{now.astimezone(SHANGHAI):%Y%m%d-%H%M%S}"


def _known(request: web.Request) -> str:
    name = request.match_info["name"]
    if name not in request.app[MODELS].names():
        raise NotFound(f"没有叫 {name} 的模型")
    return name


async def _list(request: web.Request, template: str) -> web.Response:
    signed_in = await login.required(request, Permission.MODEL_TRAIN)
    models, folder = request.app[MODELS], request.app[DESK].settings.models
    in_service = models.live
    before, waiting = await perform(
        request,
        lambda session, _: (publishing.live_before(session, in_service), len(learning.unwritten(session))),
        read_only=True,
    )
    shown = {
        "rows": await asyncio.to_thread(_rows, folder, models.names(), in_service, before),
        "run": request.app[TRAINING].run,
        "is_running": request.app[TRAINING].is_running,
        "waiting": waiting,
    }
    return page(request, template, signed_in, shown)


def _rows(folder: Path, names: Sequence[str], in_service: str, before: str | None) -> list[Row]:
    beside = scores.read(folder, in_service)
    return [_row(name, scores.read(folder, name), in_service, beside, was_live=name == before) for name in names]


def _row(name: str, here: Scores | None, in_service: str, beside: Scores | None, *, was_live: bool) -> Row:
    is_live = name == in_service
    figures = scores.overall(here, None if is_live else beside)
    return Row(name, is_live, was_live, here, tuple(figures))


async def _model(request: web.Request, signed_in: SignedIn, refusal: LinliError | None = None) -> web.Response:
    models, folder, name = request.app[MODELS], request.app[DESK].settings.models, _known(request)
    in_service = models.live
    here, theirs = scores.read(folder, name), scores.read(folder, in_service)
    overall = scores.overall(here, theirs)
    shown = {
        "name": name,
        "live": in_service,
        "scores": here,
        "live_scores": theirs,
        "overall": overall,
        "is_worse": any((figure.difference or 0) < 0 for figure in overall),
        "is_compared": all(figure.difference is not None for figure in overall),
        "by_intent": scores.by_intent(here, theirs) if here else [],
        "refusal": refusal,
    }
    return page(request, "workbench/model.html", signed_in, shown, NOT_PUT_LIVE if refusal else 200)
