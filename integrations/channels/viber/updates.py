"""What Viber delivers, as far as it is read; fields that nobody reads are skipped while decoding."""

import msgspec

from bot.ports.channel import Malformed
from bot.rendering import sound_json

LARGEST_TOKEN = 2**64


class Person(msgspec.Struct, frozen=True, gc=False):
    """Who wrote or opened the chat; the id is another one for every bot."""

    id: str
    name: str | None = None
    language: str | None = None


class Card(msgspec.Struct, frozen=True, gc=False):
    """A contact card, which is also how somebody shares their own phone."""

    name: str | None = None
    phone_number: str | None = None


class Point(msgspec.Struct, frozen=True, gc=False):
    """A point on the map."""

    lat: float
    lon: float


class Note(msgspec.Struct, frozen=True):
    """A message: `text`, `contact`, `picture`, `video`, `file`, `location`, `sticker`, `url`, `rich_media`.

    `tracking_data` is that of our last message which the customer has.
    """

    type: str = ""
    text: str | None = None
    media: str | None = None
    file_name: str | None = None
    contact: Card | None = None
    location: Point | None = None
    sticker_id: int | str | None = None
    alt_text: str | None = None
    tracking_data: str | None = None


class Update(msgspec.Struct, frozen=True):
    """One delivery, which is one event. The token names a message, so three receipts may have the same."""

    event: str
    timestamp: int = 0
    message_token: int | str = 0
    user: Person | None = None
    user_id: str | None = None
    sender: Person | None = None
    message: Note | None = None
    context: str | None = None

    @property
    def token(self) -> str:
        """The token as text, because it is larger than what many tools take for a whole number; raises `Malformed`."""
        token = str(self.message_token)
        if not (token.isascii() and token.isdecimal() and len(token) <= 20 and 0 < int(token) < LARGEST_TOKEN):
            raise Malformed("an event without its token")
        return token


_update = msgspec.json.Decoder(Update).decode


def read_update(body: bytes) -> Update:
    """Decode a delivery; broken characters (lone surrogates, bytes that are no UTF-8) are replaced. Raises `Malformed`."""
    try:
        return _plainly(body)
    except (msgspec.DecodeError, ValueError, RecursionError, OverflowError) as error:
        raise Malformed(f"the event cannot be read ({type(error).__name__})") from error


def _plainly(body: bytes) -> Update:
    try:
        return _update(body)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _update(sound_json(body))
