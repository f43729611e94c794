"""The documents keep up with the code: settings, commands, module paths and diagrams."""

import argparse
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from bot import __main__ as command_line
from bot.channels.wechat.faults import FAULTS
from bot.core.agenda import AgendaStatus
from bot.core.grid_events import EventStatus
from bot.core.visits import VisitStatus
from bot.core.whistles import WhistleStatus
from bot.settings import ROOT

READMES = ("README.md", "README.zh-CN.md")
SETTINGS = re.compile(r'found\.get\("([A-Z_]+)"')
TABLE_ROW = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"(?:bot|actions|tests|data)/[\w./-]*|[\w-]+\.(?:yml|toml|lock|md)")
FAULT_ROW = re.compile(r"^\| (-?\d+) \| (.+) \|$", re.MULTILINE)
MOVES = re.compile(r"^  (\w+) --> ([\w& ]+)$", re.MULTILINE)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("readme", READMES)
def test_the_settings_table_lists_what_is_read_from_the_environment_and_nothing_else(readme: str) -> None:
    read_there = set(SETTINGS.findall(read("bot/settings.py")))
    assert read_there
    assert set(TABLE_ROW.findall(read(readme))) == read_there


@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_documented(readme: str) -> None:
    parsers = argparse.ArgumentParser().add_subparsers()
    for command in command_line.COMMANDS:
        command.add(parsers)
    documented = read(readme)
    missing = [name for name in parsers.choices if f"python -m bot {name}" not in documented]
    assert missing == []


@pytest.mark.parametrize("readme", READMES)
def test_every_target_of_make_is_documented(readme: str) -> None:
    phony = re.search(r"^\.PHONY: (.+)$", read("Makefile"), re.MULTILINE)
    assert phony
    documented = read(readme)
    assert [name for name in phony[1].split() if f"`make {name}`" not in documented] == []


@pytest.mark.parametrize("document", [*READMES, "ARCHITECTURE.md"])
def test_every_path_named_is_there(document: str) -> None:
    assert [path for path in named_paths(read(document)) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("readme", READMES)
def test_every_picture_and_link_leads_somewhere(readme: str) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", read(readme))
    assert targets
    assert [target for target in targets if "://" not in target and not (ROOT / target).exists()] == []


@pytest.mark.parametrize("status", [EventStatus, AgendaStatus, VisitStatus, WhistleStatus])
def test_a_diagram_shows_exactly_the_moves_that_are_allowed(
    status: type[EventStatus | AgendaStatus | VisitStatus | WhistleStatus],
) -> None:
    wanted = {one.value: [after.value for after in one.allowed] for one in status if one.allowed}
    assert wanted in list(diagrams(read("ARCHITECTURE.md")))


@pytest.mark.parametrize("readme", READMES)
def test_every_error_of_wechat_is_explained_and_no_other(readme: str) -> None:
    assert [int(code) for code, _ in FAULT_ROW.findall(read(readme))] == list(FAULTS)


def test_the_chinese_table_says_what_workers_and_operators_are_told() -> None:
    explained = {int(code): meaning for code, meaning in FAULT_ROW.findall(read("README.zh-CN.md"))}
    assert explained == {code: fault.meaning for code, fault in FAULTS.items()}


def named_paths(text: str) -> set[str]:
    """Paths inside backticks and inside text diagrams, without patterns such as `bot/*`."""
    diagrams_of_text = re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    spans: Iterable[str] = [*CODE.findall(text), *diagrams_of_text]
    return {path.rstrip("./") for span in spans for path in PATH.findall(span)} - {""}


def diagrams(text: str) -> Iterator[dict[str, list[str]]]:
    """Moves from each state, in the order drawn, of every flow chart."""
    for chart in re.findall(r"^```mermaid\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield {start: ends.split(" & ") for start, ends in MOVES.findall(chart)}


def test_a_missing_path_would_be_noticed() -> None:
    absent = "bot/core/nowhere.py"
    assert not Path(ROOT / absent).exists()
    assert named_paths(f"see `{absent}`") == {absent}
