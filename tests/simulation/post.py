"""How what people do reaches the program: deliveries that are repeated until they are answered, as messengers do.

What one person does arrives in order: the next is not delivered before the last was answered. Everything else is open:
answers get lost, two tries of one delivery run side by side, old deliveries come again.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Protocol

from bot.events import Contact, Envelope, Event
from bot.ports.store import StoreUnavailable
from tests.simulation.store import BUSINESS
from tests.simulation.world import World

MOST = 3  # events of one delivery


class Program(Protocol):
    """A life of the program, as a messenger sees it."""

    def deliver(self, post: "Post", queue: str, attempt: int, batch: Sequence[Envelope]) -> None:
        """Begin to take a delivery."""

    async def accept(self, batch: Sequence[Envelope]) -> None:
        """Take it; raises `StoreUnavailable`."""


class Post:
    """Queues of what was done and not yet answered. `sent` is all that anybody ever did, by actor and in order."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.program: Program | None = None
        self.sent: dict[str, list[Envelope]] = defaultdict(list)
        self._queues: dict[str, deque[Envelope]] = defaultdict(deque)
        self._attempts: dict[str, int] = defaultdict(int)
        self._busy: set[str] = set()
        self._n = 0
        self.answers = 0

    def send(self, actor: str, event: Event, *, lane: int = 0, key: str = "") -> Envelope:
        """Somebody does something."""
        self._n += 1
        envelope = Envelope(BUSINESS, actor, key or f"sim:{self._n}", self.world.now(), event, lane)
        self.sent[actor].append(envelope)
        self.world.see(f"{actor} does {event}")
        queue = "" if self.world.weather.polling else actor
        self._queues[queue].append(envelope)
        if queue not in self._busy:
            self._busy.add(queue)
            self.world.after(0.01, self._deliver, queue)
        return envelope

    def _deliver(self, queue: str) -> None:
        waiting = self._queues[queue]
        if not waiting:
            self._busy.discard(queue)
            return
        self._attempts[queue] += 1
        attempt, size = self._attempts[queue], self.world.draw.randint(1, MOST)
        self.world.after(self.world.draw.choice((2.0, 5.0, 20.0)), self._again, queue, attempt)
        if self.program is not None:
            self.program.deliver(self, queue, attempt, [*waiting][:size])

    def _again(self, queue: str, attempt: int) -> None:
        """No answer came in time."""
        if self._attempts[queue] == attempt:
            self._deliver(queue)

    async def carry(self, program: Program, queue: str, attempt: int, batch: Sequence[Envelope]) -> None:
        """One try of a delivery, inside the program's loop."""
        world = self.world
        await world.pause(world.draw.uniform(0.01, 2.0) if world.chance(world.weather.slow) else 0)
        try:
            await program.accept(batch)
        except StoreUnavailable:
            world.see("a delivery is refused")
            return
        except Exception as error:  # noqa: BLE001  whatever it is, the messenger must not see it
            world.blame("refused", f"{batch[0].event}: {error!r}")
            return
        if attempt and world.chance(world.weather.unacked):
            world.see("an answer to the messenger is lost")
            return
        await world.pause(0)
        self._answered(queue, batch)

    def _answered(self, queue: str, batch: Sequence[Envelope]) -> None:
        waiting = self._queues[queue]
        fresh = [each for each in batch if waiting and waiting[0] is each and waiting.popleft()]
        for envelope in fresh:
            if self.world.chance(self.world.weather.redelivered):
                self.world.after(self.world.draw.uniform(0.5, 200.0), self._repeat, envelope)
        self.answers += len(fresh)
        if fresh:
            self._attempts[queue] += 1  # whoever waits for an older answer has it
            self.world.after(self.world.draw.uniform(0.0, 0.3), self._deliver, queue)

    def _repeat(self, envelope: Envelope) -> None:
        """An old delivery comes once more."""
        if self.program is not None:
            self.world.see(f"again: {envelope.dedupe_key}")
            self.program.deliver(self, "-", 0, [envelope])


def contact(address: str) -> Contact:
    """A person's address on the line."""
    return Contact("sim", "main", address)
