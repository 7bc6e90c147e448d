"""Passes words on between the processes of one deployment: there is work, somebody was spoken to, a desk has news.

Words are gathered for a few milliseconds and go out together, so that a busy process says a few hundred a second at
most. Whoever speaks does not hear itself.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import structlog

from bot.events import Contact
from bot.ports.wire import Wire

log = structlog.get_logger()

SOON = 0.005  # seconds in which words of work and talks gather
LATER = 0.1  # the same for desks, which look at most a few times a second anyway


class Words(msgspec.Struct, omit_defaults=True):
    """What one process says to the others: kinds of work, actors that were spoken to, businesses whose desks look."""

    by: str
    works: list[str] = []
    talks: list[str] = []
    desks: list[str] = []


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Words).decode


class Relay:
    """One process's end of the wire. What arrives is given to `on_work`, `on_talk` and `on_desk`, whoever set them."""

    def __init__(self, wire: Wire, *, worker: str) -> None:
        self._wire, self._worker = wire, worker
        self._works: set[str] = set()
        self._talks: set[str] = set()
        self._desks: set[str] = set()
        self._flushing: asyncio.TimerHandle | None = None
        self.on_work: list[Callable[[str], None]] = []
        self.on_talk: list[Callable[[Contact], None]] = []
        self.on_desk: list[Callable[[str], None]] = []

    def watch(self, watchers: list[Callable[[str], None]]) -> None:
        """Say to the others what these are told of a business, and tell them what the others say."""

        def others_say(business: str) -> None:
            for watch in watchers:
                if watch != self.desk:
                    watch(business)

        watchers.append(self.desk)
        self.on_desk.append(others_say)

    @property
    def up(self) -> bool:
        """Whether the others can be reached at present."""
        return self._wire.up

    async def run(self) -> None:
        """Hang on the wire until cancelled."""
        try:
            await self._wire.run(self._hear)
        finally:
            if self._flushing is not None:
                self._flushing.cancel()

    def work(self, kind: str) -> None:
        """There is work of this kind."""
        self._works.add(kind)
        self._flush_within(SOON)

    def talk(self, contact: Contact) -> None:
        """Something new stands in this conversation."""
        self._talks.add(contact.actor)
        self._flush_within(SOON)

    def desk(self, business: str) -> None:
        """Something was committed in this business."""
        self._desks.add(business)
        self._flush_within(LATER)

    def _flush_within(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        if self._flushing is not None:
            if self._flushing.when() <= loop.time() + seconds:
                return
            self._flushing.cancel()
        self._flushing = loop.call_later(seconds, self._flush)

    def _flush(self) -> None:
        self._flushing = None
        works, talks, desks = sorted(self._works), sorted(self._talks), sorted(self._desks)
        self._works, self._talks, self._desks = set(), set(), set()
        self._send(Words(self._worker, works, talks, desks))

    def _send(self, words: Words) -> None:
        """Send words, in halves when they are too long for the wire."""
        word = _encode(words)
        if len(word) <= self._wire.longest:
            self._wire.send(word)
            return
        half = len(words.talks) // 2
        if not half:
            return  # one actor or many desks too long for the wire: they look by themselves
        self._send(Words(words.by, words.works, words.talks[:half], words.desks))
        self._send(Words(words.by, [], words.talks[half:]))

    def _hear(self, word: bytes) -> None:
        try:
            words = _decode(word)
        except msgspec.DecodeError as error:
            log.debug("a word of another process cannot be read", reason=str(error))
            return
        if words.by == self._worker:
            return
        _each(self.on_work, words.works)
        _each(self.on_talk, [Contact.of(actor) for actor in words.talks if actor.count("/") > 1])
        _each(self.on_desk, words.desks)


def _each(hearers: list[Callable[[Any], None]], things: list[Any]) -> None:
    for hearer in hearers:
        for thing in things:
            hearer(thing)
