"""Rasa phones home in every command and after every crash; here nothing ever leaves the machine."""

import subprocess
import sys
from pathlib import Path

WATCHED = """
import asyncio, sys
tried = []
def watch(event, arguments):
    if event == "socket.getaddrinfo":
        tried.append(str(arguments[0]))
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        tried.append(str(arguments[1][0]))
sys.addaudithook(watch)

from pathlib import Path
import bot.dialogue
from rasa import telemetry
from bot.dialogue.assistant import Assistant
from bot.errors import BrokenFile

telemetry.track_model_training  # the code that would send is there
assistant = Assistant(Path(sys.argv[1]), lambda _: None)
asyncio.run(assistant.parse("3号楼的灯坏了"))
try:
    asyncio.run(assistant.answer("nobody", "3号楼的灯坏了", {"inbox_id": 1}))
except Exception as crash:
    telemetry.track_error = getattr(telemetry, "track_error", None)
    print("crashed:", type(crash).__name__)
print("enabled:", telemetry.is_telemetry_enabled())
print("tried:", [t for t in tried if t not in ("127.0.0.1", "localhost", "::1")])
"""


def test_reading_answering_and_crashing_try_no_connection(trained_model: Path, tmp_path: Path) -> None:
    watched = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WATCHED, str(trained_model)],
        capture_output=True,
        text=True,
        check=False,
        env={
            "LINLI_VAR": str(tmp_path),
            "DATABASE_URL": f"sqlite:///{tmp_path}/no-resident.db",
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
        },
    )
    assert "enabled: False" in watched.stdout, watched.stderr[-2000:]
    assert "tried: []" in watched.stdout


def test_training_tries_no_connection(tmp_path: Path) -> None:
    script = WATCHED.split("from pathlib import Path", maxsplit=1)[0] + TRAINING
    watched = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )
    assert "tried: []" in watched.stdout, watched.stderr[-2000:]


TRAINING = """
from pathlib import Path
root = Path(sys.argv[1])
(root / "data/nlu").mkdir(parents=True)
(root / "data/rules").mkdir()
(root / "data/stories").mkdir()
(root / "config.yml").write_text(
    "recipe: default.v1\\nlanguage: zh\\nassistant_id: a\\npipeline:\\n- name: JiebaTokenizer\\n"
    "- name: bot.dialogue.nlu.component.CommunityReader\\npolicies:\\n- name: RulePolicy\\n")
(root / "domain.yml").write_text(
    'version: "3.1"\\nintents: [affirm, deny]\\nresponses:\\n  utter_a:\\n  - text: 好\\n')
(root / "data/rules/r.yml").write_text(
    'version: "3.1"\\nrules:\\n- rule: a\\n  steps:\\n  - intent: affirm\\n  - action: utter_a\\n')
examples = {"affirm/0101": "对的 对啊", "affirm/0201": "没错 没问题", "affirm/y": "行 行啊", "affirm/x": "是对的 是啊",
            "deny": "不对 不是"}
(root / "data/nlu/n.yml").write_text('version: "3.1"\\nnlu:\\n' + "".join(
    f"- intent: {intent}\\n  examples: |\\n" + "".join(f"    - {text}\\n" for text in texts.split())
    for intent, texts in examples.items()))
import bot.dialogue
from bot.dialogue.training import train
train(root, root / "data", root / "models/m.tar.gz", lambda *_: None, cross_validate=False)
print("trained:", (root / "models/m.tar.gz").exists())
print("tried:", [t for t in tried if t not in ("127.0.0.1", "localhost", "::1")])
"""
