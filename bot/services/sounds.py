"""How a name sounds, as far as people and speech input keep sounds apart: 桂相苑 is 桂香苑."""

import re
from functools import lru_cache

from pypinyin import lazy_pinyin

# zh/z, ch/c, sh/s and the nasal endings are one in half of the country.
_FLAT = ((re.compile(r"^([zcs])h"), r"\1"), (re.compile(r"([aei])ng$"), r"\1n"))


@lru_cache(maxsize=4_000)
def sound(text: str) -> str:
    """The syllables of a text, made alike where dialects make them alike."""
    return " ".join(_flat(syllable) for syllable in lazy_pinyin(text))


def _flat(syllable: str) -> str:
    for pattern, plain in _FLAT:
        syllable = pattern.sub(plain, syllable)
    return syllable
