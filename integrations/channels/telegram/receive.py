"""One update becomes events: of a conversation when the chat is private, of a room when it is a group. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from bot.events import (
    Contact,
    Edited,
    Envelope,
    Event,
    Media,
    Opened,
    Pressed,
    Profile,
    Reachable,
    RoomChanged,
    RoomPressed,
    RoomSaid,
    Said,
)
from integrations.channels.telegram.attached import attached
from integrations.channels.telegram.behalf import CONNECTION, MARK, Address
from integrations.channels.telegram.limits import START_PAYLOAD_CHARS
from integrations.channels.telegram.updates import (
    LARGEST_ID,
    Callback,
    Chat,
    Member,
    Membership,
    Note,
    SharedContact,
    Update,
    User,
)

NAME_CHARS = 80
GROUPS = ("group", "supergroup")
SUFFIX = re.compile(r"^(/[A-Za-z0-9_]{1,64})@([A-Za-z0-9_]{1,64})(?=\s|$)")
E164 = re.compile(r"\+[1-9][0-9]{4,14}")
BUTTON = re.compile(r"([0-9]{1,15})\.([!-~]{1,62})")
KEPT = timedelta(hours=25)  # Telegram keeps an update for a day: an older date is not believed
ROLES = {"creator": "owner", "administrator": "supervisor", "member": "operator"}
BOT_ROLES = {"creator": "admin", "administrator": "admin", "member": "member"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads updates of one account. `bot` is our own user id, `username` our name (empty while not known).

    With `beside` another program speaks for the same bot: a button that is none of ours is nothing to us.
    """

    account: str
    bot: int
    username: str = ""
    beside: bool = False

    def envelopes(self, update: Update, business: str, at: datetime) -> Sequence[Envelope]:
        """The events of an update, in order; none for a kind that means nothing to us."""
        key, note = f"telegram:{self.account}:{update.update_id}", update.message or update.business_message
        return [
            Envelope(business, actor, f"{key}:{n}" if n else key, written_at(note, at), event)
            for n, (actor, event) in enumerate(self._events(update))
        ]

    def _events(self, update: Update) -> Iterator[tuple[str, Event]]:
        if update.message is not None:
            yield from self._written(update.message, edited=False)
        elif update.callback_query is not None:
            yield from self._pressed(update.callback_query)
        elif update.edited_message is not None:
            yield from self._written(update.edited_message, edited=True)
        elif update.business_message is not None:
            yield from self._to_the_firm(update.business_message, edited=False)
        elif update.edited_business_message is not None:
            yield from self._to_the_firm(update.edited_business_message, edited=True)
        elif update.my_chat_member is not None:
            yield from self._ourselves(update.my_chat_member)
        elif update.chat_member is not None and update.chat_member.chat.type in GROUPS:
            member = update.chat_member.new_chat_member
            if not member.user.is_bot:
                yield self._room(update.chat_member.chat), member_changed(member)

    def _written(self, note: Note, *, edited: bool) -> Iterator[tuple[str, Event]]:
        if note.from_ is not None and note.from_.id == self.bot:
            return  # what we did ourselves: closed a topic, came into a group
        if note.chat.type == "private":
            event = self._edited(note) if edited else self._said(note)
            if event is not None:
                yield self._conversation(note.chat), event
        elif note.chat.type in GROUPS:
            for each in self._room_events(note, edited=edited):
                yield self._room(note.chat), each

    def _to_the_firm(self, note: Note, *, edited: bool) -> Iterator[tuple[str, Event]]:
        """A message in a chat of the firm's own account; what that account says itself, by hand or by us, is nothing."""
        if not self._by_customer(note, note.from_):
            return
        event = self._edited(note) if edited else self._said(note)
        if event is not None:
            yield self._conversation(note.chat, note.business_connection_id), event

    @staticmethod
    def _by_customer(note: Note, user: User | None) -> bool:
        """Whether somebody is the customer of a chat of the firm's own account, which bears their number."""
        known = note.chat.type == "private" and CONNECTION.fullmatch(note.business_connection_id) is not None
        return known and user is not None and user.id == note.chat.id

    def _said(self, note: Note) -> Event | None:
        by, client_id = profile(note.from_), str(note.message_id)
        text = self._unaddressed(note.text)
        if text == "/start" or text.startswith("/start "):
            return Opened(by.language, text[7:].strip()[:START_PAYLOAD_CHARS], by)
        if note.contact is not None:
            by = msgspec.structs.replace(by, phone=proved_by(note))
            return Said(phone_of(note.contact, note.from_), client_id=client_id, by=by)
        if note.web_app_data is not None:
            return Said(note.web_app_data.data, client_id=client_id, by=by)
        text, media = self._content(note)
        if not text and not media and not note.beyond_us:
            return None
        return Said(text, media, client_id, by=by, album=note.media_group_id[:64])

    def _content(self, note: Note) -> tuple[str, tuple[Media, ...]]:
        """What a message says and carries."""
        text = self._unaddressed(note.text) or note.caption
        if note.venue is not None:
            text = text or ", ".join(part for part in (note.venue.title, note.venue.address) if part)
        return text, attached(note, f"telegram/{self.account}")

    def _edited(self, note: Note) -> Event | None:
        text = note.text or note.caption
        return Edited(str(note.message_id), text) if text else None

    def _unaddressed(self, text: str) -> str:
        """A command without our name behind it; one for another bot stays as it is."""
        if not text.startswith("/"):
            return text
        found = SUFFIX.match(text)
        if found is None or (self.username and found.group(2).casefold() != self.username.casefold()):
            return text
        return found.group(1) + text[found.end() :]

    def _pressed(self, callback: Callback) -> Iterator[tuple[str, Event]]:
        note = callback.message
        if note is None:
            return
        if note.chat.type == "private":
            number, choice = button(callback.data)
            connection = note.business_connection_id
            if (self.beside and not choice) or (connection and not self._by_customer(note, callback.from_)):
                return
            if choice and not connection and callback.data.startswith(MARK):
                return  # under a message that is too old to be seen, in a chat that it does not name
            pressed = Pressed(number, choice, callback.id[:64], profile(callback.from_))
            yield self._conversation(note.chat, connection), pressed
        elif note.chat.type in GROUPS:
            data = callback.data if callback.data.isprintable() else ""
            who = callback.from_
            yield (
                self._room(note.chat),
                RoomPressed(str(note.message_id), str(who.id), name_of(who), data, thread_of(note)),
            )

    def _ourselves(self, change: Membership) -> Iterator[tuple[str, Event]]:
        role = role_of(change.new_chat_member, BOT_ROLES)
        if change.chat.type == "private":
            yield self._conversation(change.chat), Reachable(role != "gone")
        elif change.chat.type in GROUPS:
            yield self._room(change.chat), RoomChanged("bot", str(change.from_.id), name_of(change.from_), to=role)

    def _room_events(self, note: Note, *, edited: bool) -> Iterator[Event]:
        """What a message of a group is; service messages nobody acts on are nothing."""
        if note.migrate_to_chat_id:
            yield RoomChanged("migrated", to=str(note.migrate_to_chat_id))
        elif note.forum_topic_closed is not None or note.forum_topic_reopened is not None:
            what = "topic_closed" if note.forum_topic_closed is not None else "topic_reopened"
            who = None if doubt_of(note) else note.from_
            yield RoomChanged(what, id_of(who), name_of(who), thread_of(note))  # type: ignore[arg-type]
        elif note.new_chat_members or note.left_chat_member is not None:
            yield from self._came_or_left(note)
        else:
            text, media = self._content(note)
            if note.contact is not None:
                text = text or phone_of(note.contact, None)
            if text or media:
                yield RoomSaid(
                    str(note.message_id), id_of(note.from_), name_of(note.from_), text, thread_of(note), media,
                    answered(note), edited, doubt_of(note),
                )  # fmt: skip

    def _came_or_left(self, note: Note) -> Iterator[Event]:
        """People who came or left, and we; other bots are nobody."""
        gone = note.left_chat_member
        for user in (*note.new_chat_members, *([gone] if gone is not None else [])):
            if user.id == self.bot:
                yield RoomChanged("bot", to="gone" if user is gone else "member")
            elif not user.is_bot:
                yield RoomChanged("member", str(user.id), name_of(user), to="gone" if user is gone else "operator")

    def _conversation(self, chat: Chat, connection: str = "") -> str:
        return Contact("telegram", self.account, str(Address(within(chat.id), connection))).actor

    def _room(self, chat: Chat) -> str:
        return f"staff/telegram/{self.account}/{within(chat.id)}"


