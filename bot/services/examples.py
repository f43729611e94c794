"""Training examples in data/nlu, handled as text, so that adding one changes one line of one file."""

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from bot.core.catalogue import EMERGENCY_TOP, OUTSIDE
from bot.errors import BrokenFile, Unavailable
from bot.services.intents import Choice, Family

HEADER: Final = 'version: "3.1"\nnlu:\n'
_FOLDERS: Final[Mapping[str, str]] = {
    Family.REPORT: "report",
    Family.PROPOSE: "propose",
    Family.CONSULT: "consult",
    Family.EMERGENCY: "emergency",
}
_INTENT = re.compile(r"^(?P<indent> *)- intent: *[\"']?(?P<code>[\w/]+)[\"']? *(?:#.*)?$")
_EXAMPLES = re.compile(r"^(?P<indent> +)examples: *\|[-+]? *$")
_EXAMPLE = re.compile(r"^(?P<indent> +)- ?(?P<text>.*)$")
# Rasa reads [word](entity) and {…} as mark-up, a leading slash as an intent, ${…} as a setting.
_FULL_WIDTH: Final = str.maketrans("[](){}\\", "［］（）｛｝＼")
_ZERO_WIDTH_JOINER: Final = "\u200d"
_UNSEEN: Final = {"Cc", "Cf", "Cs", "Co", "Cn"}


@dataclass(frozen=True)
class Example:
    """A sentence as it stands, or is to stand, under an intent."""

    code: str
    text: str


@dataclass(frozen=True)
class Clash:
    """A sentence that could not be added because it stands under another intent."""

    text: str
    wanted: str
    stands_under: str


@dataclass(frozen=True)
class Added:
    """What adding examples came to: files changed, sentences added or known before, and those refused."""

    paths: tuple[Path, ...]
    added: int
    known: int
    clashes: tuple[Clash, ...]


def neutral(text: str) -> str:
    """The sentence on one line, without invisible characters or anything Rasa or YAML takes for mark-up."""
    seen = (
        " " if character.isspace() else character
        for character in text
        if character.isspace() or character == _ZERO_WIDTH_JOINER or unicodedata.category(character) not in _UNSEEN
    )
    line = " ".join("".join(seen).split()).translate(_FULL_WIDTH)
    return line.lstrip("/- ")


def home_of(choice: Choice) -> Path:
    """The file, within data/nlu, that holds an intent unless another one does already."""
    intent, _, kind = choice.code.partition("/")
    if intent not in _FOLDERS:
        return Path("dialogue") / f"{intent.removesuffix('_escalate')}.yml"
    if kind.startswith(OUTSIDE):
        return Path(_FOLDERS[intent]) / f"{OUTSIDE.rstrip('_')}.yml"
    top = EMERGENCY_TOP if intent == Family.EMERGENCY or not kind else kind[:2]
    return Path(_FOLDERS[intent]) / f"{top}.yml"


def read_all(folder: Path) -> Iterator[tuple[Path, Example]]:
    """Every example below the folder with its file; raises BrokenFile for a file that is not text."""
    for path in sorted(folder.rglob("*.yml")):
        for example in _examples_in(_text(path)):
            yield path, example


def add(folder: Path, sentences: Sequence[tuple[Choice, str]]) -> Added:
    """Append each sentence under its intent and write the files that change, each at once or not at all.

    Raises BrokenFile where a file cannot be read or would not say the same afterwards (nothing is
    written then), Unavailable where it cannot be written.
    """
    stands = {_key(example.text): example.code for _, example in read_all(folder)}
    changed: dict[Path, str] = {}
    known, clashes = 0, list[Clash]()
    for choice, sentence in sentences:
        text = neutral(sentence)
        under = stands.setdefault(_key(text), "")
        if under == choice.code:
            known += 1
        elif under:
            clashes.append(Clash(text, choice.code, under))
        else:
            stands[_key(text)] = choice.code
            path = _file_for(folder, choice, changed)
            before = changed.get(path) or (_text(path) if path.exists() else HEADER)
            changed[path] = _checked(path, before, Example(choice.code, text))
    for path, content in changed.items():
        _replace(path, content)
    added = len(sentences) - known - len(clashes)
    return Added(tuple(changed), added, known, tuple(clashes))


