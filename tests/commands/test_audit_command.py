"""`audit verify` and `audit export`: what they print, where they stop, and what they leave alone."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.__main__ import main
from bot.commands import audit
from bot.core.audit_chain import BEFORE_FIRST
from bot.store.engine import Store
from bot.store.queries.audit import append_audit

START = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)
URL = "sqlite:///{}"


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Five rows in the configured database."""
    monkeypatch.setenv("LINLI_VAR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    path = tmp_path / "linli.db"
    written(path, 5)
    return path


@pytest.fixture
def exported(database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The same five in a file."""
    path = tmp_path / "audit.jsonl"
    assert main(["audit", "export", str(path)]) == 0
    capsys.readouterr()
    return path


def written(path: Path, rows: int) -> None:
    store = Store(URL.format(path))
    store.migrate()
    with store.transaction() as session:
        for n in range(rows):
            append_audit(session, START + timedelta(minutes=n), None, "data:purge", "retention", f"messages={n}")
    store.close()


def tampered(path: Path, statement: str) -> None:
    """Past the triggers, as somebody with the file in hand could."""
    store = Store(URL.format(path))
    with store.transaction() as session:
        for change in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER audit_no_{change}"))
        session.execute(text(statement))
    store.close()


def last_hash(path: Path) -> str:
    return str(json.loads(path.read_text(encoding="utf-8").splitlines()[-1])["hash"])


def rewritten(path: Path, change: Callable[[list[str]], list[str]]) -> None:
    lines = change(path.read_text(encoding="utf-8").splitlines())
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def test_a_sound_log_is_told_with_its_figures_and_the_hash_to_note(
    exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "verify"]) == 0

    said = capsys.readouterr()
    assert "操作记录 5 条" in said.out
    assert "第一条 2026-03-12 10:00:00，最后一条 2026-03-12 10:04:00" in said.out
    assert f"最后一条的指纹 {last_hash(exported)}\n记下这个，下次用 --last 核对" in said.out
    assert said.err == ""


def test_an_export_is_checked_without_the_database(
    exported: Path, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database.unlink()

    assert main(["audit", "verify", "--file", str(exported), "--last", last_hash(exported)]) == 0

    assert "操作记录 5 条" in capsys.readouterr().out


def test_another_database_can_be_named(database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path / "other.db", 2)

    assert main(["audit", "verify", "--database", URL.format(tmp_path / "other.db")]) == 0

    assert "操作记录 2 条" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("UPDATE audit SET detail = 'x' WHERE id = 3", "第3号记录被改过"),
        ("DELETE FROM audit WHERE id = 3", "第2号和第4号记录之间少了记录"),
        ("DELETE FROM audit WHERE id = 1", "第2号记录前面少了记录"),
    ],
)
def test_what_was_done_to_the_database_is_told_in_one_line(
    database: Path, statement: str, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tampered(database, statement)

    assert main(["audit", "verify"]) == 1

    said = capsys.readouterr()
    assert line in said.err
    assert len(said.err.splitlines()) == 1
    assert "记下这个" not in said.out


def test_an_end_cut_off_shows_only_with_the_hash_of_last_time(
    database: Path, exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tampered(database, "DELETE FROM audit WHERE id > 3")

    assert main(["audit", "verify"]) == 0
    assert main(["audit", "verify", "--last", last_hash(exported).upper()]) == 1

    assert "结尾少了记录：现在最后是第3号" in capsys.readouterr().err


def test_a_log_that_has_grown_since_still_holds_the_hash_of_last_time(database: Path, exported: Path) -> None:
    known = last_hash(exported)
    written(database, 3)

    assert main(["audit", "verify", "--last", known]) == 0


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "第3号记录不在原来的位置：这里应当是第2号"),
        (lambda lines: [*lines[:3], lines[4]], "第3号和第5号记录之间少了记录"),
        (lambda lines: [*lines[:2], lines[2].replace("messages=2", "messages=0"), *lines[3:]], "第3号记录被改过"),
        (lambda lines: [*lines[:2], "", *lines[2:]], "audit.jsonl 第3行：不是完整的一条记录"),
        (lambda lines: [*lines[:4], lines[4][:50]], "audit.jsonl 第5行：不是完整的一条记录"),
        (lambda lines: [*lines[:4], "x" * (audit.LONGEST_LINE + 1)], "audit.jsonl 第5行"),
    ],
)
def test_what_was_done_to_a_file_is_told_in_one_line(
    exported: Path,
    change: Callable[[list[str]], list[str]],
    line: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    rewritten(exported, change)

    assert main(["audit", "verify", "--file", str(exported)]) == 1

    said = capsys.readouterr().err
    assert line in said
    assert len(said.splitlines()) == 1


def test_an_empty_log_is_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path / "empty.db", 0)

    assert main(["audit", "verify", "--database", URL.format(tmp_path / "empty.db"), "--last", BEFORE_FIRST]) == 0

    assert "操作记录 0 条" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["verify", "--last", "abc"], "--last 应当是 64 位的指纹"),
        (["verify", "--file", "nowhere.jsonl"], "读不了 nowhere.jsonl"),
        (["verify", "--file", "."], "读不了 ."),
        (["verify", "--database", "sqlite:///nowhere.db"], "没有数据库文件 nowhere.db"),
        (["verify", "--database", "mysql://x"], "mysql 不支持"),
        (["export", "nowhere/audit.jsonl"], "写不了 nowhere/audit.jsonl"),
        (["export", "linli.db"], "已经有 linli.db 了"),
    ],
)
def test_what_cannot_be_checked_or_written_is_told_in_one_line(
    arguments: list[str],
    line: str,
    database: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(database.parent)

    assert main(["audit", *arguments]) == 1

    said = capsys.readouterr().err
    assert line in said
    assert len(said.splitlines()) == 1
    assert not Path("nowhere.db").exists()


def test_a_database_without_a_log_is_refused_and_stays_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store(URL.format(tmp_path / "bare.db"))
    with store.transaction() as session:
        session.execute(text("CREATE TABLE something (id INTEGER)"))
    store.close()

    assert main(["audit", "verify", "--database", URL.format(tmp_path / "bare.db")]) == 1

    assert "这个数据库里没有操作记录" in capsys.readouterr().err


def test_an_export_is_for_its_owner_only_and_leaves_nothing_half_done(exported: Path) -> None:
    assert exported.stat().st_mode & 0o777 == 0o600
    assert list(exported.parent.glob("*.part")) == []


def test_a_broken_log_is_exported_as_it_is_and_said_to_be_broken(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tampered(database, "DELETE FROM audit WHERE id = 3")

    assert main(["audit", "export", str(tmp_path / "broken.jsonl")]) == 1

    assert len((tmp_path / "broken.jsonl").read_text(encoding="utf-8").splitlines()) == 4
    assert "第2号和第4号记录之间少了记录" in capsys.readouterr().err


def test_progress_shows_only_where_it_takes_long(
    database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "verify"]) == 0
    assert capsys.readouterr().err == ""

    monkeypatch.setattr(audit, "SHOWN_AFTER", 0.0)
    assert main(["audit", "verify"]) == 0
    assert audit.STEP in capsys.readouterr().err
