"""What a phone call needs besides messages: a voice that reads them out, and the words that lead through the keys."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.events import Media

PROMPTS = (
    "press", "star", "more", "again", "again_star", "person", "person_star", "return", "number", "silent", "wrong", "wait",
    "ringing", "leave", "shown", "noted", "bye", "trouble", "human", "back", "send", "send_star", "send_me",
    "unsent", "recorded",
)  # fmt: skip
"""The names of what a call says beside messages. In `press` stand {label} and {key}, in `more` {key}; `star` is how that key
is called there. `human`, `back` and `send_me` are the words that a customer would say. `send` and `send_star` are left out
where nothing can be sent to a caller; `unsent` is said then."""


class Speech(Protocol):
    """Makes sound of text."""

    def speaks(self, language: str) -> bool:
        """Whether it has a voice for this language (a code such as `hy`)."""

    async def speak(self, text: str, language: str) -> bytes | None:
        """The text read out, as WAV or MP3; None when it cannot be."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the house lends to a channel of calls.

    `prompts` are the texts of `PROMPTS` by language and name; its first language is the firm's. `guess` gives the language
    of a text, empty when unsure. `recorded` are the firm's recordings by language and the phrase that they say.
    """

    prompts: Mapping[str, Mapping[str, str]]
    guess: Callable[[str], str]
    speech: Speech | None = None
    recorded: Mapping[str, Mapping[str, Media]] = field(default_factory=dict)