def with_example(content: str, example: Example) -> str:
    """The file's text with the example as the last of its intent; all other lines stay byte for byte."""
    lines = content.splitlines(keepends=True)
    ending = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    place = _end_of_block(lines, example.code)
    if place is None:
        new = [f"- intent: {example.code}", "  examples: |", f"    - {example.text}"]
        return _closed(content, ending) + "".join(line + ending for line in new)
    at, indent = place
    lines[at - 1] = _closed(lines[at - 1], ending)
    lines.insert(at, f"{indent}- {example.text}{ending}")
    return "".join(lines)


def _end_of_block(lines: Sequence[str], code: str) -> tuple[int, str] | None:
    """Where the intent's last example ends, and how far its examples are indented."""
    found: tuple[int, str] | None = None
    for start, line in enumerate(lines):
        intent = _INTENT.match(line.rstrip("\r\n"))
        if intent and intent["code"] == code:
            found = _end_of_examples(lines, start + 1) or found
    return found


def _end_of_examples(lines: Sequence[str], start: int) -> tuple[int, str] | None:
    end: tuple[int, str] | None = None
    inside = False
    for number, line in enumerate(lines[start:], start):
        bare = line.rstrip("\r\n")
        example = _EXAMPLE.match(bare)
        if inside and example:
            end = (number + 1, example["indent"])
        elif _EXAMPLES.match(bare):
            inside = True
        elif bare.strip():
            break
    return end


def _examples_in(content: str) -> Iterator[Example]:
    code = ""
    for line in content.splitlines():
        if intent := _INTENT.match(line):
            code = intent["code"]
        elif code and (example := _EXAMPLE.match(line)):
            yield Example(code, example["text"].strip())


def _file_for(folder: Path, choice: Choice, changed: Mapping[Path, str]) -> Path:
    home = folder / home_of(choice)
    candidates = [home, *(path for path in sorted(folder.rglob("*.yml")) if path != home)]
    for path in candidates:
        content = changed.get(path) or (_text(path) if path.exists() else "")
        if _end_of_block(content.splitlines(), choice.code):
            return path
    return home


def _checked(path: Path, before: str, example: Example) -> str:
    """Make sure that the file, as YAML, says what it said, and one example more."""
    after = with_example(before, example)
    expected = [*_meaning(path, before), (example.code, f"- {example.text}")]
    if sorted(_meaning(path, after)) != sorted(expected):
        raise BrokenFile(str(path), 0, example.code, "这个文件的写法不认得，加不进新例句")
    return after


def _meaning(path: Path, content: str) -> list[tuple[str, str]]:
    try:
        blocks = (yaml.safe_load(content) or {}).get("nlu") or []
        return [(str(block["intent"]), line) for block in blocks for line in str(block["examples"]).splitlines()]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise BrokenFile(str(path), line, "nlu", "不是正确的 YAML") from error
    except (yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
        raise BrokenFile(str(path), 0, "nlu", "不是 Rasa 的例句文件") from error


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise BrokenFile(str(path), 0, "", "不是 UTF-8 文字") from error
    except OSError as error:
        raise Unavailable(f"训练数据 {path.name} 读不了", "请检查文件权限") from error


def _replace(path: Path, content: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".yml.new")
        fresh.write_bytes(content.encode("utf-8"))
        os.replace(fresh, path)  # noqa: PTH105 - one call that either happens or does not
    except OSError as error:
        raise Unavailable(f"训练数据 {path.name} 写不进去", "请检查磁盘空间和文件权限") from error


def _closed(text: str, ending: str) -> str:
    return text if not text or text.endswith("\n") else text + ending


def _key(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
