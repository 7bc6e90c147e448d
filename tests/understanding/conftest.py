"""The trained model of the shipped phrases, made once for the shelf."""

from pathlib import Path

import pytest

import main
from bot.business import vocabulary_of
from bot.runtime import Tenant
from bot.understanding import Understander
from bot.understanding.model import Model, examples_of
from tools.bench.understanding import trained


@pytest.fixture(scope="session")
def shipped() -> Understander:
    """What a firm with every shipped dialog and nothing of its own understands."""
    return trained()


@pytest.fixture(scope="session")
def clinic() -> Tenant:
    """The sample firm, its model trained."""
    tenant = main.tenant_of(Path("businesses/demo"))
    vocabulary = vocabulary_of(tenant.business, tenant.machine.dialogs)
    tenant.understander.use(Model.trained(examples_of(vocabulary.learned)))
    return tenant


__all__ = ["clinic", "shipped"]
