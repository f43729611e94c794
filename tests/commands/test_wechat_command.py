"""`wechat`: accounts are checked, menus put in place, and everything tried against a simulated platform."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp.test_utils import unused_port
from sqlalchemy import select

from bot.__main__ import main
from bot.channels.wechat.simulator import Wechat, simulated
from bot.settings import ROOT
from bot.store.engine import Store
from bot.store.tables import GridEvent
from tests.channels.wechat.connected import account_at, written

NOWHERE = "http://127.0.0.1:9"
TALK = """3号楼2单元楼道灯坏了
/点 没有这一项
/点 对，报上去
/菜单 numbers
/位置 东边
/照片 /nowhere/photo.jpg
/跳舞
/取关
/退出
不会说到这一句
"""


@pytest.fixture(autouse=True)
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("LINLI_WECHAT", str(tmp_path / "wechat.yml"))
    for name in ("DATABASE_URL", "LINLI_MEDIA"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def platform(tmp_path: Path) -> AsyncIterator[Wechat]:
    """Two accounts that the platform knows; one of them has an address."""
    port = unused_port()
    accounts = [replace(account_at(port), address="https://linli.example"), account_at(port, "guixiang", "guixiang")]
    (tmp_path / "wechat.yml").write_text(written(accounts), encoding="utf-8")
    async with simulated(accounts, NOWHERE, port=port) as wechat:
        yield wechat


async def ran(*arguments: str) -> int:
    """Run the command beside the platform."""
    return await asyncio.to_thread(main, ["wechat", *arguments])


async def test_accounts_that_work_are_told_with_the_address_to_enter(
    platform: Wechat, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await ran("check")

    assert code == 0
    assert capsys.readouterr().out.splitlines() == [
        "qinghe：令牌换到了。服务器地址（URL）填 https://linli.example/wechat/qinghe",
        "guixiang：令牌换到了。服务器地址（URL）填 https://您的域名/wechat/guixiang",
    ]


async def test_an_account_that_does_not_work_is_told_why_and_the_others_are_checked(
    platform: Wechat, capsys: pytest.CaptureFixture[str]
) -> None:
    platform.platform.fail_next("/cgi-bin/stable_token", 40125)

    code = await ran("check")

    first, second = capsys.readouterr().out.splitlines()
    assert code == 1
    assert first.startswith("qinghe：微信返回错误码40125：AppSecret 不对")
    assert second.startswith("guixiang：令牌换到了")


async def test_a_platform_that_cannot_be_reached_is_told_as_such(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "wechat.yml").write_text(written([account_at(unused_port())]), encoding="utf-8")

    code = await ran("check")

    assert code == 1
    assert capsys.readouterr().out.startswith("qinghe：微信没有回应")


async def test_a_check_shows_no_secret(platform: Wechat, capsys: pytest.CaptureFixture[str]) -> None:
    await ran("check")

    printed = "".join(capsys.readouterr())
    for registered in platform.platform.registered.values():
        account = registered.account
        assert [secret for secret in (account.secret, account.keys.token) if secret in printed] == []
    assert "token-" not in printed


async def test_the_menu_is_put_under_every_account(platform: Wechat, capsys: pytest.CaptureFixture[str]) -> None:
    code = await ran("menu")

    menus = [platform.platform.account(name).menu for name in ("qinghe", "guixiang")]
    assert (code, len(capsys.readouterr().out.splitlines())) == (0, 2)
    assert ["numbers" in str(menu) for menu in menus] == [True, True]


async def test_the_menu_of_one_account_only(platform: Wechat) -> None:
    code = await ran("menu", "guixiang")

    assert code == 0
    assert platform.platform.account("qinghe").menu is None
    assert platform.platform.account("guixiang").menu is not None


async def test_a_menu_that_is_refused_ends_in_one_line(platform: Wechat, capsys: pytest.CaptureFixture[str]) -> None:
    platform.platform.fail_next("/cgi-bin/menu/create", 48001)

    code = await ran("menu", "qinghe")

    assert code == 1
    assert capsys.readouterr().err.splitlines() == [
        "邻里 · 微信返回错误码48001：这个公众号没有这项接口权限，请到公众平台认证或开通"
    ]


async def test_an_account_that_is_not_there_is_named_with_those_that_are(
    platform: Wechat, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await ran("menu", "liuan")

    assert code == 1
    assert capsys.readouterr().err.splitlines() == ["邻里 · 没有叫 liuan 的公众号 (可以是：qinghe、guixiang)"]


@pytest.mark.parametrize("action", ["check", "menu"])
def test_without_accounts_one_line_says_where_to_write_them(
    action: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["wechat", action]) == 1

    (said,) = capsys.readouterr().err.splitlines()
    assert "还没有配置公众号" in said
    assert str(tmp_path / "wechat.yml") in said


def test_a_broken_file_is_told_by_line_and_field(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "wechat.yml").write_text("accounts:\n- id: Qinghe\n  community: qinghe\n", encoding="utf-8")

    assert main(["wechat", "check"]) == 1

    (said,) = capsys.readouterr().err.splitlines()
    assert "wechat.yml:2: accounts[0].id" in said


@pytest.mark.parametrize(
    "arguments", [["--residents", "0"], ["--residents", "1001"], ["--residents", "2", "--messages", "51"]]
)
def test_a_crowd_has_its_limits(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wechat", "simulate", *arguments]) == 1

    (said,) = capsys.readouterr().err.splitlines()
    assert "应当是 1 到" in said


def simulated_talk(model: Path, arguments: tuple[str, ...], typed: str = "", **settings: str) -> tuple[int, str]:
    """Run `simulate` to its end, with these lines typed; the exit status and what was printed."""
    own = {"LINLI_MODELS": str(model.parent), "LINLI_PORT": str(unused_port())}
    command = [sys.executable, "-W", "ignore", "-m", "bot", "wechat", "simulate", *arguments]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **own, **settings},
        text=True,
        encoding="utf-8",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            printed, _ = process.communicate(typed, timeout=150)
        finally:
            process.terminate()
    return process.returncode, printed


def test_somebody_at_the_terminal_is_the_resident(trained_model: Path, tmp_path: Path) -> None:
    status, printed = simulated_talk(trained_model, ("--mode", "plaintext"), TALK)

    assert status == 0
    wanted = ("对，报上去", "报好了，编号GE", "急救 120", "屏幕上没有这一项", "文件打不开", "位置要写成")
    assert [words for words in wanted if words not in printed] == []
    assert [words for words in ("故障", "不会说到") if words in printed] == []
    store = Store(f"sqlite:///{tmp_path / 'simulated' / 'linli.db'}")
    with store.transaction(read_only=True) as session:
        newest = session.scalars(select(GridEvent).order_by(GridEvent.id.desc()).limit(1)).one()
    store.close()
    assert (newest.leaf, newest.place_text) == ("0503", "青禾苑3号楼2单元")


def test_a_crowd_is_measured_and_what_is_real_stays_untouched(trained_model: Path, tmp_path: Path) -> None:
    real = {"DATABASE_URL": f"sqlite:///{tmp_path / 'real.db'}", "LINLI_MEDIA": str(tmp_path / "real")}

    status, printed = simulated_talk(trained_model, ("--residents", "10", "--messages", "2"), **real)

    assert status == 0
    assert "消息 20 条" in printed
    assert "居民看到故障提示 0 次" in printed
    assert list(tmp_path.glob("real*")) == []
