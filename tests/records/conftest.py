"""What the tests of the built-in records share."""

import pytest

from bot.business import Business
from bot.ports.store import Store
from tests.records.firm import firm
from tests.records.steps import Steps


@pytest.fixture
def shears() -> Business:
    """The small firm."""
    return firm()


@pytest.fixture
def steps(store: Store) -> Steps:
    """Steps on each database."""
    return Steps(store)
