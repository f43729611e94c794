"""Actions in the same process: the compiled schema, and failures that are not swallowed."""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from rasa.core.actions.action import RemoteAction

import bot.dialogue.actions_in_process as in_process
from bot.dialogue.actions_in_process import ActionsInProcess

ACTIONS = """
from rasa_sdk import Action

class Greets(Action):
    def name(self): return "action_greets"
    async def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="好")
        return []

class Breaks(Action):
    def name(self): return "action_breaks"
    async def run(self, dispatcher, tracker, domain):
        raise RuntimeError("broken on purpose")
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    folder = tmp_path / "some_actions"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "two.py").write_text(ACTIONS)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "some_actions"
    for name in [n for n in sys.modules if n.startswith("some_actions")]:
        del sys.modules[name]


def call(action: str) -> dict[str, object]:
    tracker = {"sender_id": "r1", "slots": {}, "latest_message": {}, "events": [], "paused": False}
    return {"next_action": action, "sender_id": "r1", "tracker": tracker}


async def test_an_action_answers_without_a_server(package: str) -> None:
    answer = await ActionsInProcess(package).request(json=call("action_greets"))
    assert [r["text"] for r in answer["responses"]] == ["好"]


async def test_a_failing_action_is_remembered_by_sender(package: str) -> None:
    actions = ActionsInProcess(package)
    with pytest.raises(RuntimeError, match="broken on purpose"):
        await actions.request(json=call("action_breaks"))
    assert isinstance(actions.failures["r1"], RuntimeError)


def test_a_broken_actions_module_is_named_instead_of_ending_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "bad_actions"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "typo.py").write_text("import nothing_of_this_name")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ImportError, match="nothing_of_this_name"):
        ActionsInProcess("bad_actions")


def test_the_compiled_check_refuses_what_stock_rasa_refuses() -> None:
    action = RemoteAction("action_any", None)
    with pytest.raises(jsonschema.ValidationError):
        action._validate_action_result({"events": "no list", "responses": []})
    assert action._validate_action_result({"events": [], "responses": []})


def test_stock_rasa_still_compiles_the_schema_for_every_call() -> None:
    source = inspect.getsource(in_process.STOCK_CHECK)
    assert "validate(result, self.action_response_format_spec())" in source, "the departure is not needed any more"
