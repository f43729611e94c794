"""The page of the audit log: who may see it, what it says in plain words, and how it is narrowed and paged."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import select

from bot.console import audit, audit_words
from bot.services import unmasking
from bot.services.desk import Desk
from bot.settings import ROOT
from bot.store.queries.audit import append_audit
from bot.store.tables import CaseKind, Staff
from tests.console.house import ADMIN, TRAINER, House
from tests.services import stage

LIST = "/console/audit"
PHONE = "19900000088"
ROW = re.compile(r'<tr id="r(\d+)">')
CODE = re.compile(r"[a-z_]+:[a-z_]+")
# Has no part in the demo cases.
UNSEEN = "gaofeng"
# Before anything of the demo data happened.
NOON_OF_FEBRUARY = datetime(2026, 2, 5, 4, 0, tzinfo=UTC)


def noted(desk: Desk, action: str, subject: str, detail: str = "", username: str = "", at: datetime = stage.NOW) -> int:
    """Put a row into the log; returns its number."""
    with desk.transaction() as session:
        return append_audit(session, at, staff_id(desk, username) if username else None, action, subject, detail).id


def staff_id(desk: Desk, username: str) -> int:
    with desk.transaction(read_only=True) as session:
        return session.scalars(select(Staff.id).where(Staff.username == username)).one()


async def shown(house: House, query: str = "") -> list[int]:
    """The numbers of the rows on the page, in their order."""
    answer = await (await house.enter(ADMIN)).get(f"{LIST}{query}")
    assert answer.status == 200
    return [int(number) for number in ROW.findall(answer.text)]


async def test_who_is_not_signed_in_is_sent_to_the_login_and_back(house: House) -> None:
    answer = await (await house.nobody()).get(f"{LIST}?action=staff:login")

    assert (answer.status, answer.location) == (303, f"/login?next={LIST}?action%3Dstaff:login")


@pytest.mark.parametrize("username", [stage.WORKER, stage.DIRECTOR, stage.DISPATCHER, stage.GRID_WORKER, TRAINER])
async def test_only_administrators_read_the_log(house: House, desk: Desk, username: str) -> None:
    noted(desk, "data:purge", "retention", "messages=3")

    answer = await (await house.enter(username)).get(LIST)

    assert answer.status == 403
    assert "消息 3" not in answer.text


async def test_the_newest_stands_first_in_plain_words(house: House, desk: Desk) -> None:
    older = noted(desk, "conversation:take", "conversation:12", username=stage.WORKER)
    newer = noted(desk, "grid_event:move", "GE510104001-20260312-0007", "reported->accepted", stage.DIRECTOR)

    page = (await (await house.enter(ADMIN)).get(LIST)).text

    assert page.index(f'id="r{newer}"') < page.index(f'id="r{older}"')
    for words in ("接对话", "对话 12", "李青禾（社区工作者）", "办网格事件", "GE510104001-20260312-0007", "今天 10:00"):
        assert words in page
    assert "reported" not in page


@pytest.mark.parametrize(
    ("action", "subject", "detail", "words"),
    [
        ("data:purge", "retention", "messages=3 trackers=1 voices=0 receipts=2 cases=4", "消息 3，机器人的记忆 1"),
        ("resident:erase", "resident:ab12", "unsubscribed cases=1 messages=2 kept=1", "取消了关注，事项 1，消息 2"),
        ("staff:add", "staff:1", "grid_worker", "网格员"),
        ("staff:logout", "staff:1", "logins=2", "退出登录 2"),
        (
            *("staff:rights", "staff:1", "grid_worker qinghe qinghe-g1 → director qinghe -"),
            "网格员 qinghe qinghe-g1 → 居委会主任 qinghe -",
        ),
        ("message:decide", "message:5", "waived", "已用别的办法告诉"),
        ("sample:label", "message:5", "report_event/0503", "报问题，要有人去办"),
        ("sample:write", "data/nlu", "added=4 known=1 clashes=0", "新写入例句 4，原来就有 1"),
        ("model:live", "model:linli-2", "model:linli-1", "换下模型 linli-1"),
        ("in_person_order:move", "OF1", "new->new", "已登记，正在安排人"),
        ("somebody:else", "thing:1", f"打{PHONE}", "打199****0088"),
    ],
)
async def test_what_was_noted_is_in_plain_words_too(
    house: House, desk: Desk, action: str, subject: str, detail: str, words: str
) -> None:
    noted(desk, action, subject, detail)

    page = (await (await house.enter(ADMIN)).get(LIST)).text

    assert words in page
    assert detail not in page


async def test_a_reason_is_shown_and_no_word_or_phone_of_the_resident(house: House, desk: Desk) -> None:
    with desk.transaction() as session:
        resident = stage.someone(session, desk)
        resident.name, resident.phone = "王秀兰", PHONE
        stage.says(session, desk, resident, "楼道灯坏了")
        conversation_id = stage.talk_of(session, desk, resident).id
        worker = session.get_one(Staff, staff_id(desk, stage.WORKER))
        unmasking.unmask_conversation(session, desk, worker, conversation_id, f"回电话{PHONE}约时间")

    page = (await (await house.enter(ADMIN)).get(LIST)).text

    assert "看完整的联系方式" in page
    assert "回电话199****0088约时间" in page
    for hidden in (PHONE, "王秀兰", "楼道灯坏了"):
        assert hidden not in page


async def test_the_log_is_narrowed_by_who_what_and_when(house: House, desk: Desk) -> None:
    service = noted(desk, "data:purge", "retention", at=NOON_OF_FEBRUARY)
    taken = noted(desk, "conversation:take", "conversation:771", username=UNSEEN)
    closed = noted(desk, "conversation:close", "conversation:7713", username=stage.COLLEAGUE)
    worker = staff_id(desk, UNSEEN)

    assert await shown(house, f"?who={worker}") == [taken]
    assert await shown(house, "?who=service") == [service]
    assert await shown(house, "?action=conversation:close") == [closed]
    assert await shown(house, f"?object={quote('对话 771')}") == [taken]
    assert await shown(house, "?object=conversation:7713") == [closed]
    assert await shown(house, "?object=771") == [closed, taken]
    assert await shown(house, f"?object={quote('到期的资料')}") == [service]
    assert await shown(house, "?from=2026-02-05&to=2026-02-05") == [service]
    assert await shown(house, f"?who={worker}&action=conversation:close") == []


async def test_a_day_is_a_day_in_shanghai_and_the_last_one_counts_in_full(house: House, desk: Desk) -> None:
    noted(desk, "data:purge", "retention", at=datetime(2026, 3, 4, 15, 59, 59, tzinfo=UTC))
    first = noted(desk, "data:purge", "retention", at=datetime(2026, 3, 4, 16, 0, tzinfo=UTC))
    last = noted(desk, "data:purge", "retention", at=datetime(2026, 3, 5, 15, 59, 59, tzinfo=UTC))
    noted(desk, "data:purge", "retention", at=datetime(2026, 3, 5, 16, 0, tzinfo=UTC))

    assert await shown(house, "?from=2026-03-05&to=2026-03-05&who=service") == [last, first]


async def test_what_was_asked_for_stays_in_the_form(house: House, desk: Desk) -> None:
    page = (
        await (await house.enter(ADMIN)).get(f"{LIST}?object=conversation:12&from=2026-03-05&action=staff:add")
    ).text

    assert 'value="对话 12"' in page
    assert 'name="from" value="2026-03-05"' in page
    assert '<option value="staff:add" selected>' in page
    assert "没有找到" in page


async def test_pages_go_on_where_the_last_one_ended_and_keep_the_filters(house: House, desk: Desk) -> None:
    numbers = [noted(desk, "data:purge", "retention") for _ in range(audit.PAGE + 2)]
    noted(desk, "staff:disable", "staff:1")
    browser = await house.enter(ADMIN)

    first = (await browser.get(f"{LIST}?action=data:purge")).text
    earlier = re.search(r'href="([^"]+)" rel="next"', first)
    assert earlier
    noted(desk, "data:purge", "retention")
    second = (await browser.get(earlier[1].replace("&amp;", "&"))).text

    assert [int(one) for one in ROW.findall(first)] == numbers[:1:-1]
    assert [int(one) for one in ROW.findall(second)] == numbers[1::-1]
    assert 'rel="next"' not in second
    assert f'href="{LIST}?action=data%3Apurge" rel="first"' in second


@pytest.mark.parametrize(
    "query",
    [
        *("who=nobody", "who=999999", "who=1234567890", "who=-1", f"who={quote('１')}"),
        *("action=made:up", "action=staff", f"object={'x' * 101}", "object=%00", "object=a%0ab"),
        *("from=2026-02-30", "from=today", "to=9999-12-31", "to=0001-01-01", "from=2026-03-06&to=2026-03-05"),
        *("before=0", "before=x", "before=-1", f"before={'9' * 19}"),
    ],
)
async def test_what_no_form_could_have_sent_is_refused(house: House, query: str) -> None:
    answer = await (await house.enter(ADMIN)).get(f"{LIST}?{query}")

    assert answer.status == 400


@pytest.mark.parametrize("typed", ["%", "_", "' OR 1=1 --", "<b>"])
async def test_what_is_typed_is_only_ever_looked_for(house: House, desk: Desk, typed: str) -> None:
    noted(desk, "data:purge", "retention")
    browser = await house.enter(ADMIN)

    answer = await browser.get(f"{LIST}?object={quote(typed)}")

    assert answer.status == 200
    assert ROW.findall(answer.text) == []
    assert "<b>" not in answer.text


async def test_the_page_carries_no_scripts_or_styles_of_its_own(house: House, desk: Desk) -> None:
    page = (await (await house.enter(ADMIN)).get(LIST)).text

    assert "<style" not in page
    assert " style=" not in page
    assert "<script>" not in page
    assert f'<a href="{LIST}" aria-current="page">操作记录</a>' in page


def spelled(module: ast.Module) -> Iterator[str]:
    """The actions a module spells; one that begins with a kind of case stands for all three kinds."""
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
            yield node.value
        if isinstance(node, ast.JoinedStr) and len(node.values) == 2:
            end = node.values[1]
            ending = end.value if isinstance(end, ast.Constant) else None
            if isinstance(ending, str) and re.fullmatch(":[a-z_]+", ending):
                yield from (f"{kind.value}{ending}" for kind in CaseKind)


def writers() -> Iterator[tuple[Path, ast.Module]]:
    """Modules that write into the audit log."""
    for folder in ("bot", "actions"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if "append_audit(" in text and path.name != "audit.py":
                yield path, ast.parse(text)


def test_every_action_that_is_logged_has_a_name_and_every_name_an_action() -> None:
    found = {path.name: set(spelled(module)) for path, module in writers()}

    assert [name for name, actions in found.items() if not actions] == []
    assert set().union(*found.values()) == set(audit_words.ACTIONS)


async def test_the_log_is_checked_from_the_page_and_says_that_nobody_changed_it(house: House, desk: Desk) -> None:
    noted(desk, "data:purge", "retention")
    auditor = await house.enter("yanming")

    answer = await auditor.post(f"{LIST}/verify")
    fingerprint = re.findall(r"[0-9a-f]{64}", answer.text.partition('class="key"')[2])[0]
    known = await auditor.post(f"{LIST}/verify", {"known": fingerprint})
    foreign = await auditor.post(f"{LIST}/verify", {"known": "0" * 63 + "1"})

    assert (answer.status, "从头到尾都对得上" in answer.text) == (200, True)
    assert "从头到尾都对得上" in known.text
    assert "结尾少了记录" in foreign.text
    assert "python -m bot" not in answer.text


async def test_a_log_that_was_changed_is_called_so_with_its_number(house: House, desk: Desk) -> None:
    number = noted(desk, "data:purge", "retention")
    with desk.transaction() as session:
        trigger = session.connection().exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit' AND sql LIKE '%UPDATE%'"
        )
        for (name,) in trigger.all():
            session.connection().exec_driver_sql(f"DROP TRIGGER {name}")
        session.connection().exec_driver_sql("UPDATE audit SET detail = 'x' WHERE id = ?", (number,))

    page = (await (await house.enter(ADMIN)).post(f"{LIST}/verify")).text

    assert "对不上：" in page
    assert f"第{number}号" in page


async def test_a_fingerprint_that_cannot_be_one_checks_nothing(house: House) -> None:
    answer = await (await house.enter(ADMIN)).post(f"{LIST}/verify", {"known": "abc"})

    assert (answer.status, "指纹不对" in answer.text) == (400, True)


async def test_who_may_not_read_the_log_may_not_check_it(house: House) -> None:
    assert (await (await house.enter(stage.WORKER)).post(f"{LIST}/verify")).status == 403
