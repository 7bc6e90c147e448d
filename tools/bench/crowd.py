"""A crowd of customers with their own Bot API server, as a process of its own: it does what its lines of input say.

`python -m tools.bench.crowd [bystanders]` prints the server's address, then reads one order a line and prints one
result a line, both in JSON.
"""

import asyncio
import sys
import time
from itertools import count
from typing import Any

import msgspec
import uvloop

from tools.bench.botapi import TOKEN, BotApi
from tools.bench.customers import PATTERN, Bystander, Customer
from tools.bench.load import Cost, at_rate, full

PATIENCE_SECONDS = 10.0
LONGEST_SECONDS = 120.0  # a guard against hanging for ever
OPEN_AT_ONCE = 100
SETTLING_SECONDS = 0.3  # nobody answers at once, and a button that was pressed twice may bring two answers


class Order(msgspec.Struct):
    """What to do: `rate` 0 is full load. `pid` is the bot, `servers` what it needs besides (a database's process)."""

    do: str
    pid: int = 0
    servers: tuple[int, ...] = ()
    customers: int = 150
    seconds: float = 3.0
    rate: float = 0.0
    talks: int = 0
    delay: float = 0.0


class Crowd:
    """Customers, or those who talk to the floor (`bystanders`), as many as were ever asked for."""

    def __init__(self, api: BotApi, *, bystanders: bool) -> None:
        self._api, self._bystanders = api, bystanders
        self._places = count(1).__next__
        self._people: list[Customer | Bystander] = []

    async def people(self, number: int) -> list[Customer | Bystander]:
        """The first so many. Who is new has gone a way into the talk: at any time some type a name and others say yes."""
        new = [self._new() for _ in range(number - len(self._people))]
        begun = len(self._people)
        self._people += new

        async def go(person: Customer | Bystander, steps: int) -> None:
            for _ in range(steps):
                await person.next()

        await asyncio.gather(*[go(each, n % len(PATTERN)) for n, each in enumerate(new, begun)])
        return self._people[:number]

    async def load(self, order: Order) -> dict[str, Any]:
        """A load, and what it cost."""
        self._api.delay = order.delay
        people = await self.people(order.customers)
        self._api.calls.clear()
        lost = sum(each.lost for each in people)
        if order.rate:
            cost = await at_rate(people, order.pid, order.seconds, order.rate, order.servers)
        else:
            cost = await full(people, order.pid, order.seconds, order.servers)
        lost = sum(each.lost for each in people) - lost
        return figures(cost) | {"calls": dict(self._api.calls), "lost": lost}

    async def lose_the_unheard(self) -> None:
        """For ever: who has heard nothing for a long time goes."""
        while True:
            await asyncio.sleep(1)
            before = time.monotonic() - PATIENCE_SECONDS
            for each in self._people:
                each.lose(before)

    async def first(self, _: Order) -> dict[str, Any]:
        """Somebody who has written already waits for the first answer."""
        await self._new().next()
        return {"at": time.time()}

    async def burst(self, order: Order) -> dict[str, Any]:
        """So many people write for the first time at the same moment."""
        people: list[Customer | Bystander] = [self._new() for _ in range(order.customers)]
        began = time.perf_counter()
        waits: list[float] = []

        async def one(person: Customer | Bystander) -> None:
            await person.next()
            waits.append(time.perf_counter() - began)

        _, silent = await asyncio.wait([asyncio.ensure_future(one(each)) for each in people], timeout=60)
        for task in silent:
            task.cancel()
        waits.sort()
        return {"answered": len(waits), "median": waits[len(waits) // 2] if waits else 0, "last": waits[-1:]}

    async def open(self, order: Order) -> dict[str, Any]:
        """So many people begin to book and fall silent."""
        left = iter(range(order.talks))

        async def begin() -> None:
            for _ in left:
                person = self._new()
                await person.next()
                await person.next()

        async with asyncio.TaskGroup() as group:
            for _ in range(min(OPEN_AT_ONCE, order.talks)):
                group.create_task(begin())
        return {"opened": order.talks}

    async def twice(self, order: Order) -> dict[str, Any]:
        """Talks up to the booked visit in which every button is pressed twice at once."""
        return await self._talks(order, twice=True)

    async def book(self, order: Order) -> dict[str, Any]:
        """Talks up to the booked visit, as people have them."""
        return await self._talks(order, twice=False)

    async def _talks(self, order: Order, *, twice: bool) -> dict[str, Any]:
        done, self._api.delay = 0, order.delay

        async def talk() -> None:
            nonlocal done
            person = Customer(self._api, self._places, twice=twice)
            while not person.booked:
                await person.next()
                await asyncio.sleep(SETTLING_SECONDS)
            done += 1

        tasks = [asyncio.ensure_future(talk()) for _ in range(order.talks)]
        await asyncio.wait(tasks, timeout=order.seconds)
        for task in tasks:
            task.cancel()
        self._api.delay = 0.0
        return {"talks": order.talks, "done": done}

    def _new(self) -> Customer | Bystander:
        return Bystander(self._api) if self._bystanders else Customer(self._api, self._places)


def figures(cost: Cost) -> dict[str, Any]:
    """A cost as numbers that can be written down."""
    return {"updates": cost.updates, "seconds": cost.seconds, "cpu": cost.cpu_seconds, "others": cost.other_cores,
            "served": cost.server_seconds, "own": cost.own_seconds, "p50": cost.wait(50), "p99": cost.wait(99)}  # fmt: skip


async def obey(*, bystanders: bool) -> None:
    """Do one order after another until the input ends."""
    api = BotApi()
    await api.start()
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    tell({"url": api.url, "token": TOKEN})
    crowd = Crowd(api, bystanders=bystanders)
    losing = asyncio.create_task(crowd.lose_the_unheard())
    while line := await lines.readline():
        order = msgspec.json.decode(line, type=Order)
        async with asyncio.timeout(LONGEST_SECONDS):
            tell(await getattr(crowd, order.do)(order))
    losing.cancel()


def tell(result: dict[str, Any]) -> None:
    """One line of the answer."""
    sys.stdout.buffer.write(msgspec.json.encode(result) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    uvloop.run(obey(bystanders="bystanders" in sys.argv))
