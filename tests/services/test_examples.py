"""Adding a training example changes one line of one file and can do no harm there."""

from pathlib import Path

import pytest
import yaml

from bot.errors import BrokenFile
from bot.services import examples
from bot.services.intents import NAMES, Choice, Family

LAMPS = Choice("report_event", "0603")
BYE = Choice("chitchat/bye", None)
FILE = """version: "3.1"
nlu:
# 0603 路灯与公共照明
- intent: report_event/0603
  examples: |
    - 路灯坏了
    - 灯又黑了

# 0604 排水堵塞
- intent: report_event/0604
  examples: |
    - 下水道堵了
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of examples with two leaves in one file."""
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "06.yml").write_text(FILE, "utf-8")
    return tmp_path


def lamps_of(folder: Path) -> list[str]:
    return [one.text for _, one in examples.read_all(folder) if one.code == LAMPS.code]


def test_an_example_is_one_line_at_the_end_of_its_intent(folder: Path) -> None:
    examples.add(folder, [(LAMPS, "东门的灯不亮")])

    after = (folder / "report" / "06.yml").read_text("utf-8")
    assert after == FILE.replace("    - 灯又黑了\n", "    - 灯又黑了\n    - 东门的灯不亮\n")


def test_a_file_keeps_its_own_line_endings_and_indentation(folder: Path) -> None:
    path = folder / "report" / "06.yml"
    before = FILE.replace("    - ", "      - ").replace("\n", "\r\n").encode()
    path.write_bytes(before)

    examples.add(folder, [(LAMPS, "东门的灯不亮")])

    old, new = before.split(b"\r\n"), path.read_bytes().split(b"\r\n")
    at = new.index("      - 东门的灯不亮".encode())
    assert new[:at] + new[at + 1 :] == old


def test_a_missing_last_line_end_is_put_in(folder: Path) -> None:
    path = folder / "report" / "06.yml"
    path.write_text(FILE.rstrip("\n"), "utf-8")

    examples.add(folder, [(Choice("report_event", "0604"), "井盖冒水")])

    assert path.read_text("utf-8") == FILE + "    - 井盖冒水\n"


def test_a_missing_intent_becomes_a_block_at_the_end_of_its_file(folder: Path) -> None:
    examples.add(folder, [(Choice("report_event", "0605"), "井盖没了")])

    after = (folder / "report" / "06.yml").read_text("utf-8")
    assert after == f"{FILE}- intent: report_event/0605\n  examples: |\n    - 井盖没了\n"


def test_a_missing_file_is_made_where_its_kind_belongs(folder: Path) -> None:
    added = examples.add(folder, [(BYE, "回见")])

    assert added.paths == (folder / "dialogue" / "chitchat.yml",)
    assert yaml.safe_load(added.paths[0].read_text("utf-8"))["nlu"] == [
        {"intent": "chitchat/bye", "examples": "- 回见\n"}
    ]


def test_fraud_under_way_stands_with_the_emergencies() -> None:
    assert examples.home_of(Choice(Family.EMERGENCY, "0302")) == Path("emergency/01.yml")


def test_an_intent_that_stands_in_another_file_grows_there(folder: Path) -> None:
    (folder / "extra.yml").write_text(FILE.replace("0603", "0702").replace("0604", "0703"), "utf-8")

    added = examples.add(folder, [(Choice("report_event", "0702"), "没人管")])

    assert added.paths == (folder / "extra.yml",)


@pytest.mark.parametrize("again", ["路灯坏了", " 路灯 坏了 ", "路灯坏了\u200b"])
def test_a_known_sentence_is_not_added_again(folder: Path, again: str) -> None:
    added = examples.add(folder, [(LAMPS, again)])

    assert (added.added, added.known, added.paths) == (0, 1, ())
    assert (folder / "report" / "06.yml").read_text("utf-8") == FILE


def test_the_same_new_sentence_twice_is_added_once(folder: Path) -> None:
    examples.add(folder, [(LAMPS, "东门的灯不亮"), (LAMPS, "东门的灯不亮")])

    assert lamps_of(folder) == ["路灯坏了", "灯又黑了", "东门的灯不亮"]


def test_a_sentence_of_another_intent_is_refused_by_name(folder: Path) -> None:
    added = examples.add(folder, [(LAMPS, "下水道堵了")])

    assert added.clashes == (examples.Clash("下水道堵了", "report_event/0603", "report_event/0604"),)
    assert (folder / "report" / "06.yml").read_text("utf-8") == FILE


@pytest.mark.parametrize(
    "evil",
    [
        "灯坏了\n- intent: chitchat/bye\n  examples: |\n    - 坏",
        "灯坏了\u2028    - 第二行\x85    - 第三行\x0b第四行",
        '[灯](place){"entity": "x"} ${HOME} \\n',
        '/restart{"a": 1}',
        "- - # : | > & * ! % @ ` \" '",
        "灯坏了\x00\x1b[31m\u202e\ufeff",
    ],
)
def test_no_sentence_can_be_more_than_one_plain_example(folder: Path, evil: str) -> None:
    examples.add(folder, [(LAMPS, evil)])

    added = lamps_of(folder)[2:]
    blocks = yaml.safe_load((folder / "report" / "06.yml").read_text("utf-8"))["nlu"]
    assert len(added) == 1
    assert not set(added[0]) & set("[](){}\\\n\x00\x1b\u202e\ufeff\u2028")
    assert not added[0].startswith(("/", "-"))
    assert [block["intent"] for block in blocks] == ["report_event/0603", "report_event/0604"]


def test_emoji_of_several_parts_stay_whole() -> None:
    assert examples.neutral("👨‍👩‍👧 灯坏了") == "👨‍👩‍👧 灯坏了"


@pytest.mark.parametrize("broken", ["nlu: [", "nlu:\n- intent: report_event/0603\n  examples: |\n   x: [\n  - y"])
def test_a_broken_file_is_named_and_left_alone(folder: Path, broken: str) -> None:
    path = folder / "report" / "06.yml"
    path.write_text(broken, "utf-8")

    with pytest.raises(BrokenFile, match=r"06\.yml"):
        examples.add(folder, [(LAMPS, "东门的灯不亮"), (BYE, "回见")])

    assert path.read_text("utf-8") == broken
    assert not (folder / "dialogue").exists()


def test_every_intent_of_the_training_data_has_a_name(project: Path) -> None:
    codes = {one.code for _, one in examples.read_all(project / "data" / "nlu")}
    families = set(Family)
    named = {code.partition("/")[0] if code.partition("/")[0] in families else code for code in codes}

    assert named <= set(NAMES)


def test_every_intent_stands_in_the_file_it_would_be_written_to(project: Path) -> None:
    nlu = project / "data" / "nlu"
    homes = {examples.home_of(Choice(*_parts(one.code))) for _, one in examples.read_all(nlu)}

    assert {home for home in homes if not (nlu / home).exists()} == set()


def _parts(code: str) -> tuple[str, str | None]:
    intent, _, leaf = code.partition("/")
    return (intent, leaf) if intent in set(Family) else (code, None)


@pytest.fixture
def project() -> Path:
    """The project's own folder."""
    return Path(__file__).parents[2]
