"""What the tests of the stores share."""

import pytest

from bot.ports.store import Store
from tests.contracts.post import Post


@pytest.fixture
def post(store: Store) -> Post:
    """The post over each database."""
    return Post(store)
