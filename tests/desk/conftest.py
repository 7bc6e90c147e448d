"""The demo clinic with a staff room, and somebody who writes to it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

import main
from bot.runtime import Tenant
from bot.testing import Talk
from handlers import ACTORS, ROUTES
from tests.staff.office import in_english

MONDAY = datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001  wall time at the clinic


@pytest.fixture(scope="session")
def clinic() -> Tenant:
    """The demo clinic, whose staff speak English."""
    return in_english(main.tenant_of(Path("businesses/demo")))


@pytest.fixture
def talk(clinic: Tenant) -> Iterator[Talk]:
    """Somebody who has opened the chat in English on a Monday morning."""
    with Talk(clinic, ROUTES, now=MONDAY, language="en", actors=ACTORS) as talk:
        talk.opens()
        yield talk
