"""Too much is written down and not handled; what matters is heard in the middle of it, and a pause ends it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import main
from bot.events import LIVE, RELAY, Envelope, Said, TimerFired
from bot.ports.store import Query
from bot.runtime.flood import Allowance, Floods
from bot.runtime.rates import Buckets
from bot.testing import Talk
from handlers import ACTORS, ROUTES
from tests.fairness.still import MONDAY
from tests.fairness.test_flood import WAIT
from tests.staff.office import in_english

PAUSE = timedelta(seconds=5)


@pytest.fixture
def talk() -> Iterator[Talk]:
    """Somebody who has opened the demo clinic's chat; the clock stands still while they write."""
    tenant = in_english(main.tenant_of(Path("businesses/demo")))
    with Talk(tenant, ROUTES, now=MONDAY, language="en", actors=ACTORS) as talk:
        talk.engine.intake.floods = Floods(lambda: talk.clock.now().timestamp(), Allowance())
        talk.opens()
        yield talk


def flood(talk: Talk, count: int = 40) -> None:
    talk.says(*(f"spam {n}" for n in range(count)))


def written(talk: Talk) -> list[str]:
    rows = talk.reads(Query("SELECT body FROM messages WHERE author = 'customer' ORDER BY seq"))
    return [row[0] for row in rows]


def test_what_is_too_much_is_kept_and_answered_once(talk: Talk) -> None:
    """Of forty messages at once twenty are handled; all are in the transcript, and one request to wait is said."""
    flood(talk)

    assert len(written(talk)) == 40
    assert talk.heard.count(WAIT) == 1
    assert talk.reads(Query("SELECT COUNT(*) FROM inbox WHERE error = 'unheard' AND state = 'done'")) == [(21,)]
    assert talk.reads(Query("SELECT COUNT(*) FROM inbox WHERE state <> 'done'")) == [(0,)]


def test_whoever_pauses_is_heard_again(talk: Talk) -> None:
    """Five seconds of silence, and the next message is answered as ever; a word in between begins them anew."""
    flood(talk)
    talk.waits(PAUSE - timedelta(seconds=1)).says("menu")
    before = len(talk.heard)
    talk.waits(PAUSE - timedelta(seconds=1)).says("menu")
    assert len(talk.heard) == before

    talk.waits(PAUSE).says("menu")
    assert len(talk.heard) == before + 1
    assert talk.heard[-1] != WAIT


@pytest.mark.req("A8")
def test_a_human_and_stop_are_heard_in_the_middle_of_a_flood(talk: Talk) -> None:
    """Whoever asks for a person or wants no more messages is obeyed at once, once a minute each."""
    flood(talk)
    before = len(talk.heard)
    talk.says("spam", "HUMAN", "spam", "STOP", "human", "stop", "start")

    assert (talk.state.charge, talk.state.stopped) == ("waiting", True)
    assert len(talk.heard) == before + 2


def test_the_request_to_wait_is_said_once_a_minute(talk: Talk) -> None:
    """However long somebody goes on: one sentence a minute."""
    for _ in range(60):
        flood(talk, 30)
        talk.waits(timedelta(seconds=3))

    assert talk.heard.count(WAIT) == 3


def test_a_repeated_delivery_of_what_was_heard_is_not_unheard(talk: Talk) -> None:
    """A provider that delivers again during a flood changes nothing of what was handled, and adds nothing."""
    talk.happens(Said("menu"), key="update:1")
    flood(talk)
    count = len(written(talk))
    talk.happens(Said("menu"), key="update:1")

    assert len(written(talk)) == count


def test_the_human_in_charge_sees_what_was_written_joined(talk: Talk) -> None:
    """While an operator talks the bot does not ask to wait; all that was written is in the topic soon, in a few messages."""
    talk.says("HUMAN").staff("Hello, I am here")
    talk.waits(timedelta(minutes=1))
    before = len(talk.room.posts)
    flood(talk, 45)
    talk.waits(timedelta(seconds=11))

    shown = "\n".join(talk.room.texts())
    assert all(f"spam {n}" in shown for n in range(45))
    assert WAIT not in talk.heard
    assert len(talk.room.posts) - before < 30


def test_a_flood_does_not_fill_the_room(talk: Talk) -> None:
    """Of hundreds of messages the room sees the last twenty and that others are left out, so other cases do not wait."""
    talk.says("HUMAN").staff("Hello, I am here")
    before = len(talk.room.posts)
    flood(talk, 600)
    talk.waits(timedelta(seconds=11))

    shown = "\n".join(talk.room.texts())
    assert "The web desk shows all." in shown
    assert all(f"spam {n}" in shown for n in range(580, 600))
    assert len(talk.room.posts) - before < 40


def envelope(who: str, n: int = 0, business: str = "one") -> Envelope:
    return Envelope(business, f"webchat/site/{who}", f"{business}:{who}:{n}", MONDAY, Said("hello"))


def test_one_address_with_many_names_is_one_flood() -> None:
    """A program that opens a conversation for each message is heard two hundred times; another address is not concerned."""
    floods = Floods(lambda: 0.0, Allowance())
    heard = [floods.sort([envelope(f"v{n}")], "192.0.2.1")[0].heard for n in range(250)]

    assert heard.count(True) == 200
    assert floods.sort([envelope("other")], "192.0.2.2")[0].heard
    assert floods.unheard == 50


def test_a_business_with_too_many_customers_waits_behind_the_others() -> None:
    """What comes to one business beyond its allowance is handled, after everybody else's; no customer is silenced."""
    floods = Floods(lambda: 0.0, Allowance(business=100))
    found = [floods.sort([envelope(f"v{n}")])[0] for n in range(150)]

    assert all(each.heard for each in found)
    assert [each.lane for each in found] == [LIVE] * 100 + [RELAY] * 50
    assert floods.sort([envelope("v", business="two")])[0].lane == LIVE


def test_what_happens_without_the_customer_is_never_too_much() -> None:
    """Timers and the like are not counted."""
    floods = Floods(lambda: 0.0, Allowance())
    ring = Envelope("one", "webchat/site/v", "timer", MONDAY, TimerFired("dialog", 1))

    assert all(floods.sort([ring]) == [ring] for _ in range(100))


async def test_a_bucket_fills_again_and_a_clock_that_is_put_back_does_not_shut_it() -> None:
    """Twenty at once, then two a second; an hour back on the clock costs ten seconds at most."""
    now = [1000.0]
    buckets = Buckets(lambda: now[0])
    took = [await buckets.take("k", per_second=2.0, burst=20) for _ in range(21)]
    assert took[:20] == [0.0] * 20
    assert took[20] == pytest.approx(0.5)

    now[0] += 0.5
    assert await buckets.take("k", per_second=2.0, burst=20) == 0.0
    now[0] -= 3600
    assert await buckets.take("k", per_second=2.0, burst=20) == pytest.approx(0.5)
    now[0] += 10.0
    assert await buckets.take("k", per_second=2.0, burst=20, cost=19) == 0.0
