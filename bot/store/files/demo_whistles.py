"""The `whistles` of data/demo/cases.yml: how departments were called to the demo events, and what they did."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from bot.core.catalogue import Whistle as WhistleKind
from bot.core.whistles import BEST_SCORE, WORST_SCORE
from bot.store.files.yaml_lines import Entry


class WhistleAct(StrEnum):
    """What staff did, as the file names it."""

    PROPOSE = "propose"
    BLOW = "blow"
    SIGN_IN = "sign_in"
    CONTACT = "contact"
    ARRIVE = "arrive"
    REPORT = "report"
    EVALUATE = "evaluate"


_A = WhistleAct
_AFTER: Final[Mapping[WhistleAct, WhistleAct]] = {
    _A.CONTACT: _A.SIGN_IN,
    _A.ARRIVE: _A.SIGN_IN,
    _A.REPORT: _A.ARRIVE,
    _A.EVALUATE: _A.REPORT,
}

_PRESENCE: Final = (_A.SIGN_IN, _A.ARRIVE)


@dataclass(frozen=True)
class DemoWhistleStep:
    """Something staff did with a whistle, so long ago; `until_in` counts days from then on.

    `party_id` is the department that did it or was judged, None before departments are called.
    """

    act: WhistleAct
    ago: timedelta
    username: str
    note: str
    party_id: str | None
    called: tuple[str, ...]
    place: str
    person: str
    until_in: int
    score: int | None


@dataclass(frozen=True)
class DemoWhistle:
    """A whistle about the event with this title; without a first step that proposes it, the rules do."""

    event: str
    kind: WhistleKind
    matter: str
    steps: tuple[DemoWhistleStep, ...]


def load_whistles(
    entries: Collection[Entry], titles: Collection[str], usernames: Collection[str], parties: Collection[str]
) -> tuple[DemoWhistle, ...]:
    """Read them; `titles` are those of the events. Raises BrokenFile."""
    return tuple(_whistle(entry, titles, usernames, parties) for entry in entries)


def _whistle(
    entry: Entry, titles: Collection[str], usernames: Collection[str], parties: Collection[str]
) -> DemoWhistle:
    entry.only("event", "kind", "matter", "steps")
    title = entry.known("event", titles)
    if list(titles).count(title) > 1:
        raise entry.broken("event", f"不止一件事叫{title}")
    steps = tuple(_steps(entry, usernames, parties))
    is_asked_for = steps[0].act is WhistleAct.PROPOSE
    return DemoWhistle(
        event=title,
        kind=entry.choice("kind", WhistleKind),
        matter=entry.text("matter") if is_asked_for else "",
        steps=steps,
    )


def _steps(entry: Entry, usernames: Collection[str], parties: Collection[str]) -> list[DemoWhistleStep]:
    found: list[DemoWhistleStep] = []
    for step in entry.entries("steps"):
        step.only("do", "hours_ago", "by", "note", "parties", "party", "place", "person", "until_in", "score")
        one = _step(step, usernames, parties, found)
        if found and one.ago > found[-1].ago:
            raise step.broken("hours_ago", "应该比前一步晚")
        found.append(one)
    if not found:
        raise entry.broken("steps", "至少写一步")
    return found


def _step(
    step: Entry, usernames: Collection[str], parties: Collection[str], before: list[DemoWhistleStep]
) -> DemoWhistleStep:
    act = step.choice("do", WhistleAct)
    called = tuple(party for one in before for party in one.called)
    party_id = _party_of(step, act, called)
    _check_turn(step, act, party_id, before)
    if (hours := step.number("hours_ago")) < 0:
        raise step.broken("hours_ago", "不能是将来")
    return DemoWhistleStep(
        act=act,
        ago=timedelta(hours=hours),
        username=step.known("by", usernames),
        note="" if act in _PRESENCE else step.text("note"),
        party_id=party_id,
        called=_called(step, parties) if act is WhistleAct.BLOW else (),
        place=step.text("place") if act in _PRESENCE else "",
        person=step.text("person") if act in (*_PRESENCE, WhistleAct.REPORT) else "",
        until_in=step.count("until_in") if act is WhistleAct.REPORT else 0,
        score=_score(step) if act is WhistleAct.EVALUATE else None,
    )


def _party_of(step: Entry, act: WhistleAct, called: tuple[str, ...]) -> str | None:
    """The department meant: the only one called needs no name."""
    if act in (WhistleAct.PROPOSE, WhistleAct.BLOW):
        return None
    if not called:
        raise step.broken("do", "还没有吹哨")
    return called[0] if len(called) == 1 and "party" not in step.fields else step.known("party", called)


def _check_turn(step: Entry, act: WhistleAct, party_id: str | None, before: list[DemoWhistleStep]) -> None:
    done = {one.act for one in before if one.party_id == party_id}
    is_late = act is WhistleAct.PROPOSE and before
    is_early = act in _AFTER and _AFTER[act] not in done
    if act in done or is_late or is_early:
        raise step.broken("do", f"这时候不能{act.value}")


def _score(step: Entry) -> int:
    if not WORST_SCORE <= (score := step.whole("score")) <= BEST_SCORE:
        raise step.broken("score", f"{WORST_SCORE}到{BEST_SCORE}分")
    return score


def _called(step: Entry, parties: Collection[str]) -> tuple[str, ...]:
    called = step.texts("parties")
    if not called:
        raise step.broken("parties", "至少叫一个部门")
    if strangers := set(called) - set(parties):
        raise step.broken("parties", f"没有{'、'.join(sorted(strangers))}")
    return called
