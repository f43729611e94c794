"""What trainers see of the models while the first is being loaded, and afterwards."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from bot.errors import NotFound, Unavailable
from bot.services.late_models import LateModels
from tests.workbench.bench import ModelsOnDisk

if TYPE_CHECKING:
    from bot.services.models import Models


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "live").write_text("linli-2\n", encoding="utf-8")
    for name in ("linli-1", "linli-2"):
        (tmp_path / f"{name}.tar.gz").touch()
    return tmp_path


async def test_while_it_is_loaded_the_live_one_is_named_and_none_can_be_exchanged(folder: Path) -> None:
    models = LateModels(folder)

    assert (models.live, models.names()) == ("linli-2", ["linli-2"])
    with pytest.raises(Unavailable):
        await models.go_live("linli-1")


def test_where_none_is_named_live_none_is_listed(tmp_path: Path) -> None:
    models = LateModels(tmp_path / "not there yet")

    assert (models.live, models.names()) == ("", [])


async def test_once_it_is_loaded_all_of_them_are_there_and_can_be_exchanged(folder: Path) -> None:
    models = LateModels(folder)
    loaded = ModelsOnDisk(folder)

    models.begin(cast("Models", loaded))

    assert set(models.names()) == {"first", "linli-1", "linli-2"}
    await models.go_live("linli-1")
    assert models.live == loaded.live == "linli-1"
    with pytest.raises(NotFound):
        await models.go_live("linli-9")
