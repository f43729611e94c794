"""Cross-validation: every training example is read by a model that has not seen it."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.dialogue.nlu.letters import Letters
from bot.dialogue.nlu.models import FILED, Example, Guess, ReaderModels

FOLDS = 5


@dataclass(frozen=True)
class HeldOut:
    """An example, and what a model that never saw it made of it."""

    example: Example
    guess: Guess

    @property
    def leaf(self) -> str:
        return self.guess.leaves[0][0]

    @property
    def is_intent_right(self) -> bool:
        return self.guess.intent == self.example.intent

    @property
    def is_leaf_right(self) -> bool:
        return self.leaf == self.example.leaf

    @property
    def is_filed(self) -> bool:
        """Whether the reading would become a record."""
        return self.guess.intent in FILED


def read_held_out(examples: Sequence[Example], letters: Letters, progress: Callable[[float], None]) -> list[HeldOut]:
    """Read all examples in folds that keep every leaf's share; the same data give the same readings."""
    found = []
    for number, (train_part, test_part) in enumerate(_folds(examples)):
        models = ReaderModels.fitted(train_part, letters)
        found += [HeldOut(example, models.guess(example.text)) for example in test_part]
        progress((number + 1) / FOLDS)
    return found


def _folds(examples: Sequence[Example]) -> Iterator[tuple[list[Example], list[Example]]]:
    groups: dict[tuple[str, str | None], list[Example]] = defaultdict(list)
    for example in examples:
        groups[example.intent, example.kind].append(example)
    dealt: list[list[Example]] = [[] for _ in range(FOLDS)]
    order = random.Random(0)  # noqa: S311 - a repeatable shuffle, not a secret
    for group in groups.values():
        order.shuffle(group)
        for i, example in enumerate(group):
            dealt[i % FOLDS].append(example)
    for held_out in range(FOLDS):
        yield [e for i, part in enumerate(dealt) if i != held_out for e in part], dealt[held_out]
