"""WhatsApp by Meta's Cloud API as a channel."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

from bot.events import Contact
from bot.net.standing import Standing
from bot.ports.accounts import Account, Kit
from bot.ports.channel import Answer, Delivery, Inbound, Outcome
from bot.ports.doctor import Finding
from bot.replies import Message
from integrations.channels.meta.graph import Graph
from integrations.channels.meta.signature import must_be_signed, subscription
from integrations.channels.meta.whatsapp.doctor import Doctor
from integrations.channels.meta.whatsapp.files import Shelf, host_of
from integrations.channels.meta.whatsapp.limits import FILES_LAST, PER_SECOND, WINDOW
from integrations.channels.meta.whatsapp.receive import NAME, Reader
from integrations.channels.meta.whatsapp.render import Request, render
from integrations.channels.meta.whatsapp.speaking import Speaker


class WhatsApp:
    """One number of one business."""

    name: ClassVar[str] = NAME
    per_second: ClassVar[int] = PER_SECOND
    window: ClassVar[timedelta] = WINDOW
    tracks: ClassVar[bool] = True

    def __init__(self, account: Account, kit: Kit, *, now: Callable[[], float] = time.monotonic) -> None:
        self.account, self._kit = account, kit
        number, api_url = account.settings["phone_number_id"], account.settings["api_url"]
        self._graph = Graph(api_url, account.settings["api_version"], account.secrets["token"])
        self._reader = Reader(account.id, number)
        self._shelf = Shelf(self._graph, number, host_of(api_url), kit.clock, read=kit.read, files=kit.files)
        self._standing = Standing("WhatsApp", account.source, kit.clock)
        self._speaker = Speaker(self._graph, number, self._shelf, self._standing, link=kit.link, now=now)
        self._doctor = Doctor(self._graph, account, kit.templates)

    def __repr__(self) -> str:
        """Name the account."""
        return f"WhatsApp({self.account.business}/{self.account.id})"

    @property
    def trouble(self) -> str:
        """See `Troubled.trouble`."""
        return self._standing.trouble

    def receive(self, inbound: Inbound) -> Delivery:
        """See `Channel.receive`; a delivery may hold a thousand messages and receipts."""
        must_be_signed(inbound, self.account.secrets["app_secret"])
        return self._reader.delivery(inbound.body, inbound.business, inbound.at)

    def subscribe(self, query: Mapping[str, str]) -> Answer | None:
        """See `Subscribing.subscribe`."""
        return subscription(query, self.account.secrets["verify_token"])

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = None
    ) -> Sequence[Request]:
        """See `Channel.render`."""
        del replaced  # nothing that was sent can be changed
        return render(message, number, silence, choose=self._kit.choose, link=self._kit.link)

    async def send(self, contact: Contact, request: Request) -> Outcome:
        """See `Channel.send`; the file of a message is given first, if it does not lie there already."""
        return await self._speaker.say(contact.address, request)

    @property
    def files_last(self) -> timedelta:
        """See `Fleeting.files_last`; the id of a file is good for seven days (Cloud API, webhooks of media)."""
        return FILES_LAST

    async def fetch(self, name: str) -> bytes | None:
        """See `Fetches.fetch`; it lies there for seven days."""
        return await self._shelf.fetch(name)

    async def examine(self) -> Sequence[Finding]:
        """See `Doctored.examine`."""
        return await self._doctor.examine()

    async def connect(self) -> Sequence[Finding]:
        """See `Doctored.connect`."""
        return await self._doctor.connect()

    async def close(self) -> None:
        """Hang up; safe to call twice."""
        await self._shelf.close()
        await self._graph.close()
