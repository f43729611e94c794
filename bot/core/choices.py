"""Understanding the answer to a numbered list."""

import re
import unicodedata
from collections.abc import Sequence

from bot.core import numerals

_FILLER = r"(?:嗯+|哦|噢|那|就|我|要|想|是|应该是|选择?|挑|按|回复?|发|打|填|麻烦|请|答案?)"
_ENDING = r"(?:吧|呀|啊|哦|呢|啦|了|的|就行|就好|就可以|谢谢|那个|这个)"
_NUMBERED = re.compile(
    rf"^{_FILLER}{{0,4}}第?(?P<number>{numerals.PATTERN})(?:个|项|条|种|号|选项|样)?{_ENDING}{{0,3}}$"
)
_LAST = re.compile(rf"^{_FILLER}{{0,3}}最后(?:面|边)?(?:一|那)?(?:个|项|条|种){_ENDING}{{0,2}}$")
_LEAST_TITLE = 2
_COMMON = frozenset({"不是", "没有", "可以", "好的", "是的", "不要", "对的", "这个", "那个", "行的"})


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"[\s\W_]+", "", folded)


def chosen(text: str, choices: Sequence[str]) -> int | None:
    """Return the index of the choice that `text` picks by number or by title, or None.

    1号 picks the first; 1号楼 does not, for that is an address.
    """
    answer = _plain(text)
    if not answer:
        return None
    titles = [_plain(choice) for choice in choices]
    if answer in titles:
        return titles.index(answer)
    if found := _NUMBERED.match(answer):
        number = numerals.value(found["number"])
        return number - 1 if number and number <= len(choices) else None
    if choices and _LAST.match(answer):
        return len(choices) - 1
    return _by_part(answer, titles)


def _by_part(answer: str, titles: Sequence[str]) -> int | None:
    bare = re.sub(rf"^{_FILLER}{{1,3}}|{_ENDING}{{1,2}}$", "", answer)
    if len(bare) < _LEAST_TITLE or bare in _COMMON:
        return None
    hits = [index for index, title in enumerate(titles) if bare == title or title in (bare, answer)]
    hits = hits or [index for index, title in enumerate(titles) if bare in title]
    return hits[0] if len(hits) == 1 else None
