"""Who is at the desk: the member behind a request."""

from dataclasses import dataclass
from functools import partial

from aiohttp import web

from bot.ports.clock import micros
from bot.records import Member
from bot.records.sessions import member_in
from bot.texts import LANGUAGES, Wording
from bot.web.site import SITE, ChatPage, Site, page_of


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


HERE = web.RequestKey("here", Present)
"""Who asks, in every call that only operators may make."""


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
