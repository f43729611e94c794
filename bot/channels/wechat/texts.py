"""Texts as WeChat takes them: in parts of limited bytes, with choices to tap."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

# Customer-service texts hold 2048 bytes.
TEXT_BYTES: Final = 2000

# What is never cut apart: a link; a sentence's end with the quotation marks that follow; a flag; a character with
# its accents, skin tone, variation selector or whatever a joiner ties to it.
_TIED: Final = r"[\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]|\u200d.?"
_ATOM: Final = re.compile(
    r"<a\s[^<>]*>[^<]*</a>|[。！？；]+[”’」』）》]*|\r\n"
    rf"|(?:[\U0001f1e6-\U0001f1ff]{{2}}|.)(?:{_TIED})*",
    re.DOTALL,
)
_SENTENCE_ENDS: Final = ("。", "！", "？", "；", "\n", "\r\n")
_CLAUSE_ENDS: Final = ("，", "、", " ")

_MARKUP: Final = str.maketrans("<>", "＜＞")
_IN_LINK: Final = str.maketrans({char: f"%{ord(char):02X}" for char in '"&<>#%'})


def split_text(text: str, limit: int = TEXT_BYTES) -> list[str]:
    """Split into parts of at most `limit` bytes of UTF-8; `limit` is four or more.

    Parts end with a sentence, else a clause, else between characters; only white space at the cuts is lost.
    """
    atoms = list(_atoms(text, limit))
    parts = []
    start = 0
    while start < len(atoms):
        end = _cut(atoms, start, _reach(atoms, start, limit))
        parts.append("".join(atoms[start:end]).strip())
        start = end
    return [part for part in parts if part]


def answer_text(bubbles: Sequence[str], choices: Sequence[str]) -> str:
    """One text of several bubbles, then the choices: each can be tapped, or answered with its number."""
    lines = [without_markup(bubble) for bubble in bubbles]
    lines += [f"{number}. {_link(choice, number)}" for number, choice in enumerate(choices, 1)]
    return "\n".join(lines)


def without_markup(text: str) -> str:
    """Make angle brackets full-width: WeChat reads links in texts, and nobody's words may become one."""
    return text.translate(_MARKUP)


def _link(choice: str, number: int) -> str:
    label = " ".join(choice.split())
    content = label.translate(_IN_LINK)
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={content}&msgmenuid={number}">{without_markup(label)}</a>'


def _atoms(text: str, limit: int) -> Iterator[str]:
    for atom in _ATOM.findall(text):
        if _size(atom) <= limit:
            yield atom
        else:
            yield from atom


def _reach(atoms: Sequence[str], start: int, limit: int) -> int:
    """Index after the last atom that still fits; at least one does."""
    size = _size(atoms[start])
    end = start + 1
    while end < len(atoms) and size + _size(atoms[end]) <= limit:
        size += _size(atoms[end])
        end += 1
    return end


def _cut(atoms: Sequence[str], start: int, reach: int) -> int:
    """Index to cut at: ends in the second half come first, or parts would be many and small."""
    if reach == len(atoms):
        return reach
    half = start + (reach - start) // 2
    for earliest in (half, start):
        for ends in (_SENTENCE_ENDS, _CLAUSE_ENDS):
            for index in range(reach, earliest, -1):
                if atoms[index - 1].startswith(ends):
                    return index
    return reach


def _size(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))
