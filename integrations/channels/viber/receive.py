"""One delivery becomes an event. Pure."""

import mimetypes
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.events import (
    LIVE,
    RELAY,
    Contact,
    Envelope,
    Event,
    Media,
    Opened,
    Pressed,
    Profile,
    Reachable,
    Receipt,
    Said,
    Untold,
)
from bot.ports.channel import Answer, Delivery, Malformed, Told
from bot.rendering import one_line
from integrations.channels.viber.keyboard import ASKS, Rests, chosen
from integrations.channels.viber.updates import Card, Note, Person, Update, read_update

NAME = "viber"
ADDRESS = re.compile(r"[A-Za-z0-9+/=_-]{1,64}")
NAME_CHARS, LABEL_CHARS, CONTEXT_CHARS = 80, 120, 200
KEPT = timedelta(days=1)  # an older date is not believed: a delivery is repeated for an hour
ANY = "application/octet-stream"
WELCOME_SECONDS = 5.0  # Viber names no deadline for its answer
ASK_AGAIN = Answer(status=503)
STATES = {"delivered": "delivered", "seen": "read"}
STICKERS = "https://viber.github.io/docs/img/stickers/{}.png"  # nyaruka/courier shows stickers from there

Says = Callable[[Sequence[Told]], Answer]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads deliveries of one account; `says` makes the answer that welcomes somebody, `rests` knows what asks for its rest."""

    account: str
    says: Says
    rests: Rests

    def delivery(self, body: bytes, business: str, at: datetime) -> Delivery:
        """The event of a delivery; none for a kind that means nothing to us. Raises `Malformed`."""
        update = read_update(body)
        if update.event == "conversation_started":
            envelope = self._envelope(update, business, at, opened(update), answer=True)
            return Delivery([envelope], answer=ASK_AGAIN, says=self.says, seconds=WELCOME_SECONDS)
        event, unsaid = self._event(update), self._unsaid(update)
        found = [self._envelope(update, business, at, each) for each in (unsaid, event) if each is not None]
        return Delivery(found)

    def _unsaid(self, update: Update) -> Untold | None:
        """The rest of a welcome, which can be said once its reader has written."""
        note = update.message
        asked = (
            self.rests.asked_for(note.text or "") or self.rests.asked_for(note.tracking_data or "")
            if note is not None
            else None
        )
        return Untold(*asked) if asked is not None else None

    def _event(self, update: Update) -> Event | None:
        match update.event:
            case "message":
                return self._said(update)
            case "subscribed":
                return Reachable(ok=True)
            case "unsubscribed":
                return Reachable(ok=False)
            case "delivered" | "seen":
                return Receipt(STATES[update.event], update.token)  # type: ignore[arg-type]
            case "failed":
                return Receipt("failed", update.token, outcome="refused", reason="Viber could not show it")
        return None

    def _said(self, update: Update) -> Event | None:
        note, by, token = update.message, profile(update.sender), update.token
        if note is None:
            raise Malformed("a message without itself")
        if self.rests.asked_for(note.text or ""):
            return None
        if note.type == "text" and (found := chosen(note.text or "")) is not None:
            return Pressed(*found, token, by)
        text, media = words(note, by), attached(note, f"{NAME}/{self.account}")
        return Said(text, media, token, by=by) if text or media else None

    def _envelope(self, update: Update, business: str, at: datetime, event: Event, *, answer: bool = False) -> Envelope:
        person = update.sender or update.user
        address = person.id if person is not None else update.user_id or ""
        if not ADDRESS.fullmatch(address):
            raise Malformed("an event of nobody")
        key = f"{NAME}:{self.account}:{update.token}"
        if isinstance(event, Untold):
            key = f"{NAME}:{self.account}:{address}:{ASKS}{event.first}-{event.last}"  # once, however often they write
        elif update.event != "message":
            key = f"{key}:{update.event}"
        lane = RELAY if isinstance(event, Receipt) else LIVE
        contact = Contact(NAME, self.account, address)
        return Envelope(business, contact.actor, key, moment(update.timestamp, at), event, lane, answer)


def opened(update: Update) -> Opened:
    """Somebody looks at the chat; `context` is what the link said that brought them."""
    by = profile(update.user)
    return Opened(by.language, one_line(update.context or "", CONTEXT_CHARS), by)


def profile(person: Person | None) -> Profile:
    """What Viber says of a person."""
    if person is None:
        return Profile()
    language = (person.language or "").partition("-")[0].lower()
    known = language.isascii() and language.isalpha() and len(language) <= 3
    return Profile(one_line(person.name or "", NAME_CHARS), language if known else "")


def words(note: Note, by: Profile) -> str:
    """What a message says in words; of a kind to come, what can be read of it."""
    if note.type in {"picture", "video", "file", "sticker", "location"}:
        return note.text or ""
    if note.contact is not None:
        return phone_of(note.contact, by)
    return "\n".join(part for part in (note.text, note.media) if part) or note.alt_text or ""


def phone_of(card: Card, by: Profile) -> str:
    """A phone number: international when the card has the writer's own name, as a shared number has, else with its name."""
    number, name = (card.phone_number or "").strip(), one_line(card.name or "", NAME_CHARS)
    if number and name in {"", by.name}:
        return number if number.startswith("+") else f"+{number}"
    return " ".join(part for part in (name, number) if part)


def attached(note: Note, source: str) -> tuple[Media, ...]:
    """The file or place of a message; a file lies at an address of Viber's for an hour."""
    if note.type == "location" and note.location is not None:
        point = note.location
        inside = abs(point.lat) <= 90 and abs(point.lon) <= 180
        return (Media("place", "", "", f"{point.lat:.6f}, {point.lon:.6f}"),) if inside else ()
    if note.type == "sticker" and not note.media and str(note.sticker_id or "").isdecimal():
        return (Media("image", STICKERS.format(note.sticker_id), "image/png", source=source),)
    if not note.media:
        return ()
    label = one_line((note.file_name or "").replace("\\", "/").rpartition("/")[2], LABEL_CHARS)
    guessed = mimetypes.guess_type(label)[0]
    match note.type:
        case "picture" | "sticker":
            mime = guessed if guessed and guessed.startswith("image/") else "image/jpeg"
            return (Media("image", note.media, mime, label, source=source),)
        case "video":
            return (Media("video", note.media, "video/mp4", label, source=source),)
        case "file":
            return (Media("file", note.media, guessed or ANY, label, source=source),)
    return ()


def moment(timestamp: int, at: datetime) -> datetime:
    """When it happened, as Viber says in milliseconds; the time of the delivery for what cannot be believed."""
    if not 0 < timestamp < 10**14:
        return at
    happened = datetime.fromtimestamp(timestamp / 1000, UTC)
    return happened if at - KEPT <= happened <= at else at
