"""Taking values out of plain mappings (as a YAML file gives them), with the path of whatever is wrong."""

import re
from collections.abc import Mapping, Sequence

from bot.errors import InvalidInput


def mapping(value: object, path: str) -> Mapping[str, object]:
    """Return a mapping with text keys; nothing at all counts as an empty one."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InvalidInput(f"{path}: 应该是一组「名称: 内容」")
    return {str(key): item for key, item in value.items()}


def items(value: object, path: str) -> Sequence[object]:
    """Return a list; nothing at all counts as an empty one."""
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise InvalidInput(f"{path}: 应该是一个列表")
    return value


def text(value: object, path: str) -> str:
    """Return a text that is not empty."""
    if not isinstance(value, str) or not value:
        raise InvalidInput(f"{path}: 应该是文字")
    return value


def texts(value: object, path: str) -> tuple[str, ...]:
    """Return a list of texts."""
    return tuple(text(item, f"{path}[{index}]") for index, item in enumerate(items(value, path)))


def number(value: object, path: str) -> float:
    """Return a number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInput(f"{path}: 应该是数字")
    return float(value)


def pattern(value: object, path: str) -> re.Pattern[str] | None:
    """Join a list of regular expressions into one; None where the list is empty."""
    parts = texts(value, path)
    for index, part in enumerate(parts):
        try:
            re.compile(part)
        except re.error as broken:
            raise InvalidInput(f"{path}[{index}]: 正则表达式写错了：{broken}") from broken
    return re.compile("|".join(f"(?:{part})" for part in parts)) if parts else None
