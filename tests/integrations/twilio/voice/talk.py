"""A talk that really goes over the phone: Twilio's stand-in reads our TwiML, the person presses keys and speaks."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Self, cast
from urllib.parse import quote, unquote

from aiohttp import web

from bot.events import Contact, Media
from bot.net import Fetcher
from bot.ports.channel import Answer, Channel, Delivery, Inbound, Outcome, Provider, Told
from bot.ports.clock import instant
from bot.ports.media import PORT
from bot.records.keeping import Keeping
from bot.runtime.keeper import Keeper
from bot.store import outbox, transcript
from bot.testing import MemoryMedia, Room, Talk
from integrations.channels.twilio.voice import Voice
from tests.integrations.twilio.voice import firm
from tests.standins.twilio.voice_api import VoiceApi
from tests.standins.twilio.voice_call import Call

ROOM = "staff/room/main/-1001"
HOOK = f"{firm.PUBLIC}/webhooks/voice_twilio/main"
LETTERS = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Letters and figures alone: what is left of a text however it is read out."""
    return LETTERS.sub("", text)


class VoiceTalk(Talk):
    """One person on the phone; what is said to them afterwards comes by a call that they take."""

    call: Call

    def __init__(self, *args: Any, settings: Mapping[str, str] | None = None, **more: Any) -> None:
        self._settings = {"reach": "call", "rate": "99", **(settings or {})}
        self.slow = 0  # deliveries whose step takes too long
        super().__init__(*args, **more)
        self.shelf = MemoryMedia()
        self.keeping = Keeping(self.shelf, {"voice_twilio/main": self._voice}, lambda _, name: name)
        self._keeper = Keeper(self.keeping)
        providers = cast(dict[tuple[str, str], Provider], self.engine.providers)
        providers[self.business.slug, PORT] = self._keeper

    def _outside(self, address: str, outcomes: Sequence[Outcome]) -> tuple[Contact, Channel, str, Provider]:
        self.api = VoiceApi()
        self._do(self.api.start())
        self.api.number.voice_url = HOOK
        self._files = Fetcher(anywhere=True)
        more = {"language": self._language, "api_url": self.api.url, **self._settings}
        account = firm.account(self.business.slug, **more)
        lent = firm.kit(self.business, self.clock, _link, self._files, firm.Parrot("hy", "ka", "uz"))
        self._voice = Voice(account, lent)
        self._do(self._open_door())
        self._taken = 0
        self._past: list[str] = []
        self._heard = 0
        room = Room()
        self.room = room
        return Contact("voice_twilio", "main", firm.PERSON), self._voice, ROOM, room

    async def _open_door(self) -> None:
        app = web.Application()
        app.router.add_post("/webhooks/voice_twilio/main", self._take)
        app.router.add_get("/sound/{name}", self._play)
        self._runner_ = web.AppRunner(app)
        await self._runner_.setup()
        await web.TCPSite(self._runner_, "127.0.0.1", 0).start()
        self.api.real = f"http://127.0.0.1:{self._runner_.addresses[0][1]}"

    def __exit__(self, *exc: Any) -> None:
        self._do(self._voice.close())
        self._do(self._files.close())
        self._do(self._runner_.cleanup())
        self._do(self.api.stop())
        super().__exit__(*exc)
        if exc[0] is None and self.api.faults:
            raise AssertionError(f"nobody met these answers of Twilio: {self.api.faults}")

    async def _take(self, request: web.Request) -> web.Response:
        """What `bot.web.webhooks` does, with steps that are taken when they are waited for."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        url = f"{firm.PUBLIC}{request.raw_path}"
        inbound = Inbound(self.business.slug, "main", await request.read(), self.clock.now(), headers, url=url)
        answer = await self._answered(self._voice.receive(inbound))
        return web.Response(body=answer.body, content_type=answer.kind, status=answer.status)

    async def _answered(self, delivery: Delivery) -> Answer:
        since = delivery.since
        if not delivery.envelopes:
            await self.engine.settle()
        else:
            (accepted,) = await self.engine.intake.accept(delivery.envelopes)
            if self.slow:
                self.slow -= 1
                return delivery.answer
            await self.engine.settle()
            since = accepted.seq if since < 0 else since
        if delivery.says is None:
            return delivery.answer
        told: list[Told] = []
        if delivery.reader:
            lines = await self.store.read(partial(transcript.after, self.business.slug, delivery.reader, since, 100))
            told = [Told(line.seq, line.message) for line in lines if line.author != "customer"]
        return delivery.says(told)

    async def _play(self, request: web.Request) -> web.Response:
        sound = await self._voice.fetch(unquote(request.match_info["name"]))
        return web.Response(body=sound, content_type="audio/wav") if sound else web.Response(status=404)

    # What the person does.

    def opens(self) -> Self:
        return self.calls()

    def calls(self, person: str = firm.PERSON, **more: Any) -> Self:
        """Somebody calls the number."""
        self._heard = 0
        self.call = self._do(self.api.rings(person, understands=firm.words_of, **more))
        return self._quiet()

    def keys(self, *keys: str) -> Self:
        """Press keys, one question after another."""
        for each in keys:
            self._do(self.call.presses(each))
            self._quiet()
        return self

    def is_silent(self) -> Self:
        self._do(self.call.is_silent())
        return self._quiet()

    def leaves(self, sound: bytes, key: str = "#") -> Self:
        """Speak after the tone."""
        self._do(self.call.leaves(sound, key=key))
        return self._quiet()

    def hangs_up(self) -> Self:
        self._do(self.call.hangs_up())
        return self._quiet()

    def hears(self) -> str:
        """What has been heard since the last time."""
        new, self._heard = self.call.heard[self._heard :], len(self.call.heard)
        return "\n".join(new)

    def says(self, *texts: str) -> Self:
        for text in texts:
            self._do(self.call.says(text))
            self._quiet()
        return self

    def presses(self, label: str) -> Self:
        """Listen for the key of this choice, on whichever page it is, and press it."""
        asked = next((line for line in reversed(self._lines()) if line.message.choices), None)
        if asked is None or label not in [choice.label for choice in asked.message.choices]:
            raise LookupError(f"nothing was said of {label!r}; the last were {self.buttons}")
        signs = [choice.label for choice in asked.message.choices]
        for _ in range(10):
            key = self._key_of(label) if plain(label) else str(signs.index(label) + 1)
            self._do(self.call.presses(key or "8"))
            if key:
                return self._quiet()
        raise LookupError(f"no key for {label!r} was said: {self.call.heard[-20:]}")

    def _key_of(self, label: str) -> str:
        """The key that was last said for it; a word for the star."""
        sentences = re.split(r"(?<=[.։?!])\s+", " ".join(self.call.heard))
        for sentence in reversed(sentences):
            if plain(sentence).startswith(plain(label)):
                keys = re.findall(r"(?<![\w:])[0-7](?![\w:])", sentence)
                return keys[-1] if keys else "*"
        return ""

    def waits(self, span: timedelta) -> Self:
        super().waits(span)
        return self._quiet()

    def staff(self, text: str, **more: Any) -> Self:
        super().staff(text, **more)
        return self._quiet()

    @property
    def on_the_phone(self) -> str:
        """All that the person has heard."""
        return "\n".join([*self._past, *self.call.heard])

    def _quiet(self) -> Self:
        """Let everything be dealt with; who is called takes the phone."""
        self._do(self.engine.settle())
        soon = self.clock.now() + timedelta(seconds=5)
        self._do(self._keeper.idle())
        while (due := self._do(self.store.read(outbox.wanted_at))) is not None and instant(due) < soon:
            super().waits(instant(due) - self.clock.now())
            self._do(self._keeper.idle())
        while self._taken < len(self.api.calls):
            asked = self.api.calls[self._taken]
            self._taken += 1
            self._past += self.call.heard
            self._heard = 0
            self.call = self._do(self.api.takes(asked, understands=firm.words_of))
        if self.call.error:
            raise AssertionError(f"Twilio ended the call with {self.call.error}")
        return self


def _link(media: Media) -> str:
    return f"{firm.PUBLIC}/sound/{quote(media.name, safe='')}"
