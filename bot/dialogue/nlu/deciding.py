"""Which words of a message spoke for what was made of it, so that people can see why."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import jieba

from bot.dialogue.nlu.features import LONGEST_CHARACTER_GRAM, Vectorizer, normalised
from bot.dialogue.nlu.linear import LinearClassifier

MOST_WORDS: Final = 3
# What weighs less than this share of the heaviest word decided nothing.
LEAST_SHARE: Final = 0.3
_NO_WORD: Final = re.compile(r"[\W\d_]*")


def deciding_words(text: str, vectorizer: Vectorizer, classifier: LinearClassifier, label: str) -> list[str]:
    """The words that weighed most for the label, the heaviest first; none where the classifier does not know it.

    Each run of characters the classifier knows gives its weight to its characters in equal parts, and a word
    weighs what its characters weigh together.
    """
    if label not in classifier.labels:
        return []
    weights = _of_characters(normalised(text), text, vectorizer, classifier, label)
    found = [(sum(weights[start:end]), word) for word, start, end in _words(normalised(text))]
    heavy = sorted((one for one in found if one[0] > 0), key=lambda one: -one[0])
    # A character by itself tells people little, unless there is nothing else.
    heavy = [one for one in heavy if len(one[1]) > 1] or heavy
    least = heavy[0][0] * LEAST_SHARE if heavy else 0.0
    return list(dict.fromkeys(word for weight, word in heavy if weight >= least))[:MOST_WORDS]


def _of_characters(
    plain: str, text: str, vectorizer: Vectorizer, classifier: LinearClassifier, label: str
) -> list[float]:
    """What every character of the text adds; beginnings and ends, and mere sounds, are no words and stay out."""
    row = vectorizer.row(text)
    spoken = row.weights * classifier.weights_of(label, row.places)
    added = dict(zip(row.places.tolist(), spoken.tolist(), strict=True))
    weights = [0.0] * len(plain)
    for gram, start in _grams(plain):
        place = vectorizer.places.get(f"c{gram}")
        if place is not None and place in added:
            share = added[place] / plain.count(gram) / len(gram)
            for at in range(start, start + len(gram)):
                weights[at] += share
    return weights


def _grams(plain: str) -> Iterator[tuple[str, int]]:
    for size in range(1, LONGEST_CHARACTER_GRAM + 1):
        for start in range(len(plain) - size + 1):
            yield plain[start : start + size], start


def _words(plain: str) -> Sequence[tuple[str, int, int]]:
    return [one for one in jieba.tokenize(plain) if not _NO_WORD.fullmatch(one[0])]
