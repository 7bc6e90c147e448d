"""What the tests of calls share: an account, a voice that can be read back, and the house's kit."""

import struct
from collections.abc import Callable, Mapping
from typing import Any

from bot.business import Business
from bot.events import Media
from bot.net import Fetcher
from bot.ports.accounts import Account, Kit
from bot.ports.clock import Clock
from bot.ports.speech import Speech
from bot.texts import Phrasebook
from handlers.telephone import phones_of, spoken_of
from integrations.channels.twilio.voice import VOICE
from tests.integrations.kit import Remembers

KIND = VOICE["voice_twilio"]
PUBLIC = "https://chat.example.com"
TOKEN = "12345678901234567890123456789012"
ACCOUNT_SID = "AC00000000000000000000000000000001"
NUMBER = "+37410000000"
PERSON = "+37491123456"
SAMPLES = 8


class Parrot:
    """A `Speech` whose sounds hold the words that they say, so that who hears them can write them down."""

    def __init__(self, *languages: str) -> None:
        self.languages = languages
        self.said: list[str] = []

    def speaks(self, language: str) -> bool:
        return language in self.languages

    async def speak(self, text: str, language: str) -> bytes | None:
        self.said.append(text)
        return sound_of(text)


def sound_of(text: str) -> bytes:
    """A WAV with a text in place of samples."""
    data = text.encode()
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8, b"data",
                       len(data))  # fmt: skip
    return head + data


def words_of(sound: bytes) -> str:
    """The text that a sound of `sound_of` holds."""
    return sound[44:].decode()


def account(business: str = "demo", **settings: str) -> Account:
    """An account of calls; what is not given is as the descriptor has it."""
    unset = {name: each.default for name, each in KIND.settings.items() if each.default is not None}
    spare = {name: each.default for name, each in KIND.secrets.items() if each.default is not None}
    given = {**unset, "account_sid": ACCOUNT_SID, "number": NUMBER, **settings}
    return Account(business, KIND.name, "main", {**spare, "auth_token": TOKEN}, given, PUBLIC)


def kit(
    business: Business, clock: Clock, link: Callable[[Media], str], files: Fetcher, speech: Speech | None,
    phones: Mapping[str, tuple[str, ...]] | None = None,
) -> Kit:  # fmt: skip
    """What the house lends to an account of this firm."""
    spoken = spoken_of(business, Phrasebook(business.languages[0], business.texts), speech)
    return Kit(clock, files, _nothing, link, Remembers(), str, str, None, phones or phones_of(business), spoken)


async def _nothing(media: Any) -> bytes | None:
    return None
