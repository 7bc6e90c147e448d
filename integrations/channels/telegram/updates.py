"""An Update of the Bot API, as far as it is read; fields that nobody reads are skipped while decoding."""

from collections.abc import Callable

import msgspec

from bot.ports.channel import Malformed
from bot.rendering import sound_json


class User(msgspec.Struct, frozen=True, gc=False):
    """Who wrote or pressed."""

    id: int
    first_name: str = ""
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False


class Chat(msgspec.Struct, frozen=True, gc=False):
    """Where: `private`, `group`, `supergroup` or `channel`."""

    id: int
    type: str = ""


class Photo(msgspec.Struct, frozen=True, gc=False):
    """One size of a photo."""

    file_id: str
    width: int = 0
    height: int = 0
    file_size: int = 0


class File(msgspec.Struct, frozen=True, gc=False):
    """A document, voice, video, audio, animation, video note or sticker."""

    file_id: str
    mime_type: str = ""
    file_name: str = ""
    width: int = 0
    height: int = 0
    is_animated: bool = False
    is_video: bool = False


class SharedContact(msgspec.Struct, frozen=True, gc=False):
    """A phone number somebody shared; only one with their own `user_id` is theirs."""

    phone_number: str
    first_name: str = ""
    last_name: str = ""
    user_id: int = 0


class Location(msgspec.Struct, frozen=True, gc=False):
    """A point on the map."""

    latitude: float
    longitude: float


class Venue(msgspec.Struct, frozen=True, gc=False):
    """A place with a name."""

    title: str = ""
    address: str = ""


class WebAppData(msgspec.Struct, frozen=True, gc=False):
    """What a page inside the messenger sent."""

    data: str


class Anything(msgspec.Struct, frozen=True, gc=False):
    """Something of which only its being there counts."""


class Earlier(msgspec.Struct, frozen=True, gc=False):
    """The message that another one answers."""

    message_id: int = 0
    forum_topic_created: Anything | None = None


class Note(msgspec.Struct, frozen=True):
    """A message, or a service message of a chat."""

    message_id: int
    chat: Chat
    date: int = 0
    from_: User | None = msgspec.field(name="from", default=None)
    sender_chat: Chat | None = None
    message_thread_id: int = 0
    is_topic_message: bool = False
    text: str = ""
    caption: str = ""
    reply_to_message: Earlier | None = None
    forward_origin: Anything | None = None
    via_bot: Anything | None = None
    photo: tuple[Photo, ...] = ()
    document: File | None = None
    voice: File | None = None
    video: File | None = None
    audio: File | None = None
    animation: File | None = None
    video_note: File | None = None
    sticker: File | None = None
    contact: SharedContact | None = None
    location: Location | None = None
    venue: Venue | None = None
    web_app_data: WebAppData | None = None
    forum_topic_closed: Anything | None = None
    forum_topic_reopened: Anything | None = None
    poll: Anything | None = None
    dice: Anything | None = None
    game: Anything | None = None
    story: Anything | None = None
    checklist: Anything | None = None
    paid_media: Anything | None = None
    giveaway: Anything | None = None
    rich_message: Anything | None = None
    media_group_id: str = ""
    business_connection_id: str = ""
    migrate_to_chat_id: int = 0
    new_chat_members: tuple[User, ...] = ()
    left_chat_member: User | None = None

    @property
    def beyond_us(self) -> bool:
        """Whether somebody sent something that is no service message and of which nothing can be read here."""
        sent = (self.poll, self.dice, self.game, self.story, self.checklist, self.paid_media, self.giveaway)
        return any(each is not None for each in (*sent, self.rich_message))


class Callback(msgspec.Struct, frozen=True):
    """A button under a message was pressed; the message may be too old to be seen (`date` 0), never its chat and id."""

    id: str
    from_: User = msgspec.field(name="from")
    message: Note | None = None
    data: str = ""


class Member(msgspec.Struct, frozen=True, gc=False):
    """What somebody is in a chat."""

    status: str
    user: User
    is_member: bool = True


class Membership(msgspec.Struct, frozen=True):
    """Somebody's place in a chat has changed."""

    chat: Chat
    from_: User = msgspec.field(name="from")
    new_chat_member: Member = msgspec.field()


class Update(msgspec.Struct, frozen=True):
    """One thing that happened; kinds that are not listed are none of ours."""

    update_id: int
    message: Note | None = None
    edited_message: Note | None = None
    business_message: Note | None = None
    edited_business_message: Note | None = None
    callback_query: Callback | None = None
    my_chat_member: Membership | None = None
    chat_member: Membership | None = None


KINDS = (
    "message", "edited_message", "business_message", "edited_business_message", "callback_query", "my_chat_member",
    "chat_member",
)  # fmt: skip
"""What is asked for; `chat_member` does not come without asking."""

LARGEST_ID = 2**63


class Numbered(msgspec.Struct, frozen=True, gc=False):
    """As much of an update as it takes to step over it."""

    update_id: int


_update: Callable[[bytes], Update] = msgspec.json.Decoder(Update).decode


def read_update(body: bytes | msgspec.Raw) -> Update:
    """Decode an update; broken characters (lone surrogates, bytes that are no UTF-8) are replaced. Raises `Malformed`."""
    try:
        update = _plainly(bytes(body))
    except (msgspec.DecodeError, ValueError, RecursionError, OverflowError) as error:
        raise Malformed(f"the update cannot be read ({type(error).__name__})") from error
    if not 0 <= update.update_id < LARGEST_ID:
        raise Malformed("the update has no usable number")
    return update


def _plainly(body: bytes) -> Update:
    try:
        return _update(body)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _update(sound_json(body))
