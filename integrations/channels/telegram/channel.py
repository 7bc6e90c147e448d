"""Telegram as a channel, as a room for operators, and as a listener."""

import asyncio
import hmac
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

import msgspec

from bot.events import Contact, Envelope
from bot.net import Fetcher
from bot.net.lines import Broken, Unreached
from bot.net.standing import Standing
from bot.ports.accounts import Account, Kit
from bot.ports.channel import Accept, Answer, Delivery, Inbound, Malformed, NotSigned, Outcome, WindowClosed
from bot.ports.doctor import Finding
from bot.ports.files import NotFetched
from bot.replies import Message
from integrations.channels.telegram.account import API_URL, Bot
from integrations.channels.telegram.behalf import WINDOW as BEHALF_WINDOW
from integrations.channels.telegram.behalf import on_behalf, read_address
from integrations.channels.telegram.client import Client
from integrations.channels.telegram.doctor import Doctor
from integrations.channels.telegram.listening import Listening
from integrations.channels.telegram.longtail import LongTail
from integrations.channels.telegram.rates import Rates
from integrations.channels.telegram.receive import Reader, button
from integrations.channels.telegram.render import Call, Renderer
from integrations.channels.telegram.room import Room
from integrations.channels.telegram.sharing import Shared
from integrations.channels.telegram.speaking import Speaker
from integrations.channels.telegram.updates import Callback, Update, read_update

FILE_SECONDS = 60.0
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105  the header's name, not the secret


class Telegram:
    """One account of one business; its secrets and settings are those of the package's descriptor.

    The files of a server that the firm has named itself are fetched wherever it stands. `now` is a monotonic clock in seconds.
    """

    name: ClassVar[str] = "telegram"
    window: ClassVar[timedelta] = BEHALF_WINDOW

    def __init__(self, account: Account, kit: Kit, *, now: Callable[[], float] = time.monotonic) -> None:
        self.account, self._clock = account, kit.clock
        self._bot = bot = Bot.of(account, kit)
        self._near = None if bot.api_url == API_URL else Fetcher(anywhere=True, seconds=FILE_SECONDS)
        self._client = Client(bot.token, bot.api_url, self._near or kit.files)
        self._longtail = LongTail(bot.token, bot.api_url)
        self._standing = Standing("Telegram", account.source, kit.clock)
        self._renderer = Renderer(kit.share)
        rates = Rates(now, all_in_a_second=bot.rate)
        everywhere = Shared(kit.rates, bot.number, bot.rate) if kit.rates is not None else None
        self._speaker = Speaker(self._client, rates, self._standing, kit.read, account.source, everywhere)
        self._room = Room(self._speaker, self._renderer, self._longtail)
        self._reader = Reader(account.id, bot.number, beside=bot.mode == "bridge")
        self._listening = Listening(bot, self._client, kit.clock, self._standing, kit.memory)
        self._doctor = Doctor(bot, self._client, kit.memory)

    def __repr__(self) -> str:
        """Name the account."""
        return f"Telegram({self.account.business}/{self.account.id})"

    @property
    def token(self) -> str:
        """See `Listener.token`: the bot's number, without the token's secret part."""
        return f"telegram/{self._bot.number}"

    @property
    def rooms(self) -> Sequence[str]:
        """See `Hosting.rooms`."""
        group = self._bot.staff_group
        return (f"staff/{self.account.source}/{group}",) if group else ()

    @property
    def per_second(self) -> int:
        """See `Paced.per_second`."""
        return self._bot.rate

    @property
    def trouble(self) -> str:
        """See `Listener.trouble`."""
        return self._standing.trouble or self._listening.trouble

    def receive(self, inbound: Inbound) -> Delivery:
        """See `Channel.receive`; a delivery is one update. A press is acknowledged in the answer."""
        given = inbound.headers.get(SECRET_HEADER, "").encode("utf-8", "replace")
        secret = self._bot.secret.encode()
        if not secret or not hmac.compare_digest(given, secret):
            raise NotSigned
        update = read_update(inbound.body)
        found = self._envelopes(update, inbound)
        if update.callback_query is None or not self._ours(update.callback_query):
            return Delivery(found)
        call = {"method": "answerCallbackQuery", "callback_query_id": update.callback_query.id}
        return Delivery(found, answer=Answer(msgspec.json.encode(call)))

    def _ours(self, press: Callback) -> bool:
        """Whether a press is ours to acknowledge: behind a bridge only those of our own buttons, else all of them."""
        if self._bot.mode != "bridge":
            return True
        chat = press.message.chat if press.message is not None else None
        return bool(button(press.data)[1]) or (chat is not None and chat.id == self._bot.staff_group != 0)

    def _envelopes(self, update: Update, inbound: Inbound) -> Sequence[Envelope]:
        try:
            return self._reader.envelopes(update, inbound.business, inbound.at)
        except (ValueError, OverflowError) as error:
            raise Malformed("an update with numbers that cannot be") from error

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = None
    ) -> Sequence[Call]:
        """See `Channel.render`; only a chat of the firm's own account has a `silence`."""
        if silence is not None and silence >= self.window:
            raise WindowClosed("the bot may write for the firm's account for 24 hours after the customer's last word")
        return self._renderer.conversation(message, number, replaced)

    def is_windowed(self, contact: Contact) -> bool:
        """See `Varied.is_windowed`."""
        return bool(read_address(contact.address).connection)

    async def send(self, contact: Contact, request: Call) -> Outcome:
        """See `Channel.send`."""
        chat, connection = read_address(contact.address)
        return await self._speaker.say(chat, on_behalf(request, connection) if connection else request)

    async def push(self, line: str, order: bytes) -> Outcome:
        """See `Provider.push`; the orders are those of `bot.ports.room`."""
        return await self._room.push(line, order)

    async def listen(self, accept: Accept) -> None:
        """See `Listener.listen`; in webhook mode Telegram is told where to deliver, and nothing is fetched.

        Behind a bridge Telegram is only asked what we are called.
        """
        business, account = self.account.business, self.account.id

        def envelopes(update: Update) -> Sequence[Envelope]:
            return self._envelopes(update, Inbound(business, account, b"", self._clock.now()))

        warming = asyncio.create_task(self._longtail.warm()) if self._bot.staff_group else None
        try:
            await self._listening.run(envelopes, accept, self._named)
        finally:
            if warming is not None:
                warming.cancel()

    def _named(self, username: str) -> None:
        self._reader = replace(self._reader, username=username)

    async def fetch(self, name: str) -> bytes | None:
        """See `Fetches.fetch`."""
        try:
            return await self._client.fetch(name)
        except (Unreached, Broken) as error:
            raise NotFetched(str(error), again=True) from error

    async def examine(self) -> Sequence[Finding]:
        """See `Doctored.examine`."""
        return await self._doctor.examine()

    async def connect(self) -> Sequence[Finding]:
        """See `Doctored.connect`: says where updates are to go, and names the commands."""
        return await self._doctor.connect()

    async def close(self) -> None:
        """Hang up; safe to call twice."""
        await self._client.close()
        await self._longtail.close()
        if self._near is not None:
            await self._near.close()
