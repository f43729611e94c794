"""Reading bodies: XML or JSON from outside becomes a tree of texts, or is refused before it costs anything."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NoReturn, TypeAlias
from xml.parsers import expat

from bot.channels.wechat.refusals import Reason, Refused

Node: TypeAlias = "str | dict[str, Node] | list[Node]"
Tree: TypeAlias = dict[str, Node]

BODY_LIMIT: Final = 64 * 1024
# The deepest message there is (a finished broadcast) has five levels and some sixty elements.
DEPTH_LIMIT: Final = 8
NODE_LIMIT: Final = 1000
# Everything XML 1.0 cannot hold: controls, halves of surrogate pairs, U+FFFE and U+FFFF.
ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_tree(body: bytes) -> Tree:
    """Read a body; siblings of one name become a list, texts stay as they are. Raises Refused."""
    if len(body) > BODY_LIMIT:
        raise Refused(Reason.SIZE)
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise Refused(Reason.ENCODING) from error
    root = _json_root(text) if is_json(body) else _xml_root(body)
    if not isinstance(root, dict):
        raise Refused(Reason.BODY)
    return root


def is_json(body: bytes) -> bool:
    """Tell JSON by its first character: the platform announces neither format in a header."""
    return body.lstrip().startswith(b"{")


@dataclass
class _Element:
    name: str
    texts: list[str] = field(default_factory=list)
    children: Tree = field(default_factory=dict)

    def add(self, name: str, node: Node) -> None:
        if name not in self.children:
            self.children[name] = node
            return
        siblings = self.children[name]
        if isinstance(siblings, list):
            siblings.append(node)
        else:
            self.children[name] = [siblings, node]

    def node(self) -> Node:
        text = "".join(self.texts)
        if not self.children:
            return text
        if text.strip():
            raise Refused(Reason.BODY)
        return self.children


class _Growing:
    """The tree while expat reads: a document that holds the root, and the elements still open."""

    def __init__(self) -> None:
        self.open = [_Element("")]
        self._count = 0

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self.open) > DEPTH_LIMIT:
            raise Refused(Reason.DEPTH)
        if self._count > NODE_LIMIT:
            raise Refused(Reason.SIZE)
        self.open.append(_Element(name))

    def data(self, text: str) -> None:
        self.open[-1].texts.append(text)

    def end(self, name: str) -> None:
        closed = self.open.pop()
        self.open[-1].add(name, closed.node())


def _refuse_doctype(*_declared: object) -> NoReturn:
    raise Refused(Reason.DOCTYPE)


def _xml_root(body: bytes) -> Node:
    growing = _Growing()
    # Named here, the encoding overrides what the document says of itself.
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_doctype
    parser.StartElementHandler = growing.start
    parser.EndElementHandler = growing.end
    parser.CharacterDataHandler = growing.data
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise Refused(Reason.BODY) from error
    return growing.open[0].children.get("xml", "")


def _json_root(text: str) -> Node:
    try:
        root: object = json.loads(
            text, object_pairs_hook=_distinct, parse_int=str, parse_float=str, parse_constant=_refuse_constant
        )
    except RecursionError as error:
        raise Refused(Reason.DEPTH) from error
    except ValueError as error:
        raise Refused(Reason.BODY) from error
    return _json_node(root, 1, iter(range(NODE_LIMIT)))


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused(Reason.BODY)
    return found


def _refuse_constant(_name: str) -> NoReturn:
    raise Refused(Reason.BODY)


def _json_node(value: object, depth: int, budget: Iterator[int]) -> Node:
    if depth > DEPTH_LIMIT:
        raise Refused(Reason.DEPTH)
    if next(budget, None) is None:
        raise Refused(Reason.SIZE)
    if isinstance(value, dict):
        return {_legal(name): _json_node(child, depth + 1, budget) for name, child in value.items()}
    if isinstance(value, list):
        return [_json_node(child, depth + 1, budget) for child in value]
    return _json_text(value)


def _json_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return _legal(str(value))


def _legal(text: str) -> str:
    # A JSON escape can name what no database column takes: NUL, half a surrogate pair.
    if ILLEGAL.search(text):
        raise Refused(Reason.ENCODING)
    return text
