"""One delivery becomes events and receipts. Pure; a message that cannot be read does not take the others with it.

Meta gives people an id with the business (`AM.1349…`), and their phone only while it may: who has a name there and has not
been heard of for a month comes without, and with it again later. So the address of a contact is the id, and one
conversation goes on. The phone that came along is vouched for, and links what is known by it (`bot.events.Profile.phone`).

Sources: Meta's page "Business-scoped user IDs" of August 2026 (every delivery has the id; a new phone number brings a new
id, told with the old one), its reference of system messages, and chatwoot/chatwoot#15357.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple, TypeVar, cast

import msgspec

from bot.events import (
    RELAY,
    Contact,
    Edited,
    Envelope,
    Event,
    Linking,
    Media,
    Opened,
    Pressed,
    Profile,
    Reachable,
    Receipt,
    Said,
)
from bot.ports.channel import Delivery, Malformed
from bot.rendering import one_line, pressed, sound_json
from integrations.channels.meta.graph import FOREIGN
from integrations.channels.meta.whatsapp.codes import late
from integrations.channels.meta.whatsapp.updates import (
    Bare,
    Changed,
    File,
    Note,
    Place,
    Status,
    Update,
    Value,
    Writer,
    read_bare,
    read_note,
    read_status,
    read_update,
    read_value,
    read_writer,
)
from integrations.channels.meta.whatsapp.words import UNREADABLE, edited_words, words_of

NAME = "whatsapp_cloud"
OBJECT = "whatsapp_business_account"
LABEL_CHARS = 80
OURS = re.compile(r"([0-9]{1,15})\.([0-9]{1,4})(?:@(.{1,140}))?")
PHONE = re.compile(r"[0-9]{5,20}")
E164 = re.compile(r"[1-9][0-9]{4,14}")
USER = re.compile(r"[A-Z]{2}(?:\.ENT)?\.[A-Za-z0-9]{1,128}")
ID = re.compile(r"[!-~]{1,300}")
FILE_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
MIME = re.compile(r"[a-z]{1,20}/[A-Za-z0-9.+-]{1,100}")
KEPT = timedelta(days=8)  # a delivery is repeated for up to seven days
STATES = {"sent": "sent", "delivered": "delivered", "read": "read", "played": "read", "failed": "failed"}
KINDS = {"image": "image", "sticker": "image", "audio": "voice", "video": "video", "document": "file"}
SILENT = frozenset({"reaction", "revoke", "system"})  # they ask for no answer
MOVED = frozenset({"user_changed_number", "user_changed_user_id"})
CALL_PERMISSION = "call_permission_reply"


State = Literal["sent", "delivered", "read"]
T = TypeVar("T")


class Met(NamedTuple):
    """Something that happened, what tells it from others of the same message, and to whom, if not to its writer."""

    event: Event
    variant: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads deliveries of one account, whose number Meta calls `number`."""

    account: str
    number: str

    def delivery(self, body: bytes, business: str, at: datetime) -> Delivery:
        """Everything of a delivery that is of this number: what people did, then receipts. Raises `Malformed`."""
        values = list(_values(_update(body)))
        ours = [each for each in values if each.metadata.phone_number_id == self.number]
        if values and not ours:
            raise Malformed("a delivery for another number")
        envelopes = [each for value in ours for each in self._people(value, business, at)]
        envelopes += [each for value in ours for each in self._receipts(value, business, at)]
        if not envelopes and any(each.messages or each.statuses for each in ours) and not _understood(ours):
            raise Malformed("a delivery of which nothing can be read")
        return Delivery(envelopes)

    def _people(self, value: Value, business: str, at: datetime) -> Iterator[Envelope]:
        writers = list(_read_all(value.contacts, read_writer))
        for note in filter(None, map(note_of, value.messages)):
            if note.group_id or not ID.fullmatch(note.id):
                continue
            writer = address_of(note.from_, note.from_user_id)
            for met in self._met(note, profile_of(note, writers)):
                if address := met.address or writer:
                    key = ":".join(part for part in (NAME, self.account, note.id, met.variant) if part)
                    yield Envelope(business, self._actor(address), key, moment(note.timestamp, at), met.event)

    def _receipts(self, value: Value, business: str, at: datetime) -> Iterator[Envelope]:
        for status in _read_all(value.statuses, read_status):
            told = receipt_of(status)
            if told is None or not ID.fullmatch(status.id):
                continue
            (event, address), when = told, moment(status.timestamp, at)
            key, user = f"{NAME}:{self.account}", status.recipient_user_id
            yield Envelope(business, self._actor(address), f"{key}:{status.id}:{status.status}", when, event, RELAY)
            if PHONE.fullmatch(address) and USER.fullmatch(user):  # we wrote to a phone first; they answer by their id
                same = Linking(beside=self._actor(address))
                yield Envelope(business, self._actor(user), f"{key}:{address}:{user}", when, same, RELAY)

    def _actor(self, address: str) -> str:
        return Contact(NAME, self.account, address).actor

    def _met(self, note: Bare, by: Profile) -> Iterator[Met]:
        """What a message means, in order; whoever sent what cannot be read has said something without words."""
        if not isinstance(note, Note):
            yield Met(Said("", client_id=note.id, by=by))
            return
        if note.referral is not None and note.referral.source_id:
            yield Met(Opened(source=label(note.referral.source_id), by=by), "opened")
        if note.type == "request_welcome":
            yield Met(Opened(by=by))
        elif note.edit is not None:
            if text := edited_words(note.edit):
                yield Met(Edited(note.edit.original_message_id, text))
        elif note.revoke is not None and note.revoke.original_message_id:
            yield Met(Edited(note.revoke.original_message_id, ""))
        elif note.system is not None:
            yield from self._moved(note, note.system)
        elif note.type not in SILENT and not _permits_calls(note):
            yield Met(self._said(note, by))

    def _moved(self, note: Note, told: Changed) -> Iterator[Met]:
        """Somebody has another number, and with it another id: the old one is theirs no more, and the new one is."""
        user, phone = told.previous_user_id or note.from_user_id, told.wa_id or ""
        old = address_of(note.from_, user)
        new = address_of("" if user else phone, told.user_id or "")
        if told.type not in MOVED or old in {"", new} or (not new and phone == note.from_):
            return
        yield Met(Reachable(ok=False), address=old)
        if new:
            yield Met(Linking(beside=self._actor(old)), "moved", new)

    def _said(self, note: Note, by: Profile) -> Event:
        said = chosen(note)
        if said is None:
            return Said(words_of(note), self._media(note), note.id, by=by)
        data, words = said
        found = pressed(data)
        return Pressed(*found, note.id, by) if found is not None else Said(words, client_id=note.id, by=by)

    def _media(self, note: Note) -> tuple[Media, ...]:
        if note.location is not None:
            return place_of(note.location)
        for kind, stored in KINDS.items():
            file: File | None = getattr(note, kind)
            if file is not None and FILE_ID.fullmatch(file.id):
                mime = file.mime_type.partition(";")[0].strip().lower()
                mime = mime if MIME.fullmatch(mime) else "application/octet-stream"
                return (Media(stored, file.id, mime, label(file.filename), source=f"{NAME}/{self.account}"),)
        return ()


