"""`user change` and `user totp-reset`: what they print, what they end, and one clear line where they cannot."""

import io
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.core import totp
from bot.services import logins, second_step, staff
from bot.services.desk import Desk, open_desk
from bot.settings import Settings

NAME = "xiaomei"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A street where 肖梅 has an account; the command line opens it by itself."""
    monkeypatch.setenv("LINLI_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO("a-long-enough-password\n"))
    assert main(["user", "add", NAME, "--community", "qinghe"]) == 0
    return open_desk(Settings.from_environment())


def logged_in(desk: Desk) -> str:
    with desk.transaction() as session:
        return logins.open_session(session, staff.by_username(session, NAME), desk.clock()).token


def is_in(desk: Desk, token: str) -> bool:
    with desk.transaction(read_only=True) as session:
        return logins.staff_for_token(session, token, desk.clock()) is not None


def test_a_changed_job_is_printed_and_ends_the_logins(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    token = logged_in(desk)

    assert main(["user", "change", NAME, "--role", "grid_worker", "--grids", "qinghe-g1, qinghe-g2"]) == 0

    assert "xiaomei\tgrid_worker\tqinghe\tqinghe-g1,qinghe-g2" in capsys.readouterr().out
    assert not is_in(desk, token)


def test_an_empty_word_takes_community_and_grids_away(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk
    assert main(["user", "change", NAME, "--grids", "qinghe-g1"]) == 0
    assert main(["user", "change", NAME, "--role", "dispatcher", "--community", ""]) == 0

    assert "xiaomei\tdispatcher\t-\t-" in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong",
    [
        [NAME],
        [NAME, "--community", "atlantis"],
        [NAME, "--grids", "atlantis-1"],
        [NAME, "--community", ""],
        ["nobody", "--role", "worker"],
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(
    desk: Desk, capsys: pytest.CaptureFixture[str], wrong: list[str]
) -> None:
    token = logged_in(desk)

    assert main(["user", "change", *wrong]) == 1

    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert is_in(desk, token)


def test_a_lost_phone_is_forgotten(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    with desk.transaction() as session:
        worker, now = staff.by_username(session, NAME), desk.clock()
        secret = second_step.offer(session, worker.id)
        second_step.switch_on(session, worker.id, totp.code_at(secret, totp.step_at(now)), "", now)
    token = logged_in(desk)

    assert [main(["user", "totp-reset", NAME]) for _ in range(2)] == [0, 1]

    said = capsys.readouterr()
    assert "已关掉 xiaomei 的两步验证" in said.out
    assert "没有打开两步验证" in said.err
    assert not is_in(desk, token)


@pytest.mark.parametrize(
    ("options", "now"),
    [
        (["--role", "party", "--party", "guixiang-property-gx"], "party\tguixiang\t-"),
        (["--role", "party", "--party", "street-urban"], "party\t-\t-"),
        (["--role", "leader", "--community", ""], "leader\t-\t-"),
        (["--role", "volunteer"], "volunteer\tqinghe\t-"),
        (["--role", "auditor", "--community", ""], "auditor\t-\t-"),
    ],
)
def test_every_job_can_be_given_a_clerk_with_the_unit_they_work_for(
    desk: Desk, capsys: pytest.CaptureFixture[str], options: list[str], now: str
) -> None:
    assert desk

    assert main(["user", "change", NAME, *options]) == 0

    assert f"xiaomei\t{now}" in capsys.readouterr().out


def test_who_is_no_clerk_any_more_belongs_to_no_unit(desk: Desk) -> None:
    assert main(["user", "change", NAME, "--role", "party", "--party", "qinghe-property-qh"]) == 0
    assert main(["user", "change", NAME, "--role", "worker"]) == 0

    with desk.transaction(read_only=True) as session:
        found = staff.by_username(session, NAME)
    assert (found.party_id, found.community_id) == (None, "qinghe")


@pytest.mark.parametrize(
    "wrong", [["--role", "party"], ["--party", "street-urban"], ["--role", "party", "--party", "atlantis"]]
)
def test_a_unit_without_a_clerk_or_a_clerk_without_a_unit_is_refused(
    desk: Desk, capsys: pytest.CaptureFixture[str], wrong: list[str]
) -> None:
    assert desk

    assert main(["user", "change", NAME, *wrong]) == 1

    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_a_clerk_is_added_where_the_unit_is(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a-long-enough-password\n"))

    assert main(["user", "add", "clerk", "--role", "party", "--party", "liuan-property-lx"]) == 0

    assert "承办单位经办人" in capsys.readouterr().out
    with desk.transaction(read_only=True) as session:
        assert staff.by_username(session, "clerk").community_id == "liuan"
