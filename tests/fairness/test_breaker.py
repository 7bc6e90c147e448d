"""A way out that leads nowhere is tried now and then, and the last places of a second are for what is fresh."""

from datetime import timedelta

from bot.ports.channel import PerhapsSent, Retry, Sent, Undeliverable
from bot.runtime.breaker import FAILURES, LONGEST, Breaker
from bot.runtime.outlet import Outlet

AWAY = Retry(timedelta(seconds=5), "away", "provider")


class Watch:
    """Seconds that are moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_it_opens_after_failures_in_a_row_and_closes_by_one_success() -> None:
    """Four failures and a success are nothing; five in a row shut it, and the first that comes through opens the way."""
    watch = Watch()
    breaker = Breaker(watch)
    for _ in range(FAILURES - 1):
        breaker.failed()
    breaker.succeeded()
    for _ in range(FAILURES - 1):
        breaker.failed()
    assert (breaker.state, breaker.wait()) == ("closed", 0.0)

    breaker.failed()
    assert breaker.state == "open"
    watch.now += breaker.wait()
    assert (breaker.state, breaker.wait()) == ("half-open", 0.0)
    breaker.succeeded()
    assert (breaker.state, breaker.wait()) == ("closed", 0.0)


def test_half_open_lets_one_through_at_a_time() -> None:
    """While one row is tried the others wait; if nothing is heard of it, the next one is tried."""
    watch = Watch()
    breaker = Breaker(watch)
    for _ in range(FAILURES):
        breaker.failed()
    watch.now += breaker.wait()
    breaker.begin()
    assert breaker.wait() > 0

    breaker.unknown()
    assert breaker.wait() == 0.0
    breaker.begin()
    watch.now += 600
    assert breaker.wait() == 0.0


def test_tries_come_seldom_and_never_cease() -> None:
    """In six hours of outage there are as many tries as sixths of a minute, and the last wait is no longer than that."""
    watch = Watch()
    breaker, tries = Breaker(watch), 0
    ends = watch.now + 6 * 3600
    while watch.now < ends:
        watch.now += breaker.wait()
        breaker.begin()
        breaker.failed()
        tries += 1

    assert tries < 6 * 3600 / LONGEST + 20
    assert 0 < breaker.wait() <= LONGEST


def test_failures_of_rows_begun_before_it_opened_do_not_lengthen_the_pause() -> None:
    """A hundred rows that were under way when the provider went away count as one outage."""
    watch = Watch()
    breaker = Breaker(watch)
    for _ in range(100):
        breaker.failed()

    assert breaker.wait() <= 2.0


def test_fresh_rows_have_the_last_places_of_a_second() -> None:
    """Of 25 places a backlog gets 23 and what is fresh the rest, and all 25 when there is no backlog."""
    watch = Watch()
    outlet = Outlet(watch, 25)
    old = [outlet.admit(f"old{n}", fresh=False) for n in range(40)]
    fresh = [outlet.admit(f"new{n}", fresh=True) for n in range(5)]

    assert old.count(0.0) == 23
    assert fresh == [0.0, 0.0, 1.0, 1.0, 1.0]
    watch.now += 1.0
    assert [outlet.admit(f"newer{n}", fresh=True) for n in range(26)].count(0.0) == 25


def test_rows_that_cannot_go_come_back_one_by_one() -> None:
    """Each gets a place of its own in time, so that a thousand of them are not looked at again and again."""
    watch = Watch()
    outlet = Outlet(watch, 25)
    waits = [outlet.admit(str(n), fresh=False) for n in range(1023)][23:]

    assert waits == sorted(waits)
    assert 1000 / 24 < waits[-1] < 1000 / 22
    assert outlet.look_in < 1.0


def test_a_whole_account_waits_when_it_is_told_to() -> None:
    """«All of you, in a minute»: nothing of the account is tried before, and a single chat's wait concerns nobody else."""
    watch = Watch()
    outlet = Outlet(watch, 0)
    outlet.answered(Retry(timedelta(seconds=60), "slow down"))
    assert outlet.admit("a", fresh=True) == 0.0

    outlet.answered(Retry(timedelta(seconds=60), "slow down", "account"))
    assert outlet.admit("b", fresh=True) == 60.0
    watch.now += 60
    assert outlet.admit("b", fresh=True) == 0.0


def test_a_refusal_is_an_answer() -> None:
    """A customer who has blocked us does not shut the way for the others; silence and errors do."""
    outlet = Outlet(Watch(), 0)
    for _ in range(FAILURES):
        outlet.answered(Undeliverable("blocked", "no"))
    assert outlet.breaker.wait() == 0.0

    for outcome in (AWAY, PerhapsSent("silence"), AWAY, PerhapsSent("silence"), AWAY):
        outlet.answered(outcome)
    assert outlet.breaker.wait() > 0
    outlet.answered(Sent("1"))
    assert outlet.breaker.wait() == 0.0


def test_one_way_out_cannot_take_all_hands() -> None:
    """Rows of a provider that hangs leave hands to the others, and some of its own hands to what is fresh."""
    outlet = Outlet(Watch(), 0)
    assert [outlet.admit(f"old{n}", fresh=False) for n in range(80)].count(0.0) == 64
    assert outlet.admit("new", fresh=True) == 0.0

    outlet.left("old0")
    outlet.left("old0")
    outlet.left("new")
    assert [outlet.admit(f"older{n}", fresh=False) for n in range(3)].count(0.0) == 1
