"""An account that its provider refuses waits until a person has mended it."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.net.standing import Standing
from bot.ports.channel import Retry
from tests.integrations.kit import Hands

TOKEN = "the token is refused"


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def standing(clock: Hands) -> Standing:
    return Standing("Viber", "viber/main", clock)


async def test_an_account_in_order_is_not_held(standing: Standing) -> None:
    """There is nothing to mend, and nothing to say."""
    with capture_logs() as logs:
        standing.accepted()

    assert (standing.held(), standing.trouble, logs) == (None, "", [])


async def test_it_waits_longer_each_time(standing: Standing, clock: Hands) -> None:
    """Twice as long after each try that fails, never more than five minutes; an answer that is good begins anew."""
    waits = []
    for _ in range(8):
        waits.append(standing.refused(TOKEN).after.total_seconds())
        clock.at += timedelta(seconds=waits[-1])
        assert standing.held() is None
    standing.accepted()

    assert waits == [5, 10, 20, 40, 80, 160, 300, 300]
    assert standing.refused(TOKEN).after == timedelta(seconds=5)


async def test_meanwhile_nothing_is_tried(standing: Standing, clock: Hands) -> None:
    """What is to be sent waits for the rest of the time; refusals side by side count once."""
    standing.refused(TOKEN)
    clock.at += timedelta(seconds=2)

    assert standing.held() == Retry(timedelta(seconds=3), "Viber: the token is refused", "account")
    assert standing.refused(TOKEN) == standing.held()


async def test_the_end_of_trouble_frees_at_once(standing: Standing) -> None:
    """Whatever was under way may show that the account is in order again."""
    standing.refused(TOKEN)
    standing.accepted()

    assert standing.held() is None
    assert standing.trouble == ""


async def test_each_trouble_is_said_once(standing: Standing) -> None:
    """An owner finds one line in the log for each thing to mend, and one for its end."""
    with capture_logs() as logs:
        for reason in (TOKEN, TOKEN, "the account is locked"):
            standing.refused(reason)
        standing.accepted()
        standing.accepted()

    assert [(each["log_level"], each["account"], each.get("reason")) for each in logs] == [
        ("error", "viber/main", TOKEN), ("error", "viber/main", "the account is locked"), ("info", "viber/main", None),
    ]  # fmt: skip


async def test_a_clock_that_is_set_back_holds_nothing_for_hours(standing: Standing, clock: Hands) -> None:
    """The wait is never longer than it was to be."""
    standing.refused(TOKEN)
    clock.at -= timedelta(hours=3)
    held = standing.held()

    assert held is not None
    assert held.after == timedelta(seconds=5)
