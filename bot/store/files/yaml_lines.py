"""YAML that remembers its lines, so that a broken file is told by file, line and field."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import TypeVar

import yaml

from bot.errors import BrokenFile

Choice = TypeVar("Choice", bound=Enum)
Kind = TypeVar("Kind")

_STEP = re.compile(r"[^.\[\]]+")
# libyaml's parser is ten times as fast and tells the same lines; PyYAML may have been built without it.
_FASTEST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Entry:
    """One mapping of a file; its methods hand out values or raise BrokenFile."""

    file: str
    path: str
    node: yaml.MappingNode
    fields: Mapping[str, yaml.Node]

    def broken(self, field: str, problem: str) -> BrokenFile:
        """The error for a field of this entry; `field` may be missing, then the entry's own line is named."""
        node = self.fields.get(field, self.node)
        where = f"{self.path}.{field}".strip(".")
        return BrokenFile(self.file, node.start_mark.line + 1, where, problem)

    def only(self, *known: str) -> None:
        """Refuse a field that nobody would read: mostly a slip of the pen."""
        for name in self.fields:
            if name not in known:
                raise self.broken(name, f"没有这一项，可以写：{'、'.join(known)}")

    def text(self, field: str) -> str:
        """A text that is not empty."""
        value = self._scalar(field, str, "文字（数字请加引号）").strip()
        if not value:
            raise self.broken(field, "不能是空的")
        return value

    def optional(self, field: str) -> str | None:
        """A text, or None where the field is missing or null."""
        return None if self._is_null(field) else self.text(field)

    def loose(self, field: str) -> str:
        """A text that may be empty."""
        return self._scalar(field, str, "文字（数字请加引号）").strip()

    def whole(self, field: str) -> int:
        """A whole number."""
        return self._scalar(field, int, "整数")

    def count(self, field: str) -> int:
        """A whole number of at least 1."""
        if (count := self.whole(field)) < 1:
            raise self.broken(field, "至少是 1")
        return count

    def number(self, field: str) -> float:
        """A number."""
        return float(self._scalar(field, (int, float), "数字"))

    def flag(self, field: str, *, default: bool | None = None) -> bool:
        """True or false; a missing one is an error unless there is a default."""
        if default is not None and field not in self.fields:
            return default
        if not isinstance(value := self._value(field), bool):
            raise self.broken(field, "应该是 true 或 false")
        return value

    def day(self, field: str) -> date:
        """A day, written 2026-01-31."""
        return self._scalar(field, date, "日期，例如 2026-01-31")

    def choice(self, field: str, choices: type[Choice]) -> Choice:
        """A member of an enum, by its value."""
        return self._chosen(field, self.text(field), choices)

    def choices(self, field: str, choices: type[Choice]) -> tuple[Choice, ...]:
        """Members of an enum, by their values."""
        return tuple(self._chosen(field, value, choices) for value in self.texts(field))

    def texts(self, field: str) -> tuple[str, ...]:
        """A list of texts; a missing list counts as empty."""
        found = []
        for index, node in enumerate(self._items(field)):
            value = _constructed(node)
            if not isinstance(value, str) or not value.strip():
                raise self._broken_at(node, f"{field}[{index}]", "应该是文字（数字请加引号）")
            found.append(value.strip())
        return tuple(found)

    def known(self, field: str, known: Collection[str]) -> str:
        """A text that must be one of those known."""
        if (value := self.text(field)) not in known:
            raise self.broken(field, f"没有{value}")
        return value

    def refuse_twice(self, field: str, value: str, seen: Collection[str]) -> None:
        """Raise BrokenFile where a value that must be unique comes again."""
        if value in seen:
            raise self.broken(field, f"{value}写了两次")

    def numbers(self, field: str) -> tuple[float, ...]:
        """A list of numbers."""
        found = []
        for index, node in enumerate(self._items(field)):
            value = _constructed(node)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise self._broken_at(node, f"{field}[{index}]", "应该是数字")
            found.append(float(value))
        return tuple(found)

    def entry(self, field: str) -> "Entry":
        """A mapping inside this one."""
        self._value(field)
        return _entry(self.file, f"{self.path}.{field}".strip("."), self.fields[field])

    def entries(self, field: str) -> tuple["Entry", ...]:
        """A list of mappings; a missing list counts as empty."""
        path = f"{self.path}.{field}".strip(".")
        return tuple(_entry(self.file, f"{path}[{index}]", node) for index, node in enumerate(self._items(field)))

    def children(self) -> Iterator[tuple[str, "Entry"]]:
        """Every field, each a mapping, with its name."""
        return ((name, self.entry(name)) for name in self.fields)

    def plain(self) -> Mapping[str, object]:
        """Everything as ordinary values."""
        return {name: _constructed(node) for name, node in self.fields.items()}

    def line_of(self, path: str) -> int:
        """The line of a path such as situations[3].patterns[0], as far as it leads."""
        node: yaml.Node = self.node
        for step in _STEP.findall(path):
            if (following := _step_into(node, step)) is None:
                break
            node = following
        return int(node.start_mark.line) + 1

    def _value(self, field: str) -> object:
        if field not in self.fields:
            raise self.broken(field, "缺少这一项")
        return _constructed(self.fields[field])

    def _is_null(self, field: str) -> bool:
        return field not in self.fields or _constructed(self.fields[field]) is None

    def _scalar(self, field: str, kind: type[Kind] | tuple[type[Kind], ...], expected: str) -> Kind:
        value = self._value(field)
        if isinstance(value, bool) or not isinstance(value, kind):
            raise self.broken(field, f"应该是{expected}")
        return value

    def _items(self, field: str) -> Sequence[yaml.Node]:
        if self._is_null(field):
            return ()
        node = self.fields[field]
        if not isinstance(node, yaml.SequenceNode):
            raise self.broken(field, "应该是列表")
        return list(node.value)

    def _chosen(self, field: str, value: str, choices: type[Choice]) -> Choice:
        try:
            return choices(value)
        except ValueError:
            allowed = "、".join(str(choice.value) for choice in choices)
            raise self.broken(field, f"{value!r}不认识，应该是：{allowed}") from None

    def _broken_at(self, node: yaml.Node, field: str, problem: str) -> BrokenFile:
        return BrokenFile(self.file, node.start_mark.line + 1, f"{self.path}.{field}".strip("."), problem)


