"""data/catalogue: what residents can report, who is in charge, and when it is due."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.core.bubbles import LONGEST
from bot.core.catalogue import AgendaCategory, Catalogue, Leaf, LimitUnit, PartyKind, TimeLimit, Whistle
from bot.core.clocks import WorkCalendar
from bot.core.elderly import ElderlyRules
from bot.core.emergencies import EmergencyRules
from bot.core.holidays import Announced
from bot.core.urgency import Urgency
from bot.errors import BrokenFile
from bot.store.files import yaml_lines
from bot.store.files.calendar_file import load_calendar
from bot.store.files.signal_files import load_elderly, load_emergencies
from bot.store.files.yaml_lines import Entry

_LEAF_FIELDS = (
    *("code", "name", "plain", "urgency", "lead", "lead_in_estate", "co", "whistle", "consultable", "agenda"),
    *("place_bound", "respond", "resolve", "standard_text", "basis", "codes", "safety"),
)


@dataclass(frozen=True)
class CatalogueFiles:
    """Everything in data/catalogue."""

    catalogue: Catalogue
    announced: Announced
    emergencies: EmergencyRules
    elderly: ElderlyRules

    @property
    def calendar(self) -> WorkCalendar:
        """The announced days, for counting."""
        return self.announced.calendar()


def load_catalogue(folder: Path) -> CatalogueFiles:
    """Read the folder whole; raise BrokenFile for the first thing that does not fit."""
    kinds = _kinds(yaml_lines.load(folder / "kinds.yml"))
    agenda = _agenda(yaml_lines.load(folder / "agenda.yml"))
    tops, leaves = _classes(folder / "leaves", kinds, agenda)
    return CatalogueFiles(
        catalogue=Catalogue(tops=tops, leaves=leaves, agenda=agenda, kinds=kinds),
        announced=load_calendar(folder / "calendar.yml"),
        emergencies=load_emergencies(folder / "emergencies.yml", leaves),
        elderly=load_elderly(folder / "elderly.yml"),
    )


def _kinds(file: Entry) -> Mapping[str, PartyKind]:
    file.only("kinds")
    listed = file.entry("kinds")
    for name, entry in listed.children():
        entry.only("name", "stand_in")
        if (stand_in := entry.optional("stand_in")) and stand_in not in listed.fields:
            raise entry.broken("stand_in", f"没有{stand_in}这一类（{name}）")
    return {name: PartyKind(entry.text("name"), entry.optional("stand_in")) for name, entry in listed.children()}


def _agenda(file: Entry) -> Mapping[str, AgendaCategory]:
    file.only("agenda")
    categories = {}
    for code, entry in file.entry("agenda").children():
        entry.only("name", "body", "next")
        told = _bubble(entry, "next", entry.text("next"))
        categories[code] = AgendaCategory(code, entry.text("name"), entry.text("body"), told)
    return categories


def _classes(
    folder: Path, kinds: Mapping[str, PartyKind], agenda: Mapping[str, AgendaCategory]
) -> tuple[Mapping[str, str], Mapping[str, Leaf]]:
    tops: dict[str, str] = {}
    leaves: dict[str, Leaf] = {}
    for path in sorted(folder.glob("*.yml")):
        file = yaml_lines.load(path)
        file.only("top", "name", "leaves")
        top = file.text("top")
        if top in tops:
            raise file.broken("top", f"{top}这一类另一个文件已经有了")
        tops[top] = file.text("name")
        leaves |= dict(_leaves(file, top, kinds, agenda))
        if f"{top}99" not in leaves:
            raise file.broken("leaves", f"缺少{top}99（这一类的其他事项）")
    if not leaves:
        raise BrokenFile(yaml_lines.shown(folder), 0, "", "里面没有事项文件（*.yml）")
    return tops, leaves


def _leaves(
    file: Entry, top: str, kinds: Mapping[str, PartyKind], agenda: Mapping[str, AgendaCategory]
) -> Iterator[tuple[str, Leaf]]:
    seen: set[str] = set()
    for entry in file.entries("leaves"):
        entry.only(*_LEAF_FIELDS)
        code = entry.text("code")
        if len(code) != len(top) + 2 or not code.startswith(top) or not code.isdigit():
            raise entry.broken("code", f"应该是{top}后面加两位数字，现在是{code!r}")
        entry.refuse_twice("code", code, seen)
        seen.add(code)
        yield code, _leaf(entry, code, top, kinds, agenda)


def _leaf(
    entry: Entry, code: str, top: str, kinds: Mapping[str, PartyKind], agenda: Mapping[str, AgendaCategory]
) -> Leaf:
    safety = entry.optional("safety")
    return Leaf(
        code=code,
        name=entry.text("name"),
        plain=entry.text("plain"),
        top=top,
        urgency=entry.choice("urgency", Urgency),
        lead=_kind(entry, "lead", entry.text("lead"), kinds),
        co=tuple(_kind(entry, "co", kind, kinds) for kind in entry.texts("co")),
        whistle=entry.choice("whistle", Whistle),
        consultable=entry.flag("consultable"),
        agenda=_agenda_code(entry, agenda),
        place_bound=entry.flag("place_bound"),
        respond=_limit(entry.entry("respond")),
        resolve=_limit(entry.entry("resolve")),
        basis=entry.loose("basis"),
        codes=entry.loose("codes"),
        safety=_bubble(entry, "safety", safety) if safety else None,
        standard_text=entry.text("standard_text"),
        lead_in_estate=_optional_kind(entry, "lead_in_estate", kinds),
    )


def _kind(entry: Entry, field: str, kind: str, kinds: Mapping[str, PartyKind]) -> str:
    if kind not in kinds:
        raise entry.broken(field, f"kinds.yml里没有{kind}")
    return kind


def _optional_kind(entry: Entry, field: str, kinds: Mapping[str, PartyKind]) -> str | None:
    kind = entry.optional(field)
    return _kind(entry, field, kind, kinds) if kind else None


def _agenda_code(entry: Entry, agenda: Mapping[str, AgendaCategory]) -> str | None:
    code = entry.optional("agenda")
    if code and code not in agenda:
        raise entry.broken("agenda", f"agenda.yml里没有{code}")
    if entry.flag("consultable") != (code is not None):
        raise entry.broken("agenda", "consultable 是 true 才有 agenda，是 false 就没有")
    return code


def _limit(entry: Entry) -> TimeLimit:
    entry.only("amount", "unit")
    if (amount := entry.whole("amount")) < 1:
        raise entry.broken("amount", "至少是 1")
    return TimeLimit(amount, entry.choice("unit", LimitUnit))


def _bubble(entry: Entry, field: str, text: str) -> str:
    if len(text) > LONGEST:
        raise entry.broken(field, f"最多{LONGEST}个字，现在是{len(text)}个")
    return text