def within(number: int) -> int:
    """An id as Telegram gives them; raises `ValueError` for one that no chat can have."""
    if not -LARGEST_ID < number < LARGEST_ID:
        raise ValueError("an id out of range")
    return number


def profile(user: User | None) -> Profile:
    """What Telegram says of a person."""
    if user is None:
        return Profile()
    language = user.language_code.partition("-")[0].lower()
    return Profile(
        name_of(user),
        language if language.isascii() and language.isalpha() and len(language) <= 3 else "",
        user.username[:NAME_CHARS] if user.username.isprintable() else "",
    )


def name_of(user: User | None) -> str:
    """A person's name on one line, without characters that show nothing or turn the line around."""
    if user is None:
        return ""
    whole = " ".join(f"{user.first_name} {user.last_name}".split())
    return (whole if whole.isprintable() else "".join(filter(str.isprintable, whole)))[:NAME_CHARS].strip()


def id_of(user: User | None) -> str:
    """A person's id; empty for nobody."""
    return str(within(user.id)) if user is not None else ""


def button(data: str) -> tuple[int, str]:
    """The message and choice of a button of ours; (0, "") for anything else, which answers «no longer works»."""
    found = BUTTON.fullmatch(data.removeprefix(MARK))
    return (int(found.group(1)), found.group(2)) if found is not None else (0, "")


