"""The sentences services say to residents, read from data/catalogue/notices.yml."""

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.core.agenda import AgendaStatus
from bot.core.bubbles import split
from bot.core.grid_events import Completion, Disposition, EventStatus
from bot.core.visits import VisitStatus
from bot.store.files import yaml_lines
from bot.store.files.yaml_lines import Entry

# What may stand in braces, by the first part of a notice's name.
FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "event": frozenset({"title", "number", "lead", "due", "note", "phone", "review", "kind", "route"}),
    "item": frozenset({"title", "number", "count", "body", "note", "phone"}),
    "order": frozenset({"need", "number", "assignee", "backup", "way", "due", "code", "note", "phone"}),
    "talk": frozenset({"name", "phone", "number"}),
    "emergency": frozenset({"place"}),
    "enclosed": frozenset({"what", "title", "phone"}),
    "wechat": frozenset({"community", "phone"}),
    "answer": frozenset({"materials", "where", "hours", "ways", "reach", "phone", "source", "checked"}),
}
# What residents hear of without asking; who passes a matter to whom within the offices is no news to them.
EVENT_NEWS: Final = (
    *("accepted", "refused", "in_progress", "suspended", "resumed", "extended", "returned", "resolved", "rework"),
    *("closed", "reopened", "withdrawn", "merged", "corrected", "filed", "resumed_late"),
)
# These are said in words of their own where a matter ended otherwise than solved.
ENDINGS: Final = ("resolved", "closed")
UNSOLVED: Final = (Completion.PROCEDURAL, Completion.TERMINATED)
_OTHERS: Final = (
    *("event.now.late", "event.now.emergency", "event.now.urged", "event.now.urged_before"),
    *("event.said.ask", "event.said.solved", "event.said.thanks", "event.said.unsatisfied", "event.said.rework"),
    *("event.said.reopened", "event.said.reported", "event.said.reason", "event.said.elder"),
    *("event.said.reason_kept", "event.said.let_be", "event.said.moved_on"),
    *("event.said.withdraw", "event.said.withdrawn", "event.said.not_withdrawn", "event.said.goes_on"),
    *("order.now.late", "order.moved.reassigned"),
    *("enclosed.kept", "enclosed.refused", "enclosed.reporting", "enclosed.unknown", "enclosed.voice"),
    *("wechat.welcome", "wechat.unreadable", "wechat.numbers", "wechat.later"),
    *("talk.taken", "talk.handed_back", "talk.closed", "talk.failed", "talk.failed_call", "emergency.place"),
    *("talk.passed_on", "talk.put_back", "talk.stranded", "talk.somebody_else", "talk.complaint_apart"),
    *("talk.erasure_asked", "item.filed", "order.filed"),
    *("talk.unfinished", "talk.here", "talk.filed_already"),
    *("answer.materials", "answer.where", "answer.hours", "answer.reach", "answer.ways", "answer.phone"),
    "answer.source",
)


@dataclass(frozen=True)
class Notices:
    """Templates by name; each is a list of bubbles."""

    templates: Mapping[str, tuple[str, ...]]

    def say(self, notice: str, /, **fields: str) -> list[str]:
        """The bubbles of a notice, each short enough; one that names an empty field is left out."""
        return [
            bubble
            for template in self.templates[notice]
            if all(fields.get(field) for field in _fields(template))
            for bubble in split(template.format_map(fields))
        ]


def load_notices(path: Path) -> Notices:
    """Read the file; raise BrokenFile for a notice that is missing, unknown, or names a field it cannot have."""
    file = yaml_lines.load(path)
    known = tuple(_names())
    for name in file.fields:
        if name not in known:
            raise file.broken(name, "没有这一条")
    templates = {}
    for name in known:
        templates[name] = file.texts(name)
        if not templates[name]:
            raise file.broken(name, "缺少这一条，至少写一句")
        _check(file, name, templates[name])
    return Notices(templates)


def _names() -> Iterator[str]:
    """Each status has the answer to "how far is it"; whatever is news to a resident has its words, too."""
    for family, statuses in (("event", EventStatus), ("item", AgendaStatus), ("order", VisitStatus)):
        for status in statuses:
            yield f"{family}.now.{status.value}"
    yield from (f"event.moved.{news}" for news in EVENT_NEWS)
    for completion in UNSOLVED:
        yield f"event.now.{completion.value}"
        yield from (f"event.moved.{news}.{completion.value}" for news in ENDINGS)
    for disposition in Disposition:
        yield from (f"event.kind.{disposition.value}", f"event.route.{disposition.value}")
    moves = (("item", [*AgendaStatus][1:]), ("order", [*VisitStatus]))
    for family, targets in moves:
        for target in targets:
            yield f"{family}.moved.{target.value}"
    yield from _OTHERS


def _fields(template: str) -> list[str]:
    return [field for _, field, _, _ in string.Formatter().parse(template) if field is not None]


def _check(file: Entry, name: str, bubbles: tuple[str, ...]) -> None:
    allowed = FIELDS[name.partition(".")[0]]
    for bubble in bubbles:
        try:
            used = _fields(bubble)
        except ValueError:
            raise file.broken(name, f"花括号没有成对：{bubble}") from None
        if wrong := set(used) - allowed:
            raise file.broken(name, f"不能用 {{{min(wrong)}}}，可以用 {'、'.join(sorted(allowed))}")
