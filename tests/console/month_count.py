"""Counting the month by hand: straight from the rows of the step log, with none of the product's own counting."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

QUERY: Final = """
SELECT e.number, e.community_id, s.at, s.deed, s.from_status, s.to_status, s.facts
FROM case_steps s JOIN grid_events e ON e.id = s.case_id
WHERE s.case_kind = 'grid_event' AND e.number LIKE :mine ORDER BY s.case_id, s.id
"""
NAMES: Final = (
    *("accepted", "to_contact", "responded", "dealt_with", "resolved", "in_time", "overdue_open", "calls_reached"),
    *("calls_solved", "ratings", "ratings_content", "sent_back", "returned"),
)


@dataclass(frozen=True)
class Line:
    """A row of the log, its facts read."""

    at: datetime
    deed: str
    before: str
    after: str
    facts: Mapping[str, object]


def lines(session: Session, numbers: Sequence[str]) -> dict[str, list[Line]]:
    """The logs of these events."""
    found: dict[str, list[Line]] = defaultdict(list)
    wanted = set(numbers)
    for number, _, at, deed, before, after, facts in session.execute(text(QUERY), {"mine": "GE%"}):
        if number in wanted:
            said = json.loads(facts) if isinstance(facts, str) else facts
            found[number].append(Line(_moment(at), deed, before or "", after, said or {}))
    return found


def count(logs: Mapping[str, Sequence[Line]], day: str, last: str) -> dict[str, int]:
    """How many there are of each part among the events accepted from one day of Shanghai to another."""
    total = dict.fromkeys(NAMES, 0)
    for log in logs.values():
        for name, number in _of_one(log, day, last).items():
            total[name] += number
    return total


def _of_one(log: Sequence[Line], day: str, last: str) -> dict[str, int]:
    accepted = next((line for line in log if line.deed == "accept"), None)
    if accepted is None or _counts_for_nothing(log) or not day <= _local(accepted.at) <= last:
        return {}
    rounds = _rounds(log)
    resolved = [line for line in log if line.deed == "resolve"]
    late = any(line.deed == "breach" and line.facts.get("clock") == "resolve" for line in log) or _too_late(log)
    said = [_heard(one) for one in rounds]
    return {
        "accepted": 1,
        "to_contact": _has_resident(log),
        "responded": _is_responded(log, rounds),
        "dealt_with": bool(resolved) or any(line.deed == "suspend" for line in log),
        "resolved": bool(resolved),
        "in_time": bool(resolved) and not late,
        "overdue_open": _is_late_now(log),
        "calls_reached": sum(reached for reached, _, _ in said),
        "calls_solved": sum(reached and solved == "yes" for reached, solved, _ in said),
        "ratings": sum(rating is not None for _, _, rating in said),
        "ratings_content": sum(rating in {"satisfied", "fair"} for _, _, rating in said),
        "sent_back": any(line.after in {"rework", "reopened"} and line.after != line.before for line in log),
        "returned": any(line.deed == "return" for line in log),
    }


def _counts_for_nothing(log: Sequence[Line]) -> bool:
    """Whether it was not taken on, or called off before it was late."""
    ended = {line.after for line in log} & {"refused", "withdrawn", "merged"}
    late = any(line.deed == "breach" and line.facts.get("clock") == "resolve" for line in log)
    return bool(ended) and not (ended == {"withdrawn"} and late)


def _rounds(log: Sequence[Line]) -> list[list[Line]]:
    """The log cut where the matter was opened again."""
    rounds: list[list[Line]] = [[]]
    for line in log:
        if line.after == "reopened" != line.before:
            rounds.append([])
        rounds[-1].append(line)
    return rounds


def _is_responded(log: Sequence[Line], rounds: Sequence[Sequence[Line]]) -> bool:
    if any(line.deed == "breach" and line.facts.get("clock") == "respond" for line in log):
        return False
    contacts = [next((line for line in one if line.deed == "contact"), None) for one in rounds]
    made = [line for line in contacts if line is not None]
    return _has_resident(log) and bool(made) and all(line.at <= _due(log, line, "due_respond") for line in made)


def _has_resident(log: Sequence[Line]) -> bool:
    """Whether there ever was anybody to be contacted."""
    return any(line.facts.get("due_respond") for line in log)


def _is_late_now(log: Sequence[Line]) -> bool:
    """Whether the last attempt has missed its time and is not done yet."""
    again = (n for n, line in enumerate(log) if line.after in {"rework", "reopened"} and line.after != line.before)
    begun = max(again, default=0)
    attempt = log[begun:]
    is_late = any(line.deed == "breach" and line.facts.get("clock") == "resolve" for line in attempt)
    return is_late and not any(line.deed in {"resolve", "withdraw"} for line in attempt)


def _too_late(log: Sequence[Line]) -> bool:
    return any(line.deed == "resolve" and line.at > _due(log, line, "due_resolve") for line in log)


def _due(log: Sequence[Line], line: Line, name: str) -> datetime:
    """The due time in force at that line: the last one that was written down."""
    before = log[: list(log).index(line)]
    return _moment(next(str(one.facts[name]) for one in reversed(before) if one.facts.get(name)))


def _heard(one: Sequence[Line]) -> tuple[bool, object, object]:
    """Whether the resident was reached in a round, and their last words on it."""
    calls = [line.facts for line in one if line.deed == "call_back" and line.facts["is_reached"]]
    ratings = [facts["satisfaction"] for facts in calls if facts["satisfaction"] != "unrated"]
    return bool(calls), calls[-1]["solved"] if calls else None, ratings[-1] if ratings else None


def _moment(said: object) -> datetime:
    moment = said if isinstance(said, datetime) else datetime.fromisoformat(str(said))
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).replace(tzinfo=None)


def _local(moment: datetime) -> str:
    return (moment + timedelta(hours=8)).date().isoformat()
