"""A staff group where topics vanish, rights come and go and operators leave: no word is lost, none is doubled without cause.

`CHAOS_SEEDS=1000` runs more schedules than a change needs; a seed that fails prints what happened in it.
"""

import os
import random

import pytest

from bot.runtime import Tenant
from handlers import ACTORS, ROUTES
from tests.desk.conftest import MONDAY
from tests.desk.reckoning import broken
from tests.desk.schedule import Schedule, UnrulyTalk

SEEDS = int(os.environ.get("CHAOS_SEEDS", "100"))
ACTS = 40


@pytest.mark.req("F13", "G20")
@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_happens_in_the_group_no_word_is_lost(clinic: Tenant, seed: int) -> None:
    """What a customer says in an open case is shown to operators, what they answer arrives once, and all comes to rest."""
    with UnrulyTalk(clinic, ROUTES, now=MONDAY, language="en", actors=ACTORS) as talk:
        run = Schedule(talk.opens(), random.Random(seed))
        run.run(ACTS)
        print("\n".join(run.log))  # noqa: T201  read when the test fails

        assert broken(run) == []
