"""Cross-validation and what a model is recorded with."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from bot.dialogue.evaluation.held_out import HeldOut, read_held_out
from bot.dialogue.figures import Figures, figures_path, structure
from bot.dialogue.nlu.letters import Letters
from bot.dialogue.nlu.models import Example
from bot.dialogue.training import check, counted, validated
from bot.errors import BrokenFile
from bot.settings import ROOT

LIGHTS = ["灯坏了", "灯不亮", "楼道灯黑了", "灯又灭了", "灯不亮啊", "灯坏好久", "灯泡坏了", "楼道灯坏", "灯闪", "没灯"]
WASTE = [
    "垃圾没收",
    "垃圾满了",
    "垃圾臭",
    "垃圾堆着",
    "垃圾没人倒",
    "垃圾太多",
    "垃圾桶满",
    "垃圾没拉",
    "垃圾乱",
    "垃圾",
]
GREETINGS = ["你好", "您好", "你好啊", "早上好", "下午好", "晚上好", "嗨你好", "你好呀", "您好啊", "大家好"]
THANKS = ["谢谢", "谢谢你", "谢谢啦", "多谢", "谢谢您", "太谢谢了", "感谢", "谢了", "谢谢啊", "多谢多谢"]
EXAMPLES = [
    *(Example(text, "report_event", "0503") for text in LIGHTS),
    *(Example(text, "report_event", "0701") for text in WASTE),
    *(Example(text, "chitchat", "greet") for text in GREETINGS),
    *(Example(text, "chitchat", "thanks") for text in THANKS),
]
HASTY = Figures("m", "2026-11-23T00:00:00+00:00", 40)


def held_out() -> list[HeldOut]:
    return read_held_out(EXAMPLES, Letters(), lambda _: None)


def test_every_example_is_held_out_once() -> None:
    figures = validated(HASTY, held_out())
    assert figures.per_intent is not None
    assert {name: score.support for name, score in figures.per_intent.items()} == {"report_event": 20, "chitchat": 20}


def test_the_same_data_give_the_same_figures() -> None:
    assert validated(HASTY, held_out()) == validated(HASTY, held_out())


def test_separable_matters_are_told_apart() -> None:
    figures = validated(HASTY, held_out())
    assert figures.leaf_accuracy is not None
    assert figures.leaf_accuracy >= 0.9


def written(folder: Path) -> Path:
    nlu = folder / "data" / "nlu"
    nlu.mkdir(parents=True)
    groups = {
        "report_event/0503": LIGHTS,
        "report_event/0701": WASTE,
        "chitchat/greet": GREETINGS,
        "chitchat/thanks": THANKS,
    }
    blocks = [
        f"- intent: {name}\n  examples: |\n" + "".join(f"    - {t}\n" for t in texts) for name, texts in groups.items()
    ]
    (nlu / "all.yml").write_text('version: "3.1"\nnlu:\n' + "".join(blocks), encoding="utf-8")
    for name in ("config.yml", "domain.yml"):
        (folder / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    return folder / "data"


def test_figures_of_a_hasty_model_are_added_later(tmp_path: Path) -> None:
    data = written(tmp_path)
    model = tmp_path / "m.tar.gz"
    figures_path(model).write_text(json.dumps(asdict(HASTY)), encoding="utf-8")
    check(tmp_path, data, model, lambda *_: None)
    kept = json.loads(figures_path(model).read_text(encoding="utf-8"))
    assert kept["name"] == "m"
    assert kept["intent_accuracy"] is not None


def test_examples_are_counted_as_lines(tmp_path: Path) -> None:
    assert counted(written(tmp_path)) == len(EXAMPLES)


def test_broken_training_data_are_named(tmp_path: Path) -> None:
    data = written(tmp_path)
    (data / "nlu" / "broken.yml").write_text('version: "3.1"\nnlu:\n- intent: [\n', encoding="utf-8")
    figures_path(tmp_path / "m.tar.gz").write_text(json.dumps(asdict(HASTY)), encoding="utf-8")
    with pytest.raises(BrokenFile, match=r"broken\.yml"):
        check(tmp_path, data, tmp_path / "m.tar.gz", lambda *_: None)


def test_new_rules_need_a_new_model_and_new_examples_do_not(tmp_path: Path) -> None:
    data = written(tmp_path)
    (data / "rules").mkdir()
    before = structure(tmp_path, data)
    (data / "nlu" / "more.yml").write_text("nlu: []", encoding="utf-8")
    assert structure(tmp_path, data) == before
    (data / "rules" / "new.yml").write_text("rules: []", encoding="utf-8")
    assert structure(tmp_path, data) != before
