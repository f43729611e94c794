from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from bot.errors import Conflict, InvalidInput, LinliError, NotAllowed, NotFound
from bot.services import canned
from bot.services.canned import Wording
from bot.services.desk import Desk
from bot.store.queries.audit import latest_audit
from bot.store.tables import CannedAnswer, Community
from tests.services.held import held
from tests.services.stage import COLLEAGUE, DIRECTOR, ELSEWHERE, WORKER, staff

HELLO = Wording("早上好", "zs", "{居民称呼}早，我是{我的姓名}，社区电话{社区电话}。", "qinghe")


def test_an_installation_begins_with_the_answers_of_the_file(session: Session, desk: Desk) -> None:
    one = held(session, desk)

    assert len(canned.ready_for(session, one.worker, one.id)) >= 12


def test_blanks_are_filled_in_for_the_one_who_is_talked_to(session: Session, desk: Desk) -> None:
    one = held(session, desk)
    one.resident.name = "欧阳小北"
    answer = canned.add(session, desk, staff(session, DIRECTOR), HELLO)

    said = canned.ready(session, one.worker, one.id, answer.id).text

    phone = session.get_one(Community, "qinghe").phone
    assert said == f"欧阳老师早，我是{one.worker.name}，社区电话{phone}。"


def test_nobody_is_called_by_a_name_they_never_told(session: Session, desk: Desk) -> None:
    one = held(session, desk)
    answer = canned.add(session, desk, staff(session, DIRECTOR), HELLO)

    assert canned.ready(session, one.worker, one.id, answer.id).text.startswith("街坊早")


def test_another_communitys_answers_are_not_offered(session: Session, desk: Desk) -> None:
    one = held(session, desk)
    elsewhere = session.query(Community).filter(Community.id != "qinghe").first()
    assert elsewhere is not None
    row = CannedAnswer(title="别处", text="别处的话", community_id=elsewhere.id, updated_at=desk.clock())
    session.add(row)
    session.flush()

    assert "别处" not in [ready.title for ready in canned.ready_for(session, one.worker, one.id)]
    with pytest.raises(NotFound):
        canned.ready(session, one.worker, one.id, row.id)


def test_a_director_looks_after_their_own_communitys_only(session: Session, desk: Desk) -> None:
    director = staff(session, DIRECTOR)
    own = canned.add(session, desk, director, HELLO)
    of_street = session.query(CannedAnswer).filter(CannedAnswer.community_id.is_(None)).first()
    assert of_street is not None

    assert canned.may_change(director, own)
    with pytest.raises(NotFound):
        canned.change(session, desk, director, of_street.id, HELLO, of_street.version)
    with pytest.raises(NotAllowed):
        canned.add(session, desk, director, Wording("全街道的", "", "您好", None))


@pytest.mark.parametrize("username", [WORKER, COLLEAGUE, ELSEWHERE])
def test_workers_use_answers_and_do_not_change_them(session: Session, desk: Desk, username: str) -> None:
    with pytest.raises(NotAllowed):
        canned.add(session, desk, staff(session, username), HELLO)
    with pytest.raises(NotAllowed):
        canned.editable(session, staff(session, username))


@pytest.mark.parametrize(
    ("wording", "said"),
    [
        (Wording("", "", "您好", "qinghe"), "名称还没写"),
        (Wording("长" * 31, "", "您好", "qinghe"), "名称不能超过"),
        (Wording("问好二", "", " ", "qinghe"), "内容还没写"),
        (Wording("问好二", "", "长" * 501, "qinghe"), "内容不能超过"),
        (Wording("问好二", "a" * 11, "您好", "qinghe"), "简码不能超过"),
        (Wording("问好二", "", "您好{名字}", "qinghe"), "不认识"),
        (Wording("问好二", "", "打我手机19900000088", "qinghe"), "手机号"),
    ],
)
def test_what_makes_no_good_answer_is_refused(session: Session, desk: Desk, wording: Wording, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        canned.add(session, desk, staff(session, DIRECTOR), wording)


def test_two_answers_of_one_name_are_one_too_many(session: Session, desk: Desk) -> None:
    director = staff(session, DIRECTOR)
    canned.add(session, desk, director, HELLO)

    with pytest.raises(Conflict, match="已经有一条"):
        canned.add(session, desk, director, HELLO)


def test_out_of_use_it_is_offered_no_more_until_it_is_brought_back(session: Session, desk: Desk) -> None:
    one, director = held(session, desk), staff(session, DIRECTOR)
    answer = canned.add(session, desk, director, HELLO)

    canned.disable(session, desk, director, answer.id, answer.version)
    with pytest.raises(NotFound):
        canned.ready(session, one.worker, one.id, answer.id)
    canned.enable(session, desk, director, answer.id, answer.version)

    assert canned.ready(session, one.worker, one.id, answer.id).title == "早上好"
    assert [row.action for row in latest_audit(session)[:3]] == ["canned:enable", "canned:disable", "canned:add"]


def _change(session: Session, desk: Desk, answer: CannedAnswer, version: int) -> object:
    return canned.change(session, desk, staff(session, DIRECTOR), answer.id, HELLO, version)


def _disable(session: Session, desk: Desk, answer: CannedAnswer, version: int) -> object:
    return canned.disable(session, desk, staff(session, DIRECTOR), answer.id, version)


@pytest.mark.parametrize("deed", [_change, _disable])
def test_an_answer_somebody_else_has_changed_is_left_as_it_is(
    session: Session, desk: Desk, deed: Callable[[Session, Desk, CannedAnswer, int], object]
) -> None:
    answer = canned.add(session, desk, staff(session, DIRECTOR), HELLO)

    with pytest.raises(LinliError, match="刚被别人改过"):
        deed(session, desk, answer, answer.version - 1)

    assert answer.disabled_at is None
