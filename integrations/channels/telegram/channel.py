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
from bot.ports.accounts import Memory
from bot.ports.channel import Accept, Answer, Delivery, Inbound, Malformed, NotSigned, Outcome
from bot.ports.clock import Clock
from bot.ports.doctor import Finding
from bot.ports.files import Files
from bot.ports.rates import Rates as SharedRates
from bot.replies import Message
from integrations.channels.telegram.account import Account
from integrations.channels.telegram.behalf import on_behalf, read_address
from integrations.channels.telegram.client import Client, NotReached, Unanswered
from integrations.channels.telegram.doctor import Doctor
from integrations.channels.telegram.listening import Listening
from integrations.channels.telegram.longtail import LongTail
from integrations.channels.telegram.rates import Rates
from integrations.channels.telegram.receive import Reader, button
from integrations.channels.telegram.render import Call, Renderer
from integrations.channels.telegram.room import Room
from integrations.channels.telegram.sharing import Shared
from integrations.channels.telegram.speaking import Read, Speaker
from integrations.channels.telegram.standing import Standing
from integrations.channels.telegram.updates import Callback, Update, read_update

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105  the header's name, not the secret


class Telegram:
    """One account of one business.

    `read` gives the bytes of a picture or file of ours, `files` fetches those that lie with Telegram. `share` gives the label
    of the button with which a customer shares their phone number, in the language of the text it is given. `memory` keeps
    what Telegram was told already.
    `shared` counts over all processes that speak for the account; without it this one counts alone.
    """

    name: ClassVar[str] = "telegram"

    def __init__(
        self,
        account: Account,
        clock: Clock,
        *,
        read: Read,
        files: Files,
        share: Callable[[str], str],
        memory: Memory | None = None,
        shared: SharedRates | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.account = account
        self._clock = clock
        self._client = Client(account.token, account.api_url, files)
        self._longtail = LongTail(account.token, account.api_url)
        self._standing = Standing(account.id, now)
        self._renderer = Renderer(share)
        rates = Rates(now, all_in_a_second=account.rate)
        everywhere = Shared(shared, account.bot, account.rate) if shared is not None else None
        self._speaker = Speaker(self._client, rates, self._standing, read, f"telegram/{account.id}", everywhere)
        self._room = Room(self._speaker, self._renderer, self._longtail)
        self._reader = Reader(account.id, account.bot, beside=account.mode == "bridge")
        self._listening = Listening(account, self._client, clock, self._standing, memory)
        self._doctor = Doctor(account, self._client, memory)

    def __repr__(self) -> str:
        """Name the account."""
        return f"Telegram({self.account.business}/{self.account.id})"

    @property
    def token(self) -> str:
        """See `Listener.token`: the bot's number, without the token's secret part."""
        return f"telegram/{self.account.bot}"

    @property
    def per_second(self) -> int:
        """See `Paced.per_second`."""
        return self.account.rate

    @property
    def trouble(self) -> str:
        """See `Listener.trouble`."""
        return self._standing.trouble or self._listening.trouble

    def receive(self, inbound: Inbound) -> Delivery:
        """See `Channel.receive`; a delivery is one update. A press is acknowledged in the answer."""
        given = inbound.headers.get(SECRET_HEADER, "").encode("utf-8", "replace")
        secret = self.account.secret.encode()
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
        if self.account.mode != "bridge":
            return True
        chat = press.message.chat if press.message is not None else None
        return bool(button(press.data)[1]) or (chat is not None and chat.id == self.account.staff_group != 0)

    def _envelopes(self, update: Update, inbound: Inbound) -> Sequence[Envelope]:
        try:
            return self._reader.envelopes(update, inbound.business, inbound.at)
        except (ValueError, OverflowError) as error:
            raise Malformed("an update with numbers that cannot be") from error

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = None
    ) -> Sequence[Call]:
        """See `Channel.render`."""
        return self._renderer.conversation(message, number, replaced)

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

        warming = asyncio.create_task(self._longtail.warm()) if self.account.staff_group else None
        try:
            await self._listening.run(envelopes, accept, self._named)
        finally:
            if warming is not None:
                warming.cancel()

    def _named(self, username: str) -> None:
        self._reader = replace(self._reader, username=username)

    async def fetch(self, name: str) -> bytes | None:
        """See `Fetches.fetch`; None also when Telegram cannot be asked now."""
        try:
            return await self._client.fetch(name)
        except (NotReached, Unanswered):
            return None

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
