"""What seeds have found, each said in a few lines."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest

from bot.events import BROADCAST, Announced, Envelope
from bot.ports.channel import Retry
from bot.ports.clock import micros
from bot.store import outbox
from bot.store.outbox import Result
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


def test_news_that_are_on_their_way_at_stop_are_not_tried_again() -> None:
    """The provider answers «later» after the customer has written STOP: nobody tries once more."""
    with Talk(shared_tenant(), ROUTES, now=MONDAY, language="en", actors=ACTORS) as talk:
        announced = Envelope(talk.business.slug, talk.contact.actor, "news", talk.clock.now(),
                             Announced("news", {"en": "We have a new chair."}), BROADCAST)  # fmt: skip
        talk.does(talk.engine.intake.accept([announced]))
        talk.does(talk.engine.stepper.work())
        now = micros(talk.clock.now())
        (news,) = talk.does(talk.store.run(partial(outbox.take, "sender", now, timedelta(seconds=30), 1)))
        talk.says("STOP")
        later = partial(outbox.settle, [Result(news, "waiting", now)], "sender", now)
        talk.does(talk.store.run(later, locks=[f"{news.business}/line/{news.line}"]))
        talk.waits(timedelta(hours=1))

        arrived = [message.text for _, message in talk.channel.sent]  # type: ignore[attr-defined]
    assert news.kind == "broadcast"
    assert not any("chair" in text for text in arrived)
    assert any("no more" in text for text in arrived)
