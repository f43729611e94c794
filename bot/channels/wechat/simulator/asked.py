"""A call to the platform as it arrived: the address, and the body read as the platform's own reader does."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.channels.wechat.simulator.codes import Rejected

_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)
_ASCII: Final = 0x80

Tree = Mapping[str, object]


@dataclass(frozen=True)
class Asked:
    """`query` is unescaped; `body` is empty for GET; `base` is where the caller reached the simulator."""

    path: str
    query: Mapping[str, str]
    cookies: Mapping[str, str]
    body: Tree
    remote: str
    base: str

    @property
    def token(self) -> str:
        return self.query.get("access_token", "")


def read_body(raw: bytes) -> Tree:
    r"""Decode JSON, leaving `\u4f60` for anything beyond ASCII standing as those six characters.

    That is what residents see of a service which does not send raw UTF-8. Raises Rejected.
    """
    if not raw:
        return {}
    try:
        found = json.loads(_ESCAPE.sub(_literal, raw.decode()))
    except UnicodeDecodeError:
        raise Rejected(40033) from None
    except ValueError:
        raise Rejected(47001) from None
    if not isinstance(found, dict):
        raise Rejected(47001)
    return found


def text(tree: Tree, name: str) -> str:
    """A field that has to be a text that is not empty."""
    value = tree.get(name)
    if not isinstance(value, str) or not value:
        raise Rejected(47003)
    return value


def optional(tree: Tree, name: str) -> str:
    """A text field, or nothing."""
    value = tree.get(name, "")
    if not isinstance(value, str):
        raise Rejected(47001)
    return value


def branch(tree: Tree, name: str) -> Tree:
    """A field that has to be an object."""
    value = tree.get(name)
    if not isinstance(value, dict):
        raise Rejected(47001)
    return value


def branches(tree: Tree, name: str) -> list[Tree]:
    """A field that has to be a list of objects, with at least one of them."""
    value = tree.get(name)
    if not isinstance(value, list) or not value or not all(isinstance(entry, dict) for entry in value):
        raise Rejected(47001)
    return value


def _literal(escape: re.Match[str]) -> str:
    code = escape[1]
    return escape[0] if code is None or int(code, 16) < _ASCII else f"\\{escape[0]}"
