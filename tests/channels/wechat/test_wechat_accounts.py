"""The file of accounts: what it may say, and how a mistake in it is told."""

import re
from pathlib import Path

import pytest
import yaml

from bot.channels.wechat.accounts import Mode, NoticeField, NoticeKind, Platform, aes_key, load_accounts
from bot.channels.wecom.groups import load_groups
from bot.errors import BrokenFile
from bot.services.desk import open_desk
from bot.settings import ROOT, Settings
from tests.channels.wechat.connected import account_at, written

COMMUNITIES = ("qinghe", "guixiang")
KEY, FORMER = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
NOTICE = {"kind": "template", "template": "t-1", "fields": {"thing1": "news", "time2": "time", "thing3": "community"}}
GOOD: dict[str, object] = {
    "id": "qinghe",
    "community": "qinghe",
    "app_id": "wx0123456789abcdef",
    "secret": "the-secret-itself",
    "token": "spring2024",
    "mode": "safe",
    "aes_key": KEY,
}
LINES = list(GOOD)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "wechat.yml"


def write(file: Path, *accounts: dict[str, object]) -> Path:
    file.write_text(yaml.safe_dump({"accounts": list(accounts)}, allow_unicode=True, sort_keys=False), "utf-8")
    return file


def test_the_example_can_be_read_as_accounts_and_as_groups() -> None:
    example = ROOT / "data/wechat/accounts.example.yml"

    (account,) = load_accounts(example, COMMUNITIES).values()

    assert (account.channel, account.keys.mode, account.notice) == ("wechat:qinghe", Mode.SAFE, None)
    assert account.address == "https://linli.example"
    assert list(load_groups(example, COMMUNITIES)) == ["qinghe-duty"]


def test_what_the_example_leaves_out_can_be_read_too(tmp_path: Path) -> None:
    example = (ROOT / "data/wechat/accounts.example.yml").read_text(encoding="utf-8")
    used = example.replace("  # previous_aes_key: ", f"  previous_aes_key: {FORMER}")
    used = re.sub("  # (customer_service|notice):", r"  \1:", used).replace("  #   ", "    ")
    (tmp_path / "wechat.yml").write_text(used, encoding="utf-8")

    (account,) = load_accounts(tmp_path / "wechat.yml", COMMUNITIES).values()

    assert (len(account.keys.aes), account.has_customer_service) == (2, False)
    assert account.notice is not None
    assert (account.notice.kind, list(account.notice.fields.values())) == (NoticeKind.TEMPLATE, list(NoticeField))


def test_without_a_file_there_are_no_accounts(file: Path) -> None:
    assert load_accounts(file, COMMUNITIES) == {}


def test_what_is_not_said_is_as_most_accounts_have_it(file: Path) -> None:
    account = load_accounts(write(file, GOOD), COMMUNITIES)["qinghe"]

    assert (account.api, account.open) == ("https://api.weixin.qq.com", "https://open.weixin.qq.com")
    assert (account.keys.platform, account.has_customer_service) == (Platform.OFFICIAL, True)
    assert (account.address, account.notice) == ("", None)


def test_the_current_key_stands_before_the_former(file: Path) -> None:
    account = load_accounts(write(file, GOOD | {"previous_aes_key": FORMER}), COMMUNITIES)["qinghe"]

    assert account.keys.aes == (aes_key(KEY), aes_key(FORMER))


def test_plaintext_needs_no_key_and_a_closing_slash_does_not_matter(file: Path) -> None:
    plain = {name: value for name, value in GOOD.items() if name != "aes_key"} | {"mode": "plaintext"}

    account = load_accounts(write(file, plain | {"address": "https://linli.example/"}), COMMUNITIES)["qinghe"]

    assert (account.keys.aes, account.address) == ((), "https://linli.example")


def test_what_the_simulator_writes_down_is_read_back_as_it_was(file: Path) -> None:
    made_up = account_at(8080)
    file.write_text(written([made_up]), encoding="utf-8")

    assert load_accounts(file, COMMUNITIES) == {"qinghe": made_up}


