"""What a process keeps for those who watch it, from its start to its end: the pulse, the metrics' own door, traces."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot.metrics.depth import Depths
from bot.runtime.pulse import Pulse

if TYPE_CHECKING:
    from bot.metrics.gather import Sample
    from bot.settings import Settings

log = structlog.get_logger()


class Watch:
    """The watched side of one process; `token` opens the figures on the public port, none while it is empty."""

    def __init__(self) -> None:
        self.pulse = Pulse()
        self.token = ""
        self._depths: Depths | None = None

    async def samples(self, app: web.Application) -> "list[Sample]":
        """Every figure of the process, those of the database at most a few seconds old."""
        from bot.metrics.gather import Sources, samples
        from bot.web.health import release
        from bot.web.lines import LINES
        from bot.web.rejections import REJECTIONS
        from bot.web.site import SITE

        engine = app[SITE].engine
        if self._depths is None:
            self._depths = Depths(engine.store, engine.clock, tuple(engine.tenants), time.monotonic)
        sources = Sources(engine, self.pulse, release(), app[REJECTIONS].counts, app[LINES].count)
        return list(samples(sources, await self._depths.look()))


@asynccontextmanager
async def watched(settings: "Settings", app: web.Application) -> AsyncIterator[None]:
    """Be watched while the block lasts; raises `SettingsProblem` for what the environment asks in vain."""
    from bot.settings import SettingsProblem
    from bot.tracing import NoTracing, open_traces
    from bot.web.site import SITE

    site = app[SITE]
    engine, watch = site.engine, site.watch
    try:
        traces = open_traces(engine.role)
    except NoTracing as error:
        raise SettingsProblem(str(error)) from error
    engine.intake.traces = engine.stepper.traces = engine.sender.traces = traces
    watch.token = settings.metrics_token.get_secret_value()
    door = await _open_door(settings, app) if settings.metrics_port else None
    watch.pulse.start()
    try:
        yield
    finally:
        watch.pulse.stop()
        if door is not None:
            await door.cleanup()
        if traces is not None:
            await asyncio.to_thread(traces.close)


async def _open_door(settings: "Settings", app: web.Application) -> web.AppRunner:
    """The figures on a port of their own, which a firewall keeps from the world."""
    from bot.settings import SettingsProblem
    from bot.web.health import shown

    async def metrics(request: web.Request) -> web.Response:
        del request
        return await shown(app)

    own = web.Application()
    own.router.add_get("/metrics", metrics)
    runner = web.AppRunner(own, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.metrics_host, settings.metrics_port).start()
    except OSError as error:
        await runner.cleanup()
        place = f"{settings.metrics_host}:{settings.metrics_port}"
        raise SettingsProblem(
            f"{place} cannot be listened on ({error.strerror}); set DRAGOMAN_METRICS_PORT to another port"
        ) from error
    log.info("metrics are shown", host=settings.metrics_host, port=settings.metrics_port)
    return runner
