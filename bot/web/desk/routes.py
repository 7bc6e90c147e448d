"""The desk's routes."""

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.ports.store import StoreUnavailable
from bot.texts import t
from bot.web.desk import acting, entrance, pages, reading
from bot.web.desk.attempts import Attempts
from bot.web.desk.changes import Changes
from bot.web.site import SITE, language_of, page_of


async def _hang_up(app: web.Application) -> None:
    app[reading.CHANGES].close()


def _calmly(handle: Handler) -> Handler:
    """Say that the database is away, in a sentence, instead of failing."""

    async def run(request: web.Request) -> web.StreamResponse:
        try:
            return await handle(request)
        except StoreUnavailable:
            page = page_of(request)
            sentence = page.words(
                t("We cannot take messages for a moment. Please try again."), language_of(request, page)
            )
            return web.json_response({"text": sentence}, status=503)

    return run


def add_desk(app: web.Application) -> None:
    """Put the desk into an application that has its `SITE`."""
    site = app[SITE]
    app[entrance.ATTEMPTS], app[reading.CHANGES] = Attempts(), Changes(site.hub.look_seconds)
    site.intake.watchers.append(app[reading.CHANGES].ring)
    app.on_shutdown.append(_hang_up)
    app.router.add_get("/desk", pages.choose)
    app.router.add_get("/desk/welcome/{token}", pages.welcome)
    app.router.add_post("/desk/welcome/{token}", entrance.begin)
    app.router.add_get("/desk/{business}", _calmly(pages.desk))
    app.router.add_post("/desk/{business}/login", _calmly(entrance.log_in))
    app.router.add_post("/desk/{business}/logout", _calmly(entrance.log_out))
    app.router.add_get("/desk/{business}/api/cases", _calmly(reading.cases))
    app.router.add_get("/desk/{business}/api/cases/{case}", _calmly(reading.case))
    app.router.add_get("/desk/{business}/api/changes", _calmly(reading.changes))
    app.router.add_post("/desk/{business}/api/language", _calmly(reading.language))
    for name, act in acting.ACTS.items():
        app.router.add_post(f"/desk/{{business}}/api/cases/{{case}}/{name}", _calmly(act))
