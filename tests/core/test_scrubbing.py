import pytest

from bot.core.scrubbing import Identity, scrub

KNOWN = Identity(frozenset({"尹若舟"}), frozenset({"2803", "5"}))
NOBODY = Identity()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("尹若舟家漏水", "[姓名]家漏水"),
        ("我是若舟", "我是[姓名]"),
        ("就在2803，快来", "就在[房号]，快来"),
        ("5号楼5楼灯坏了", "5号楼5楼灯坏了"),
        ("电话12803号", "电话12803号"),
        ("打19955501234", "打[电话]"),
    ],
)
def test_what_is_known_of_somebody_is_taken_out(text: str, left: str) -> None:
    assert scrub(text, KNOWN) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("我叫柏长青，灯坏了", "我叫[姓名]，灯坏了"),
        ("我姓李，行李丢了", "我姓[姓名]，行李丢了"),
        ("青禾苑5号楼2单元301漏水", "青禾苑5号楼2单元[房号]漏水"),
        ("5-2-301漏水", "5-2-[房号]漏水"),
        ("五号楼二单元三零一和402室", "五号楼二单元[房号]和[房号]"),
        ("路灯不亮", "路灯不亮"),
        ("", ""),
    ],
)
def test_names_and_rooms_are_found_unknown_too(text: str, left: str) -> None:
    assert scrub(text, NOBODY) == left


@pytest.mark.parametrize(
    "text",
    [
        "我叫柏长青，住5号楼2单元301，电话19955501234",
        "我姓李",
        "301、302、303室都漏",
        "编号GE990101001-20260312-0301到哪了",
    ],
)
def test_taking_out_twice_changes_nothing(text: str) -> None:
    once = scrub(text, KNOWN)

    assert scrub(once, KNOWN) == once
