"""Every route of the house, with its policy. What is not in this table is not served."""

from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.web import calls, files, health, pages, webhooks
from bot.web.desk import acting, entrance, reading, recordings
from bot.web.desk import pages as desk
from bot.web.policy import ENTERING, JSON, LARGE_DELIVERY, PICTURE, WRITING, Forgery, Policy, Who
from bot.web.socket import socket


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path; GET answers HEAD too."""

    method: str
    path: str
    handler: Handler
    policy: Policy


PAGE = Policy()
BEGIN = Policy(Who.ANYBODY, Forgery.ORIGIN, JSON, ENTERING)
READ = Policy(Who.VISITOR)
WRITE = Policy(Who.VISITOR, Forgery.HEADER, JSON, WRITING)
SHOW = Policy(Who.VISITOR, Forgery.HEADER, PICTURE, WRITING)
TALK = Policy(Who.LINE, Forgery.ORIGIN, rate=WRITING)
FILE = Policy(Who.HOLDER)
PROBED = Policy(Who.ANYBODY, rate=None)
WATCH = Policy(Who.MONITOR, rate=ENTERING)
DELIVER = Policy(Who.PROVIDER, Forgery.SIGNED, LARGE_DELIVERY, rate=None)  # how much a channel sends says its `Hook`
INVITED = Policy(Who.HOLDER, rate=ENTERING)
ENTER = Policy(Who.ANYBODY, Forgery.OURS, JSON, ENTERING)
FIRST = Policy(Who.HOLDER, Forgery.OURS, JSON, ENTERING)
LOOK = Policy(Who.OPERATOR)
ACT = Policy(Who.OPERATOR, Forgery.OURS, JSON, WRITING)
SHOW_CUSTOMER = Policy(Who.OPERATOR, Forgery.OURS, PICTURE, WRITING)


async def nothing(request: web.Request) -> web.Response:
    """Whatever else is asked for."""
    del request
    raise web.HTTPNotFound(text="There is nothing here.")


CASE = "/desk/{business}/api/cases/{case}"

ROUTES = (
    Route("GET", "/", pages.front_door, PAGE),
    Route("GET", "/health", health.health, PROBED),
    Route("GET", "/ready", health.ready, PROBED),
    Route("GET", "/metrics", health.metrics, WATCH),
    Route("GET", "/chat/widget.js", pages.widget, PAGE),
    Route("GET", "/chat/static/{file:.+}", pages.static, PAGE),
    Route("GET", "/chat/{business}", pages.chat, PAGE),
    Route("GET", "/chat/{business}/media/{file}", pages.picture, PAGE),
    Route("GET", "/chat/{business}/socket", socket, TALK),
    Route("POST", "/chat/{business}/session", calls.session, BEGIN),
    Route("GET", "/chat/{business}/messages", calls.read, READ),
    Route("POST", "/chat/{business}/messages", calls.write, WRITE),
    Route("POST", "/chat/{business}/images", calls.picture, SHOW),
    Route("GET", "/media/{name}", calls.media, FILE),
    Route("GET", "/media/from/{business}/{signed}", files.fetched, FILE),
    Route("GET", "/desk", desk.choose, PAGE),
    Route("GET", "/desk/welcome/{token}", desk.welcome, INVITED),
    Route("POST", "/desk/welcome/{token}", entrance.begin, FIRST),
    Route("GET", "/desk/{business}", desk.desk, PAGE),
    Route("POST", "/desk/{business}/login", entrance.log_in, ENTER),
    Route("POST", "/desk/{business}/logout", entrance.log_out, ACT),
    Route("GET", "/desk/{business}/api/cases", reading.cases, LOOK),
    Route("GET", CASE, reading.case, LOOK),
    Route("GET", f"{CASE}/recordings/{{seq}}/{{n}}", recordings.play, LOOK),
    Route("GET", "/desk/{business}/api/changes", reading.changes, LOOK),
    Route("POST", "/desk/{business}/api/language", reading.language, ACT),
    *(
        Route("POST", f"{CASE}/{name}", act, SHOW_CUSTOMER if name == "picture" else ACT)
        for name, act in acting.ACTS.items()
    ),
    Route("POST", webhooks.ROUTE, webhooks.take, DELIVER),
    Route("GET", webhooks.ROUTE, webhooks.subscribe, INVITED),
    Route("*", "/{path:.*}", nothing, PAGE),
)
