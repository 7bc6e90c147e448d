"""What seeds have found, each said in a few lines."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot.events import BROADCAST, Announced, Envelope
from bot.ports.channel import Retry
from bot.testing import Talk
from handlers import ACTORS, ROUTES
from tests.simulation.run import shared_tenant

MONDAY = datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001  wall time at the clinic


@pytest.fixture
def talk() -> Iterator[Talk]:
    with Talk(shared_tenant(), ROUTES, now=MONDAY, language="en", actors=ACTORS) as talk:
        yield talk.opens()


def test_back_does_not_skip_the_question_that_is_being_changed(talk: Talk) -> None:
    """Who goes back from changing an answer is not asked to confirm a visit without it."""
    talk.says("Book a visit", "Teeth cleaning", "Kentron").presses("Monday 23 November, 14:00")
    talk.says("Anna", "+374 91 123456").presses("Change something").presses("Service").presses("‹ Back")

    assert talk.heard[-1].endswith("What would you like to book?")
    talk.waits(timedelta(hours=1))
    assert "went wrong" not in " ".join(talk.heard)


def test_news_that_wait_do_not_leave_after_stop() -> None:
    """News that could not be sent yet are taken back when the customer writes STOP."""
    late = Retry(timedelta(minutes=5), "the provider is down")
    with Talk(shared_tenant(), ROUTES, now=MONDAY, language="en", actors=ACTORS, outcomes=[late]) as talk:
        announced = Envelope(talk.business.slug, talk.contact.actor, "news", talk.clock.now(),
                             Announced("news", {"en": "We have a new chair."}), BROADCAST)  # fmt: skip
        talk.does(talk.engine.intake.accept([announced]))
        talk.does(talk.engine.settle())
        talk.says("STOP").waits(timedelta(hours=1))

        arrived = [message.text for _, message in talk.channel.sent]  # type: ignore[attr-defined]
    assert not any("chair" in text for text in arrived)
    assert any("no more" in text for text in arrived)
