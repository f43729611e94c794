"""The leaves of the catalogue set in the console: who leads, how urgent, how long; codes come from the files only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.catalogue import Catalogue, Leaf
from bot.core.clocks import WorkCalendar
from bot.core.urgency import Urgency
from bot.errors import Conflict, InvalidInput
from bot.services.desk import Desk
from bot.services.settings import history, in_force
from bot.services.settings.history import Edit, Editor
from bot.services.settings.leaf_content import content_of, leaf_with
from bot.services.settings.subjects import Subject
from bot.store.tables import Setting

# A Monday at nine in Shanghai, with nothing but plain weeks after it: limits of different units are compared from here.
_PLAIN_MONDAY = datetime(2001, 1, 1, 1, 0, tzinfo=UTC)


@dataclass(frozen=True)
class LeafPage:
    """A leaf as it holds and as its file says it; `version` is 0 where it was never set."""

    leaf: Leaf
    of_file: Leaf
    version: int

    @property
    def is_set(self) -> bool:
        """Whether it differs from the file."""
        return self.leaf != self.of_file


def leaf_page(session: Session, desk: Desk, code: str) -> LeafPage:
    """Raises NotFound."""
    of_file, now = desk.live.files.catalogue.leaf(code), in_force.overlaid(session, desk.live.files)
    return LeafPage(now.catalogue.leaf(code), of_file, history.version_of(session, Subject.LEAF, code))


def set_codes(session: Session) -> frozenset[str]:
    """The leaves that differ from their files."""
    rows = session.scalars(select(Setting).where(Setting.subject == Subject.LEAF.value))
    return frozenset(row.key for row in rows if row.content)


def change(session: Session, desk: Desk, editor: Editor, code: str, wanted: Mapping[str, object], version: int) -> None:
    """Set a leaf; `wanted` holds every part of `leaf_content.content_of`.

    Raises NotFound, InvalidInput (a part that cannot be, or nothing different), Conflict.
    """
    history.refuse_without_reason(editor.reason)
    page = leaf_page(session, desk, code)
    leaf = leaf_with(page.of_file, wanted, desk.catalogue.kinds)
    _refuse_misfit(leaf, page.of_file, desk.catalogue, desk.calendar)
    _write(session, editor, page, leaf, version)


def reset(session: Session, desk: Desk, editor: Editor, code: str, version: int) -> None:
    """Let a leaf be again as its file says; raises NotFound, Conflict (it is, or was changed meanwhile)."""
    page = leaf_page(session, desk, code)
    if not page.is_set:
        raise Conflict("这一项现在就是文件里的写法", "不用再恢复")
    _write(session, editor, page, page.of_file, version)


def _write(session: Session, editor: Editor, page: LeafPage, leaf: Leaf, version: int) -> None:
    of_file, after = content_of(page.of_file), content_of(leaf)
    kept = {name: value for name, value in after.items() if value != of_file[name]}
    edit = Edit(Subject.LEAF, leaf.code, version, content_of(page.leaf), after, kept)
    history.write(session, editor, edit)
    in_force.touch(session)


def _refuse_misfit(leaf: Leaf, of_file: Leaf, catalogue: Catalogue, calendar: WorkCalendar) -> None:
    others = [one for one in catalogue.leaves.values() if one.code != leaf.code]
    if any(leaf.plain == one.plain for one in others):
        raise InvalidInput("居民看到的说法和别的事项一样", "居民要靠它分清两件事，请换一个说法")
    if any(leaf.name == one.name for one in others):
        raise InvalidInput("名称和别的事项一样", "请换一个名称")
    # P0 sets off the emergency card, the alarm and the duty worker; the files and the screen decide what that is.
    if (leaf.urgency is Urgency.P0) != (of_file.urgency is Urgency.P0):
        raise InvalidInput("“特急”不能在这里改", "特急的事项会马上给居民急救电话、通知值班人员，由识别规则决定")
    if leaf.lead in leaf.co:
        raise InvalidInput("主办单位不用再写进协办单位")
    if calendar.add(_PLAIN_MONDAY, leaf.respond) > calendar.add(_PLAIN_MONDAY, leaf.resolve):
        raise InvalidInput("联系居民的时限比办好的时限还长", "先联系，再办好")
