"""Calls by Twilio as a channel.

In a call nothing is sent: what a step says leaves in the answer to Twilio. What is said to somebody who is not on the line
leaves as the account is set up: as a text message, as a call in which it is told, or not at all.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, ClassVar

import msgspec

from bot.events import Contact, Media
from bot.net import body_of
from bot.net.lines import Broken, Unreached
from bot.ports.accounts import Account, Kit
from bot.ports.channel import Delivery, Inbound, Outcome, Undeliverable, WindowClosed
from bot.ports.doctor import Finding
from bot.ports.files import NotFetched
from bot.ports.speech import Spoken
from bot.rendering import lay_out
from bot.replies import Message
from integrations.channels.twilio import accounts
from integrations.channels.twilio.callbacks import told_at
from integrations.channels.twilio.client import VERSION, TwilioAnswer
from integrations.channels.twilio.sending import Speaker
from integrations.channels.twilio.voice import setup, words
from integrations.channels.twilio.voice.forms import NUMBER, RECORDING
from integrations.channels.twilio.voice.limits import TEXT
from integrations.channels.twilio.voice.place import Place
from integrations.channels.twilio.voice.receive import Reading
from integrations.channels.twilio.voice.telling import Line
from integrations.channels.twilio.voice.voices import Voices

READ_OUT = re.compile(r"([a-z]{2}):(.+)", re.DOTALL)
RING_SECONDS = 30
KEPT = timedelta(days=7)
GONE = 404
UNREADY = frozenset({"in-progress", "paused", "stopped", "processing"})
NOBODY = "nobody is on the line, and the account is not set up to reach callers"


class Text(msgspec.Struct, frozen=True):
    """A text message in place of a call."""

    text: str
    message: int
    part: int


class Ring(msgspec.Struct, frozen=True):
    """A call in which the messages from this number on are told."""

    message: int


class Recording(msgspec.Struct):
    """How a recording stands."""

    status: str = ""


class Voice:
    """One number that customers call. Raises `ValueError` for what cannot work, among it a language that nobody speaks."""

    name: ClassVar[str] = "voice_twilio"

    def __init__(self, account: Account, kit: Kit) -> None:
        settings, spoken = account.settings, kit.spoken
        if spoken is None:
            raise ValueError("calls need prompts; the house lends none")
        spoken = Spoken(spoken.prompts, spoken.guess, spoken.speech, _readable(spoken))
        voices = Voices(spoken, account.source, kit.link, _named(settings["voices"]))
        mute = [each for each in voices.languages if not voices.can(each)]
        if mute:
            raise ValueError(
                f"nobody speaks {', '.join(mute)} on the phone: Twilio has no voice for it; install espeak-ng,"
                " or take the language out of the firm's languages"
            )
        self._account, self._speech = account, spoken.speech
        self._reach, self._sender = settings["reach"], settings["text_from"] or settings["number"]
        self._twilio, self._files = accounts.client(account), kit.files
        self._speaker = Speaker(self._twilio, account.source, kit.clock)
        phones = {group: tuple(map(_plain, numbers)) for group, numbers in kit.phones.items()}
        line = Line(
            account.hook_url,
            voices,
            phones,
            settings["number"],
            settings["ring"] == "together",
            settings["speech"] == "yes",
            settings["record"] == "yes",
        )
        secrets = account.secrets
        self._reading = Reading(
            self.name, line, secrets["auth_token"], secrets.get("signing_key", ""), settings["language"]
        )
        self.per_second = int(settings["rate"])
        self.tracks = self._reach != "no" or bool(settings["text_from"])

    @property
    def trouble(self) -> str:
        """See `Troubled.trouble`."""
        return self._speaker.trouble

    def receive(self, inbound: Inbound) -> Delivery:
        """See `Channel.receive`."""
        return self._reading.read(inbound)

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = None
    ) -> Sequence[Text | Ring]:
        """What reaches a caller who has hung up; raises `WindowClosed` where nothing does. See `Channel.render`."""
        if self._reach == "no" and not message.written:
            raise WindowClosed(NOBODY)
        if not (message.text or message.choices or message.media or message.links):
            return ()
        if self._reach == "call" and not message.written:
            return (Ring(number),)
        files = [self._reading.line.voices.link(each) or each.alt for each in message.media]
        text = "\n".join(part for part in (message.text, *files) if part)
        plain = msgspec.structs.replace(message, text=text, choices=(), progress=None)
        parts = lay_out(plain, TEXT, lambda _: "", written=message.links)
        return tuple(Text(part.text, number, place) for place, part in enumerate(parts))

    async def send(self, contact: Contact, request: Text | Ring) -> Outcome:
        """See `Channel.send`."""
        if not NUMBER.fullmatch(contact.address):
            return Undeliverable("refused", "the caller hid their number")
        if isinstance(request, Text):
            return await self._speaker.say(self._text(contact.address, request))
        return await self._speaker.say(self._call(contact.address, request), "Calls.json")

    def _text(self, to: str, request: Text) -> list[tuple[str, str]]:
        told = told_at(self._account.hook_url, request.message, request.part)
        sender = "MessagingServiceSid" if self._sender.startswith("MG") else "From"
        return [("To", to), (sender, self._sender), ("Body", request.text), ("StatusCallback", told)]

    def _call(self, to: str, request: Ring) -> list[tuple[str, str]]:
        hook, before = self._account.hook_url, request.message - 1
        place = Place("call", since=before, before=before)
        return [
            ("To", to), ("From", self._account.settings["number"]), ("Url", place.address(hook)), ("Method", "POST"),
            ("StatusCallback", Place("rang", message=request.message).address(hook)),
            ("StatusCallbackEvent", "answered"), ("StatusCallbackEvent", "completed"),
            ("MachineDetection", "DetectMessageEnd"), ("Timeout", str(RING_SECONDS)),
        ]  # fmt: skip

    async def fetch(self, name: str) -> bytes | None:
        """A recording of a caller, or a text read out; see `Fetches.fetch`."""
        if RECORDING.fullmatch(name):
            return await self._recording(name)
        found = READ_OUT.fullmatch(name)
        if found is None or self._speech is None or not self._speech.speaks(found[1]):
            return None
        return await self._speech.speak(found[2], found[1])

    async def _recording(self, name: str) -> bytes | None:
        """Twilio makes a recording ready after the call; while it is at that, there is nothing to fetch."""
        answer = await self._asked(partial(self._twilio.get, f"Recordings/{name}.json"))
        if answer.status == GONE:
            return None
        state = answer.read(Recording) if answer.ok else None
        if state is None or state.status in UNREADY:
            raise NotFetched("Twilio does not give the recording yet", again=True)
        path = f"{VERSION}/Accounts/{self._twilio.account_sid}/Recordings/{name}.mp3"
        return await body_of(self._files, f"{self._twilio.api}{path}", headers=self._twilio.headers)

    async def erase(self, name: str) -> bool:
        """See `Erases.erase`. Source: Twilio, «Recording resource»."""
        if not RECORDING.fullmatch(name):
            return True
        try:
            answer = await self._asked(partial(self._twilio.delete, f"Recordings/{name}.json"))
        except NotFetched:
            return False
        return answer.ok or answer.status == GONE

    async def _asked(self, ask: Callable[[], Awaitable[TwilioAnswer]]) -> TwilioAnswer:
        try:
            return await ask()
        except (Unreached, Broken):
            raise NotFetched("Twilio gives no answer", again=True) from None

    def confides(self, name: str) -> bool:
        """See `Confides.confides`: what somebody has spoken."""
        return RECORDING.fullmatch(name) is not None

    @property
    def files_last(self) -> timedelta:
        """See `Fleeting.files_last`; Twilio keeps a recording for good, and we have it erased there when it is kept here."""
        return KEPT

    async def examine(self) -> Sequence[Finding]:
        """See `Doctored.examine`."""
        return await setup.examine(self._twilio, self._account)

    async def connect(self) -> Sequence[Finding]:
        """See `Doctored.connect`."""
        return await setup.connect(self._twilio, self._account)

    async def close(self) -> None:
        """See `Closes.close`."""
        await self._twilio.close()


def _plain(number: str) -> str:
    return "+" + "".join(filter(str.isdecimal, number))


def _named(written: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in written.split())
    return {language: voice for language, _, voice in pairs}


def _readable(spoken: Spoken) -> dict[str, dict[str, Media]]:
    """The recordings by what is read out of their phrases."""
    return {
        language: {" ".join(words.readable(phrase)): file for phrase, file in phrases.items()}
        for language, phrases in spoken.recorded.items()
    }


def opened(account: Account, kit: Kit) -> Any:
    """The channel of an account; see `Descriptor.open`."""
    return Voice(account, kit)
