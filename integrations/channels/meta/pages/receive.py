"""One delivery becomes events and receipts. Pure; what cannot be read does not take the rest with it.

What a person of the staff writes in Meta's own inbox comes as an echo, and is nothing here: no event of ours stands for
words that were said outside. A conversation that somebody else answers comes `standby`: it is written down unheard.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bot.events import LIVE, RELAY, Contact, Edited, Envelope, Event, Media, Opened, Pressed, Receipt, Said
from bot.ports.channel import Delivery, Malformed
from bot.rendering import one_line, pressed
from integrations.channels.meta.pages.addresses import digest, person_address
from integrations.channels.meta.pages.attached import attachments, media_of, stored, words_of
from integrations.channels.meta.pages.comments import Commented, commented
from integrations.channels.meta.pages.updates import (
    UNREADABLE,
    Correction,
    Delivered,
    Entry,
    Item,
    Note,
    Number,
    Postback,
    Referral,
    Seen,
    read_item,
    read_update,
)

OURS = re.compile(r"([0-9]{1,15})\.([0-9]{1,4})")
GET_STARTED = "GET_STARTED"
SOURCE_CHARS = 250  # an m.me link holds no more
KEPT = timedelta(days=2)  # deliveries are repeated for a day and a half at most; an older moment is not believed
ID_CHARS = 300  # those of Instagram have about 200
MILLISECONDS = 10_000_000_000  # more than this is no count of seconds


class Heard(NamedTuple):
    """An event with the part of its key that is its own, and whether it is to be handled."""

    key: str
    event: Event
    heard: bool = True

    @property
    def lane(self) -> int:
        """Receipts wait for nobody's turn."""
        return RELAY if isinstance(self.event, Receipt) else LIVE


