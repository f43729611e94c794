"""Writing bodies: trees become XML or JSON that says what it was told, whatever the texts contain."""

import json
from typing import Final, TypeAlias

from bot.channels.wechat.bodies import ILLEGAL

Branch: TypeAlias = "str | int | dict[str, Branch] | list[Branch]"
Branches: TypeAlias = dict[str, Branch]

# What would end a CDATA section is split over two of them.
_SPLIT: Final = "]]]]><![CDATA[>"


def render_xml(tree: Branches) -> str:
    """Write the tree under the root `xml`; texts go into CDATA, numbers stay bare, a list repeats its name."""
    return _element("xml", tree)


def render_json(tree: Branches) -> bytes:
    """Write raw UTF-8: WeChat would show an escape of the form backslash-u literally."""
    return json.dumps(_cleaned(tree), ensure_ascii=False, separators=(",", ":")).encode()


def _element(name: str, branch: Branch) -> str:
    if isinstance(branch, list):
        return "".join(_element(name, each) for each in branch)
    return f"<{name}>{_content(branch)}</{name}>"


def _content(branch: str | int | Branches) -> str:
    if isinstance(branch, dict):
        return "".join(_element(name, child) for name, child in branch.items())
    if isinstance(branch, int):
        return str(branch)
    return f"<![CDATA[{_legal(branch).replace(']]>', _SPLIT)}]]>"


def _cleaned(branch: Branch) -> Branch:
    if isinstance(branch, dict):
        return {name: _cleaned(child) for name, child in branch.items()}
    if isinstance(branch, list):
        return [_cleaned(each) for each in branch]
    return _legal(branch) if isinstance(branch, str) else branch


def _legal(text: str) -> str:
    return ILLEGAL.sub("", text)
