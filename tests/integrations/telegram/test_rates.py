"""How fast the bot speaks."""

from hypothesis import given
from hypothesis import strategies as st

from integrations.channels.telegram.rates import Rates


class Seconds:
    """A clock in seconds that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.tuples(st.integers(-3, 40), st.floats(0, 2)), max_size=200))
def test_no_span_holds_more_than_telegram_takes(asked: list[tuple[int, float]]) -> None:
    """Whoever asks when: no second has more than 25 messages, no four seconds 5 to one chat, no minute 19 to a group."""
    clock = Seconds()
    rates = Rates(clock)
    taken: list[tuple[float, int]] = []
    for chat, pause in asked:
        clock.now += pause / 8
        if rates.take(chat) == 0:
            taken.append((clock.now, chat))

    for at, chat in taken:
        assert sum(at <= other < at + 1 for other, _ in taken) <= 25
        most, span = (18, 60) if chat < 0 else (4, 4)
        assert sum(at <= other < at + span and each == chat for other, each in taken) <= most


def test_a_wait_is_as_long_as_it_says() -> None:
    """What had to wait goes out when its time has come, not later."""
    clock = Seconds()
    rates = Rates(clock)
    for _ in range(4):
        rates.take(7)
    wait = rates.take(7)
    clock.now += wait

    assert 3 < wait <= 4
    assert rates.take(7) == 0


def test_three_chats_told_to_wait_hold_everybody() -> None:
    """When Telegram slows the whole bot down nobody is written to for a while."""
    clock = Seconds()
    rates = Rates(clock)
    rates.refused(1, 20)
    rates.refused(1, 20)
    assert rates.take(9) == 0

    rates.refused(2, 30)
    rates.refused(3, 5)

    assert rates.take(9) == 5
    clock.now += 5
    assert rates.take(9) == 0
    assert rates.take(2) == 25


def test_a_server_without_limits_is_not_held_back() -> None:
    """With a rate of 0 only Telegram's own refusals hold."""
    rates = Rates(Seconds(), all_in_a_second=0)

    assert [rates.take(7) for _ in range(1000)] == [0.0] * 1000


def test_many_chats_are_forgotten_when_they_are_quiet() -> None:
    """What is remembered of chats does not grow for ever."""
    clock = Seconds()
    rates = Rates(clock, all_in_a_second=1000)
    for chat in range(1, 20_500):
        clock.now += 0.01
        rates.take(chat)

    assert len(rates._chats) <= 10_401
