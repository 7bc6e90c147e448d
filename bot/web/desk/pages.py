"""The desk's pages: the desk itself, its door, the first owner's welcome, and the demo's front."""

import ipaddress
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.ports.clock import instant
from bot.records.sessions import anybody
from bot.store.fence import Fence
from bot.texts import LANGUAGES, Wording, t
from bot.web.desk.invitation import invited
from bot.web.desk.present import Present, present, staff_language
from bot.web.desk.words import strings
from bot.web.pages import PAGE_POLICY, picture_url, templates
from bot.web.site import ADDRESS, SITE, ChatPage, language_of, page_of

POLICY = f"{PAGE_POLICY}; frame-ancestors 'self'"


async def choose(request: web.Request) -> web.Response:
    """`GET /desk`: the only desk there is, or a choice."""
    pages = request.app[SITE].pages
    if len(pages) == 1:
        raise web.HTTPFound(f"/desk/{next(iter(pages))}")
    firms = [
        {"slug": slug, "name": page.words(page.business.name, staff_language(page))} for slug, page in pages.items()
    ]
    return _html("desk-choice.html", {"firms": firms})


async def desk(request: web.Request) -> web.Response:
    """`GET /desk/{business}`: the desk, or its door."""
    here = await present(request)
    page = page_of(request)
    if here is None:
        closed = not await request.app[SITE].store.read(partial(anybody, page.business.slug))
        return _html("desk-door.html", _shared(page, language_of(request, page)) | {"first": "", "closed": closed})
    shared = _shared(page, here.language)
    fence = request.app[SITE].engine.gate.standing.get(page.business.slug)
    fenced = "" if fence is None else here.words(_fenced(page, fence))
    return _html("desk.html", shared | {"fenced": fenced, "boot": _boot(here) | {"strings": shared["strings"]}})


def _fenced(page: ChatPage, fence: Fence) -> Wording:
    """What the staff must know of a house that came out of a backup."""
    taken_at = instant(fence.taken_at).astimezone(page.business.zone)
    return t(
        "This is a copy of {time}. Nothing is sent to customers until it is confirmed. Visits that were booked, moved or"
        " cancelled later are not in it: ask the customers.",
        time=f"{taken_at:%d.%m.%Y %H:%M}",
    )


async def welcome(request: web.Request) -> web.Response:
    """`GET /desk/welcome/{token}`: where the first owner gets a login."""
    token = request.match_info["token"]
    page = await invited(request.app[SITE], token)
    if page is None:
        raise web.HTTPNotFound(text="This address is not good any more: somebody has a login already.")
    return _html("desk-door.html", _shared(page, language_of(request, page)) | {"first": token, "closed": False})


def is_demo(request: web.Request) -> bool:
    """Whether the front page shows the chat beside the desk: on the machine itself, for a firm that is a demo."""
    site = request.app[SITE]
    first = next(iter(site.pages.values()))
    return first.business.demo and not site.public_url and _is_here(request[ADDRESS]) and _is_here(request.url.host)


async def demo(request: web.Request) -> web.Response:
    """`GET /` of a demo: what customers see beside what operators see."""
    page = next(iter(request.app[SITE].pages.values()))
    language = language_of(request, page)
    context = _shared(page, language) | {"strings": {language: strings(page.phrasebook)[language]}}
    response = _html("desk-demo.html", context)
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response


def _is_here(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(urlsplit(f"//{host}").hostname or host or "").is_loopback
    except ValueError:
        return False


def _shared(page: ChatPage, language: str) -> dict[str, Any]:
    """What every page of a firm's desk needs."""
    business = page.business
    logo = picture_url(business.slug, business.brand.logo)
    return {
        "business": business.slug,
        "name": page.words(business.name, language),
        "language": language,
        "languages": [{"code": code, "name": name} for code, name in LANGUAGES.items()],
        "strings": strings(page.phrasebook),
        "brand": {"color": business.brand.color, "logo": logo},
    }


def _boot(here: Present) -> dict[str, Any]:
    """What the desk's scripts start from."""
    business = here.page.business
    groups = {
        language: {key: here.page.words(group.name, language) for key, group in business.groups.items()}
        for language in LANGUAGES
    }
    return {
        "business": business.slug,
        "language": here.language,
        "zone": str(business.zone),
        "groups": groups,
        "me": {"id": here.member.id, "name": here.member.name, "role": here.member.role.key},
    }


def _html(template: str, context: dict[str, Any]) -> web.Response:
    body = templates().get_template(template).render(context)
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    return web.Response(text=body, content_type="text/html", headers=headers)
