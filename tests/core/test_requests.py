"""Cutting a message into its separate requests."""

import pytest

from bot.core.requests import split


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("3号楼灯坏了，还有垃圾没人收，另外想问居住证怎么办", ("3号楼灯坏了", "垃圾没人收", "想问居住证怎么办")),
        ("1. 楼道灯坏了 2. 垃圾没人收 3. 物业费怎么算", ("楼道灯坏了", "垃圾没人收", "物业费怎么算")),
        ("①楼道堆东西②单元门坏了", ("楼道堆东西", "单元门坏了")),
        ("第一，电梯老坏。第二，门禁也坏了", ("电梯老坏", "门禁也坏了")),
        ("一是路灯不亮，二是狗没人管", ("路灯不亮", "狗没人管")),
        ("灯坏了；垃圾也没人收", ("灯坏了", "垃圾也没人收")),
        ("电梯坏了，楼道灯也不亮", ("电梯坏了", "楼道灯也不亮")),
        ("我家水管爆了。另外，低保怎么申请？", ("我家水管爆了", "低保怎么申请？")),
        ("楼上天天吵，对了，养老金认证怎么弄", ("楼上天天吵", "养老金认证怎么弄")),
        ("路灯坏了\n垃圾桶满了", ("路灯坏了", "垃圾桶满了")),
        ("垃圾没人收，另外建议加装电梯", ("垃圾没人收", "建议加装电梯")),
        ("楼道灯不亮。想咨询居住证怎么办理", ("楼道灯不亮", "想咨询居住证怎么办理")),
    ],
)
def test_separate_requests_are_cut(message: str, parts: tuple[str, ...]) -> None:
    assert split(message) == parts


@pytest.mark.parametrize(
    "message",
    [
        "灯坏了三天了，老人摸黑下楼，差点摔了",
        "电梯坏了，还有老人在六楼下不来",
        "灯坏了。另外我电话是19900000001",
        "楼上漏水，把我家墙皮泡坏了，还有地板",
        "垃圾没人收，臭得睡不着，另外请尽快处理",
        "下水道堵了，污水流到停车场了",
        "电动车在楼道充电，还堆满杂物",
        "停水了，什么时候来水？",
        "灯坏了，还有我家在5楼",
        "装修太吵了，孩子没法写作业，老人也睡不着",
        "电梯坏了也没人修",
        "对了我住在5号楼",
        "想问下居住证怎么办，需要什么材料？",
        "路灯坏了，路面又黑",
        "我妈腿脚不好，能不能上门办医保",
        "物业费涨到2.5元，1.8元的时候都没人管",
        "你好",
    ],
)
def test_one_request_with_its_story_stays_whole(message: str) -> None:
    assert split(message) == (message,)


def test_nothing_is_no_request() -> None:
    assert split("  \n") == ()


def test_a_list_too_long_to_be_believed_stays_whole() -> None:
    message = "；".join(
        f"{subject}坏了没人管" for subject in ("路灯", "电梯", "门禁", "水管", "健身器材", "井盖", "监控")
    )
    assert split(message) == (message,)
