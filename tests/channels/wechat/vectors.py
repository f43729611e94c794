"""The conformance cases beside the repository, read where they are."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.channels.wechat.accounts import Keys, Mode, Platform, aes_key
from bot.channels.wechat.bodies import Tree

VECTORS = Path(__file__).parents[3] / "../shared/wechat/vectors.json"
needs_vectors = pytest.mark.skipif(not VECTORS.is_file(), reason="needs ../shared/wechat")


@dataclass(frozen=True)
class Case:
    id: str
    kind: str
    given: Mapping[str, object]
    expected: Mapping[str, object]

    def text(self, name: str) -> str:
        value = self.given[name]
        assert isinstance(value, str)
        return value

    def outcome(self, name: str) -> str:
        value = self.expected[name]
        assert isinstance(value, str)
        return value

    @property
    def query(self) -> dict[str, str]:
        query = self.given["query"]
        assert isinstance(query, dict)
        return query

    @property
    def now(self) -> datetime:
        """The moment the case was recorded."""
        return datetime.fromtimestamp(int(self.query["timestamp"]), UTC)

    def keys(self, mode: Mode = Mode.SAFE, platform: Platform = Platform.OFFICIAL) -> Keys:
        receiver = self.text("receiveid" if platform is Platform.WECOM else "appid")
        return Keys(receiver, self.text("token"), mode, (aes_key(self.text("encoding_aes_key")),), platform)

    def tree(self, name: str = "tree") -> Tree:
        value = self.expected[name]
        assert isinstance(value, dict)
        return value


def cases(*kinds: str) -> list[object]:
    """Parameters of a test: the cases of these kinds by their ids, none where the file is absent."""
    return [pytest.param(case, id=case.id) for case in every_case() if case.kind in kinds]


def every_case() -> list[Case]:
    if not VECTORS.is_file():
        return []
    found = json.loads(VECTORS.read_text(encoding="utf-8"))["cases"]
    return [Case(case["id"], case["kind"], case["input"], case["expected"]) for case in found]
