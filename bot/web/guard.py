"""The one place where requests are held against the policies of their routes.

A guard is put around each handler once, when the routes are built. It looks at the head first: how often, from which
page, who. Only then is the body read, and only then does the handler run, which finds what was proved in the request.
What is turned away is counted and noted, whoever turned it away.
"""

import msgspec
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.ports.store import StoreUnavailable
from bot.runtime.rates import Buckets
from bot.texts import Wording, t
from bot.web.addresses import client_address, household, is_here
from bot.web.body import BODY, read_body, too_deep
from bot.web.desk.present import HERE, present
from bot.web.origin import must_be_of_our_origin, must_be_our_page
from bot.web.policy import Forgery, Policy, Rate, Who
from bot.web.rejections import Rejections
from bot.web.site import ADDRESS, Site, language_of, page_of
from bot.web.visitor import CONTACT, contact_of

log = structlog.get_logger()

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

REASONS = {
    400: "unreadable",
    401: "no proof",
    403: "forbidden",
    404: "nothing there",
    408: "too slow",
    413: "too large",
    415: "wrong kind",
    429: "too often",
}
TYPE = "application/json"
UNREADABLE = t("This message cannot be read.")
AWAY = t("We cannot take messages for a moment. Please try again.")

GUESSED = (Who.PROVIDER, Who.HOLDER)
"""Where an address that is not there may be a guess, so it is noted; elsewhere it is an old link."""


class Guard:
    """Guards every route of one application."""

    def __init__(self, site: Site, rejections: Rejections) -> None:
        self._site, self._rejections = site, rejections
        self._buckets = Buckets()

    def around(self, path: str, policy: Policy, handler: Handler) -> Handler:
        """The handler, behind its policy. A delivery goes straight to its own, which does what is needed of the rest."""
        delivered = policy.who is Who.PROVIDER
        safe = {} if delivered else SAFE

        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                if not delivered:
                    await self._admit(policy, request)
                response = await handler(request)
            except web.HTTPException as refused:
                self._note(path, policy, request, refused.status)
                refused.headers.update(safe)
                raise
            except Exception as error:  # noqa: BLE001  see `_failed`
                response = self._failed(path, request, error)
            if response.status in REASONS:
                self._note(path, policy, request, response.status)
            if not response.prepared:
                response.headers.update(safe)
            return response

        return guarded

    def _failed(self, path: str, request: web.Request, error: Exception) -> web.Response:
        """The server's own boundary: it shows nothing, the log has all. Raises what says that who asked has gone away."""
        match error:
            case StoreUnavailable():
                return web.Response(status=503, text=self._told(request, AWAY), content_type=TYPE)
            case web.RequestPayloadError():
                return web.Response(status=400, text="The body is broken.")
            case ConnectionError():
                raise error
        log.error("a request failed", route=path, exc_info=error)
        return fault()

    async def _admit(self, policy: Policy, request: web.Request) -> None:
        """Prove the head, then read the body; raises the refusal."""
        request[ADDRESS] = client_address(request, self._site.proxies)
        if policy.rate is not None:
            self._must_be_in_time(policy.rate, request[ADDRESS])
        if policy.forgery is Forgery.OURS:
            must_be_our_page(request)
        elif policy.forgery is Forgery.ORIGIN:
            must_be_of_our_origin(request)
        if policy.who is Who.VISITOR:
            request[CONTACT] = contact_of(request, page_of(request))
        elif policy.who is Who.OPERATOR:
            await self._must_be_of_the_staff(policy, request)
        if policy.body is not None:
            body = await read_body(request, policy.body)
            if policy.body.json and too_deep(body):
                raise web.HTTPBadRequest(text=self._told(request, UNREADABLE), content_type=TYPE)
            request[BODY] = body

    async def _must_be_of_the_staff(self, policy: Policy, request: web.Request) -> None:
        here = await present(request)
        if here is None:
            raise web.HTTPUnauthorized(text="You are not logged in.")
        if here.member.role < policy.role:
            raise web.HTTPForbidden(text="This is for others of the staff.")
        request[HERE] = here

    def _must_be_in_time(self, rate: Rate, address: str) -> None:
        if is_here(address):
            return
        wait = self._buckets.spend(f"{rate.name}/{household(address)}", per_second=rate.per_second, burst=rate.burst)
        if wait:
            raise web.HTTPTooManyRequests(text="Please slow down.", headers={"Retry-After": str(int(wait) + 1)})

    def _note(self, path: str, policy: Policy, request: web.Request, status: int) -> None:
        reason = REASONS.get(status)
        if reason is None or (status == 404 and policy.who not in GUESSED):
            return
        address = request.get(ADDRESS) or client_address(request, self._site.proxies)
        names = request.match_info
        hook = self._site.hooks.get((names.get("channel", ""), names.get("account", "")))
        if hook is not None:
            account, business = f"{names['channel']}/{names['account']}", hook.business
        else:
            account, business = "", names.get("business", "")
        known = business if business in self._site.pages else ""
        self._rejections.note(reason, route=path, business=known, account=account, address=address)

    def _told(self, request: web.Request, wording: Wording) -> str:
        """A sentence in the language of who asks, as the pages read it."""
        slug = request.match_info.get("business", "")
        page = self._site.pages.get(slug) or next(iter(self._site.pages.values()))
        return msgspec.json.encode({"text": page.words(wording, language_of(request, page))}).decode()


def fault() -> web.Response:
    """What is said when we fail: one calm line."""
    return web.json_response({"text": "Something went wrong on our side."}, status=500)
