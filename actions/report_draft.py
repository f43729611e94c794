"""A report while it is being told: what is known, and what the next message changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from actions.place_slot import PlaceFound, dumped, loaded
from actions.turn import Request
from bot.core.catalogue import Catalogue
from bot.core.places import Gazetteer, Place

# Below this the resident is asked which of three matters it is; above, the summary shows it.
SURE_OF_LEAF = 0.2
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
    """`duplicate` is the number of an open case of the same matter at the same place."""

    items: tuple[Item, ...] = ()
    place: Place | None = None
    choices: tuple[str, ...] = ()
    problem: str | None = None
    is_home: bool = False
    duplicate: str | None = None
    join: str | None = None
    fixing: bool = False
    confirmed: bool = False

    @property
    def unsure(self) -> Item | None:
        return next((i for i in self.items if i.leaf is None), None)

    def needs_place(self, catalogue: Catalogue) -> bool:
        if self.place is not None and not self.choices:
            return False
        return any(i.place is None and (i.leaf is None or catalogue.leaf(i.leaf).place_bound) for i in self.items)

    def with_leaf(self, code: str) -> "ReportDraft":
        """Settle the leaf of the item that was asked about, or of the last one."""
        target = self.unsure or self.items[-1]
        items = tuple(replace(i, leaf=code) if i is target else i for i in self.items)
        return replace(self, items=items, fixing=False)

    def with_place(self, found: PlaceFound) -> "ReportDraft":
        if found.place:
            return replace(self, place=found.place, choices=(), problem=None, is_home=False, fixing=False)
        return replace(self, choices=found.choices, problem=found.problem)

    def with_item(self, item: Item) -> "ReportDraft":
        return replace(self, items=(*self.items, item))

    def with_details(self, text: str) -> "ReportDraft":
        last = self.items[-1]
        longer = replace(last, text=f"{last.text}；{text}"[:LONGEST_TEXT])
        return replace(self, items=(*self.items[:-1], longer), fixing=False)

    def has_leaf(self, code: str | None) -> bool:
        return any(i.leaf == code for i in self.items)

    def place_of(self, item: Item) -> Place | None:
        return item.place or self.place


@dataclass(frozen=True)
class Kept:
    """The draft as plain values in the slot `report`."""

    values: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, draft: ReportDraft) -> "Kept":
        return cls(
            {
                **{k: getattr(draft, k) for k in ("problem", "is_home", "duplicate", "join", "fixing", "confirmed")},
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
        plain = {k: v for k, v in self.values.items() if k not in {"items", "place", "choices"}}
        return ReportDraft(
            items=tuple(
                Item(i["text"], i["leaf"], tuple(i["guesses"]), i["confidence"], loaded(i["place"], gazetteer))
                for i in self.values["items"]
            ),
            place=loaded(self.values["place"], gazetteer),
            choices=tuple(self.values["choices"]),
            **plain,
        )
