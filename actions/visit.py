"""The form for in-person service: who, where, by phone or visit, when. A help request is served first:
every question may be skipped, and none is asked whose answer is known.
"""

import re
from enum import StrEnum
from typing import Any

from actions.case_form import CaseForm, Slots
from actions.place_slot import as_told, dumped, found_in, loaded
from actions.report import remember_contact
from actions.turn import Turn, at_desk
from bot.core import times
from bot.core.places import Place
from bot.services import residents
from bot.services.desk import Desk
from bot.store.tables import Resident

ANY_TIME = "都行"
TIMES = ("今天", "明天上午", "明天下午", ANY_TIME)
LONGEST = 200
# A wish for help names a matter of the catalogue only where the model is this sure of it.
SURE_OF_LEAF = 0.45


class Recipient(StrEnum):
    SELF = "self"
    RELATIVE = "relative"
    NEIGHBOR = "neighbor"

    @property
    def plain(self) -> str:
        return {"self": "我自己", "relative": "家里老人", "neighbor": "邻居"}[self.value]


class Way(StrEnum):
    VISIT = "visit"
    PHONE = "phone"

    @property
    def plain(self) -> str:
        return {"visit": "上门", "phone": "打电话"}[self.value]


_PHONE_WAY = re.compile(r"打.{0,3}电话|来个?电话|回个?电话|电话(?:联系|说|讲|沟通)|通个?话")
_VISIT_WAY = re.compile(r"上门|来[我俺咱]?[家屋]|来(?:一?趟|看看|个人|人)|派个?人|家里来|到[我俺]?家|过来|登门|入户|当面")
_NEIGHBOR = re.compile(r"邻居|隔壁|对门|楼[上下](?:的|住|有|那|独居)?.{0,4}(?:老|大爷|大妈|阿|婆|爷)|替.{0,6}(?:阿婆|大爷|大妈|奶奶|爷爷)")
_RELATIVE = re.compile(
    r"[我俺给帮替]{1,2}(?:爸|妈|娘|爹|父|母|爷|奶|姥|外[公婆]|公公|婆婆|岳|丈母|阿[公婆爷嬷])|老人家?|[老大]爷子|家里老|爸妈|父母"
)
_SELF = re.compile(r"我自己|本人|就是我|我一个人|我.{0,4}(?:岁|[七八九]十|腿|眼|耳|不会|不识字|老头|老太)")
_NOTHING = re.compile(r"^[\W_]*$")


class ValidateVisitForm(CaseForm):
    """Keeps the order in the slot `visit`; the other slots say which questions are answered."""

    asks = ("visit_need", "visit_recipient", "visit_way", "visit_place", "visit_time", "visit_confirmed")
    others = frozenset({"report_event", "propose_agenda_item"})

    def name(self) -> str:
        return "validate_visit_form"

    def fill(self, turn: Turn, slots: Slots) -> Slots:
        with at_desk(turn) as (session, desk, resident):
            remember_contact(session, resident, turn)
            visit: dict[str, Any] = dict(slots.get("visit") or {})
            if not visit:
                return _begun(turn, desk, resident)
            return _answered(turn, slots, visit, desk, resident)


def _begun(turn: Turn, desk: Desk, resident: Resident) -> Slots:
    text = turn.first.text or turn.text
    found = found_in(text, desk, resident.community_id)
    recipient = recipient_in(text, turn.elderly_role)
    place = found.place or _home(resident, desk, recipient)
    when = times.find_time(text)
    way = way_in(text)
    tapped = _NOTHING.match(text) or (turn.confidence == 1.0 and not turn.requests)
    return {
        "visit": {"text": text, "leaf": turn.first.leaf if turn.first.leaf_confidence >= SURE_OF_LEAF else None, "place": dumped(place) if place else None},
        "visit_need": None if tapped else text[:LONGEST],
        "visit_recipient": recipient.value if recipient else None,
        "visit_way": way.value if way else None,
        "visit_place": "known" if place else None,
        "visit_time": when,
    }


