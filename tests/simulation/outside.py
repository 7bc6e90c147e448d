"""What messages and orders go through: a messenger's line and the systems behind ports, with all that they do wrong.

Each keeps what arrived, and how often something may stand there once more because nobody could know that it had arrived.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from bot.events import Contact
from bot.ports.channel import Delivery, Inbound, Outcome, PerhapsSent, Retry, Sent, Undeliverable
from bot.replies import Message
from tests.simulation.world import World


class Fate(NamedTuple):
    """What becomes of one request: whether it is done, and what the program hears; None for «done, and said so»."""

    done: bool
    answer: Outcome | None


class Broken(RuntimeError):
    """The channel has a bug today."""


async def fate(world: World, *, down: bool) -> Fate:
    """Wait as long as it takes and say what becomes of a request; raises `Broken`."""
    weather, draw = world.weather, world.draw
    await world.pause(draw.uniform(0.01, 3.0) if world.chance(weather.slow) else 0)
    if down:
        world.counts["requests in an outage"] += 1
        return Fate(False, Retry(timedelta(seconds=draw.choice((20, 60, 300))), "the provider is down"))
    if world.chance(weather.bugs):
        raise Broken
    if world.chance(weather.retries):
        return Fate(False, Retry(timedelta(seconds=draw.choice((1, 5, 40))), "too many requests"))
    if world.chance(weather.lost_before):
        world.counts["ambiguous sends"] += 1
        return Fate(False, PerhapsSent("no answer came"))
    if world.chance(weather.lost_after):
        world.counts["ambiguous sends"] += 1
        return Fate(True, PerhapsSent("no answer came"))
    if world.chance(weather.refusals):
        return Fate(False, Undeliverable("refused", "it is not liked today"))
    return Fate(True, None)


class Piece(NamedTuple):
    """One request of the line: part `n` of our message `number`."""

    number: int
    n: int
    last: bool
    text: str
    message: Message


class Heard(NamedTuple):
    """A piece at the moment when it stood on the customer's screen."""

    actor: str
    piece: Piece


@dataclass
class Line:
    """The messenger, a `Channel`. `allowed` is how often more than once a part may stand there."""

    world: World
    hears: Callable[[str, Piece], None]
    leaves: Callable[[str, Piece], None]
    """Looks at each piece as its sending begins."""
    down: bool = False
    heard: list[Heard] = field(default_factory=list)
    allowed: Counter[tuple[str, int, int]] = field(default_factory=Counter)
    refused: set[tuple[str, int]] = field(default_factory=set)

    @property
    def name(self) -> str:
        """Its key."""
        return "sim"

    def receive(self, inbound: Inbound) -> Delivery:
        """What arrives is put into the intake as it is."""
        return Delivery()

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = None
    ) -> Sequence[Piece]:
        """One request a message, or one a paragraph."""
        texts = message.text.split("\n\n") if self.world.weather.parts else [message.text]
        return [Piece(number, n, n == len(texts) - 1, text, message) for n, text in enumerate(texts)]

    async def send(self, contact: Contact, request: Piece) -> Outcome:
        """Let it through, or not."""
        actor = contact.actor
        self.leaves(actor, request)
        met = await fate(self.world, down=self.down)
        key = (actor, request.number, request.n)
        if met.done:
            self.heard.append(Heard(actor, request))
            self.world.see(f"{actor} hears {request.number}.{request.n} {request.text[:40]!r}")
            self.hears(actor, request)
        match met.answer:
            case None:
                await self.world.pause(0)
                return Sent(f"m{len(self.heard)}")
            case PerhapsSent():
                self.allowed[key] += met.done
            case Undeliverable():
                self.refused.add((actor, request.number))
        self.world.see(f"{actor} {request.number}.{request.n}: {type(met.answer).__name__} (done: {met.done})")
        return met.answer


@dataclass
class Sink:
    """A system behind a port, a `Provider`. `taken` is every order that it took, by line.

    `carry` does what an order asks for and gives the answer; a system that knows keys does it once a key.
    """

    world: World
    name: str
    carry: Callable[[str, bytes], Awaitable[Outcome]]
    down: bool = False
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    allowed: Counter[tuple[str, bytes]] = field(default_factory=Counter)
    refused: set[tuple[str, bytes]] = field(default_factory=set)

    async def push(self, line: str, order: bytes) -> Outcome:
        """Take an order, or not."""
        met = await fate(self.world, down=self.down)
        outcome: Outcome = Sent()
        if met.done:
            self.taken.append((line, order))
            self.world.see(f"{self.name} takes {order.decode()[:80]}")
            outcome = await self.carry(line, order)
            if not isinstance(outcome, Sent):
                return outcome
        if met.answer is None:
            await self.world.pause(0)
            return outcome
        if isinstance(met.answer, PerhapsSent):
            self.allowed[line, order] += met.done
        if isinstance(met.answer, Undeliverable):
            self.refused.add((line, order))
        self.world.see(f"{self.name} on {line}: {type(met.answer).__name__} (done: {met.done})")
        return met.answer
