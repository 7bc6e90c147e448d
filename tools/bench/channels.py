"""`python -m tools.bench.channels`: what each channel costs an update, in microseconds of processor.

Reading a delivery, laying an answer out, and sending it to a provider on this machine, which runs in a thread of its own
and is not counted. No step and no database is in these figures.
"""

import argparse
import asyncio
import logging
import threading
import time
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, NamedTuple

import click
import structlog

from bot.ports.channel import Closes, Sent
from bot.replies import Choice, Message, Progress, Speak
from tests.contracts.channels.line import Line, Still
from tests.contracts.channels.lines import LINES
from tools.bench.table import machine, row, table

ANSWER = Message(
    "When would you like to come? Choose a time or write a day.",
    tuple(Choice(str(n), f"Mon 23 Nov, {9 + n}:00", Speak("menu"), description="45 min") for n in range(3)),
    progress=Progress(4, 7),
)
JUST_NOW = timedelta(minutes=1)
REPEATS = 5


class Cost(NamedTuple):
    """Microseconds an update."""

    receive: float
    render: float
    send: float

    @property
    def whole(self) -> float:
        """All three."""
        return self.receive + self.render + self.send


class Apart:
    """A loop in a thread of its own, for the provider."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def does(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run it there, and wait."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def ends(self) -> None:
        """End it."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def measure(line: Line, updates: int) -> Cost:
    """The middle of some rounds."""
    contact, channel = line.contact, line.channel
    deliveries = [line.write("tomorrow after lunch", n) for n in range(1, updates + 1)]
    rounds: list[tuple[float, float, float]] = []
    requests = channel.render(ANSWER, 7, silence=JUST_NOW)
    for _ in range(REPEATS):
        began = time.thread_time()
        for each in deliveries:
            channel.receive(each)
        read = time.thread_time()
        for number in range(1, updates + 1):
            channel.render(ANSWER, number, silence=JUST_NOW)
        laid = time.thread_time()
        for _ in range(updates):
            line.rests()
            for request in requests:
                outcome = await channel.send(contact, request)
                if not isinstance(outcome, Sent):
                    raise click.ClickException(f"{line.name}: {outcome}")
        sent = time.thread_time()
        rounds.append((read - began, laid - read, sent - laid))
    receive, render, send = (median(each) * 1e6 / updates for each in zip(*rounds, strict=True))
    return Cost(receive, render, send)


def run(name: str, updates: int) -> Cost:
    """One channel."""
    apart = Apart()
    line = LINES[name](Still(datetime(2026, 11, 23, 10, 0, tzinfo=UTC)))
    apart.does(line.start())

    async def work() -> Cost:
        try:
            return await measure(line, updates)
        finally:
            if isinstance(line.channel, Closes):
                await line.channel.close()

    try:
        return asyncio.run(work())
    finally:
        apart.does(line.stop())
        apart.ends()


def channels(updates: int = 300) -> str:
    """A row for each channel, beside Telegram."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    costs = {name: run(name, updates) for name in LINES}
    return table(HEAD, [_row(name, cost, costs["telegram"]) for name, cost in costs.items()])


def _row(name: str, cost: Cost, beside: Cost) -> str:
    parts = (cost.receive, cost.render, cost.send, cost.whole)
    return row(name, *(f"{each:.0f}" for each in parts), f"{cost.whole / beside.whole:.2f} ×")


HEAD = ("channel", "receive, µs", "render, µs", "send, µs", "an update, µs", "beside Telegram")

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=300)
    click.echo(channels(parser.parse_args().updates))
    click.echo(f"\n{machine()}")
