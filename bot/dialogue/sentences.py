"""Reads the training sentences for Rasa, as its own file importer does and in a fraction of the time.

Rasa parses every file in pure Python four times and asks every sentence hundreds of times for a fingerprint of all
it holds. With some 30,000 sentences that was most of the training.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import TEXT, TEXT_TOKENS
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

_TOP_KEY = re.compile(r"^(\w+):", re.MULTILINE)
_MARKUP = re.compile(r"[\[{]")
_HEADER = {"version": "3.1"}
_BLOCK = {"intent", "examples"}


class Sentence(Message):
    """A training sentence, told from others by its text first: equal sentences have equal texts."""

    def __hash__(self) -> int:
        return hash(self.get(TEXT))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and self.data == other.data and self.features == other.features

    def __deepcopy__(self, memo: dict[int, Any]) -> "Sentence":
        """Components replace what a message holds and never change it in place, so the values are shared."""
        return Sentence(self.data, set(self.output_properties), self.time, list(self.features))

    def fingerprint(self) -> str:
        if self.features:
            return str(super().fingerprint())
        return repr(sorted((key, _plain(key, value)) for key, value in self.data.items()))


def _plain(key: str, value: Any) -> Any:
    return [(token.text, token.start) for token in value] if key == TEXT_TOKENS else value


class SentenceImporter(RasaFileImporter):
    """Named in config.yml under `importers`; reads YAML files."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
    ) -> None:
        super().__init__(config_file, domain_path, None)
        paths = [training_data_paths] if isinstance(training_data_paths, str) else training_data_paths or []
        files = sorted({file for path in paths for file in _yaml_files(Path(path))})
        keys = {file: set(_TOP_KEY.findall(file.read_text(encoding="utf-8"))) for file in files}
        self._nlu_files = [str(file) for file in files if "nlu" in keys[file]]
        self._story_files = [str(file) for file in files if keys[file] & {"stories", "rules"}]
        self._found: TrainingData | None = None
        self._domain: Domain | None = None

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:  # noqa: ARG002 - sentences have one language
        """All sentences; kept, because each of Rasa's layers asks for them and copies what it gets."""
        if self._found is None:
            self._found = TrainingData().merge(*(_read(Path(file)) for file in self._nlu_files))
        return self._found

    def get_domain(self) -> Domain:
        if self._domain is None:
            self._domain = super().get_domain()
        return self._domain


def _yaml_files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (file for file in path.rglob("*") if file.suffix in {".yml", ".yaml"})
    elif path.is_file():
        yield path


def _read(path: Path) -> TrainingData:
    text = path.read_text(encoding="utf-8")
    blocks = None if _MARKUP.search(text) else _plain_blocks(text)
    if blocks is None:
        return _read_as_rasa_does(path)
    return TrainingData(
        [Sentence.build(line, block["intent"]) for block in blocks for line in _lines(block["examples"])]
    )


def _plain_blocks(text: str) -> list[dict[str, str]] | None:
    """Intents with plain examples; None where a file holds anything else, or is broken, which Rasa words best."""
    try:
        held = yaml.load(text, yaml.CSafeLoader)
    except yaml.YAMLError:
        return None
    if not isinstance(held, dict) or set(held) != {*_HEADER, "nlu"} or held["version"] != _HEADER["version"]:
        return None
    blocks: list[dict[str, str]] = held["nlu"] or []
    return blocks if all(_is_plain(block) for block in blocks) else None


def _is_plain(block: object) -> bool:
    if not isinstance(block, dict) or set(block) != _BLOCK:
        return False
    return all(isinstance(value, str) for value in block.values()) and all(
        line.startswith("-") for line in block["examples"].splitlines()
    )


def _lines(examples: str) -> Iterator[str]:
    return (line[1:].strip() for line in examples.splitlines())


def _read_as_rasa_does(path: Path) -> TrainingData:
    found = RasaYAMLReader().read(str(path))
    found.training_examples = [
        Sentence(message.data, message.output_properties, message.time, message.features)
        for message in found.training_examples
    ]
    return found