def load(path: Path) -> Entry:
    """Read a YAML (or JSON) file whose outermost level is a mapping."""
    file = shown(path)
    return _entry(file, "", _composed(path, file))


def load_list(path: Path) -> tuple[Entry, ...]:
    """Read a YAML file whose outermost level is a list of mappings."""
    file = shown(path)
    node = _composed(path, file)
    if not isinstance(node, yaml.SequenceNode):
        raise BrokenFile(file, node.start_mark.line + 1, "", "最外层应该是列表，每项以 - 开头")
    return tuple(_entry(file, f"[{index}]", item) for index, item in enumerate(node.value))


def shown(path: Path) -> str:
    """The path as people see it: relative to where they are, where that is possible."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def _composed(path: Path, file: str) -> yaml.Node:
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_FASTEST)
    except FileNotFoundError:
        raise BrokenFile(file, 0, "", "文件不存在") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenFile(file, 0, "", "文件读不出来，应该是UTF-8文本") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise BrokenFile(file, line, "", f"YAML写法不对：{error.problem}") from error
    except yaml.YAMLError as error:
        raise BrokenFile(file, 0, "", "里面有不能用的字符") from error
    if node is None:
        raise BrokenFile(file, 0, "", "文件是空的")
    return node


def _entry(file: str, path: str, node: yaml.Node) -> Entry:
    if not isinstance(node, yaml.MappingNode):
        raise BrokenFile(file, node.start_mark.line + 1, path, "应该是一组「名称: 内容」")
    fields: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in fields:
            raise BrokenFile(file, key.start_mark.line + 1, f"{path}.{name}".strip("."), "写了两次")
        fields[name] = value
    return Entry(file, path, node, fields)


def _constructed(node: yaml.Node) -> object:
    return yaml.SafeLoader("").construct_object(node, deep=True)


def _step_into(node: yaml.Node, step: str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and step.isdigit() and int(step) < len(node.value):
        item: yaml.Node = node.value[int(step)]
        return item
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if str(key.value) == step), None)
    return None