@dataclass(slots=True)
class Found:
    """What a delivery holds so far, and how many of its items were of somebody else or could not be read."""

    envelopes: list[Envelope] = field(default_factory=list)
    foreign: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads deliveries of one account of `channel`, which Meta knows as `ours` and whose topic is `topic`.

    `comments` says what is done with what is written in public: `answer` handles it as words, `invite` notes the words
    and opens the conversation, anything else lets it be.
    """

    channel: str
    account: str
    topic: str
    ours: frozenset[str]
    comments: str = ""

    def delivery(self, body: bytes, business: str, at: datetime) -> Delivery:
        """Everything of a delivery that is of this account, oldest first.

        Raises `Malformed`, also when nothing of it can be used, so that it is kept for somebody to look at.
        """
        try:
            update = read_update(body)
        except UNREADABLE as error:
            raise Malformed("no delivery of Meta") from error
        if update.object != self.topic:
            raise Malformed(f"a delivery about something else than {self.topic}")
        found = Found()
        for entry in update.entry:
            self._read_entry(entry, found, business, at)
        if not found.envelopes and found.foreign:
            raise Malformed("nothing of it is for this account: each page needs an app of its own")
        if not found.envelopes and found.unread:
            raise Malformed("nothing of it can be read")
        return Delivery(sorted(found.envelopes, key=lambda each: each.at))

    def _read_entry(self, entry: Entry, found: Found, business: str, at: datetime) -> None:
        for raws, heard in ((entry.messaging, True), (entry.standby, False)):
            for raw in raws:
                try:
                    item = read_item(raw)
                    if self.ours.isdisjoint((entry.id, item.recipient.id, item.sender.id)):
                        found.foreign += 1
                    else:
                        found.envelopes += self._envelopes(item, heard, business, at)
                except UNREADABLE:
                    found.unread += 1
        for change in entry.changes if self.comments in {"answer", "invite"} else ():
            try:
                if entry.id not in self.ours:
                    found.foreign += 1
                elif (said := commented(change, self.ours, f"{self.channel}/{self.account}")) is not None:
                    found.envelopes += self._comment(said, entry.time, business, at)
            except UNREADABLE:
                found.unread += 1

    def _envelopes(self, item: Item, heard: bool, business: str, at: datetime) -> list[Envelope]:  # noqa: FBT001
        """What one item of a conversation is, `heard` or from the side. Raises `ValueError` for who is nobody."""
        echo = item.message is not None and item.message.is_echo
        events = list(self._echo(item.message) if echo and item.message is not None else self._events(item))
        if not events:
            return []
        contact = Contact(self.channel, self.account, person_address(item.recipient.id if echo else item.sender.id))
        when, made = moment(item.timestamp, at), []
        for each in events:
            aside = not heard and not isinstance(each.event, Receipt)
            if aside and isinstance(each.event, Opened):
                continue
            key = f"{self.channel}:{self.account}:{each.key}" + (":standby" if aside else "")
            made.append(
                Envelope(business, contact.actor, key, when, each.event, each.lane, heard=each.heard and not aside)
            )
        return made

    def _comment(self, said: Commented, time: Number, business: str, at: datetime) -> list[Envelope]:
        actor = Contact(self.channel, self.account, said.at.person).actor
        key, when = f"{self.channel}:{self.account}:comment:{said.key}", moment(said.time or time, at)
        if self.comments == "answer" or not isinstance(said.event, Said):
            return [Envelope(business, actor, key, when, said.event)]
        invited = Opened(source="comment", by=said.event.by, via=said.event.via)
        return [
            Envelope(business, actor, key, when, said.event, heard=False),
            Envelope(business, actor, f"{key}:invited", when, invited),
        ]

    def _events(self, item: Item) -> Iterator[Heard]:
        if item.sender.id in self.ours:
            return
        if item.message is not None:
            yield from self._written(item.message, item)
        elif item.postback is not None:
            yield from tapped(item.postback, item)
        elif item.referral is not None:
            yield opened(item.referral, f"{item.sender.id}:referral:{item.timestamp}")
        elif item.optin is not None and not item.optin.type:
            yield opened(Referral(item.optin.ref), f"{item.sender.id}:optin:{item.timestamp}")
        elif item.message_edit is not None:
            yield from corrected(item.message_edit)
        elif item.delivery is not None:
            yield from delivered(item.delivery, item)
        elif item.read is not None:
            yield from seen(item.read, item)

    def _echo(self, note: Note) -> Iterator[Heard]:
        """A message of ours comes back with the mark that we gave it: proof that it left."""
        found = OURS.fullmatch(note.metadata or "")
        if found is not None and is_id(note.mid):
            yield Heard(f"{note.mid}:sent", Receipt("sent", note.mid, int(found[1]), int(found[2])))

    def _written(self, note: Note, item: Item) -> Iterator[Heard]:
        key = note.mid if is_id(note.mid) else digest(item.sender.id, item.timestamp, note.text)
        if note.is_deleted:
            yield Heard(f"{key}:deleted", Edited(key, ""))
            return
        data = note.quick_reply.payload if note.quick_reply is not None else None
        if (button := pressed(data or "")) is not None:
            yield Heard(key, Pressed(*button, key))
            return
        text, media = self._content(note)
        if text or media or note.is_unsupported:
            yield Heard(key, Said(text, media, key))

    def _content(self, note: Note) -> tuple[str, tuple[Media, ...]]:
        """What a message says and carries, the story of ours that it answers too."""
        source = f"{self.channel}/{self.account}"
        found = attachments(note)
        media = [media_of(each, source) for each in found]
        if note.reply_to is not None and note.reply_to.story is not None:
            media.append(stored("image", note.reply_to.story.url or "", "", source))
        text = note.text or "\n".join(words for words in map(words_of, found) if words)
        return text, tuple(each for each in media if each is not None)


def tapped(postback: Postback, item: Item) -> Iterator[Heard]:
    """A lasting button of ours, the beginning of a conversation, or a question that stands ready to be tapped."""
    data, title = postback.payload or "", (postback.title or "").strip()
    key = postback.mid if is_id(postback.mid) else digest(item.sender.id, item.timestamp, data, title)
    if (button := pressed(data)) is not None:
        yield Heard(key, Pressed(*button, key))
    elif data.upper() == GET_STARTED or postback.referral is not None:
        yield opened(postback.referral or Referral(), key)
    elif title:
        yield Heard(key, Said(title, client_id=key))


def opened(referral: Referral, key: str) -> Heard:
    """A conversation that was opened without a word, and what led to it; it opens the 24 hours as a message does.

    Source: Meta's policy of the Messenger Platform and Instagram Messaging, September 2026. Reading opens nothing.
    """
    source = referral.ref or referral.ad_id or (referral.source or "").lower()
    return Heard(key, Opened(source=one_line(source, SOURCE_CHARS)))


def corrected(change: Correction) -> Iterator[Heard]:
    """A message that now reads otherwise."""
    if is_id(change.mid) and change.text:
        yield Heard(f"{change.mid}:edit:{digest(change.num_edit, change.text)}", Edited(change.mid, change.text))


def delivered(report: Delivered, item: Item) -> Iterator[Heard]:
    """What has arrived of ours."""
    named = [mid for mid in report.mids or () if is_id(mid)]
    for mid in named:
        yield Heard(f"{mid}:delivered", Receipt("delivered", mid))
    if not named:
        yield Heard(f"{item.sender.id}:delivered:{digest(report.watermark)}", Receipt("delivered"))


def seen(report: Seen, item: Item) -> Iterator[Heard]:
    """All that was said before was read; Instagram names the last of it, which says no more than the moment does."""
    last = report.mid or report.watermark or item.timestamp
    yield Heard(f"{item.sender.id}:read:{digest(last)}", Receipt("read"))


def is_id(mid: str) -> bool:
    """Whether a message can be known by this."""
    return 0 < len(mid) <= ID_CHARS and mid.isascii() and mid.isprintable()


def moment(time: Number, at: datetime) -> datetime:
    """When it happened, in milliseconds or seconds; the time of the delivery for what cannot be believed."""
    try:
        count = int(time) if time is not None else 0
    except ValueError:
        return at
    if not 0 < count < MILLISECONDS * 1000:
        return at
    happened = datetime.fromtimestamp(count / 1000 if count > MILLISECONDS else count, UTC)
    return happened if at - KEPT <= happened <= at else at
