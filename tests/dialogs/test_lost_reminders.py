"""A reminder that cannot reach its customer becomes a call that somebody makes."""

import pytest

from bot.events import Bounced
from bot.ports.store import Query
from bot.testing import Talk

CASES = Query("SELECT title FROM cases")


@pytest.mark.parametrize(
    ("outcome", "kind", "calls"),
    [
        ("blocked", "notice", 1),
        ("blocked", "reminder", 1),
        ("window", "reminder", 1),
        ("refused", "reminder", 1),
        ("expired", "reminder", 0),
        ("window", "notice", 0),
    ],
)
def test_somebody_calls_who_cannot_be_reminded(booked: Talk, outcome: str, kind: str, calls: int) -> None:
    """Blocked, after the window, refused: people call about the visit. What ran out was about a visit that is over."""
    booked.happens(Bounced(2, outcome, "no", kind))

    assert len([title for (title,) in booked.reads(CASES) if "a reminder did not arrive" in title]) == calls


def test_who_has_no_visit_is_not_called(summary: Talk) -> None:
    """Nobody is called about nothing."""
    summary.happens(Bounced(2, "blocked", "no", "reminder"))

    assert summary.reads(CASES) == []