def _update(body: bytes) -> Update:
    try:
        try:
            update = read_update(body)
        except UNREADABLE:
            update = read_update(sound_json(body))
    except UNREADABLE as error:
        raise Malformed("no delivery of WhatsApp") from error
    if update.object != OBJECT:
        raise Malformed("a delivery of something else than WhatsApp")
    return update


def _values(update: Update) -> Iterator[Value]:
    """The changes of numbers; raises `Malformed` when there are some and none can be read."""
    raws = [change.value for entry in update.entry for change in entry.changes if change.field == "messages"]
    found = list(_read_all(raws, read_value))
    if raws and not found:
        raise Malformed("a delivery of which nothing can be read")
    yield from found


def _read_all(raws: Sequence[msgspec.Raw], read: Callable[[bytes], T]) -> Iterator[T]:
    """Those that can be read, in their order."""
    for raw in raws:
        if (found := _read(raw, read)) is not None:
            yield found


def _read(raw: msgspec.Raw, read: Callable[[bytes], T]) -> T | None:
    body = bytes(raw)
    for attempt in (bytes, sound_json):
        try:
            return read(attempt(body))
        except UNREADABLE:
            continue
    return None


def _understood(values: Sequence[Value]) -> bool:
    """Whether anything in them has the form that it should have."""
    return any(
        any(True for _ in _read_all(each.messages, read_bare))
        or any(True for _ in _read_all(each.statuses, read_status))
        for each in values
    )


