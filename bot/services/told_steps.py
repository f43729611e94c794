"""What residents may read of the log of a grid event: each move with its day, in plain words.

Who was named, what neighbours wrote, and what units said to each other never leaves the log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.core.bubbles import LONGEST, shortened
from bot.core.deeds import Deed
from bot.core.grid_events import Completion, EventStatus
from bot.core.zone import SHANGHAI
from bot.store.queries import cases
from bot.store.tables import CaseStep, GridEvent, Party

LONGEST_NOTE: Final = 40
MOST_STEPS: Final = 12
_D = Deed
# Whose words workers write for residents; those of all other deeds are for colleagues.
FOR_RESIDENTS: Final = frozenset(
    {_D.ACCEPT, _D.REFUSE, _D.START, _D.SUSPEND, _D.RESUME, _D.GRANT_EXTENSION, _D.RESOLVE, _D.CLOSE, _D.WITHDRAW}
)
_WORDS: Final[Mapping[Deed, str]] = {
    _D.FILE: "报上去了",
    _D.TRIAGE: "社区核实过了",
    _D.ACCEPT: "受理了",
    _D.DISPATCH: "交给{party}来办",
    _D.DESIGNATE: "交给{party}来办",
    _D.TRANSFER: "改由{party}来办",
    # Why a unit sent it back is between the offices.
    _D.RETURN: "要换人来办，社区重新安排",
    _D.SIGN: "{party}接单了",
    _D.CONTACT: "和居民联系过了",
    _D.START: "{party}开始处理",
    _D.GRANT_EXTENSION: "要多等一阵，改到{due}",
    _D.SUSPEND: "一时办不了，先记着，到时候再看",
    _D.RESUME: "接着办了",
    _D.RESOLVE: "处理完了，等核实",
    _D.VERIFY: "社区去看过，办好了",
    _D.REJECT: "社区去看过，还没弄好，重新处理",
    _D.CLOSE: "办结了",
    _D.REOPEN: "没解决，重新办",
    _D.ARCHIVE: "归档了",
    _D.REFUSE: "不归这里办",
    _D.WITHDRAW: "撤回了",
    _D.MERGE: "和邻居报的合在一起办",
    _D.URGE: "催了一次",
}
# The same deeds where the matter ended otherwise than solved.
_UNSOLVED: Final[Mapping[tuple[Deed, Completion | None], str]] = {
    (_D.RESOLVE, Completion.PROCEDURAL): "没能按您说的办，等核实",
    (_D.RESOLVE, Completion.TERMINATED): "办不下去，先停了，等核实",
    (_D.VERIFY, Completion.PROCEDURAL): "社区核实过了",
    (_D.VERIFY, Completion.TERMINATED): "社区核实过了",
    (_D.CLOSE, Completion.TERMINATED): "不再办了",
}


@dataclass(frozen=True)
class ToldStep:
    """One step as a resident reads it."""

    at: datetime
    words: str

    @property
    def when(self) -> str:
        """The moment in Shanghai: 3月12日 10:05."""
        local = self.at.astimezone(SHANGHAI)
        return f"{local.month}月{local.day}日 {local:%H:%M}"


def told_steps(session: Session, event: GridEvent) -> list[ToldStep]:
    """The last steps, in the order they were taken; the same twice in a row is told once."""
    told: list[ToldStep] = []
    ended: Completion | None = None
    for step in cases.steps_of(session, event):
        ended = _ended(step, ended)
        words = _words(session, step, ended)
        if words and not (told and told[-1].words == words):
            told.append(ToldStep(step.at, words))
    return told[-MOST_STEPS:]


def in_bubbles(steps: Sequence[ToldStep]) -> list[str]:
    """The steps a line each, as many in a bubble as can be read at a glance."""
    bubbles: list[str] = []
    for step in steps:
        line = shortened(f"{step.when} {step.words}", LONGEST)
        if bubbles and len(bubbles[-1]) + 1 + len(line) <= LONGEST:
            bubbles[-1] += f"\n{line}"
        else:
            bubbles.append(line)
    return bubbles


def is_for_residents(step: CaseStep) -> bool:
    """Whether the words of the step may be told; in logs from before deeds were written down, those of moves."""
    if step.deed is None:
        return step.from_status != step.to_status
    return Deed(step.deed) in FOR_RESIDENTS


def _ended(step: CaseStep, before: Completion | None) -> Completion | None:
    """How the unit says it ended, which whoever looks at it afterwards confirms."""
    if step.deed != Deed.RESOLVE:
        return before
    said = (step.facts or {}).get("completion")
    return Completion(said) if isinstance(said, str) else None


def _words(session: Session, step: CaseStep, ended: Completion | None) -> str:
    if step.deed is None:
        return _of_old(step)
    deed = Deed(step.deed)
    if deed is Deed.NOT_SOLVED:
        return f"居民说没解决，{_GOES_ON[EventStatus(step.to_status)]}"
    if deed not in _WORDS:
        return ""
    said = _UNSOLVED.get((deed, ended), _WORDS[deed]).format_map({"party": _party(session, step), "due": _due(step)})
    note = shortened(step.note, LONGEST_NOTE) if deed in FOR_RESIDENTS else ""
    return f"{said}：{note}" if note else said


def _of_old(step: CaseStep) -> str:
    if step.from_status == step.to_status:
        return ""
    return EventStatus(step.to_status).plain


def _party(session: Session, step: CaseStep) -> str:
    party = session.get(Party, step.party_id) if step.party_id else None
    return party.name if party else "承办单位"


def _due(step: CaseStep) -> str:
    said = (step.facts or {}).get("due_resolve")
    if not isinstance(said, str):
        return "新的时间"
    day = datetime.fromisoformat(said).astimezone(SHANGHAI)
    return f"{day.month}月{day.day}日"


_GOES_ON: Final[Mapping[EventStatus, str]] = {EventStatus.REWORK: "重新处理", EventStatus.REOPENED: "重新办"}
