"""The desk's part of an application: what it keeps while it runs."""

from aiohttp import web

from bot.web.desk import entrance, reading
from bot.web.desk.attempts import Attempts
from bot.web.desk.changes import Changes
from bot.web.site import SITE


async def _hang_up(app: web.Application) -> None:
    app[reading.CHANGES].close()


def add_desk(app: web.Application) -> None:
    """Put what the desk keeps into an application that has its `SITE`."""
    site = app[SITE]
    app[entrance.ATTEMPTS], app[reading.CHANGES] = Attempts(site.rates), Changes(site.hub.look_seconds)
    site.intake.watchers.append(app[reading.CHANGES].ring)
    app.on_shutdown.append(_hang_up)
