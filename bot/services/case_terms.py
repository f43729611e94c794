"""Finding cases by their words: which terms each case is known by, and the questions put to them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, case, delete, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from bot.core import terms
from bot.core.masking import redact
from bot.core.terms import Sought
from bot.errors import InvalidInput
from bot.services.desk import Desk
from bot.store.queries.cases import CaseRow, kind_of
from bot.store.tables import AgendaItem, Case, CaseKind, CaseTerm, GridEvent, InPersonOrder
from bot.store.upsert import insert_into

LONGEST_QUESTION: Final = 60
AT_ONCE: Final = 500
# A term of more cases than this is not worth counting to the end.
COMMON: Final = 10_000
_BEHIND_ALL: Final = "\U0010ffff"
_NUMBER_LIKE: Final = re.compile(r"(?=.{3})[A-Z]{0,2}-?\d[\d-]*", re.IGNORECASE)
Condition = ColumnElement[bool]


@dataclass(frozen=True, order=True)
class _Part:
    """A term that must be there, or the beginning of one."""

    text: str
    is_prefix: bool

    def of(self, table: type[CaseTerm]) -> Condition:
        """Whether a row is such a term."""
        if not self.is_prefix:
            return table.term == self.text
        return and_(table.term >= self.text, table.term < self.text + _BEHIND_ALL)


def index(session: Session, desk: Desk, case: Case) -> None:
    """Have the case be found by the words it has now, and by no others."""
    session.flush()
    kind = kind_of(case)
    wanted = _terms(desk, case)
    mine = (CaseTerm.case_kind == kind, CaseTerm.case_id == case.id)
    known = set(session.scalars(select(CaseTerm.term).where(*mine)))
    if gone := known - wanted:
        session.execute(delete(CaseTerm).where(*mine, CaseTerm.term.in_(gone)))
    if new := sorted(wanted - known):
        rows = [{"term": term, "case_kind": kind, "case_id": case.id} for term in new]
        session.execute(insert_into(session, CaseTerm).on_conflict_do_nothing(), rows)


def index_missing(desk: Desk) -> int:
    """Index the cases of before there were terms, in portions; returns how many."""
    return (
        _index_missing(desk, CaseKind.GRID_EVENT, GridEvent)
        + _index_missing(desk, CaseKind.AGENDA_ITEM, AgendaItem)
        + _index_missing(desk, CaseKind.IN_PERSON_ORDER, InPersonOrder)
    )


def checked(question: str) -> Sought:
    """What a question looks for; raises InvalidInput for one that is too long or says nothing."""
    if len(question) > LONGEST_QUESTION:
        raise InvalidInput(f"要找的字太多了，最多{LONGEST_QUESTION}个字", "写几个关键的词就行，比如：5号楼 电梯")
    found = terms.sought(question)
    if found.is_empty or not question.isprintable():
        raise InvalidInput("请写出要找的字", "比如：5号楼 电梯，或编号的后四位")
    return found


def says(session: Session, table: type[CaseRow], looked_for: Sought) -> Condition:
    """Whether a case of the table holds all that is looked for, or its number does.

    Where one of the words is rare, the cases that have it are gone through; where all are common, nearly every case is
    a hit, and asking each of those wanted anyway comes to an end sooner.
    """
    kind = _kind_of_table(table)
    counted = sorted((_count(session, kind, part), part) for part in _parts(looked_for))
    parts = [part for _, part in counted]
    by_words = and_(*(_holds(kind, table.id, part) for part in parts))
    if counted[0][0] < COMMON:
        by_words = table.id.in_(_holders(kind, parts))
    number = number_in(looked_for)
    return or_(by_words, numbered(table, number)) if number else by_words


def numbered(table: type[CaseRow], part: str) -> Condition:
    """Whether the part occurs in the case's number; the numbers alone are read through, never whole rows."""
    return table.id.in_(select(table.id).where(table.number.contains(part, autoescape=True)))


def number_in(looked_for: Sought) -> str:
    """The part of a case number that was typed, if the question is nothing else."""
    word = looked_for.words[0].upper() if len(looked_for.words) == 1 else ""
    return word if _NUMBER_LIKE.fullmatch(word) else ""


def closeness(table: type[CaseRow], looked_for: Sought) -> ColumnElement[int]:
    """0 where the number was meant, 1 where the title says every word, 2 where only the rest of the case does."""
    title = InPersonOrder.need if table is InPersonOrder else _titled(table)
    in_title = and_(*(title.icontains(word, autoescape=True) for word in looked_for.words))
    number = number_in(looked_for)
    if number:
        return case((table.number.contains(number, autoescape=True), 0), (in_title, 1), else_=2)
    return case((in_title, 1), else_=2)


def _titled(table: type[CaseRow]) -> ColumnElement[str]:
    return AgendaItem.title.expression if table is AgendaItem else GridEvent.title.expression


def _terms(desk: Desk, case: Case) -> frozenset[str]:
    # What all numbers of a community begin with tells nobody anything.
    number = " ".join(case.number.split("-")[1:])
    leaf = desk.catalogue.leaves.get(case.leaf) if case.leaf else None
    return terms.terms_of("\n".join([*_texts(case), number, leaf.name if leaf else ""]))


def _texts(case: Case) -> Sequence[str]:
    if isinstance(case, GridEvent):
        return case.title, case.place_text, redact(case.text), case.lead_name
    if isinstance(case, AgendaItem):
        return case.title, case.scope_text, redact(case.reason)
    return case.need, case.place_text, redact(case.text), case.assignee_name


def _index_missing(desk: Desk, kind: CaseKind, table: type[CaseRow]) -> int:
    done = after = 0
    known = exists().where(CaseTerm.case_kind == kind, CaseTerm.case_id == table.id)
    while True:
        with desk.transaction(read_only=True) as session:
            missing = select(table.id).where(table.id > after, ~known).order_by(table.id).limit(AT_ONCE)
            ids = session.scalars(missing).all()
        if not ids:
            return done
        with desk.transaction() as session:
            for row in session.scalars(select(table).where(table.id.in_(ids))):
                index(session, desk, row)
        done, after = done + len(ids), ids[-1]


def _kind_of_table(table: type[CaseRow]) -> CaseKind:
    if table is GridEvent:
        return CaseKind.GRID_EVENT
    return CaseKind.AGENDA_ITEM if table is AgendaItem else CaseKind.IN_PERSON_ORDER


def _parts(looked_for: Sought) -> list[_Part]:
    terms_wanted = [_Part(term, is_prefix=False) for term in looked_for.terms]
    return terms_wanted + [_Part(prefix, is_prefix=True) for prefix in looked_for.prefixes]


def _count(session: Session, kind: CaseKind, part: _Part) -> int:
    some = select(CaseTerm.case_id).where(CaseTerm.case_kind == kind, part.of(CaseTerm)).limit(COMMON)
    return session.scalars(select(func.count()).select_from(some.subquery())).one()


def _holders(kind: CaseKind, parts: Sequence[_Part]) -> Select[int]:
    """The cases that have the first part, and all the others."""
    first, *others = parts
    found = aliased(CaseTerm)
    query = select(found.case_id).where(found.case_kind == kind, first.of(found))
    return query.where(*(_holds(kind, found.case_id, one) for one in others))


def _holds(kind: CaseKind, case_id: InstrumentedAttribute[int], part: _Part) -> Condition:
    term = aliased(CaseTerm)
    return exists().where(term.case_kind == kind, term.case_id == case_id, part.of(term))
