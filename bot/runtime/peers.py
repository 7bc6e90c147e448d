"""The other processes on the same database: who is alive, what they can read, and what the dead have left.

Each gives a sign of life every other second. One whose sign has not changed for a while, by our own clock, is missed:
its leases are freed, so that its conversations go on sooner than the leases would run out.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from functools import partial

import msgspec
import structlog

from bot.ports.clock import Clock, micros
from bot.ports.store import Store, StoreUnavailable
from bot.runtime.reading import fingerprint, what_is_read
from bot.runtime.tenant import Tenant
from bot.store import processes
from bot.store.processes import Living

log = structlog.get_logger()

BEAT = 2.0
MISSED = 10.0  # seconds without a sign; a loop that stands still for so long is as good as dead
SETTLED = 2 * BEAT + 1.0  # after which every process of another release has seen that there is this one


class Peers:
    """What this process knows of the others.

    `kinds` are the kinds of actor that it knows, by business; `actors` those that are no conversations. `now` is a
    monotonic clock.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        worker: str,
        role: str,
        tenants: Mapping[str, Tenant],
        kinds: Mapping[str, frozenset[str]],
        actors: Collection[str],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._clock, self._now = store, clock, now
        self._worker, self._role, self._tenants = worker, role, tenants
        self.kinds = kinds
        self.conversations = frozenset().union(*kinds.values()) - frozenset(actors)
        self._started = micros(clock.now())
        self._looked = now()
        self._told = ""
        self._signs: dict[str, tuple[int, float]] = {}
        self._known: dict[str, frozenset[str]] = {}
        self._contents: Mapping[str, str] | None = None
        self.living: list[Living] = []
        """Every process that gives signs of life, this one among them."""
        self.on_content: Callable[[str], None] | None = None
        """Called with a business whose folder another process has read anew."""

    @property
    def mixed(self) -> bool:
        """Whether a process of another release is alive."""
        return len(self._known) > 1

    def elsewhere(self, key: str) -> bool:
        """Whether another living process can read what this one cannot; `messages/` stands for any shape of theirs."""
        others = [reads for release, reads in self._known.items() if release != self._told]
        if key == "messages/":
            own = self._known.get(self._told, frozenset())
            return any(name.startswith(key) and name not in own for reads in others for name in reads)
        return any(key in reads for reads in others)

    async def run(self, stopping: asyncio.Event) -> None:
        """Give signs of life until told to stop, then take leave."""
        while not stopping.is_set():
            try:
                await self.beat()
            except StoreUnavailable as error:
                log.debug("no sign of life could be given", reason=str(error))
            with suppress(TimeoutError):
                async with asyncio.timeout(BEAT):
                    await stopping.wait()

    async def leave(self) -> None:
        """Take leave, so that nobody waits for this process."""
        try:
            await self._store.run(partial(processes.leave, self._worker))
        except StoreUnavailable as error:
            log.debug("no leave could be taken", reason=str(error))

    async def beat(self) -> None:
        """One sign of life, and a look at the others'."""
        reads = what_is_read(self._tenants, self.kinds)
        release = fingerprint(reads)
        own = Living(self._worker, self._role, release, self._started, micros(self._clock.now()))
        listed = "" if release == self._told else msgspec.json.encode(sorted(reads)).decode()
        found, contents = await self._store.run(partial(processes.beat, own, listed))
        self._told = release
        self._after_a_gap()
        self.living = [each for each in found if each.id == self._worker or not await self._missed(each)]
        await self._learn({each.release for each in self.living})
        self._compare(contents)

    def _after_a_gap(self) -> None:
        """When we could not look for a while (the database was away), the others could give no signs: they are not dead."""
        now = self._now()
        if now - self._looked > SETTLED:
            self._signs = {name: (sign, now) for name, (sign, _) in self._signs.items()}
        self._looked = now

    async def _learn(self, releases: set[str]) -> None:
        known = {release: reads for release, reads in self._known.items() if release in releases}
        for release in releases - known.keys():
            known[release] = await self._store.read(partial(processes.reads_of, release))
        self._known = known

    async def _missed(self, other: Living) -> bool:
        """Whether a process gives no signs any more; what it held is free then."""
        sign, since = self._signs.get(other.id, (0, 0.0))
        if sign != other.seen_at:
            self._signs[other.id] = (other.seen_at, self._now())
            return False
        if self._now() - since < MISSED:
            return False
        del self._signs[other.id]
        if await self._store.run(partial(processes.bury, other, micros(self._clock.now()))):
            log.warning("a process is gone; what it was at is taken up by others", process=other.id, role=other.role)
        return True

    def _compare(self, contents: Mapping[str, str]) -> None:
        """Tell of folders that were read anew elsewhere; those of before our start are read already."""
        before, self._contents = self._contents, contents
        if before is None or self.on_content is None:
            return
        for business, mark in contents.items():
            if before.get(business) != mark:
                self.on_content(business)

    async def note_content(self, business: str) -> None:
        """A business's folder was read anew here; the others are to follow."""
        mark = f"{self._worker} {micros(self._clock.now())}"
        self._contents = {**(self._contents or {}), business: mark}
        await self._store.run(partial(processes.content_changed, business, mark))
