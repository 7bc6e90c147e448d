"""What the tests of the running house share."""

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.ports.store import Store
from tests.runtime.house import House


@pytest.fixture
def house(store: Store) -> House:
    """A house that says back what it hears, over each database."""
    return House(store)


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """The log's entries, instead of a printed log."""
    with capture_logs() as entries:
        yield entries
