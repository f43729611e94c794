"""A report while it is being told: what is known, and what the next message changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from actions.place_slot import PlaceFound, dumped, is_own, loaded
from actions.turn import Request
from bot.core.catalogue import Catalogue
from bot.core.places import Gazetteer, Place

# Below this the resident is asked which of three matters it is; above, the summary shows it.
SURE_OF_LEAF = 0.4
LONGEST_TEXT = 1000


@dataclass(frozen=True)
class Item:
    """One matter of a report; `place` only where it differs from the report's own."""

    text: str
    leaf: str | None
    guesses: tuple[str, ...]
    confidence: float
    place: Place | None = None

    @classmethod
    def of(cls, request: Request) -> "Item":
        sure = request.leaf is not None and request.leaf_confidence >= SURE_OF_LEAF
        return cls(request.text, request.leaf if sure else None, request.leaf_top3, request.leaf_confidence)


@dataclass(frozen=True)
class ReportDraft:
    """What is known so far.

    `said` are the words of a place that could not be settled, `tries` how often it was asked for in vain;
    `reused` marks a place known from before, `own` that the resident lives there; `duplicate` is the number of
    an open case of the same matter at the same place, `group` what links it to other requests of its message;
    `new_contact` says that name or phone were told only now.
    """

    items: tuple[Item, ...] = ()
    place: Place | None = None
    choices: tuple[str, ...] = ()
    problem: str | None = None
    said: str = ""
    tries: int = 0
    reused: bool = False
    own: bool = False
    duplicate: str | None = None
    join: str | None = None
    fixing: bool = False
    confirmed: bool = False
    group: str | None = None
    new_contact: bool = False

    @property
    def unsure(self) -> Item | None:
        return next((i for i in self.items if i.leaf is None), None)

    def needs_place(self, catalogue: Catalogue) -> bool:
        if self.choices or self.problem:
            return True
        if self.place is not None:
            return False
        return any(i.place is None and (i.leaf is None or catalogue.leaf(i.leaf).place_bound) for i in self.items)

    def with_leaf(self, code: str, more: str = "") -> "ReportDraft":
        """Settle the leaf of the item that was asked about, or of the last one."""
        target = self.unsure or self.items[-1]
        settled = replace(target, leaf=code, text=_joined(target.text, more))
        return replace(self, items=tuple(settled if i is target else i for i in self.items), fixing=False)

    def with_place(self, found: PlaceFound, words: str) -> "ReportDraft":
        """A place of its own for the case: an open case at the place before is no longer the same."""
        if found.place:
            items = (
                tuple(replace(i, place=None) for i in self.items) if self.place or len(self.items) == 1 else self.items
            )
            anew = replace(self, items=items, place=found.place, choices=(), problem=None, said="", tries=0)
            return replace(
                anew, reused=False, fixing=False, join=None, own=self.own or is_settled_own(found.place, words)
            )
        if not found:
            return self
        return replace(self, choices=found.choices, problem=found.problem, said=words, fixing=False, join=None)

    def with_place_in_words(self, place: Place) -> "ReportDraft":
        return replace(self, place=place, choices=(), problem=None, said="", tries=0, reused=False, fixing=False)

    def with_item(self, item: Item) -> "ReportDraft":
        return replace(self, items=(*self.items, item))

    def with_details(self, text: str) -> "ReportDraft":
        last = self.items[-1]
        return replace(self, items=(*self.items[:-1], replace(last, text=_joined(last.text, text))), fixing=False)

    def has_leaf(self, code: str | None) -> bool:
        return any(i.leaf == code for i in self.items)

    def place_of(self, item: Item) -> Place | None:
        return item.place or self.place


def is_settled_own(place: Place, words: str) -> bool:
    return place.building is not None and is_own(words)


def _joined(text: str, more: str) -> str:
    return f"{text}；{more}"[:LONGEST_TEXT] if more and more not in text else text[:LONGEST_TEXT]


_PLAIN = (
    *("problem", "said", "tries", "reused", "own", "duplicate", "join", "fixing", "confirmed", "group"),
    "new_contact",
)


@dataclass(frozen=True)
class Kept:
    """The draft as plain values in the slot `report`."""

    values: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, draft: ReportDraft) -> "Kept":
        return cls(
            {
                **{k: getattr(draft, k) for k in _PLAIN},
                "choices": list(draft.choices),
                "place": dumped(draft.place) if draft.place else None,
                "items": [
                    {
                        "text": i.text,
                        "leaf": i.leaf,
                        "guesses": list(i.guesses),
                        "confidence": i.confidence,
                        "place": dumped(i.place) if i.place else None,
                    }
                    for i in draft.items
                ],
            }
        )

    def draft(self, gazetteer: Gazetteer) -> ReportDraft:
        if not self.values:
            return ReportDraft()
        return ReportDraft(
            items=tuple(
                Item(i["text"], i["leaf"], tuple(i["guesses"]), i["confidence"], loaded(i["place"], gazetteer))
                for i in self.values["items"]
            ),
            place=loaded(self.values["place"], gazetteer),
            choices=tuple(self.values["choices"]),
            **{k: self.values[k] for k in _PLAIN if k in self.values},
        )
