"""Web chat as a channel.

The transcript *is* the delivery: what a step said stands there the moment it commits, and the page reads it by number,
live or after a reconnect. Sending therefore only wakes the pages that are open.
"""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Annotated, ClassVar

import msgspec

from bot.events import Contact, Envelope, Event, LanguageChosen, Media, Opened, Pressed, Said
from bot.ports.channel import Delivery, Inbound, Malformed, Outcome, Sent
from bot.replies import Message


class Say(msgspec.Struct, tag="say"):
    """The visitor wrote."""

    id: str
    text: str


class Press(msgspec.Struct, tag="press"):
    """The visitor pressed a button under message `message`."""

    id: str
    message: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    choice: str


class Language(msgspec.Struct, tag="language"):
    """The visitor chose a language in the page's menu."""

    id: str
    language: str


class Open(msgspec.Struct, tag="open"):
    """The visitor opened the page for the first time."""

    id: str
    language: str = ""
    page: str = ""


class Picture(msgspec.Struct, tag="picture"):
    """The visitor sent a picture, which our own server has stored."""

    id: str
    media: Media


Frame = Say | Press | Language | Open | Picture

ID_CHARS = 64


class WebChat:
    """The channel of one business's web chat. `wake` tells the open pages of a visitor that there is something new."""

    name: ClassVar[str] = "webchat"

    def __init__(self, wake: Callable[[Contact], None]) -> None:
        self._wake = wake
        self._decode: Callable[[bytes], Frame] = msgspec.json.Decoder(Frame).decode

    def receive(self, inbound: Inbound) -> Delivery:
        """One frame is one event; the visitor was proved by the token before. Raises `Malformed`."""
        try:
            frame = self._read(inbound.body)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise Malformed(f"the frame cannot be read: {error}") from error
        if not 0 < len(frame.id) <= ID_CHARS or not frame.id.isprintable():
            raise Malformed("a frame needs an id of 1 to 64 printable characters")
        contact = Contact(self.name, inbound.account, inbound.address)
        key = f"webchat:{inbound.account}:{inbound.address}:{frame.id}"
        return Delivery([Envelope(inbound.business, contact.actor, key, inbound.at, _event(frame))])

    def _read(self, body: bytes) -> Frame:
        """Decode a frame; broken characters (lone surrogates, bytes that are no UTF-8) are replaced, not refused."""
        try:
            return self._decode(body)
        except msgspec.DecodeError:
            plain = json.dumps(json.loads(body.decode("utf-8", "replace")), ensure_ascii=False)
            return self._decode(plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode())

    def render(
        self, message: Message, number: int, replaced: str = "", silence: timedelta | None = None
    ) -> Sequence[Message]:
        """The message itself: the page lays it out."""
        return (message,)

    def wake(self, contact: Contact) -> None:
        """Let the visitor's open pages read on; with none open the message waits in the transcript."""
        self._wake(contact)

    async def send(self, contact: Contact, request: Message) -> Outcome:
        """The same, for a row that an earlier release left in the outbox."""
        del request
        self._wake(contact)
        return Sent()


def _event(frame: Frame) -> Event:
    match frame:
        case Say(frame_id, text):
            return Said(text, client_id=frame_id)
        case Press(frame_id, message, choice):
            return Pressed(message, choice, frame_id)
        case Language(frame_id, language):
            return LanguageChosen(language, frame_id)
        case Open(_, language, page):
            return Opened(language, page)
        case Picture(frame_id, media):
            return Said("", (media,), frame_id)