def _home(resident: Resident, desk: Desk, recipient: Recipient | None) -> Place | None:
    """The known address is the resident's own; a neighbour's or parent's may be another."""
    if recipient not in {None, Recipient.SELF}:
        return None
    return residents.home(resident, desk.gazetteer)


def recipient_in(text: str, role: str = "") -> Recipient | None:
    if _NEIGHBOR.search(text):
        return Recipient.NEIGHBOR
    if _RELATIVE.search(text):
        return Recipient.RELATIVE
    if _SELF.search(text) or role == "self":
        return Recipient.SELF
    return None


def way_in(text: str) -> Way | None:
    if _VISIT_WAY.search(text):
        return Way.VISIT
    return Way.PHONE if _PHONE_WAY.search(text) else None


def _answered(turn: Turn, slots: Slots, visit: dict[str, Any], desk: Desk, resident: Resident) -> Slots:
    changed: Slots = {"visit": visit}
    asked = turn.asked
    if asked == "visit_need":
        return {**changed, "visit_need": turn.text[:LONGEST]}
    if asked == "visit_recipient":
        return {**changed, "visit_recipient": _recipient(turn).value, **_place_of_home(slots, visit, turn, desk, resident)}
    if asked == "visit_way":
        return {**changed, "visit_way": _way(turn).value}
    if asked == "visit_time":
        return {**changed, "visit_time": _time(turn)}
    found = found_in(turn.text, desk, resident.community_id, before=loaded(visit["place"], desk.gazetteer))
    if found.place:
        return {"visit": {**visit, "place": dumped(found.place), "choices": []}, "visit_place": "known"}
    if found.choices or found.problem:
        return {"visit": {**visit, "choices": list(found.choices), "problem": found.problem}, "visit_place": None}
    if asked == "visit_place":
        words = "" if turn.intent in {"skip", "deny"} else turn.text
        place = as_told(words or "地点待联系", resident.community_id)
        return {"visit": {**visit, "place": dumped(place)}, "visit_place": "known"}
    return _at_confirmation(turn, visit)


def _place_of_home(slots: Slots, visit: dict[str, Any], turn: Turn, desk: Desk, resident: Resident) -> Slots:
    if slots.get("visit_place") or _recipient(turn) is not Recipient.SELF:
        return {}
    home = residents.home(resident, desk.gazetteer)
    return {"visit": {**visit, "place": dumped(home)}, "visit_place": "known"} if home else {}


def _recipient(turn: Turn) -> Recipient:
    picked = turn.picked([r.plain for r in Recipient])
    if picked is not None:
        return list(Recipient)[picked]
    return recipient_in(turn.text, turn.elderly_role) or Recipient.SELF


def _way(turn: Turn) -> Way:
    picked = turn.picked([w.plain for w in Way])
    if picked is not None:
        return list(Way)[picked]
    return way_in(turn.text) or Way.PHONE


def _time(turn: Turn) -> str:
    picked = turn.picked(list(TIMES))
    if picked is not None:
        return TIMES[picked]
    if turn.intent in {"skip", "deny", "affirm"}:
        return ANY_TIME
    return times.find_time(turn.text) or turn.text[:20]


def _at_confirmation(turn: Turn, visit: dict[str, Any]) -> Slots:
    if turn.intent in {"affirm", "skip"}:
        return {"visit": visit, "visit_confirmed": "yes"}
    if turn.intent == "deny":
        return {"visit": {**visit, "fixing": True}}
    changed: Slots = {"visit": {**visit, "fixing": False}}
    if when := times.find_time(turn.text):
        changed["visit_time"] = when
    if way := way_in(turn.text):
        changed["visit_way"] = way.value
    if len(changed) == 1:
        changed["visit"]["text"] = f"{visit['text']}；{turn.text}"[:LONGEST]
    return changed
