"""The page of one grid event, and everything that is done with it there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console import event_view, event_wishes, photo_form, photos
from bot.console.event_lines import WAYS
from bot.console.form_fields import Fields, version
from bot.console.photo_form import Posted
from bot.core.deeds import Deed
from bot.core.grid_events import Completion, Disposition, Satisfaction, Solved, Supervision
from bot.core.staff import Permission
from bot.core.urgency import Urgency
from bot.errors import Conflict, InvalidInput, LinliError, NotFound
from bot.services import case_lists, case_photos
from bot.services.case_lists import Contact
from bot.services.cases import may_see
from bot.services.desk import Desk
from bot.services.events import chains, correcting, doing, merging
from bot.services.pictures import Media
from bot.store.tables import CallBackWay, CaseKind, GridEvent, Staff
from bot.web import failures, login
from bot.web.keys import DESK
from bot.web.login import SignedIn
from bot.web.staff_pages import done, form, page
from bot.web.use_case import perform

LIST: Final = "/console/events"
CHOICES: Final[Mapping[str, object]] = {
    "completions": tuple(Completion),
    "dispositions": tuple(Disposition),
    "supervisions": tuple(Supervision)[1:],
    "solutions": tuple(Solved),
    "satisfactions": tuple(Satisfaction),
    "ways": tuple((way.value, WAYS[way]) for way in WAYS if way is not CallBackWay.CHAT),
    "urgencies": tuple(Urgency),
}


@dataclass(frozen=True)
class Sent:
    """What a form said, and the pictures that came with it, looked at."""

    fields: Fields
    pictures: tuple[Media, ...]


Act = Callable[[Session, Desk, Staff, Sent], GridEvent]


async def show(request: web.Request) -> web.Response:
    """The event."""
    return await _page(request, await login.required(request, Permission.EVENT_READ))


async def do(request: web.Request) -> web.Response:
    """Do what the address names."""
    number, deed = number_in(request), event_wishes.deed_at(request.match_info["deed"])

    def act(session: Session, desk: Desk, staff: Staff, sent: Sent) -> GridEvent:
        wish = event_wishes.wish(number, deed, sent.fields)
        return doing.do(session, desk, staff, replace(wish, pictures=sent.pictures))

    return await _act(request, act, deed.value)


async def take_on(request: web.Request) -> web.Response:
    """Check and accept a report, and with the field `dispatches` send it along to the unit proposed for it."""
    number = number_in(request)

    def act(session: Session, desk: Desk, staff: Staff, sent: Sent) -> GridEvent:
        wish = event_wishes.chain(number, Deed.ACCEPT, sent.fields)
        return chains.take_on(session, desk, wish, staff, dispatches=bool(sent.fields.get("dispatches")))

    return await _act(request, act, "take-on")


async def on_the_spot(request: web.Request) -> web.Response:
    """A grid worker has put it right where they stand."""
    number = number_in(request)

    def act(session: Session, desk: Desk, staff: Staff, sent: Sent) -> GridEvent:
        wish = replace(event_wishes.chain(number, Deed.RESOLVE, sent.fields), pictures=sent.pictures)
        return chains.settle_on_the_spot(session, desk, wish, staff, has_met=bool(sent.fields.get("met")))

    return await _act(request, act, "on-the-spot")


async def correct(request: web.Request) -> web.Response:
    """Put right what was misread: leaf, place or urgency."""
    number = number_in(request)

    def act(session: Session, desk: Desk, staff: Staff, sent: Sent) -> GridEvent:
        correction = event_wishes.correction(sent.fields, desk.catalogue, desk.gazetteer)
        return correcting.correct(session, desk, number, correction, staff, version(sent.fields))

    return await _act(request, act, "correct")


async def merge(request: web.Request) -> web.Response:
    """Let the event go on as part of another."""
    number = number_in(request)

    def act(session: Session, desk: Desk, staff: Staff, sent: Sent) -> GridEvent:
        into = sent.fields.get("into", "").strip().upper()
        if not into:
            raise InvalidInput("请写并到哪一件", "写完整编号")
        words = sent.fields.get("words", "")
        merging.merge(session, desk, number, into, staff, words, version(sent.fields))
        return doing.event_for(session, staff, number)

    return await _act(request, act, "merge")


async def remove_photo(request: web.Request) -> web.Response:
    """Take down a picture on which is what should not be."""
    number = number_in(request)

    def act(session: Session, desk: Desk, staff: Staff, sent: Sent) -> GridEvent:
        return case_photos.remove(session, desk, staff, photos.removal(number, sent.fields))

    return await _act(request, act, "remove-photo")


async def reveal(request: web.Request) -> web.Response:
    """Show the contact in the clear on this one page; the reason goes into the audit log."""
    signed_in = await login.required(request, Permission.EVENT_READ)
    fields = await form(request, signed_in)
    number, reason = number_in(request), fields.get("reason", "")
    try:
        contact = await perform(
            request,
            lambda session, desk: case_lists.reveal_contact(
                session, desk, CaseKind.GRID_EVENT, number, signed_in.staff, reason
            ),
        )
    except InvalidInput as refusal:
        return await _page(request, signed_in, Posted(fields), refusal, "reveal")
    return await _page(request, signed_in, contact=contact)


def number_in(request: web.Request) -> str:
    """The number in an address; raises NotFound for what no number can be."""
    number = request.match_info["number"]
    if not (number.isascii() and number.isprintable()):
        raise NotFound("没有这个编号的事项")
    return number


async def _act(request: web.Request, act: Act, tried: str) -> web.Response:
    """Do it and lead back to the event, or to the list where it is no longer in this person's hands."""
    signed_in = await login.required(request, Permission.EVENT_READ)
    posted = await photo_form.read(request, signed_in)
    fields = posted.fields
    try:
        sent = Sent(fields, await photo_form.pictures(posted))
        is_still_theirs = await perform(
            request,
            lambda session, desk: may_see(session, act(session, desk, signed_in.staff, sent), signed_in.staff),
        )
    except (Conflict, InvalidInput) as refusal:
        return await _page(request, signed_in, posted, refusal, f"{tried}{fields.get('task', '')}")
    return done(request, f"{LIST}/{number_in(request)}" if is_still_theirs else LIST)


async def _page(
    request: web.Request,
    signed_in: SignedIn,
    posted: Posted | None = None,
    refusal: LinliError | None = None,
    tried: str = "",
    contact: Contact | None = None,
) -> web.Response:
    number = number_in(request)
    detail = await perform(
        request, lambda session, desk: event_view.read(session, desk, signed_in.staff, number), read_only=True
    )
    shown = {
        **CHOICES,
        "case": detail,
        "fields": posted.fields if posted else {},
        "lost": posted.lost if posted else "",
        "refusal": refusal,
        "tried": tried,
        "contact": contact,
        "leaves": request.app[DESK].catalogue.leaves.values(),
    }
    return page(request, "console/event.html", signed_in, shown, failures.status_of(refusal) if refusal else 200)
