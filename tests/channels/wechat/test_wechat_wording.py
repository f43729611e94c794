"""What a page draws as a card is said in lines."""

from bot.channels.wechat.wording import lines_of
from bot.store.tables import Message

PAGE = "https://community.example/wechat/qinghe/enter"
FILE: dict[str, object] = {"kind": "file", "what": "照片", "is_picture": True}


def test_a_file_is_a_link_to_the_page_that_shows_it() -> None:
    said = lines_of(Message(text="照这样填", card=FILE), PAGE)

    assert said == ["照这样填", f"有一份照片给您，点这里看：{PAGE}"]


def test_without_a_page_the_resident_is_told_whom_to_ask() -> None:
    [said] = lines_of(Message(text="", card=FILE))

    assert "打社区电话" in said
    assert "http" not in said


def test_words_without_a_card_stay_words() -> None:
    assert lines_of(Message(text="您好", card=None), PAGE) == ["您好"]
