"""The workers' groups and their robots, one a community and one for the street, read from the file of LINLI_WECHAT."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Final

from bot.core.zone import SHANGHAI
from bot.services.alerts import STREET
from bot.store.files import yaml_lines
from bot.store.files.yaml_lines import Entry

MOST_ON_DUTY: Final = 20
_FORMS: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    "id": (re.compile(r"[a-z0-9-]{1,20}"), "应该是 1 到 20 个小写字母、数字或横线"),
    "url": (re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?/\S*"), "应该是群机器人的地址，以 https:// 开头"),
}
_USER: Final = re.compile(r"[A-Za-z0-9_.@-]{1,64}")
_QUIET: Final = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)")


@dataclass(frozen=True)
class Quiet:
    """Hours in Shanghai in which only what is urgent is told; they may pass midnight."""

    start: time
    end: time

    def holds(self, moment: datetime) -> bool:
        """Whether the moment is in the quiet hours; their end is not."""
        clock = moment.astimezone(SHANGHAI).time()
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


@dataclass(frozen=True)
class Group:
    """A group with a robot; whoever knows `url` can write to it. Without a community it hears of the whole street.

    `duty` are the WeCom user ids to be called.
    """

    id: str
    community_id: str | None
    url: str = field(repr=False)
    quiet: Quiet | None = None
    duty: tuple[str, ...] = ()

    @property
    def hears(self) -> str:
        """What alerts for this group are filed under."""
        return self.community_id or STREET

    def is_quiet(self, moment: datetime) -> bool:
        return self.quiet is not None and self.quiet.holds(moment)


def load_groups(path: Path, communities: Collection[str]) -> Mapping[str, Group]:
    """Read the groups by id; none if there is no such file. Raises BrokenFile, which never quotes an address."""
    if not path.exists():
        return {}
    file = yaml_lines.load(path)
    file.only("accounts", "groups")
    found: dict[str, Group] = {}
    for entry in file.entries("groups"):
        group = _group(entry, communities)
        entry.refuse_twice("id", group.id, found)
        if any(group.hears == other.hears for other in found.values()):
            raise entry.broken("community", "一个社区只能有一个群，整个街道也只能有一个群")
        found[group.id] = group
    return found


def _group(entry: Entry, communities: Collection[str]) -> Group:
    entry.only("id", "community", "url", "quiet", "duty")
    for name, (pattern, expected) in _FORMS.items():
        if not pattern.fullmatch(entry.text(name)):
            raise entry.broken(name, expected)
    return Group(
        id=entry.text("id"),
        community_id=entry.known("community", communities) if entry.optional("community") else None,
        url=entry.text("url"),
        quiet=_quiet(entry),
        duty=_duty(entry),
    )


def _quiet(entry: Entry) -> Quiet | None:
    given = entry.optional("quiet")
    if given is None:
        return None
    found = _QUIET.fullmatch(given)
    if found is None or found[1] == found[2]:
        raise entry.broken("quiet", "应该写成 22:00-07:00 这样")
    return Quiet(time.fromisoformat(found[1]), time.fromisoformat(found[2]))


def _duty(entry: Entry) -> tuple[str, ...]:
    users = entry.texts("duty")
    if len(users) > MOST_ON_DUTY or not all(_USER.fullmatch(user) for user in users):
        raise entry.broken("duty", f"应该是企业微信的账号，最多 {MOST_ON_DUTY} 个")
    return users
