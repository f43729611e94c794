"""The groups as an operator writes them down."""

from datetime import time
from pathlib import Path

import pytest

from bot.channels.wechat.accounts import load_accounts
from bot.channels.wecom.groups import Group, Quiet, load_groups
from bot.errors import BrokenFile
from tests.channels.wecom.group import KEY

COMMUNITIES = ("qinghe", "liuan")
URL = f"https://robots.example.org/send?key={KEY}"
GOOD = f"""
accounts: []
groups:
  - id: qinghe
    community: qinghe
    url: {URL}
    quiet: 22:00-07:00
    duty: [WangXiaoHe, li.qing]
  - {{id: street, url: "{URL}"}}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "wechat.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_groups_are_read_by_id(tmp_path: Path) -> None:
    groups = load_groups(written(tmp_path, GOOD), COMMUNITIES)

    assert groups == {
        "qinghe": Group("qinghe", "qinghe", URL, Quiet(time(22), time(7)), ("WangXiaoHe", "li.qing")),
        "street": Group("street", None, URL),
    }
    assert [group.hears for group in groups.values()] == ["qinghe", "street"]


def test_accounts_and_groups_live_in_one_file(tmp_path: Path) -> None:
    assert load_accounts(written(tmp_path, GOOD), COMMUNITIES) == {}


def test_without_a_file_there_are_no_groups(tmp_path: Path) -> None:
    assert load_groups(tmp_path / "none.yml", COMMUNITIES) == {}


@pytest.mark.parametrize(
    ("right", "wrong", "field"),
    [
        ("community: qinghe", "community: nowhere", "community"),
        ("22:00-07:00", "22点到7点", "quiet"),
        ("22:00-07:00", "25:00-07:00", "quiet"),
        ("22:00-07:00", "07:00-07:00", "quiet"),
        ("li.qing", "'<@all>'", "duty"),
        ("id: street", "id: qinghe", "id"),
        ("id: street", "id: street, community: qinghe", "community"),
        (f"url: {URL}", f"url: ftp://robots.example.org/?key={KEY}", "url"),
        (f"url: {URL}", f"url: https://robots.example.org:port/?key={KEY}", "url"),
        ("duty:", "on_duty:", "on_duty"),
    ],
)
def test_a_mistake_is_told_by_its_field_and_without_the_address(
    tmp_path: Path, right: str, wrong: str, field: str
) -> None:
    path = written(tmp_path, GOOD.replace(right, wrong, 1))

    with pytest.raises(BrokenFile) as told:
        load_groups(path, COMMUNITIES)

    assert told.value.field.endswith(field)
    assert KEY not in str(told.value)
