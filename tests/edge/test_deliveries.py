"""A few hundred of the deliveries of `python -m tests.edge.deliveries`, for each channel."""

import pytest

from tests.contracts.channels.lines import LINES
from tests.edge import deliveries


@pytest.mark.req("G4")
@pytest.mark.parametrize("name", LINES)
async def test_no_delivery_breaks_a_channel(name: str) -> None:
    """Whatever comes is refused with a word or becomes events that can be stored; a wrong proof never passes."""
    found = await deliveries.run(name, 400, seed=7)

    assert found.faults == []
    assert found.forgeries == []
    assert found.outcomes["malformed"] > 20
    assert found.outcomes["events"] > 20
