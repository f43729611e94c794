"""The command line: what it prints, and one clear line where it cannot go on."""

import io
import json
import shutil
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.settings import ROOT, Settings

FIELDS = {
    "id",
    "text",
    "emergency",
    "intent",
    "confidence",
    "leaf",
    "leaf_top3",
    "urgency",
    "address",
    "elderly",
    "needs_review",
    "requests",
}


@pytest.fixture(autouse=True)
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trained_model: Path) -> None:
    monkeypatch.setenv("LINLI_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("LINLI_MODELS", str(trained_model.parent))
    monkeypatch.delenv("DATABASE_URL", raising=False)


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_parse_prints_one_object_a_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    typed(monkeypatch, "3号楼2单元楼道灯坏了三天了\n居住证咋办\n")
    assert main(["parse"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["leaf"] for row in rows] == ["0503", "1108"]
    assert set(rows[0]) == FIELDS
    assert rows[0]["text"][rows[0]["address"][0]["start"] : rows[0]["address"][0]["end"]] == "3号楼"


def test_parse_keeps_the_ids_of_json_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text('{"id": "a7", "text": "电梯坏了"}\n\n{"id": "a8", "text": ""}\n', encoding="utf-8")
    assert main(["parse", "--jsonl", str(file)]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["id"], row["intent"]) for row in rows] == [("a7", "report_event"), ("a8", "out_of_scope")]


def test_parse_names_the_line_it_cannot_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text('{"text": "电梯坏了"}\nnot json\n', encoding="utf-8")
    assert main(["parse", "--jsonl", str(file)]) == 1
    assert capsys.readouterr().err.strip().endswith("第2行不是带 text 的 JSON")


def test_chat_as_json_files_a_report(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    typed(monkeypatch, "6号楼1单元楼道灯坏了三天了\n对\n")
    assert main(["chat", "--json", "--resident", "script"]) == 0
    asked, filed = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (asked["filed"], asked["state"]) == ([], "report_form")
    assert [(f["kind"], f["leaf"], f["place"], f["grid"]) for f in filed["filed"]] == [
        ("grid_event", "0503", "青禾苑6号楼1单元", "qinghe-g1")
    ]
    assert filed["filed"][0]["due"].endswith("+08:00")


def test_an_unknown_community_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "你好\n")
    assert main(["chat", "--json", "--community", "nowhere"]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_an_account_is_added_listed_and_disabled(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "a-long-enough-password\n")
    assert main(["user", "add", "xiaomei", "--name", "肖梅", "--community", "qinghe"]) == 0
    assert main(["user", "list"]) == 0
    assert "xiaomei\t肖梅\tworker\tqinghe\t可登录" in capsys.readouterr().out
    assert main(["user", "disable", "xiaomei"]) == 0
    assert main(["user", "list"]) == 0
    assert "xiaomei\t肖梅\tworker\tqinghe\t已停用" in capsys.readouterr().out


def test_somebody_of_the_demo_data_gets_a_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["user", "list"]) == 0
    assert "liqing\t李青禾\tworker\tqinghe\t未设密码" in capsys.readouterr().out
    typed(monkeypatch, "a-long-enough-password\n")
    assert main(["user", "add", "liqing"]) == 0
    typed(monkeypatch, "another-long-password\n")
    assert main(["user", "password", "liqing"]) == 0
    assert main(["user", "list"]) == 0
    assert "liqing\t李青禾\tworker\tqinghe\t可登录" in capsys.readouterr().out


def test_a_short_password_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    typed(monkeypatch, "123\n")
    assert main(["user", "add", "xiaomei"]) == 1
    assert "密码" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("variable", "value"),
    [("LINLI_PORT", "eighty"), ("DATABASE_URL", "mysql://x"), ("LINLI_SECURE_COOKIES", "yes")],
)
def test_a_bad_setting_is_named(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(variable, value)
    assert main(["setup"]) == 1
    said = capsys.readouterr().err.strip()
    assert variable in said
    assert len(said.splitlines()) == 1


def test_all_bad_settings_are_named_at_once() -> None:
    with pytest.raises(Exception, match=r"DATABASE_URL.*LINLI_PORT"):
        Settings.from_environment({"DATABASE_URL": "mysql://x", "LINLI_PORT": "70000"})


def test_a_broken_data_file_stops_the_start_with_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data", data, ignore=shutil.ignore_patterns("nlu"))
    leaves = data / "catalogue" / "leaves" / "05.yml"
    leaves.write_text(leaves.read_text(encoding="utf-8").replace("urgency: P1", "urgency: P9", 1), encoding="utf-8")
    monkeypatch.setenv("LINLI_DATA", str(data))
    assert main(["setup"]) == 1
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert "05.yml:" in last
    assert "urgency" in last


def test_a_damaged_database_stops_the_start_and_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "linli.db").write_bytes(b"this is no database" * 500)
    assert main(["setup"]) == 1
    assert "linli.db" in capsys.readouterr().err.strip().splitlines()[-1]


def test_evaluate_measures_labelled_messages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "gold.jsonl"
    rows = [
        {"text": "楼道里的灯坏了", "intent": "report_event", "leaf": ["0503"], "urgency": ["P2", "P1"]},
        {"text": "放首歌听听", "intent": ["out_of_scope"], "leaf": [None]},
        {"text": "厨房起火了灭不掉", "bypass_bot": True},
    ]
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    assert main(["evaluate", str(file)]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["messages"], figures["intent"], figures["leaf"], figures["emergency_recall"]) == (3, 1.0, 1.0, 1.0)


def test_evaluate_refuses_a_file_without_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text('{"intent": "x"}', encoding="utf-8")
    assert main(["evaluate", str(file)]) == 1
    assert "text" in capsys.readouterr().err
