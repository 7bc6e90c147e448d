"""Who is at the desk: the member behind a request, and what every call that changes something must show.

A page of another site can send a browser's cookie but not our header, and never from our origin, so a call needs both.
"""

from dataclasses import dataclass
from functools import partial

from aiohttp import web

from bot.ports.clock import micros
from bot.records import Member
from bot.records.sessions import member_in
from bot.texts import LANGUAGES, Wording
from bot.web.site import SITE, ChatPage, Site, page_of
from bot.web.socket import same_origin

HEADER = "X-Desk"


@dataclass(frozen=True, slots=True)
class Present:
    """A member of the staff who is logged in, with the business that they work for."""

    site: Site
    page: ChatPage
    member: Member

    @property
    def business(self) -> str:
        """The business's key."""
        return self.page.business.slug

    @property
    def language(self) -> str:
        """The member's language, else the staff's."""
        return self.member.language if self.member.language in LANGUAGES else staff_language(self.page)

    def words(self, wording: Wording) -> str:
        """A sentence for the member."""
        return self.page.words(wording, self.language)

    def refusal(self, status: int, wording: Wording) -> web.Response:
        """An answer that says no in the member's language."""
        return web.json_response({"text": self.words(wording)}, status=status)


def staff_language(page: ChatPage) -> str:
    """The language that a firm's staff speak."""
    return page.business.desk_language


def cookie_of(page: ChatPage) -> str:
    """The name of the session's cookie; firms on one host never see each other's."""
    return f"desk_{page.business.slug}"


async def present(request: web.Request) -> Present | None:
    """The member that the cookie proves, or None."""
    site, page = request.app[SITE], page_of(request)
    token = request.cookies.get(cookie_of(page), "")
    if not token:
        return None
    script = partial(member_in, page.business.slug, token, micros(site.clock.now()))
    member = await site.store.read(script)
    return Present(site, page, member) if member is not None else None


def must_be_ours(request: web.Request) -> None:
    """Refuse a call that a page of another site could have made; raises 403."""
    foreign = request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}
    if HEADER not in request.headers or foreign or not same_origin(request, request.app[SITE]):
        raise web.HTTPForbidden(text="The desk is not for pages of other sites.")


async def must_be_present(request: web.Request) -> Present:
    """The member that the cookie proves; raises 401, and 403 for a call that a page of another site could have made."""
    if request.method != "GET":
        must_be_ours(request)
    found = await present(request)
    if found is None:
        raise web.HTTPUnauthorized(text="You are not logged in.")
    return found
