"""The calls by which the desk's page reads: the list, a case, whether anything has changed."""

from datetime import datetime, time
from functools import partial

from aiohttp import web

from bot.desk import queue
from bot.ports.clock import micros
from bot.ports.store import Script
from bot.records import Case, find_case, load_customer
from bot.records.links import linked
from bot.records.members import SaveMember, find_member
from bot.store import transcript
from bot.texts import LANGUAGES
from bot.web.body import BODY, decoded
from bot.web.calls import number_of
from bot.web.desk import late, view
from bot.web.desk.changes import Changes
from bot.web.desk.present import HERE, Present

CHANGES = web.AppKey("changes", Changes)
PAGE = 60
QUERY_CHARS = 80


async def cases(request: web.Request) -> web.Response:
    """`GET /desk/{business}/api/cases?q=`: what is open and what was closed today, or what is like `q`."""
    here = request[HERE]
    words = " ".join(request.query.get("q", "").split())[:QUERY_CHARS]
    store = here.site.store
    if words:
        found = await store.read(partial(queue.matching, here.business, words))
    else:
        found = await store.read(partial(queue.open_now, here.business))
        found += await store.read(partial(queue.closed_since, here.business, _midnight(here)))
    return web.json_response({"cases": [view.listed(here, each) for each in found]})


async def case(request: web.Request) -> web.Response:
    """`GET /desk/{business}/api/cases/{case}?after=7` or `?before=7`: the card, and a page of what was said."""
    here = request[HERE]
    found = await case_of(here, request)
    customer = await here.site.store.read(partial(load_customer, here.business, found.actor))
    owner = await here.site.store.read(partial(find_member, here.business, found.owner)) if found.owner else None
    places = await here.site.store.read(partial(linked, here.business, customer.id)) if customer.version else ()
    after, before = number_of(request, "after"), number_of(request, "before")
    lines = await here.site.store.read(_page(here.business, found.actor, after, before))
    return web.json_response(
        {
            "case": view.card(here, found, customer, owner.name if owner else "", places)
            | await late.shown(here, found, customer),
            "messages": [view.said(here, found, line) for line in lines],
            "more": len(lines) == PAGE,
        }
    )


async def changes(request: web.Request) -> web.Response:
    """`GET /desk/{business}/api/changes?since=…&case=…`: a mark, as soon as it is another one than `since`."""
    here = request[HERE]
    actor = (await case_of(here, request)).actor if request.query.get("case") else ""
    look = partial(here.site.store.read, partial(queue.version, here.business, actor))
    mark = await request.app[CHANGES].after(here.business, request.query.get("since", ""), look)
    return web.json_response({"mark": mark})


async def language(request: web.Request) -> web.Response:
    """`POST /desk/{business}/api/language` with `{"language"}`: the member's own from now on."""
    here = request[HERE]
    wanted = decoded(request[BODY], dict[str, str]).get("language", "")
    if wanted not in LANGUAGES:
        raise web.HTTPBadRequest(text="There is no such language here.")
    save = SaveMember(here.business, here.member.id, {"language": wanted}, micros(here.site.clock.now()))
    await here.site.store.run(save.apply, locks=save.locks)
    return web.json_response({"language": wanted})


async def case_of(here: Present, request: web.Request) -> Case:
    """The case that the path or the query names, of this business; raises 404."""
    name = request.match_info.get("case") or request.query.get("case", "")
    found = await here.site.store.read(partial(find_case, here.business, name))
    if found is None:
        raise web.HTTPNotFound(text="There is no such case.")
    return found


def _page(business: str, actor: str, after: int, before: int) -> "partial[Script[list[transcript.Line]]]":
    if after:
        return partial(transcript.after, business, actor, after, PAGE)
    return partial(transcript.before, business, actor, before or None, PAGE)


def _midnight(here: Present) -> int:
    zone = here.page.business.zone
    today = here.site.clock.now().astimezone(zone).date()
    return micros(datetime.combine(today, time.min, zone))
