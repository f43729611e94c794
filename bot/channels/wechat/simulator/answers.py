"""What an interface of the platform can answer with, apart from a refusal."""

from dataclasses import dataclass, field
from typing import Final

OK: Final[dict[str, object]] = {"errcode": 0, "errmsg": "ok"}


@dataclass(frozen=True)
class File:
    name: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Redirect:
    url: str


Answer = dict[str, object] | File | Redirect
