"""What several suites share: the one trained model."""

from pathlib import Path

import pytest

from bot.settings import Settings


@pytest.fixture(scope="session")
def trained_model() -> Path:
    """The model in service; trained once where it is missing or no longer fits rules and readers."""
    from bot.services.models import ensure_model

    return ensure_model(Settings.from_environment(), lambda *_: None)
