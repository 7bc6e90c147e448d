"""Coming in and going out: login, the first owner's welcome, logout."""

import secrets
from functools import partial
from typing import Any

import msgspec
from aiohttp import web

from bot.desk import staffing
from bot.ports.clock import micros
from bot.records import Member, passwords, sessions
from bot.records.members import member_by_login
from bot.texts import Wording, t
from bot.web.body import BODY, decoded
from bot.web.desk.attempts import WINDOW, Attempts
from bot.web.desk.invitation import invited
from bot.web.desk.present import HERE, cookie_of
from bot.web.site import ADDRESS, SITE, ChatPage, Site, language_of, page_of

ATTEMPTS = web.AppKey("attempts", Attempts)
NAME_CHARS = 60


class Wish(msgspec.Struct):
    """What is typed at the door."""

    login: str
    password: str
    name: str = ""


async def log_in(request: web.Request) -> web.Response:
    """`POST /desk/{business}/login`: a cookie for who knows login and password."""
    site, page, wish = request.app[SITE], page_of(request), decoded(request[BODY], Wish)
    attempts, now = request.app[ATTEMPTS], site.clock.now()
    login, address = staffing.clean_login(wish.login), request[ADDRESS]
    if attempts.held(login, address, now) or await attempts.spent(f"{page.business.slug}/{login}", address):
        minutes = int(WINDOW.total_seconds()) // 60
        return _no(
            request, page, 429, t("Too many wrong tries. Wait {minutes} minutes and try again.", minutes=minutes)
        )
    attempts.wrong(login, address, now)  # counted before the slow check, so that many at once are counted too
    member = await site.store.read(partial(member_by_login, page.business.slug, login))
    right = await passwords.check(wish.password, member.password if member is not None else "")
    if member is None or not right or not member.active:
        return _no(request, page, 403, t("Login or password is wrong."))
    attempts.right(login, address)
    return await _let_in(site, page, member, request)


async def begin(request: web.Request) -> web.Response:
    """`POST /desk/welcome/{token}`: the first owner of a business gets a login."""
    site, wish = request.app[SITE], decoded(request[BODY], Wish)
    page = await invited(site, request.match_info["token"])
    if page is None:
        raise web.HTTPNotFound(text="This address is not good any more.")
    name, login = " ".join(wish.name.split())[:NAME_CHARS], staffing.clean_login(wish.login)
    if not name or not login:
        return _no(request, page, 400, t("Please give a name and a login without spaces."))
    if not passwords.good_enough(wish.password):
        return _no(request, page, 400, t("The password needs at least {count} characters.", count=passwords.SHORTEST))
    slug, kept = page.business.slug, await passwords.keep(wish.password)
    script = partial(staffing.first_owner, slug, name, login, kept, micros(site.clock.now()))
    member = await site.store.run(script, locks=(f"{slug}/first_login",))
    if member is None:
        raise web.HTTPNotFound(text="This address is not good any more.")
    return await _let_in(site, page, member, request)


async def log_out(request: web.Request) -> web.Response:
    """`POST /desk/{business}/logout`: the session ends here."""
    here = request[HERE]
    name = cookie_of(here.page)
    await here.site.store.run(partial(sessions.end, here.business, request.cookies[name]))
    response = web.json_response({})
    response.del_cookie(name, path=f"/desk/{here.business}")
    return response


async def _let_in(site: Site, page: ChatPage, member: Member, request: web.Request) -> web.Response:
    slug, token = page.business.slug, secrets.token_urlsafe(32)
    await site.store.run(partial(sessions.begin, slug, token, member.id, micros(site.clock.now())))
    response = web.json_response({"go": f"/desk/{slug}"})
    response.set_cookie(
        cookie_of(page), token, path=f"/desk/{slug}", max_age=int(sessions.VALID.total_seconds()), httponly=True,
        samesite="Lax", secure=site.public_url.startswith("https:") or request.secure,
    )  # fmt: skip
    return response


def _no(request: web.Request, page: ChatPage, status: int, wording: Wording) -> web.Response:
    answer: dict[str, Any] = {"text": page.words(wording, language_of(request, page))}
    return web.json_response(answer, status=status)
