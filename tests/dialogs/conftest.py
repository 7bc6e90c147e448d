"""What the tests of dialogs share: talks, closed at the end."""

from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack
from functools import cache
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.dialog import Dialog
from bot.runtime import Tenant
from bot.testing import Talk
from tests.dialogs.parlour import Open, clinic_tenant, parlour, talk_with

shipped = cache(clinic_tenant)


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens talks with a firm that has these dialogs, or with the sample clinic for none."""
    with ExitStack() as stack:

        def open_talk(*dialogs: type[Dialog], forms: str = "", language: str = "en") -> Talk:
            tenant: Tenant = parlour(*dialogs, forms=forms) if dialogs or forms else shipped()
            return stack.enter_context(talk_with(tenant, language)).opens()

        yield open_talk


@pytest.fixture
def clinic(opened: Open) -> Talk:
    """A customer of the sample clinic who speaks English, on a Monday at ten."""
    return opened()


@pytest.fixture
def summary(clinic: Talk) -> Talk:
    """The same customer, who is asked whether everything is right."""
    clinic.says("Book a visit", "Teeth cleaning", "Kentron").presses("Monday 23 November, 14:00")
    return clinic.says("Anna", "+374 91 123456")


@pytest.fixture
def booked(summary: Talk) -> Talk:
    """The same customer, booked for Monday at two."""
    return summary.presses("Yes, that is right")


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """The log's entries, instead of a printed log."""
    with capture_logs() as entries:
        yield entries
