"""Firms whose customers call."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

import main
from bot.runtime import Tenant
from handlers import ACTORS, ROUTES
from tests.integrations.twilio.voice.talk import VoiceTalk

OPEN = datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001  the firm's own time
Dials = Callable[..., VoiceTalk]


@pytest.fixture(scope="package")
def clinic() -> Tenant:
    """The demo clinic."""
    return main.tenant_of(Path("businesses/demo"))


@pytest.fixture(scope="package")
def staffed(clinic: Tenant) -> Tenant:
    """The clinic, whose reception has two phones."""
    group = clinic.business.groups["reception"].model_copy(update={"phones": ("+374 10 11 11 11", "+374 10 22 22 22")})
    groups = {**clinic.business.groups, "reception": group}
    return replace(clinic, business=clinic.business.model_copy(update={"groups": groups}))


@pytest.fixture
def line() -> Iterator[Dials]:
    """A phone line to a firm, in English; nobody has called yet."""
    with ExitStack() as stack:

        def opened(tenant: Tenant, *, now: datetime = OPEN, language: str = "en", **settings: str) -> VoiceTalk:
            talk = VoiceTalk(tenant, ROUTES, now=now, language=language, actors=ACTORS, settings=settings)
            stack.enter_context(talk)
            return talk

        yield opened
