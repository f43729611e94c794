"""The menu file: what it may say, and what becomes of it on the phone."""

from pathlib import Path

import pytest
import yaml

from bot.channels.wechat.menu import NUMBERS, Menu, load_menu, menu_body
from bot.errors import BrokenFile
from bot.services.answering import SHORTCUTS
from tests.channels.wechat.fake_api import account_at

ROOT = Path(__file__).parents[3]
INTENTS = frozenset(yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["intents"])
LEAF: dict[str, object] = {"name": "报修上报", "key": "report", "text": "我要报修", "intent": "report_event"}
PAGE: dict[str, object] = {"name": "我的进展", "page": "/progress"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "menu.yml"


def read(file: Path, *items: dict[str, object], name: str = "报事") -> Menu:
    file.write_text(yaml.safe_dump({"buttons": [{"name": name, "items": list(items)}]}, allow_unicode=True), "utf-8")
    return load_menu(file, INTENTS)


def test_the_menu_in_use_can_be_read_and_offers_everything() -> None:
    menu = load_menu(ROOT / "data/wechat/menu.yml", INTENTS)
    assert [button.name for button in menu.buttons] == ["报事", "商量", "找人"]
    assert {said.intent for said in menu.said.values()} >= {
        *("report_event", "track_progress", "consult_policy", "propose_agenda_item"),
        *("complaint_escalate", "request_in_person"),
    }


def test_the_ways_to_people_mean_what_0_and_9_mean() -> None:
    menu = load_menu(ROOT / "data/wechat/menu.yml", INTENTS)
    ways = {f"/{menu.said[key].intent}" for key in ("worker", "visit")}
    assert ways == {button.payload for button in SHORTCUTS.values()}


def test_the_numbers_are_answered_without_rasa() -> None:
    menu = load_menu(ROOT / "data/wechat/menu.yml", INTENTS)
    assert menu.said[NUMBERS].intent is None


def test_a_tap_is_found_by_its_key(file: Path) -> None:
    menu = read(file, LEAF)
    assert (menu.said["report"].text, menu.said["report"].intent) == ("我要报修", "report_event")


def test_the_body_is_what_wechat_wants(file: Path) -> None:
    menu = read(file, LEAF, PAGE)
    assert menu_body(menu, account_at("http://api.example")) == {
        "button": [
            {
                "name": "报事",
                "sub_button": [
                    {"type": "click", "name": "报修上报", "key": "report"},
                    {"type": "view", "name": "我的进展", "url": "https://linli.example/progress"},
                ],
            }
        ]
    }


def test_a_page_is_offered_only_where_phones_can_open_it(file: Path) -> None:
    nowhere = account_at("http://api.example", address="")
    assert menu_body(read(file, LEAF, PAGE), nowhere)["button"] == [
        {"name": "报事", "sub_button": [{"type": "click", "name": "报修上报", "key": "report"}]}
    ]
    assert menu_body(read(file, PAGE), nowhere)["button"] == []


@pytest.mark.parametrize("name", ["报事", "报事报修", "ab12cd34"])
def test_a_button_may_have_four_characters_or_eight_letters(file: Path, name: str) -> None:
    assert read(file, LEAF, name=name).buttons[0].name == name


@pytest.mark.parametrize("name", ["报事报修吧", "abcdefghi", "😀😀😀😀😀"])
def test_a_longer_button_is_refused(file: Path, name: str) -> None:
    with pytest.raises(BrokenFile, match="最多4个汉字"):
        read(file, LEAF, name=name)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": "这一项的名字太长了吧"}, "最多8个汉字"),
        ({"intent": "dance"}, "没有dance"),
        ({"intent": None}, "应该是文字"),
        ({"text": ""}, "不能是空的"),
        ({"key": "长" * 43}, "最多128个字节"),
        ({"key": "numbers"}, "直接回答"),
        ({"page": "/progress"}, "只写一样"),
        ({"colour": "red"}, "没有这一项"),
    ],
    ids=str,
)
def test_an_item_that_cannot_work_is_told_by_its_line(file: Path, change: dict[str, object], problem: str) -> None:
    with pytest.raises(BrokenFile, match=problem) as raised:
        read(file, {**LEAF, **change})
    assert raised.value.line > 0


@pytest.mark.parametrize("page", ["progress", "//evil.example/", "https://evil.example/"])
def test_a_page_belongs_to_this_service(file: Path, page: str) -> None:
    with pytest.raises(BrokenFile, match="应该以一个 / 开头"):
        read(file, {**PAGE, "page": page})


def test_a_key_can_be_used_once_only(file: Path) -> None:
    with pytest.raises(BrokenFile, match="report写了两次"):
        read(file, LEAF, {**LEAF, "name": "再报一次"})


def test_a_button_opens_five_items_at_most(file: Path) -> None:
    with pytest.raises(BrokenFile, match="1到5项"):
        read(file, *({**LEAF, "key": f"report-{number}"} for number in range(6)))


@pytest.mark.parametrize("count", [0, 4])
def test_there_are_one_to_three_buttons(file: Path, count: int) -> None:
    file.write_text(yaml.safe_dump({"buttons": [{"name": "报事", "items": [LEAF]}] * count}), "utf-8")
    with pytest.raises(BrokenFile, match="1到3个按钮"):
        load_menu(file, INTENTS)
