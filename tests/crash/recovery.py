"""How long the conversations that a killed process held stand still.

Right after a kill the database says which actors the dead process had leased and which messages it had in its hands.
From then on it is looked, several times a second, whether they have gone on: the step is done, the message has left.
"""

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from tests.crash.program import Program

LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 3  # for the database, which may be down: it is looked again
LOST = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)

HELD = (
    "SELECT 'step', i.business, i.actor, i.seq::text FROM actors a JOIN inbox i ON i.business = a.business"
    " AND i.actor = a.actor AND i.state = 'waiting' AND i.seq = (SELECT MIN(seq) FROM inbox n WHERE n.business = a.business"
    " AND n.actor = a.actor AND n.state = 'waiting')"
    " WHERE a.lease_until > $1 AND a.lease_owner LIKE $2"
    " UNION ALL SELECT 'row', o.business, o.line, o.key FROM lines l JOIN outbox o ON o.business = l.business"
    " AND o.line = l.line AND o.state = 'sending' WHERE l.lease_until > $1 AND l.lease_owner LIKE $2"
)
STILL = (
    "SELECT 'step', business, actor, seq::text FROM inbox WHERE state = 'waiting'"
    " AND (business, actor, seq::text) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]))"
    " UNION ALL SELECT 'row', business, line, key FROM outbox WHERE state IN ('waiting', 'sending')"
    " AND (business, line, key) IN (SELECT * FROM unnest($1::text[], $2::text[], $3::text[]))"
)

Held = tuple[str, str, str, str]
"""A step or a row, its business, its actor or line, its number or key."""


@dataclass
class Recovery:
    """Watches over one PostgreSQL database. `spans` are the seconds from a kill to each thing that went on again."""

    url: str
    spans: list[float] = field(default_factory=list)
    taken_over: list[float] = field(default_factory=list)
    """Those of processes that stayed away, so that another one had to do it."""

    def __post_init__(self) -> None:
        self._since: dict[Held, tuple[float, Program]] = {}
        self._away: set[int] = set()
        self._connection: asyncpg.Connection[Any] | None = None
        self._busy = asyncio.Lock()
        self._news = asyncio.Condition()

    async def killed(self, program: Program, *, away: bool = False) -> None:
        """This process has died just now; `away` when it is not to come back until others have taken over."""
        at = time.monotonic()
        (self._away.add if away else self._away.discard)(program.port)
        with suppress(*LOST):
            now = time.time_ns() // 1000
            for held in await self._ask(HELD, now, f"%:{program.port}%"):
                self._since.setdefault(held, (at, program))

    async def over(self, program: Program) -> None:
        """Wait until all that this process held has gone on."""
        async with self._news:
            await self._news.wait_for(lambda: all(other is not program for _, other in self._since.values()))

    async def watch(self) -> None:
        """Look again and again what has gone on; to be cancelled."""
        try:
            while True:
                await asyncio.sleep(LOOK_SECONDS)
                with suppress(*LOST):
                    await self._look()
        finally:
            await self._hang_up()

    async def _look(self) -> None:
        before = dict(self._since)
        if not before:
            return
        columns = zip(*((business, actor, key) for _, business, actor, key in before), strict=True)
        still = set(await self._ask(STILL, *map(list, columns)))
        for held in before.keys() - still:
            at, program = self._since.pop(held)
            span = time.monotonic() - at
            self.spans.append(span)
            if program.port in self._away:
                self.taken_over.append(span)
        async with self._news:
            self._news.notify_all()

    async def _ask(self, sql: str, *params: Any) -> Iterable[Held]:
        async with self._busy:
            try:
                if self._connection is None:
                    self._connection = await asyncpg.connect(
                        self.url, timeout=PATIENCE_SECONDS, command_timeout=PATIENCE_SECONDS
                    )
                return [tuple(row) for row in await self._connection.fetch(sql, *params)]
            except LOST:
                await self._hang_up()
                raise

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*LOST):
                await connection.close(timeout=PATIENCE_SECONDS)