def test_two_accounts_of_one_id_are_refused(file: Path) -> None:
    with pytest.raises(BrokenFile, match="qinghe写了两次") as raised:
        load_accounts(write(file, GOOD, GOOD | {"app_id": "wx2"}), COMMUNITIES)

    assert (raised.value.field, raised.value.line) == ("accounts[1].id", 2 + len(GOOD))


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("id", "Qinghe", "小写字母"),
        ("id", "a" * 21, "1 到 20"),
        ("id", "../x", "小写字母"),
        ("community", "nowhere", "没有nowhere"),
        ("app_id", "", "不能是空的"),
        ("secret", "", "不能是空的"),
        ("secret", 12345678, "应该是文字"),
        ("token", "ab", "3 到 32"),
        ("token", "with space", "字母或数字"),
        ("token", "字" * 5, "字母或数字"),
        ("mode", "secure", "plaintext"),
        ("aes_key", KEY[:-1], "43 个字符"),
        ("aes_key", KEY + "=", "43 个字符"),
        ("aes_key", "字" * 43, "43 个字符"),
        ("aes_key", "!!!!" + KEY[4:], "43 个字符"),
        ("aes_key", KEY[:-1] + "=", "43 个字符"),
        ("previous_aes_key", "short", "43 个字符"),
        ("platform", "weibo", "official"),
        ("api", "api.weixin.qq.com", "https://"),
        ("open", "ftp://open.weixin.qq.com", "https://"),
        ("address", "linli.example", "https://"),
        ("customer_service", "maybe", "true 或 false"),
        ("notice", "template", "一组"),
        ("colour", "red", "没有这一项"),
    ],
)
def test_a_wrong_field_is_told_with_file_line_and_name(file: Path, field: str, value: object, problem: str) -> None:
    wrong = GOOD | {field: value}

    with pytest.raises(BrokenFile, match=problem) as raised:
        load_accounts(write(file, wrong), COMMUNITIES)

    assert raised.value.file.endswith("wechat.yml")
    assert raised.value.field == f"accounts[0].{field}"
    assert raised.value.line == 2 + list(wrong).index(field)


@pytest.mark.parametrize("missing", LINES)
def test_a_field_that_is_missing_is_named(file: Path, missing: str) -> None:
    with pytest.raises(BrokenFile) as raised:
        load_accounts(write(file, {name: value for name, value in GOOD.items() if name != missing}), COMMUNITIES)

    assert raised.value.field == f"accounts[0].{missing}"
    assert raised.value.line > 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "letter"}, "kind"),
        ({"template": ""}, "template"),
        ({"fields": {"thing1": "weather"}}, "fields.thing1"),
        ({"page": "/"}, "page"),
    ],
)
def test_a_wrong_notice_is_told_by_its_part(file: Path, change: dict[str, object], field: str) -> None:
    with pytest.raises(BrokenFile) as raised:
        load_accounts(write(file, GOOD | {"notice": NOTICE | change}), COMMUNITIES)

    assert raised.value.field == f"accounts[0].notice.{field}"
    assert raised.value.line > len(GOOD)


def test_a_file_of_something_else_is_refused(file: Path) -> None:
    file.write_text("account:\n- id: qinghe\n", encoding="utf-8")

    with pytest.raises(BrokenFile, match="没有这一项"):
        load_accounts(file, COMMUNITIES)


def test_no_secret_shows_when_an_account_is_printed_or_a_mistake_told(file: Path) -> None:
    secrets = ("the-secret-itself", "spring2024", KEY, FORMER, repr(aes_key(KEY)), repr(aes_key(FORMER)))
    account = load_accounts(write(file, GOOD | {"previous_aes_key": FORMER}), COMMUNITIES)["qinghe"]
    told = []
    for spoilt in ({"aes_key": f"{KEY}x"}, {"token": "spring2024!"}, {"secret": ""}, {"id": "Q"}):
        with pytest.raises(BrokenFile) as raised:
            load_accounts(write(file, GOOD | spoilt), COMMUNITIES)
        told.append(str(raised.value))

    printed = " ".join([repr(account), str(account), f"{account.keys}", *told])
    assert [secret for secret in secrets if secret in printed] == []


def test_the_accounts_of_an_installation_need_communities_that_exist(tmp_path: Path) -> None:
    write(tmp_path / "wechat.yml", GOOD | {"community": "liuan"})
    desk = open_desk(Settings.from_environment({"LINLI_VAR": str(tmp_path)}))
    desk.store.close()

    found = load_accounts(desk.settings.wechat, [community.id for community in desk.gazetteer.communities])

    assert [account.community_id for account in found.values()] == ["liuan"]
