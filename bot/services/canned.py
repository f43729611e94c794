"""Ready answers (快捷回复): which there are, who may change them, and filling one in for a resident."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from bot.core import canned_words
from bot.core.canned_words import Blank
from bot.core.masking import redact, surname
from bot.core.staff import Permission, can
from bot.errors import Conflict, InvalidInput, NotAllowed, NotFound
from bot.services import talk
from bot.services.desk import Desk
from bot.store.queries import beside
from bot.store.queries.audit import append_audit
from bot.store.tables import CannedAnswer, Community, Resident, Staff

LONGEST_TITLE: Final = 30
LONGEST_SHORTCUT: Final = 10
LONGEST_TEXT: Final = 500
# Of somebody who has not told their name.
SOMEBODY: Final = "街坊"
HOTLINE: Final = "12345"


@dataclass(frozen=True)
class Wording:
    """What a form says of a ready answer; without community it serves the whole street."""

    title: str
    shortcut: str
    text: str
    community_id: str | None


@dataclass(frozen=True)
class Ready:
    """An answer filled in for one conversation."""

    id: int
    title: str
    shortcut: str
    text: str


def ready_for(session: Session, staff: Staff, conversation_id: int) -> Sequence[Ready]:
    """The answers that fit the conversation, filled in; raises NotFound where it does not exist for this worker."""
    conversation = talk.conversation_for(session, staff, conversation_id)
    resident = session.get_one(Resident, conversation.resident_id)
    community_id = resident.community_id or staff.community_id
    values = _values(session, staff, resident, community_id)
    return [
        Ready(one.id, one.title, one.shortcut, canned_words.filled_in(one.text, values))
        for one in beside.canned_answers(session, community_id or "")
        if one.disabled_at is None
    ]


def ready(session: Session, staff: Staff, conversation_id: int, answer_id: int) -> Ready:
    """One of them; raises NotFound."""
    found = next((one for one in ready_for(session, staff, conversation_id) if one.id == answer_id), None)
    if found is None:
        raise NotFound("没有这条快捷回复", "可能刚被停用，请刷新页面")
    return found


def editable(session: Session, staff: Staff) -> Sequence[CannedAnswer]:
    """What this person may look after: of the whole street all, of a community its own and, to read, the street's.

    Raises NotAllowed.
    """
    _require(staff)
    return beside.canned_answers(session, staff.community_id)


def may_change(staff: Staff, answer: CannedAnswer) -> bool:
    """Whether this person may change the answer, and not only use it."""
    return can(staff.role, Permission.CANNED_EDIT) and staff.community_id in (None, answer.community_id)


def answer_for(session: Session, staff: Staff, answer_id: int) -> CannedAnswer:
    """An answer to be changed; raises NotFound (or not for this person), NotAllowed."""
    _require(staff)
    answer = session.get(CannedAnswer, answer_id)
    if answer is None or not may_change(staff, answer):
        raise NotFound("没有这条快捷回复")
    return answer


def add(session: Session, desk: Desk, staff: Staff, wording: Wording) -> CannedAnswer:
    """Raises NotAllowed, NotFound (community), InvalidInput, Conflict (title taken)."""
    _require(staff)
    checked = _checked(session, staff, wording)
    answer = CannedAnswer(updated_at=desk.clock())
    _write(session, answer, checked)
    session.add(answer)
    session.flush()
    _record(session, desk, staff, "canned:add", answer)
    return answer


def change(session: Session, desk: Desk, staff: Staff, answer_id: int, wording: Wording, version: int) -> CannedAnswer:
    """Raises NotFound, NotAllowed, InvalidInput, Conflict (changed meanwhile, title taken)."""
    answer = answer_for(session, staff, answer_id)
    checked = _checked(session, staff, wording, besides=answer.id)
    _expect(answer, version)
    _write(session, answer, checked)
    answer.updated_at = desk.clock()
    _record(session, desk, staff, "canned:change", answer)
    return answer


def disable(session: Session, desk: Desk, staff: Staff, answer_id: int, version: int) -> CannedAnswer:
    """Take an answer out of use; doing it again changes nothing. Raises NotFound, NotAllowed, Conflict."""
    answer = answer_for(session, staff, answer_id)
    _expect(answer, version)
    if answer.disabled_at is None:
        answer.disabled_at = answer.updated_at = desk.clock()
        _record(session, desk, staff, "canned:disable", answer)
    return answer


def enable(session: Session, desk: Desk, staff: Staff, answer_id: int, version: int) -> CannedAnswer:
    """Bring an answer back into use; raises NotFound, NotAllowed, Conflict."""
    answer = answer_for(session, staff, answer_id)
    _expect(answer, version)
    if answer.disabled_at is not None:
        answer.disabled_at, answer.updated_at = None, desk.clock()
        _record(session, desk, staff, "canned:enable", answer)
    return answer


def _require(staff: Staff) -> None:
    if not can(staff.role, Permission.CANNED_EDIT):
        raise NotAllowed(f"{staff.role.plain}不能改快捷回复", "需要时请找居委会主任")


def _checked(session: Session, staff: Staff, wording: Wording, besides: int | None = None) -> Wording:
    tidy = Wording(wording.title.strip(), wording.shortcut.strip(), wording.text.strip(), wording.community_id or None)
    _check_length("名称", tidy.title, LONGEST_TITLE)
    _check_length("内容", tidy.text, LONGEST_TEXT)
    if len(tidy.shortcut) > LONGEST_SHORTCUT:
        raise InvalidInput(f"简码不能超过{LONGEST_SHORTCUT}个字")
    if problem := canned_words.problem_of(tidy.text):
        raise InvalidInput(problem)
    if redact(tidy.text) != tidy.text:
        raise InvalidInput("里面有手机号或证件号，所有居民都会看到", "社区电话请写{社区电话}")
    if tidy.community_id is not None and session.get(Community, tidy.community_id) is None:
        raise NotFound("没有这个社区")
    if staff.community_id not in (None, tidy.community_id):
        raise NotAllowed("只能写自己社区的快捷回复", "全街道通用的请找街道来写")
    _check_title(session, tidy, besides)
    return tidy


def _check_length(what: str, text: str, longest: int) -> None:
    if not text:
        raise InvalidInput(f"{what}还没写")
    if len(text) > longest:
        raise InvalidInput(f"{what}不能超过{longest}个字")


def _check_title(session: Session, wording: Wording, besides: int | None) -> None:
    same = [
        one
        for one in beside.canned_answers(session)
        if (one.title, one.community_id) == (wording.title, wording.community_id) and one.id != besides
    ]
    if same:
        raise Conflict(f"已经有一条叫「{wording.title}」", "请换个名称，或者改原来那条")


def _expect(answer: CannedAnswer, version: int) -> None:
    if answer.version != version:
        raise Conflict("这条快捷回复刚被别人改过", "请刷新页面，看过最新内容再改")


def _write(session: Session, answer: CannedAnswer, wording: Wording) -> None:
    answer.title, answer.shortcut, answer.text = wording.title, wording.shortcut, wording.text
    answer.community_id = wording.community_id
    session.flush()


def _record(session: Session, desk: Desk, staff: Staff, action: str, answer: CannedAnswer) -> None:
    session.flush()
    append_audit(session, desk.clock(), staff.id, action, f"canned:{answer.id}", answer.title)


def _values(session: Session, staff: Staff, resident: Resident, community_id: str | None) -> dict[Blank, str]:
    community = session.get(Community, community_id) if community_id else None
    return {
        Blank.RESIDENT: f"{surname(resident.name)}老师" if resident.name else SOMEBODY,
        Blank.PHONE: community.phone if community else HOTLINE,
        Blank.ME: staff.name,
    }
