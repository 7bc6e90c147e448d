"""What the tests of the staff room share."""

from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

import main
from bot.runtime import Tenant
from tests.staff.office import Office


@pytest.fixture(scope="session")
def clinic() -> Tenant:
    """The demo clinic."""
    return main.tenant_of(Path("businesses/demo"))


@pytest.fixture
def office(clinic: Tenant) -> Iterator[Office]:
    """Its staff room on a Monday morning."""
    with Office(clinic) as office:
        yield office


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """The log's entries, instead of a printed log."""
    with capture_logs() as entries:
        yield entries
