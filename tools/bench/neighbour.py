"""How long one chat waits while the handler of another sleeps for three seconds, beside how long it waits alone."""

import asyncio
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median

from bot.chat import Chat
from bot.clock import SystemClock
from bot.events import Contact, Envelope, Event, Said
from bot.records.media import MediaFolder
from bot.router import Route, Router, Stage
from bot.runtime import Engine
from bot.store import open_store
from handlers import ROUTES
from integrations.channels.webchat import WebChat
from main import tenant_of

SLOW = "slow, please"
SLEEP_SECONDS = 3
ROUNDS = 50


async def sleepy(chat: Chat, event: Event) -> bool:
    """A handler that waits for something outside."""
    del chat
    if isinstance(event, Said) and event.text == SLOW:
        await asyncio.sleep(SLEEP_SECONDS)
    return False


class House:
    """An engine in this process, with one handler more."""

    def __init__(self, engine: Engine, answered: dict[str, asyncio.Event]) -> None:
        self._engine, self._answered = engine, answered
        self._said = 0

    async def wait_of(self, visitor: str, text: str) -> float:
        """Seconds from a line of a visitor to its answer."""
        contact = Contact("webchat", "site", visitor)
        bell = self._answered.setdefault(visitor, asyncio.Event())
        bell.clear()
        self._said += 1
        began = time.perf_counter()
        event = Envelope("demo", contact.actor, f"bench:{self._said}", datetime.now(UTC), Said(text))
        await self._engine.intake.accept([event])
        async with asyncio.timeout(60):
            await bell.wait()
        return time.perf_counter() - began


async def neighbours(folder: Path, business: Path) -> tuple[float, float]:
    """The median wait in milliseconds of a chat, alone and while the neighbour's handler sleeps."""
    store = await open_store(f"sqlite:///{folder / 'neighbour.db'}", SystemClock())
    answered: dict[str, asyncio.Event] = {}
    tenant = tenant_of(business)
    slug = tenant.business.slug
    channels = {(slug, "webchat/site"): WebChat(lambda contact: answered[contact.address].set())}
    router = Router([Route(Stage.SYSTEM, sleepy), *ROUTES])
    media = MediaFolder(folder / "media")
    engine = Engine(store, SystemClock(), {slug: tenant}, router, channels, worker="bench", media=media)
    await engine.start()
    house = House(engine, answered)
    ask = partial(house.wait_of, "b", "menu")
    await ask()
    alone = [await ask() for _ in range(ROUNDS)]
    sleeping = asyncio.create_task(house.wait_of("a", SLOW))
    await asyncio.sleep(0.1)
    beside = [await ask() for _ in range(ROUNDS)]
    still_asleep = not sleeping.done()
    await sleeping
    await engine.stop()
    await store.close()
    if not still_asleep:
        raise RuntimeError("the neighbour woke before the measurement ended")
    return 1000 * median(alone), 1000 * median(beside)