def note_of(raw: msgspec.Raw) -> Bare | None:
    """A message; of one whose content cannot be read who wrote it; None for what is no message."""
    return _read(raw, read_note) or _read(raw, read_bare)


def _permits_calls(note: Note) -> bool:
    return note.interactive is not None and note.interactive.type == CALL_PERMISSION


def address_of(phone: str, user: str) -> str:
    """Whose message it is: their id with the business, else their phone; empty for what is neither."""
    if USER.fullmatch(user):
        return user
    return phone if PHONE.fullmatch(phone) else ""


def label(text: str) -> str:
    """A name to be read: its last part as of a path."""
    return one_line(text.replace("\\", "/").rpartition("/")[2], LABEL_CHARS)


def profile_of(note: Bare, writers: Sequence[Writer]) -> Profile:
    """What they call themselves, and the phone that they write from, which WhatsApp has verified."""
    phone = f"+{note.from_}" if E164.fullmatch(note.from_) else ""
    for each in writers:
        if (each.user_id and each.user_id == note.from_user_id) or (each.wa_id and each.wa_id == note.from_):
            username = label(each.profile.username).removeprefix("@")
            return Profile(label(each.profile.name), username=username, phone=phone)
    return Profile(phone=phone)


def chosen(note: Note) -> tuple[str, str] | None:
    """What a button or a row gives back, and what it said."""
    if note.button is not None:
        return note.button.payload, note.button.text
    if note.interactive is not None:
        reply = note.interactive.button_reply or note.interactive.list_reply
        if reply is not None:
            return reply.id, reply.title
    return None


def place_of(place: Place) -> tuple[Media, ...]:
    """A point on the map."""
    if not (math.isfinite(place.latitude) and math.isfinite(place.longitude)):
        return ()
    return (Media("place", "", "", f"{place.latitude:.6f}, {place.longitude:.6f}"),)


def moment(timestamp: str, at: datetime) -> datetime:
    """When it was written, in seconds or milliseconds; the time of the delivery for what cannot be believed."""
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 13):
        return at
    seconds = int(timestamp) / (1000 if len(timestamp) > 11 else 1)
    written = datetime.fromtimestamp(seconds, UTC)
    return written if at - KEPT <= written <= at else at


def receipt_of(status: Status) -> tuple[Receipt, str] | None:
    """What became of a message of ours, and the address it went to as we wrote it; None for what says nothing of that."""
    found = OURS.fullmatch(status.biz_opaque_callback_data)
    number, part, echoed = found.groups() if found is not None else ("0", "0", "")
    address = address_of(echoed or "", echoed or "") or address_of(status.recipient_id, status.recipient_user_id)
    state = STATES.get(status.status)
    if state is None or not address:
        return None
    if state != "failed":
        return Receipt(cast("State", state), status.id, int(number), int(part)), address
    outcome, reason = late(status.errors[0].code if status.errors else FOREIGN)
    return Receipt("failed", status.id, int(number), int(part), outcome, reason), address
