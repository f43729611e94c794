"""Chat bubbles: short enough to be read at a glance, split where the reader breathes."""

import re

LONGEST = 60
_SENTENCE = re.compile(r"[^。！？；\n]*[。！？；]?\n?")
_CLAUSE = re.compile(r"[^，、：,]*[，、：,]?")


def shortened(text: str, longest: int) -> str:
    """The beginning of a text, on one line, with … where something is left out."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def split(text: str, longest: int = LONGEST) -> list[str]:
    """Split a text into bubbles of at most `longest` characters, at sentences, else clauses, else anywhere."""
    bubbles: list[str] = []
    for sentence in _pieces(_SENTENCE, text, longest):
        if bubbles and len(bubbles[-1]) + len(sentence) <= longest:
            bubbles[-1] += sentence
        else:
            bubbles.append(sentence)
    return [b.strip() for b in bubbles if b.strip()]


def _pieces(pattern: re.Pattern[str], text: str, longest: int) -> list[str]:
    pieces: list[str] = []
    for piece in pattern.findall(text):
        if len(piece) <= longest:
            pieces.append(piece)
        elif pattern is _SENTENCE:
            pieces.extend(_pieces(_CLAUSE, piece, longest))
        else:
            pieces.extend(piece[i : i + longest] for i in range(0, len(piece), longest))
    return [p for p in pieces if p]
