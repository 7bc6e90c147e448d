"""What the tests of the running house share."""

import pytest

from bot.ports.store import Store
from tests.runtime.house import House


@pytest.fixture
def house(store: Store) -> House:
    """A house that says back what it hears, over each database."""
    return House(store)
