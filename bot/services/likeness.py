"""How alike two short texts are, by the pairs of characters they share; no word list needed."""

import re
import unicodedata

# Words that stand in most proposals and say nothing about what is proposed.
_EMPTY = re.compile(
    r"我们|咱们?|小区|社区|大家|希望|建议|提议|能不能|可不可以|可以|应该|商量|讨论|一下|多|几个?|给|想|要|把|的|了|吧|吗|呢|个"
)
_NOISE = re.compile(r"[\W_]+")


def pairs(text: str) -> frozenset[str]:
    """Neighbouring characters of the text without punctuation and empty words; a single one stands alone."""
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", text).lower())
    core = _EMPTY.sub("", plain) or plain
    return frozenset(core[at : at + 2] for at in range(max(len(core) - 1, 1))) if core else frozenset()


def likeness(one: str, other: str) -> float:
    """From 0 to 1: half how much both share, half how much of the shorter one is in the longer."""
    left, right = pairs(one), pairs(other)
    if not left or not right:
        return 0.0
    shared = len(left & right)
    return shared / (len(left) + len(right)) + shared / (2 * min(len(left), len(right)))
