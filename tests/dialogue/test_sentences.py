"""Our importer gives Rasa what its own gives it."""

import copy
from pathlib import Path

import pytest
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.exceptions import RasaException
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import TEXT_TOKENS
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.dialogue.sentences import Sentence, SentenceImporter

PLAIN = """version: "3.1"
nlu:
# 0603 路灯与公共照明
- intent: report_event/0603
  examples: |
    - 路灯不亮
    - 路灯不亮
    -  广场的灯"坏"了: 三天
- intent: affirm
  examples: |
    - 对
"""
MARKED = """version: "3.1"
nlu:
- intent: inform
  examples: |
    - 我在[青禾苑](community)
- synonym: 青禾苑
  examples: |
    - 青禾小区
- regex: room
  examples: |
    - \\d{3,4}
"""
LISTED = """version: "3.1"
nlu:
- intent: deny
  examples:
  - text: 不是
    metadata: {sentiment: 0}
responses:
  utter_x:
  - text: 好
"""
RULES = 'version: "3.1"\nrules:\n- rule: 问好\n  steps:\n  - intent: greet\n  - action: utter_greet\n'


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return folder


def told(data: TrainingData) -> tuple[object, ...]:
    examples = sorted((m.as_dict() for m in data.training_examples), key=str)
    return examples, data.entity_synonyms, data.regex_features, data.lookup_tables, data.responses


@pytest.mark.parametrize("text", [PLAIN, MARKED, LISTED, PLAIN.replace("3.1", "2.0")])
def test_a_file_is_read_as_rasa_reads_it(tmp_path: Path, text: str) -> None:
    paths = [str(written(tmp_path, one=text))]
    assert told(SentenceImporter(None, None, paths).get_nlu_data()) == told(
        RasaFileImporter(None, None, paths).get_nlu_data()
    )


def test_rules_are_found_beside_sentences(tmp_path: Path) -> None:
    importer = SentenceImporter(None, None, [str(written(tmp_path, one=PLAIN, two=RULES))])
    assert [step.block_name for step in importer.get_stories().story_steps] == ["问好"]
    assert len(importer.get_nlu_data().training_examples) == 3


def test_a_broken_file_is_named_as_rasa_names_it(tmp_path: Path) -> None:
    importer = SentenceImporter(None, None, str(written(tmp_path, broken="nlu:\n- intent: [\n")))
    with pytest.raises(RasaException, match=r"broken\.yml"):
        importer.get_nlu_data()


def test_a_copy_is_equal_and_goes_its_own_way() -> None:
    sentence = Sentence.build("路灯不亮", "report_event/0603")
    twin = copy.deepcopy(sentence)
    assert twin == sentence
    assert hash(twin) == hash(sentence)
    twin.set(TEXT_TOKENS, [Token("路灯", 0), Token("不亮", 2)])
    assert sentence.get(TEXT_TOKENS) is None
    assert twin != sentence


def test_a_fingerprint_tells_what_a_sentence_holds() -> None:
    def cut(*words: str) -> Sentence:
        sentence = Sentence.build("路灯不亮", "report_event/0603")
        sentence.set(TEXT_TOKENS, [Token(word, 0) for word in words])
        return sentence

    other = Sentence.build("路灯不亮", "consult_policy/0603")
    assert cut("路灯", "不亮").fingerprint() == cut("路灯", "不亮").fingerprint()
    assert len({cut("路灯", "不亮").fingerprint(), cut("路", "灯不亮").fingerprint(), other.fingerprint()}) == 3
