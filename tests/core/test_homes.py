import pytest

from bot.core.homes import hide_rooms


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("3号楼2单元501漏水", "3号楼2单元***室漏水"),
        ("5号楼301室，在家", "5号楼***室，在家"),
        ("5-2-301漏水", "5-2-***室漏水"),
        ("五号楼二单元三零一和402室", "五号楼二单元***室和***室"),
        ("5号楼2单元楼道灯坏了三天", "5号楼2单元楼道灯坏了三天"),
        ("编号GE510104001-20260312-0301", "编号GE510104001-20260312-0301"),
    ],
)
def test_nobody_reads_behind_which_door(text: str, shown: str) -> None:
    assert hide_rooms(text) == shown
    assert hide_rooms(shown) == shown


def test_a_room_that_is_known_is_found_where_no_address_stands() -> None:
    assert hide_rooms("就在2803，快来，等了12803天", {"2803", "5"}) == "就在***室，快来，等了12803天"
