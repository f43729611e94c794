"""Finding the knowledge entry a question is about: character n-grams weighed by rarity, cosine, nearest phrasing."""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.knowledge import KnowledgeItem

SIZES: Final = (1, 2)
"""Lengths of the n-grams; single characters catch what typing errors and dialect leave of a word."""
NEAREST_SHARE: Final = 0.2
"""How much of a score is the likeness to the nearest phrasing; the rest is the likeness to the entry as a whole."""
ANSWER_SHARE: Final = 0.5
"""How much the words of an answer count against the words of its questions."""
LEAF_BONUS: Final = 0.1
FOUND: Final = 5
_NOISE = re.compile(r"[\W_]+")
# Words of asking: they stand in questions about anything.
_ASKING = re.compile(
    r"请问|怎么办|怎么|怎样|咋办|咋个|咋|如何|哪里|哪儿|什么|多少|可以|能不能|是不是|有没有|需要|我们|我家|我的|一下|时候|现在|还是|这个|那个"
    r"|[的了吗呢啊呀吧嘛么我你您他她就都也还要能会是在有给个]"
)
Weights = Mapping[str, float]


@dataclass(frozen=True)
class Found:
    """An entry with how well it fits, 0 to 1."""

    item: KnowledgeItem
    score: float


@dataclass(frozen=True)
class KnowledgeIndex:
    """Every phrasing of every entry, searchable; make a new one when entries change.

    `postings` give for an n-gram the phrasings that hold it and how much of each it is; `owners` the entry
    of each phrasing. `wholes` are the same for entries as a whole.
    """

    items: tuple[KnowledgeItem, ...]
    rarity: Weights
    owners: tuple[int, ...]
    postings: Mapping[str, tuple[tuple[int, float], ...]]
    wholes: Mapping[str, tuple[tuple[int, float], ...]]

    @classmethod
    def of(cls, items: Sequence[KnowledgeItem]) -> "KnowledgeIndex":
        """Build the index; takes about a tenth of a second for a hundred entries."""
        phrasings = [(at, _grams(ask)) for at, item in enumerate(items) for ask in (item.title, *item.asks)]
        entries = [_whole(item) for item in items]
        rarity = _rarity(entries)
        return cls(
            items=tuple(items),
            rarity=rarity,
            owners=tuple(at for at, _ in phrasings),
            postings=_postings([_unit(grams, rarity) for _, grams in phrasings]),
            wholes=_postings([_unit(grams, rarity) for grams in entries]),
        )

    def search(self, text: str, leaf: str | None = None) -> list[Found]:
        """The entries that fit, the best first; the leaf the model guessed speaks for an entry, never against.

        The best one's score also holds its lead over the second: a narrow win is no sure answer.
        """
        query = _unit(_grams(text), self.rarity)
        nearest: defaultdict[int, float] = defaultdict(float)
        for phrasing, score in _scores(query, self.postings).items():
            owner = self.owners[phrasing]
            nearest[owner] = max(nearest[owner], score)
        whole = _scores(query, self.wholes)
        fits = {
            at: NEAREST_SHARE * nearest[at] + (1 - NEAREST_SHARE) * fit + self._bonus(at, leaf)
            for at, fit in whole.items()
        }
        ranked = sorted(fits, key=lambda at: fits[at], reverse=True)[:FOUND]
        scores = [fits[at] for at in ranked]
        if scores:
            scores[0] += scores[0] - (scores[1] if len(scores) > 1 else 0.0)
        return [Found(self.items[at], min(score, 1.0)) for at, score in zip(ranked, scores, strict=True)]

    def _bonus(self, at: int, leaf: str | None) -> float:
        return LEAF_BONUS if leaf is not None and self.items[at].leaf == leaf else 0.0


def _grams(text: str) -> Counter[str]:
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", text).lower())
    words = _ASKING.sub(" ", plain).split()
    return Counter(word[at : at + size] for word in words for size in SIZES for at in range(len(word) - size + 1))


def _whole(item: KnowledgeItem) -> dict[str, float]:
    """What an entry is about; a word in every phrasing counts for more than one, but not tenfold."""
    asked = sum((_grams(ask) for ask in (item.title, item.title, *item.asks)), Counter[str]())
    told = sum((_grams(text) for text in (*item.answer, *item.materials)), Counter[str]())
    weights = {gram: asked[gram] + ANSWER_SHARE * told[gram] for gram in asked | told}
    return {gram: 1 + math.log(weight) if weight >= 1 else weight for gram, weight in weights.items()}


def _rarity(entries: Sequence[Weights]) -> Weights:
    holders = Counter(gram for entry in entries for gram in entry)
    return {gram: math.sqrt(math.log(1 + len(entries) / count)) for gram, count in holders.items()}


def _unit(grams: Weights, rarity: Weights) -> dict[str, float]:
    """The weighed grams, scaled to length 1; what no entry holds counts as the rarest, so that it pulls down."""
    unknown = max(rarity.values(), default=1.0)
    weighed = {gram: count * rarity.get(gram, unknown) for gram, count in grams.items()}
    length = math.sqrt(sum(weight * weight for weight in weighed.values()))
    return {gram: weight / length for gram, weight in weighed.items()} if length else {}


def _postings(vectors: Sequence[Weights]) -> dict[str, tuple[tuple[int, float], ...]]:
    lists: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for at, vector in enumerate(vectors):
        for gram, weight in vector.items():
            lists[gram].append((at, weight))
    return {gram: tuple(found) for gram, found in lists.items()}


def _scores(query: Weights, postings: Mapping[str, tuple[tuple[int, float], ...]]) -> dict[int, float]:
    scores: defaultdict[int, float] = defaultdict(float)
    for gram, weight in query.items():
        for at, part in postings.get(gram, ()):
            scores[at] += weight * part
    return scores
