"""The data of this repository, read once, and copies of it that a test may break."""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from bot.store.files.catalogue_files import CatalogueFiles, load_catalogue
from bot.store.files.community_files import load_demo
from bot.store.files.demo_rows import DemoFiles

DATA = Path(__file__).parents[3] / "data"

Break = Callable[[str, str, str], Path]


@cache
def shipped_catalogue() -> CatalogueFiles:
    return load_catalogue(DATA / "catalogue")


@cache
def shipped_demo() -> DemoFiles:
    return load_demo(DATA / "demo", shipped_catalogue().catalogue)


@pytest.fixture
def files() -> CatalogueFiles:
    return shipped_catalogue()


@pytest.fixture
def demo() -> DemoFiles:
    return shipped_demo()


@pytest.fixture
def knowledge_folder() -> Path:
    return DATA / "knowledge"


@pytest.fixture
def broken_copy(tmp_path: Path) -> Break:
    """Copy a folder of data and replace the first occurrence of a text in one of its files."""

    def break_it(file: str, old: str, new: str) -> Path:
        folder = tmp_path / Path(file).parts[0]
        shutil.copytree(DATA / folder.name, folder, dirs_exist_ok=True)
        path = tmp_path / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return break_it
