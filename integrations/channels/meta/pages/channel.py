"""Messenger and Instagram as channels: one page, or the Instagram account that belongs to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from bot.events import Contact
from bot.net import body_of
from bot.net.standing import Standing
from bot.ports.accounts import Account, Kit
from bot.ports.channel import Answer, Delivery, Inbound, Outcome
from bot.ports.doctor import Finding
from bot.replies import Message
from integrations.channels.meta.graph import Graph
from integrations.channels.meta.pages.addresses import read_address
from integrations.channels.meta.pages.doctor import Doctor
from integrations.channels.meta.pages.limits import FILES_LAST, HUMAN_WINDOW, WINDOW
from integrations.channels.meta.pages.receive import Reader
from integrations.channels.meta.pages.render import Renderer, Request, Voice
from integrations.channels.meta.pages.speaking import Public, Speaker
from integrations.channels.meta.signature import must_be_signed, subscription

JUST_NOW = timedelta(0)
FILES = ("fbcdn.net", "fbsbx.com", "cdninstagram.com")
"""Where what people send lies; the address itself is signed, and ends."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What tells the two channels apart: topic of deliveries, setting with the own id, edge of public answers, voice."""

    name: str
    topic: str
    id_setting: str
    edge: str
    per_second: int
    voice: Voice


class Pages:
    """One account of one business."""

    window: ClassVar[timedelta] = WINDOW
    human_window: ClassVar[timedelta] = HUMAN_WINDOW
    tracks: ClassVar[bool] = True

    def __init__(self, kind: Kind, account: Account, kit: Kit) -> None:
        settings, secrets = account.settings, account.secrets
        self.kind, self.account, self._kit = kind, account, kit
        self.name, self.per_second = kind.name, kind.per_second
        self._graph = Graph(settings["api_url"], settings["api_version"], secrets["token"])
        self._hosts = (*FILES, urlsplit(settings["api_url"]).hostname or "")
        ours = frozenset({settings[kind.id_setting], settings["page_id"]} - {""})
        self._reader = Reader(kind.name, account.id, kind.topic, ours, settings["comments"])
        self._renderer = Renderer(kind.voice, kit.link)
        public = Public(settings["comment_line"].strip(), kind.edge)
        marked = kind.topic == "page"
        self._standing = Standing("Meta", account.source, kit.clock)
        self._speaker = Speaker(self._graph, self._standing, account.source, public, kit.rates, marked=marked)
        self._doctor = Doctor(self._graph, account, kind.topic, settings[kind.id_setting])

    def __repr__(self) -> str:
        """Name the account."""
        return f"Pages({self.account.business}/{self.account.source})"

    @property
    def trouble(self) -> str:
        """See `Troubled.trouble`."""
        return self._standing.trouble

    def receive(self, inbound: Inbound) -> Delivery:
        """See `Channel.receive`."""
        must_be_signed(inbound, self.account.secrets["app_secret"])
        return self._reader.delivery(inbound.body, inbound.business, inbound.at)

    def subscribe(self, query: Mapping[str, str]) -> Answer | None:
        """See `Subscribing.subscribe`."""
        return subscription(query, self.account.secrets["verify_token"])

    def is_windowed(self, contact: Contact) -> bool:
        """See `Varied.is_windowed`: a comment is answered once, however long the person has been silent."""
        return read_address(contact.address) is None

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = JUST_NOW
    ) -> Sequence[Request]:
        """See `Channel.render`. What corrects an earlier message is said anew: none can be changed here."""
        return self._renderer.requests(message, number, silence)

    async def send(self, contact: Contact, request: Request) -> Outcome:
        """See `Channel.send`."""
        comment = read_address(contact.address)
        if comment is not None:
            return await self._speaker.to_comment(comment, request)
        return await self._speaker.to_person(contact.address, request)

    @property
    def files_last(self) -> timedelta:
        """See `Fleeting.files_last`; the address of a file is signed for a while that Meta does not name."""
        return FILES_LAST

    async def fetch(self, name: str) -> bytes | None:
        """See `Fetches.fetch`; None also once the address of the file has ended."""
        return await body_of(self._kit.files, name, hosts=self._hosts)

    async def examine(self) -> Sequence[Finding]:
        """See `Doctored.examine`."""
        return await self._doctor.examine()

    async def connect(self) -> Sequence[Finding]:
        """See `Doctored.connect`."""
        return await self._doctor.connect()

    async def close(self) -> None:
        """Hang up; safe to call twice."""
        await self._graph.close()
        await self._doctor.close()
