"""What lives as long as the service is not searched for garbage, and what went out of it is found all the same."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from bot.services import lasting


class Model:
    """Something that refers to itself, as a graph of components does."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_is_kept_is_searched_no_more_until_something_is_exchanged() -> None:
    model = Model()
    lasting.keep()
    assert gc.get_freeze_count() > 0
    old = weakref.ref(model)

    model = Model()
    gc.collect()
    assert old() is not None

    lasting.keep()
    assert old() is None
    assert model.itself is model
