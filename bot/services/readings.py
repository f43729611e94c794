"""What the bot understood of a message, as kept with it, for people to look at."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.catalogue import Catalogue
from bot.services import intents

# Shares from 0 to 1 below which a person should look; leaves are many, so their shares are smaller.
UNSURE_INTENT = 0.5
UNSURE_LEAF = 0.3
# Intents from which something is filed under a leaf.
FILED = ("report_event", "propose_agenda_item")


@dataclass(frozen=True)
class Reading:
    """The model's guess; `ranking` holds (intent, share 0 to 1), `corrected` the leaf a person set right."""

    intent: str
    confidence: float
    leaf: str | None
    leaf_top3: tuple[str, ...]
    ranking: tuple[tuple[str, float], ...]
    corrected: str | None
    leaf_confidence: float | None = None

    @property
    def is_unsure(self) -> bool:
        """Whether the intent was a guess, or the matter of a report or proposal was."""
        return self.confidence < UNSURE_INTENT or (
            self.intent in FILED and self.leaf_confidence is not None and self.leaf_confidence < UNSURE_LEAF
        )

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
    )


def leaf_name(catalogue: Catalogue, code: str | None) -> str:
    """The leaf as people read it, such as 路灯不亮; its bare code if the catalogue has dropped it."""
    if not code:
        return ""
    return catalogue.leaves[code].name if code in catalogue.leaves else code


def _entries(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _ranked(pair: object) -> tuple[str, float]:
    name, *rest = _entries(pair)
    return str(name), _share(rest[0] if rest else 0.0)


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _share(value: object) -> float:
    return min(max(float(value), 0.0), 1.0) if isinstance(value, int | float) else 0.0
