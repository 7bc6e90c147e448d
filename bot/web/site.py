"""What the pages and calls of the house share: the businesses, the way in, the transcript, the hub."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from bot.business import Business
from bot.ports.channel import Channel, Fetches
from bot.ports.clock import Clock
from bot.ports.media import MediaStore
from bot.ports.rates import Rates
from bot.ports.store import Store
from bot.runtime import Engine, Intake
from bot.texts import Phrasebook, Wording
from bot.web.addresses import Network
from bot.web.file_links import FileLinks
from bot.web.hub import Hub
from bot.web.tokens import Tokens
from bot.web.watch import Watch

if TYPE_CHECKING:
    from bot.web.webhooks import Hook

STATIC = Path(__file__).parent / "static"
TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class ChatPage:
    """One business's web chat."""

    business: Business
    account: str
    channel: Channel
    tokens: Tokens
    files: FileLinks
    phrasebook: Phrasebook
    folder: Path

    def words(self, wording: Wording, language: str) -> str:
        """A sentence for the visitor."""
        return self.phrasebook.say(wording, language)


@dataclass(frozen=True, slots=True)
class Site:
    """Everything the routes need; `pages` by the business's slug, `hooks` by channel and account."""

    engine: Engine
    hub: Hub
    media: MediaStore
    pages: Mapping[str, ChatPage]
    public_url: str = ""
    hooks: "Mapping[tuple[str, str], Hook]" = field(default_factory=dict)
    fetchers: Mapping[tuple[str, str], Fetches] = field(default_factory=dict)
    """Channels that keep files, by business and source (`telegram/main`)."""
    proxies: tuple[Network, ...] = ()
    """Where our own reverse proxies stand, whose word on a client's address is taken."""
    rates: Rates | None = None
    """Where tries of passwords are counted over all processes."""
    watch: Watch = field(default_factory=Watch)

    @property
    def store(self) -> Store:
        """The database."""
        return self.engine.store

    @property
    def intake(self) -> Intake:
        """The way in."""
        return self.engine.intake

    @property
    def clock(self) -> Clock:
        """The time."""
        return self.engine.clock


SITE = web.AppKey("site", Site)
ADDRESS = web.RequestKey("address", str)
"""Where a request comes from, seen past our own proxies."""


def page_of(request: web.Request) -> ChatPage:
    """The web chat that a path names; raises 404 for none."""
    page = request.app[SITE].pages.get(request.match_info["business"])
    if page is None:
        raise web.HTTPNotFound(text="There is no chat of that name here.")
    return page


def language_of(request: web.Request, page: ChatPage) -> str:
    """The language asked for by `?lang=`, else the first of the browser's that the business speaks, else its own first."""
    wanted = [request.query.get("lang", "")]
    header = request.headers.get("Accept-Language", "")
    wanted += [part.split(";")[0].strip().split("-")[0].lower() for part in header.split(",")]
    return next((code for code in wanted if code in page.business.languages), page.business.languages[0])