def proved_by(note: Note) -> str:
    """The writer's own phone, which Telegram vouches for; empty for anybody else's card, and for one passed on."""
    contact, user = note.contact, note.from_
    if contact is None or user is None or contact.user_id != user.id or note.forward_origin is not None:
        return ""
    number = f"+{contact.phone_number.strip().removeprefix('+')}"
    return number if E164.fullmatch(number) else ""


def phone_of(contact: SharedContact, user: User | None) -> str:
    """The phone number that was shared: international when it is the writer's own, else as it stands, with its name."""
    number = contact.phone_number.strip()
    if user is not None and contact.user_id == user.id:
        return number if number.startswith("+") else f"+{number}"
    return " ".join(part for part in (contact.first_name, contact.last_name, number) if part)


def thread_of(note: Note) -> str:
    """The topic; a thread id without the mark is a reply inside the general topic, which is none."""
    return str(within(note.message_thread_id)) if note.is_topic_message and note.message_thread_id else ""


def answered(note: Note) -> str:
    """The message that this one answers; the one that opened its topic does not count."""
    earlier = note.reply_to_message
    if earlier is None or not earlier.message_id or earlier.forum_topic_created is not None:
        return ""
    if note.is_topic_message and earlier.message_id == note.message_thread_id:
        return ""
    return str(within(earlier.message_id))


def doubt_of(note: Note) -> str:
    """Why the author cannot be held to a message; empty for a person's own words."""
    if note.sender_chat is not None:
        return "anonymous" if note.sender_chat.id == note.chat.id else "channel"
    if note.forward_origin is not None:
        return "forwarded"
    if note.via_bot is not None:
        return "via_bot"
    return "bot" if note.from_ is None or note.from_.is_bot else ""


def role_of(member: Member, roles: dict[str, str]) -> str:
    """A place in a chat in our words; `gone` for who is not in it."""
    if member.status == "restricted":
        return roles["member"] if member.is_member else "gone"
    return roles.get(member.status, "gone")


def member_changed(member: Member) -> RoomChanged:
    """Somebody came, left, or has another role now."""
    return RoomChanged("member", id_of(member.user), name_of(member.user), to=role_of(member, ROLES))


def written_at(note: Note | None, delivered_at: datetime) -> datetime:
    """When a message was written, as Telegram says to the second; what bears no date happened as it was delivered."""
    if note is None or note.date <= 0:
        return delivered_at
    late = timedelta(seconds=int(delivered_at.timestamp()) - note.date)
    return delivered_at - late if timedelta(seconds=1) < late < KEPT else delivered_at
