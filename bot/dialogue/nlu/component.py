"""The Rasa graph component that trains and runs the reader."""

from pathlib import Path
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RESPONSE_KEY, TEXT, TEXT_TOKENS
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.core.elderly import ElderlyRules
from bot.core.emergencies import EmergencyRules
from bot.core.urgency import Urgency
from bot.dialogue.nlu import place_tagger
from bot.dialogue.nlu.context import SURE_OF_SUBJECT_CHANGE, Situation, handed_on, in_context
from bot.dialogue.nlu.letters import Letters
from bot.dialogue.nlu.meanwhile import meanwhile
from bot.dialogue.nlu.models import Example, Opinion, ReaderModels
from bot.dialogue.nlu.place_tagger import PlaceTagger, marked_lines
from bot.dialogue.nlu.reading import INFORM, Reader, Reading, Thresholds, is_bare_fact
from bot.settings import ROOT

READING = "reading"
INTENT_RANKING = "intent_ranking"
EXTRACTOR = "CommunityReader"


@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR], is_trainable=True
)
class CommunityReader(GraphComponent, IntentClassifier):
    """Sets intent, place entities and `reading`: leaf, urgency, elderly signals, separate requests."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "catalogue": "data/catalogue",
            "places": "data/places",
            "letters": "data/letters.yml",
            "thresholds": {},
            "weight_of_others": 0.5,
        }

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        models: ReaderModels | None = None,
        tagger: PlaceTagger | None = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._reader = self._build(models, tagger) if models else None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa passes it by name
    ) -> "CommunityReader":
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa passes it by name
        **kwargs: Any,  # noqa: ARG003
    ) -> "CommunityReader":
        with model_storage.read_from(resource) as folder:
            path = Path(folder) / place_tagger.FILE
            tagger = PlaceTagger(path.read_bytes()) if path.exists() else None
            return cls(config, model_storage, resource, ReaderModels.load(Path(folder)), tagger)

    def train(self, training_data: TrainingData) -> Resource:
        examples = [_example(message) for message in training_data.intent_examples]
        lines = marked_lines(ROOT / self._config["places"])
        with self._model_storage.write_to(self._resource) as name:
            folder = Path(name)
            with meanwhile(PlaceTagger.train, lines, folder / place_tagger.FILE) as places_learned:
                ReaderModels.fitted(examples, Letters.read(ROOT / self._config["letters"])).save(folder)
                places_learned()
        return self._resource

    def process(self, messages: list[Message], tracker: DialogueStateTracker) -> list[Message]:
        for message in messages:
            text = message.get(TEXT)
            if text and self._reader:
                found = situation(tracker)
                reading = self._read(self._reader, message, found)
                # A tracker without events belongs to no conversation: the message is only read, as `parse` does.
                _write(message, in_context(handed_on(reading) if tracker.events else reading, found))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def _read(self, reader: Reader, message: Message, found: Situation) -> Reading:
        """Inside a form a message may be a mere fact; one that says more is read again for what it is about."""
        text, opinion, words = message.get(TEXT), self._opinion(message), _words(message)
        reading = reader.read(text, opinion, words=words, answering=found.form is not None)
        if found.form is None or reading.intent != INFORM or is_bare_fact(text):
            return reading
        anew = reader.read(text, opinion, words=words)
        return anew if anew.confidence >= SURE_OF_SUBJECT_CHANGE else reading

    def _opinion(self, message: Message) -> Opinion | None:
        """What a classifier earlier in the pipeline (DIET, where TensorFlow is installed) makes of the intent."""
        ranking = message.get(INTENT_RANKING) or []
        if not ranking:
            return None
        return Opinion({one["name"]: float(one["confidence"]) for one in ranking}, self._config["weight_of_others"])

    def _build(self, models: ReaderModels, tagger: PlaceTagger | None) -> Reader:
        folder = ROOT / self._config["catalogue"]
        urgencies = {
            row["code"]: Urgency(row["urgency"])
            for path in sorted((folder / "leaves").glob("*.yml"))
            for row in _yaml(path)["leaves"]
        }
        return Reader(
            models,
            EmergencyRules.from_mapping(_yaml(folder / "emergencies.yml")),
            ElderlyRules.from_mapping(_yaml(folder / "elderly.yml")),
            urgencies,
            Thresholds(**self._config["thresholds"]),
            tagger,
        )


def situation(tracker: DialogueStateTracker | None) -> Situation:
    if tracker is None:
        return Situation()
    asked_after = tracker.get_slot("awaits") or {}
    return Situation(form=tracker.active_loop_name, asked=tracker.get_slot("requested_slot") or asked_after.get("what"))


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _example(message: Message) -> Example:
    full = message.get(INTENT_RESPONSE_KEY)
    return Example(message.get(TEXT), message.get(INTENT), full.partition("/")[2] if full else None, _words(message))


def _words(message: Message) -> tuple[str, ...] | None:
    """As the tokenizer of the pipeline cut it."""
    tokens = message.get(TEXT_TOKENS)
    return tuple(token.text for token in tokens) if tokens else None


def _write(message: Message, reading: Reading) -> None:
    message.set(INTENT, {"name": reading.intent, "confidence": reading.confidence}, add_to_output=True)
    # Never above the intent that was chosen: Rasa would take that for doubt.
    others = [(n, min(c, reading.confidence)) for n, c in reading.ranking if n != reading.intent]
    ranking = [{"name": n, "confidence": c} for n, c in others]
    message.set(INTENT_RANKING, [message.get(INTENT), *ranking], add_to_output=True)
    message.set(ENTITIES, message.get(ENTITIES, []) + [_entity(a) for a in reading.address], add_to_output=True)
    message.set(READING, reading.as_dict(), add_to_output=True)


def _entity(span: dict[str, Any]) -> dict[str, Any]:
    return {
        "entity": span["type"],
        "start": span["start"],
        "end": span["end"],
        "value": span["value"],
        "text": span["text"],
        "extractor": EXTRACTOR,
    }
