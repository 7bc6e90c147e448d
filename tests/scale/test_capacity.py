"""The capacity model against what is known of queues, and against itself."""

import math
import random
from statistics import mean

import pytest
import simpy

from tools.capacity import MEASURED, Day, Log, Measured, Process, Station, arrivals, simulate, sizes_for


def erlang_c(hands: int, load: float) -> float:
    """The chance that who comes must wait, where `hands` serve and `load` of them are busy on the mean."""
    last = load**hands / math.factorial(hands) * hands / (hands - load)
    return last / (sum(load**n / math.factorial(n) for n in range(hands)) + last)


@pytest.mark.parametrize(("hands", "busy"), [(1, 0.5), (1, 0.8), (4, 0.7), (16, 0.9)])
def test_a_station_is_the_queue_of_the_textbook(hands: int, busy: float) -> None:
    """People come at random to hands of random speed: they wait as long as Erlang says, and hands are as busy."""
    chance, env, waits = random.Random(7), simpy.Environment(), list[float]()
    station = Station(env, hands, lambda: chance.expovariate(1.0))
    rate = busy * hands

    def one() -> Process:
        began = env.now
        yield from station.serve()
        waits.append(env.now - began)

    def come() -> Process:
        for _ in range(40_000):
            yield env.timeout(chance.expovariate(rate))
            env.process(one())

    env.process(come())
    env.run()
    expected = 1.0 + erlang_c(hands, rate) / (hands - rate)

    assert mean(waits) == pytest.approx(expected, rel=0.08)
    assert station.utilisation(env.now) == pytest.approx(busy, rel=0.03)


def test_commits_that_come_during_a_flush_share_the_next() -> None:
    """Ninety-nine that come while the first one's flush is under way are through with the one after it."""
    env, through = simpy.Environment(), list[float]()
    log = Log(env, 0.002)

    def one(at: float) -> Process:
        yield env.timeout(at)
        yield from log.commit()
        through.append(env.now)

    for at in [0.0] + [0.001] * 99:
        env.process(one(at))
    env.run()

    assert through == pytest.approx([0.002] + [0.004] * 99)


def test_as_many_come_as_the_day_says() -> None:
    """The slice holds its part of the peak hour, twice as many a second in bursts."""
    day = Day(10_000_000)
    times = list(arrivals(day, 500.0, random.Random(1)))
    in_bursts = [at for at in times if at % 50 > 45]

    assert times == sorted(times)
    assert len(times) / 500 == pytest.approx(day.peak, rel=0.02)
    assert len(in_bursts) / 50 == pytest.approx(2 * day.peak, rel=0.04)


def test_the_same_seed_gives_the_same_day() -> None:
    """A figure of the page can be made again."""
    day = Day(1_000_000)
    one, two = (simulate(day, sizes_for(day, MEASURED), MEASURED, seconds=50.0, seed=5) for _ in range(2))

    assert one == two


@pytest.mark.parametrize("millions", [1, 5])
def test_the_sizes_of_the_table_carry_the_load(millions: int) -> None:
    """With what the model names everybody is answered within seconds, and nothing is busier than it may be."""
    day = Day(millions * 1_000_000)
    found = simulate(day, sizes_for(day, MEASURED), MEASURED, seconds=50.0)

    assert found.wait(99) < 10.0
    assert max(found.processes, found.databases) < 0.75


def test_too_few_processes_are_seen_as_such() -> None:
    """Half of what is needed makes a backlog that grows: the model does not flatter."""
    day, slow = Day(10_000_000), Measured(process_cpu=2 * MEASURED.process_cpu)
    found = simulate(day, sizes_for(day, MEASURED), slow, seconds=50.0)

    assert found.wait(99) > 5.0
