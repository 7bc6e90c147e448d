"""A loop that hangs is noticed while it hangs, and it is told where."""

from threading import Thread

from bot.runtime.pulse import DEAD, EVERY, STALL, Pulse
from tests.ops.conftest import Written


class Watch:
    """A clock that is moved by hand, and the second thread."""

    def __init__(self) -> None:
        self.seconds = 100.0
        self.pulse = Pulse(lambda: self.seconds)
        self.pulse.beat()

    def hangs(self, seconds: float) -> None:
        """The loop does not turn for so long after its beat was due, and is looked at."""
        self.seconds += EVERY + seconds
        self.looks()

    def looks(self) -> None:
        other = Thread(target=self.pulse.look)
        other.start()
        other.join()


def test_a_loop_that_hangs_is_told_with_the_place_where_it_hangs(logged: Written) -> None:
    """The log says once in which function the loop stands, and when it went on."""
    watch = Watch()
    watch.hangs(STALL + 1)
    watch.looks()
    watch.pulse.beat()

    stands = logged.of("the loop stands still")
    assert stands["seconds"] == 2.0
    assert any("in hangs" in place for place in stands["stack"])
    assert logged.of("the loop goes on")["after_seconds"] == 2.0
    assert watch.pulse.stalls == 1


def test_a_little_late_is_nothing(logged: Written) -> None:
    """A busy loop is not a fault."""
    watch = Watch()
    watch.hangs(STALL / 2)
    watch.pulse.beat()

    assert logged.entries == []
    assert (watch.pulse.lag, watch.pulse.stalls) == (STALL / 2, 0)


def test_the_lag_is_seen_while_it_lasts_and_forgotten_after_it(logged: Written) -> None:
    """Who asks during the stall hears how long it is; the longest is kept for a minute or two."""
    watch = Watch()
    watch.hangs(DEAD)
    during = watch.pulse.lag
    watch.pulse.beat()
    watch.seconds += EVERY
    watch.pulse.beat()

    assert during == DEAD
    assert (watch.pulse.lag, watch.pulse.worst) == (0.0, DEAD)
    for _ in range(300):
        watch.seconds += EVERY
        watch.pulse.beat()
    assert watch.pulse.worst == 0.0


def test_who_does_not_beat_is_not_late() -> None:
    """Before the start and after the end there is nothing to be late for."""
    pulse = Pulse(lambda: 1e9)
    pulse.beat()
    pulse.stop()

    assert pulse.lag == 0.0
