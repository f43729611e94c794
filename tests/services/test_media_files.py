import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.services.media_files import remove_after_commit
from bot.store.engine import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'empty.db'}")
    yield opened
    opened.close()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "picture.jpg"
    file.write_bytes(b"picture")
    return file


def test_a_file_goes_with_the_commit_and_not_before(store: Store, picture: Path) -> None:
    with store.transaction() as session:
        remove_after_commit(session, [picture])
        assert picture.exists()

    assert not picture.exists()


def test_a_file_stays_when_the_transaction_is_rolled_back(store: Store, picture: Path) -> None:
    with store.transaction() as session:
        remove_after_commit(session, [picture])
        session.rollback()

    assert picture.exists()


def test_a_file_gone_already_is_no_trouble(store: Store, picture: Path, caplog: pytest.LogCaptureFixture) -> None:
    picture.unlink()

    with store.transaction() as session:
        remove_after_commit(session, [picture])

    assert caplog.records == []


def test_an_operator_hears_of_a_file_that_will_not_go(
    store: Store, tmp_path: Path, picture: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()

    with caplog.at_level(logging.ERROR), store.transaction() as session:
        remove_after_commit(session, [folder, picture])

    assert [str(folder) in record.getMessage() for record in caplog.records] == [True]
    assert not picture.exists()
