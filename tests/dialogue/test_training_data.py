"""What the reader learns from: enough of each kind, each sentence under one label, none it is measured with."""

import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from bot.core.catalogue import OUTSIDE
from bot.dialogue.nlu.place_tagger import marked_lines, unmarked
from bot.services.examples import Example, read_all
from bot.settings import ROOT
from bot.store.files.catalogue_files import CatalogueFiles, load_catalogue
from tests.dialogue.readings import labelled_messages

MEASURED = ROOT.parent / "shared" / "eval"
LEAST_OF_LEAF, LEAST_OF_INTENT = 60, 200
LEAST_QUESTIONS, LEAST_PROPOSALS = 15, 12
CORE = (
    "emergency",
    "report_event",
    "propose_agenda_item",
    "consult_policy",
    "track_progress",
    "complaint_escalate",
    "request_in_person",
    "chitchat",
    "out_of_scope",
)


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return [example for _, example in read_all(ROOT / "data" / "nlu")]


@pytest.fixture(scope="module")
def files() -> CatalogueFiles:
    return load_catalogue(ROOT / "data" / "catalogue")


def counted(examples: list[Example]) -> Counter[str]:
    return Counter(example.code for example in examples)


def test_every_leaf_has_enough_sentences(examples: list[Example], files: CatalogueFiles) -> None:
    counts: Counter[str] = Counter()
    for code, count in counted(examples).items():
        counts[code.partition("/")[2]] += count
    leaves = [leaf.code for leaf in files.catalogue.leaves.values() if not leaf.is_other]
    assert {leaf: counts[leaf] for leaf in leaves if counts[leaf] < LEAST_OF_LEAF and not leaf.startswith("01")} == {}


def test_every_core_intent_has_enough_sentences(examples: list[Example]) -> None:
    counts = Counter(example.code.partition("/")[0] for example in examples)
    assert {intent: counts[intent] for intent in CORE if counts[intent] < LEAST_OF_INTENT} == {}


def test_questions_and_proposals_are_there_for_every_leaf_that_has_them(
    examples: list[Example], files: CatalogueFiles
) -> None:
    counts = counted(examples)
    leaves = [leaf for leaf in files.catalogue.leaves.values() if not leaf.is_other and leaf.top != "01"]
    questions = {leaf.code: counts[f"consult_policy/{leaf.code}"] for leaf in leaves}
    proposals = {leaf.code: counts[f"propose_agenda_item/{leaf.code}"] for leaf in leaves if leaf.consultable}
    assert {leaf: n for leaf, n in questions.items() if n < LEAST_QUESTIONS} == {}
    assert {leaf: n for leaf, n in proposals.items() if n < LEAST_PROPOSALS} == {}


def test_a_sentence_means_one_thing(examples: list[Example]) -> None:
    codes: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        codes[example.text].add(example.code)
    assert {text: found for text, found in codes.items() if len(found) > 1} == {}


def test_every_leaf_named_in_the_data_is_in_the_catalogue(examples: list[Example], files: CatalogueFiles) -> None:
    named = {code.partition("/")[2] for code in counted(examples)}
    assert {leaf for leaf in named if leaf.isdigit()} <= set(files.catalogue.leaves)


def test_every_matter_outside_our_powers_has_its_words(examples: list[Example]) -> None:
    domain = (ROOT / "domain.yml").read_text(encoding="utf-8")
    kinds = {code.partition("/")[2] for code in counted(examples) if f"/{OUTSIDE}" in code}
    assert kinds
    assert {kind for kind in kinds if f"utter_{kind}:" not in domain} == set()


def test_the_dictionary_folder_holds_dictionaries_only() -> None:
    for path in (ROOT / "data" / "jieba").iterdir():
        for line in path.read_text(encoding="utf-8").splitlines():
            word, frequency, tag = line.split(" ")
            assert word
            assert frequency.isdigit()
            assert tag.isalpha()


def test_our_own_measure_is_not_in_the_training(examples: list[Example]) -> None:
    texts = {example.text for example in examples}
    assert [row["text"] for row in labelled_messages() if row["text"] in texts] == []


@pytest.mark.skipif(not MEASURED.is_dir(), reason="needs ../shared/eval")
def test_no_measured_message_is_in_the_project(examples: list[Example]) -> None:
    measured = [_bare(text) for name in ("messages.jsonl", "emergency.jsonl") for text in _texts(MEASURED / name)]
    ours = {_bare(example.text) for example in examples} | {_bare(str(row["text"])) for row in labelled_messages()}
    ours |= {_bare(unmarked(line)[0]) for line in marked_lines(ROOT / "data" / "places")}
    assert [text for text in measured if len(text) >= 8 and text in ours] == []


def _texts(path: Path) -> list[str]:
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]


def _bare(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())
