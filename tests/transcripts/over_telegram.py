"""A talk that really goes over Telegram: taps and words become updates of the stand-in, answers are what it took."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import aiogram  # noqa: F401  loaded beforehand: a virtual clock does not wait for it
import aiohttp
import msgspec

from bot.events import Contact, Media
from bot.ports.channel import Channel, Inbound, Outcome, Provider
from bot.ports.clock import instant
from bot.store import outbox
from bot.testing import Talk
from integrations.channels.telegram import Telegram
from integrations.channels.telegram.updates import KINDS
from tests.integrations.kit import NoFiles, lend
from tests.integrations.telegram.conftest import account_of
from tests.standins.telegram import TOKEN, TelegramServer
from tests.standins.telegram.people import Impossible


async def _picture(media: Media) -> bytes | None:
    return await asyncio.to_thread(Path("businesses", media.shelf, "media", media.name).read_bytes)


SECRET = "a-secret-of-the-test"


class TelegramTalk(Talk):
    """One person in a private chat with the bot, and Ani, who answers in the staff's forum group."""

    def _outside(self, address: str, outcomes: Sequence[Outcome]) -> tuple[Contact, Channel, str, Provider]:
        self.api = TelegramServer()
        self._do(self.api.start())
        self.person = self.api.person("Nare", language=self._language)
        self.operator = self.api.person("Ani")
        self.group = self.api.group("Staff", forum=True)
        self.group.joins(self.operator)
        bot = next(iter(self.api.bots.values()))
        self.group.promotes(bot, "can_manage_topics", "can_delete_messages")
        account = account_of(self.api.url, mode="webhook", secret=SECRET, rate=0)
        kit = lend(self.clock, NoFiles(), _picture)
        self._telegram = Telegram(
            replace(account, business=self.business.slug), kit, now=lambda: self.clock.now().timestamp()
        )
        self._seen = 0
        contact = Contact("telegram", "main", str(self.person.id))
        return contact, self._telegram, f"staff/telegram/main/{self.group.id}", self._telegram

    def __exit__(self, *exc: Any) -> None:
        self._do(self._telegram.close())
        self._do(self.api.stop())
        super().__exit__(*exc)

    def opens(self) -> Self:
        self.person.starts()
        return self._arrives()

    def says(self, *texts: str) -> Self:
        for text in texts:
            self.person.says(text)
            self._arrives()
        return self

    def presses(self, label: str) -> Self:
        try:
            self.person.presses(label)
        except Impossible as none:
            raise LookupError(str(none)) from none
        return self._arrives()

    def staff(self, text: str, **more: Any) -> Self:
        self.group.says(self.operator, text, topic=max(self.group.topics))
        return self._arrives()

    def _arrives(self) -> Self:
        """Deliver what has happened, as Telegram would, and let all of it be dealt with."""
        self._do(self._deliver())
        soon = self.clock.now() + timedelta(seconds=5)
        while (due := self._do(self.store.read(outbox.wanted_at))) is not None and instant(due) < soon:
            self.waits(instant(due) - self.clock.now())  # Telegram takes about one message a second in a chat
        return self

    async def _deliver(self) -> None:
        call = {"offset": self._seen, "timeout": 0, "allowed_updates": list(KINDS)}
        url = f"{self.api.url}/bot{TOKEN}/getUpdates"
        async with aiohttp.ClientSession() as session, session.post(url, json=call) as answer:
            updates = (await answer.json())["result"]
        for update in updates:
            self._seen = update["update_id"] + 1
            headers = {"x-telegram-bot-api-secret-token": SECRET}
            body = msgspec.json.encode(update)
            inbound = Inbound(self.business.slug, "main", body, self.clock.now(), headers)
            await self.engine.intake.accept(self._telegram.receive(inbound).envelopes)
            await self.engine.settle()
        await asyncio.sleep(0)
