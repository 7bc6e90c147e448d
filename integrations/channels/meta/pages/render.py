"""A neutral message becomes requests. Pure; nothing is cut.

Choices are quick replies, which let everything else be typed beside them and go away with the next message; with a few
links they are lasting buttons under a template, since no other form carries an address. What no button takes is words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import msgspec

from bot.events import Media
from bot.ports.channel import WindowClosed
from bot.rendering import NOTHING, Limits, Option, Part, lay_out, named, point, split
from bot.replies import Link, Message
from integrations.channels.meta.pages.limits import (
    HUMAN_WINDOW,
    LABEL_CHARS,
    TEMPLATE_BUTTONS,
    TEMPLATE_TEXT,
    WINDOW,
)

HUMAN_AGENT = "HUMAN_AGENT"
MAP = "https://www.google.com/maps?q="
TYPES = {"image": "image", "voice": "audio", "video": "video", "file": "file"}


class Button(msgspec.Struct, frozen=True):
    """What is pressed: it gives `data` back, or opens `url`."""

    label: str
    data: str = ""
    url: str = ""


class Attached(msgspec.Struct, frozen=True):
    """A file that Meta fetches itself; `words` say the same where it does not take it."""

    type: str
    url: str
    words: str


class Request(msgspec.Struct, frozen=True):
    """One message to be sent: words or a file, quick `replies` or lasting `buttons`.

    `mark` is its place among our messages, `phone` offers the number of the person's profile, `tag` says why it may leave
    after the window.
    """

    text: str = ""
    replies: tuple[Button, ...] = ()
    buttons: tuple[Button, ...] = ()
    phone: bool = False
    attached: Attached | None = None
    mark: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """What one channel can say: the types of files by kind that it shows as such; the others go as `rest`, or in words.

    With `phones` a person can share the number of their profile.
    """

    limits: Limits
    shows: Mapping[str, frozenset[str]]
    rest: str
    phones: bool

    @property
    def beside_links(self) -> Limits:
        """The limits where choices are lasting buttons."""
        return replace(self.limits, buttons=TEMPLATE_BUTTONS)

    @property
    def beside_phone(self) -> Limits:
        """The limits where one quick reply is taken."""
        return replace(self.limits, buttons=self.limits.buttons - 1)

    def type_of(self, media: Media) -> str:
        """As what a file is sent; empty when it is not taken at all."""
        if media.mime in self.shows.get(media.kind, frozenset()):
            return TYPES[media.kind]
        return self.rest


@dataclass(frozen=True, slots=True)
class Renderer:
    """Lays messages out for one channel. `link` gives the address of a file of ours."""

    voice: Voice
    link: Callable[[Media], str]

    def requests(self, message: Message, number: int, silence: timedelta | None) -> list[Request]:
        """The requests that say a message, in order. Raises `WindowClosed`."""
        if message.replaces and not message.text and not message.media:
            return []  # what was said cannot be taken back here
        tag = tag_of(message, silence)
        shown = [each for media in message.media for each in self._shown(media)]
        made = [*shown, *self._said(message, number)]
        return [msgspec.structs.replace(each, mark=f"{number}.{n}", tag=tag) for n, each in enumerate(made)]

    def _shown(self, media: Media) -> list[Request]:
        """A file, else its address in words; a place as an address of a map."""
        if media.kind == "place":
            found = point(media)
            return self._words(f"{MAP}{','.join(found)}" if found is not None else media.alt)
        url, type_ = self.link(media), self.voice.type_of(media)
        words = "\n".join(each for each in (media.alt.strip(), url) if each)
        if not url or not type_:
            return self._words(words)
        fits = self.voice.limits.measure(words) <= self.voice.limits.text
        return [Request(attached=Attached(type_, url, words if fits else url))]

    def _words(self, text: str) -> list[Request]:
        return [Request(part) for part in split(text, self.voice.limits.text, self.voice.limits.measure) or [NOTHING]]

    def _said(self, message: Message, number: int) -> list[Request]:
        links = [each for each in message.links if opens(each)]
        asks = self.voice.phones and message.hint == "tel"
        beside = bool(links) and not asks and len(links) + len(message.choices) <= TEMPLATE_BUTTONS
        limits = self.voice.beside_links if beside else self.voice.beside_phone if asks else self.voice.limits
        written = [each for each in message.links if not (beside and each in links)]
        parts = lay_out(message, limits, lambda choice: named(number, choice.id), written=written)
        if not parts and (beside or asks):
            parts = [Part(NOTHING)]
        if beside:
            return self._with_links(parts, links)
        made = [Request(each.text, buttons_of(each.options)) for each in parts]
        return [*made[:-1], msgspec.structs.replace(made[-1], phone=True)] if asks else made

    def _with_links(self, parts: list[Part], links: Sequence[Link]) -> list[Request]:
        """The last words under which there is room for buttons carry all of them."""
        *before, last = parts
        *some, end = split(last.text, TEMPLATE_TEXT, self.voice.limits.measure) or [NOTHING]
        opening = tuple(Button(each.label.strip(), url=each.url) for each in links)
        words = [Request(text) for text in (*(each.text for each in before), *some)]
        return [*words, Request(end, buttons=(*buttons_of(last.options), *opening))]


def buttons_of(options: Sequence[Option]) -> tuple[Button, ...]:
    """What gives a choice back."""
    return tuple(Button(each.label, each.id) for each in options)


def opens(link: Link) -> bool:
    """Whether a button can open it."""
    return link.url.startswith(("https://", "http://")) and 0 < len(link.label.strip()) <= LABEL_CHARS


def tag_of(message: Message, silence: timedelta | None) -> str:
    """Why a message may leave now: no tag within the window, a person's answer after it. Raises `WindowClosed`."""
    if silence is not None and silence < WINDOW:
        return ""
    if message.author and silence is not None and silence < HUMAN_WINDOW:
        return HUMAN_AGENT
    if message.author:
        raise WindowClosed("a person may answer for seven days after the customer's last word")
    raise WindowClosed("the bot may answer for 24 hours after the customer's last word")
