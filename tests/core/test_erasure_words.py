import pytest

from bot.core.erasure_words import asks_erasure


@pytest.mark.parametrize(
    "text",
    [
        "删除我的信息",
        "把我的资料删掉",
        "请把我的手机号删了",
        "我要注销我的账号",
        "我的个人信息全部删除",
        "不要再保存我的电话",
        "能帮我把我的聊天记录都删了吗",
        "我的信息麻烦删一下",
        "怎么删除我的信息",
    ],
)
def test_who_wants_to_be_forgotten_is_heard(text: str) -> None:
    assert asks_erasure(text)


@pytest.mark.parametrize(
    "text",
    [
        "把楼道的垃圾清掉",
        "我的资料被人删了",
        "删除我的报修",
        "垃圾短信怎么删",
        "不要删我的资料",
        "我的车位信息登记错了",
    ],
)
def test_other_wishes_delete_nobody(text: str) -> None:
    assert not asks_erasure(text)
