"""What the bot understood of a message, as kept with it, for people to look at."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.catalogue import Catalogue
from bot.core.doubts import is_unsure
from bot.core.urgency import Urgency
from bot.services import intents

# What people said instead of the bot's guess, in `Message.reading`.
RIGHT_PLACE = "right_place"
RIGHT_URGENCY = "right_urgency"
# Somebody may want to be visited because of a matter.
_VISIT = "request_in_person"
_CERTAIN = 0.995


@dataclass(frozen=True)
class Reading:
    """The model's guess; `ranking` holds (intent, share 0 to 1), `corrected` the leaf a person set right.

    `intent_words` and `leaf_words` are what decided, `places` the phrases that say where; `right_…` is what a
    person said instead.
    """

    intent: str
    confidence: float
    leaf: str | None
    leaf_top3: tuple[str, ...]
    ranking: tuple[tuple[str, float], ...]
    corrected: str | None
    leaf_confidence: float | None = None
    kind: str | None = None
    urgency: Urgency | None = None
    urgency_reasons: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    intent_words: tuple[str, ...] = ()
    leaf_words: tuple[str, ...] = ()
    right_place: str | None = None
    right_urgency: Urgency | None = None

    @property
    def is_unsure(self) -> bool:
        """Whether the intent was a guess, or the matter of a report or proposal was."""
        return is_unsure(self.intent, self.confidence, self.leaf_confidence)

    @property
    def meaning(self) -> str:
        """The intent as a person would choose it, with its kind where it has one."""
        whole = f"{self.intent}/{self.kind}"
        return whole if self.kind and whole in intents.NAMES else self.intent

    @property
    def has_matter(self) -> bool:
        """Whether the intent goes together with a leaf; one that was read beside any other says nothing."""
        return intents.needs_leaf(self.intent) or self.intent == _VISIT

    @property
    def is_doubtful(self) -> bool:
        """Whether to tell how sure the bot was: where nothing is to be classified, a tap is plain certainty."""
        return self.has_matter or self.confidence < _CERTAIN

    @property
    def is_unread(self) -> bool:
        """Whether the model gave up."""
        return self.intent in ("", intents.FALLBACK)


def reading_of(kept: Mapping[str, object] | None) -> Reading | None:
    """What stands in `Message.reading`; what is missing there or of another shape counts as not guessed."""
    if not kept or not ({"intent", "corrected"} & kept.keys()):
        return None
    return Reading(
        intent=_word(kept.get("intent")) or "",
        confidence=_share(kept.get("confidence")),
        leaf=_word(kept.get("leaf")),
        leaf_top3=tuple(code for one in _entries(kept.get("leaf_top3")) if (code := _word(one))),
        ranking=tuple(_ranked(one) for one in _entries(kept.get("ranking")) if _entries(one)),
        corrected=_word(kept.get("corrected")),
        leaf_confidence=_share(kept["leaf_confidence"]) if "leaf_confidence" in kept else None,
        kind=_word(kept.get("kind")),
        urgency=_urgency(kept.get("urgency")),
        urgency_reasons=_texts(kept.get("urgency_reasons")),
        places=tuple(word for one in _entries(kept.get("address")) if (word := _text_of(one))),
        intent_words=_texts(kept.get("intent_words")),
        leaf_words=_texts(kept.get("leaf_words")),
        right_place=_word(kept.get(RIGHT_PLACE)),
        right_urgency=_urgency(kept.get(RIGHT_URGENCY)),
    )


def put_right(kept: Mapping[str, object] | None, place: str, urgency: Urgency | None) -> dict[str, object]:
    """A reading with what a person says of place and urgency; what they say nothing of stays."""
    said = {RIGHT_PLACE: place, RIGHT_URGENCY: urgency.value if urgency else ""}
    return {**(kept or {}), **{name: value for name, value in said.items() if value}}


def right_in_words(kept: Mapping[str, object] | None) -> str:
    """What people put right about place and urgency, for the trainer to read."""
    place, urgency = _word((kept or {}).get(RIGHT_PLACE)), _urgency((kept or {}).get(RIGHT_URGENCY))
    said = [f"地点应是“{place}”"] if place else []
    return "；".join([*said, *([f"应是{urgency.plain}"] if urgency else [])])


def screened(cue: str, leaf: str) -> dict[str, object]:
    """What the emergency screen understood, as the model would have put it; `cue` are the words that told of it."""
    sure = {"confidence": 1.0, "leaf": leaf, "leaf_top3": [leaf], "leaf_confidence": 1.0, "urgency": Urgency.P0.value}
    return {"intent": intents.Family.EMERGENCY.value, "intent_words": [cue], **sure}


def leaf_name(catalogue: Catalogue, code: str | None) -> str:
    """The leaf as people read it, such as 路灯不亮; its bare code if the catalogue has dropped it."""
    if not code:
        return ""
    return catalogue.leaves[code].name if code in catalogue.leaves else code


def _texts(value: object) -> tuple[str, ...]:
    return tuple(word for one in _entries(value) if (word := _word(one)))


def _text_of(span: object) -> str | None:
    return _word(span.get("text")) if isinstance(span, Mapping) else None


def _urgency(value: object) -> Urgency | None:
    return Urgency(value) if isinstance(value, str) and value in set(Urgency) else None


def _entries(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _ranked(pair: object) -> tuple[str, float]:
    name, *rest = _entries(pair)
    return str(name), _share(rest[0] if rest else 0.0)


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _share(value: object) -> float:
    return min(max(float(value), 0.0), 1.0) if isinstance(value, int | float) else 0.0
