"""One delivery becomes events and receipts. Pure; what cannot be read of a batch does not take the rest with it.

Messages come as XML (nyaruka/courier, handlers/playmobile). Reports come as JSON: an object, a list, or a list under
`messages`, of `{"message-id", "channel", "status", "status-date", "description"}`, as public adapters of other firms
read them; Play Mobile publishes no reference.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar

import msgspec
import structlog

from bot.events import RELAY, Contact, Envelope, Receipt, Said
from bot.ports.channel import Delivery, Malformed
from integrations.channels.playmobile.xml import Incoming, NotRead, read_messages

log = structlog.get_logger()

NAME = "sms_playmobile"
PHONE = re.compile(r"\+?([0-9]{5,15})")
MESSAGE_ID = re.compile(r"([0-9]{5,15})\.([0-9]{1,15})\.([0-9]{1,4})\.(.+)")
ID_CHARS = 64
REPORTS = 1000
UNREADABLE = (msgspec.DecodeError, ValueError, RecursionError)
T = TypeVar("T")
State = Literal["sent", "delivered", "failed"]
STATES: dict[str, State] = {
    "transmitted": "sent",
    "delivered": "delivered",
    "notdelivered": "failed",
    "undeliverable": "failed",
    "rejected": "failed",
    "expired": "failed",
    "failed": "failed",
    "deleted": "failed",
}


class Report(msgspec.Struct, frozen=True, rename={"message_id": "message-id"}):
    """What became of a message of ours."""

    message_id: str
    status: str


class Reports(msgspec.Struct, frozen=True):
    """Several of them; or one, which is read anew."""

    messages: tuple[msgspec.Raw, ...] | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads deliveries of one account. `keywords` stand before words on a number that several firms share."""

    account: str
    keywords: tuple[str, ...] = ()

    def delivery(self, body: bytes, business: str, at: datetime) -> Delivery:
        """Everything of a delivery, in its order. Raises `Malformed` when nothing of it can be read."""
        if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            return Delivery(self._messages(body, business, at))
        return Delivery(self._receipts(body, business, at))

    def _messages(self, body: bytes, business: str, at: datetime) -> Sequence[Envelope]:
        try:
            found = read_messages(body)
        except NotRead as error:
            raise Malformed(f"the messages cannot be read ({error})") from error
        return readable(self.account, [self._said(each, business, at) for each in found])

    def _said(self, message: Incoming, business: str, at: datetime) -> Envelope | None:
        phone, text = PHONE.fullmatch(message.msisdn.strip()), self._bare(message.text)
        if phone is None or not 0 < len(message.id) <= ID_CHARS or not message.parts:
            return None
        contact = Contact(NAME, self.account, phone.group(1))
        key = f"{NAME}:{self.account}:{message.id}"
        return Envelope(business, contact.actor, key, at, Said(text, client_id=message.id))

    def _bare(self, text: str) -> str:
        """The words without the keyword that leads them to this firm; a message that is only the keyword stays."""
        for each in self.keywords:
            if text[: len(each)].casefold() == each.casefold():
                return text[len(each) :].strip() or text
        return text

    def _receipts(self, body: bytes, business: str, at: datetime) -> Sequence[Envelope]:
        try:
            found = [_report(each) for each in _reports(body)]
        except UNREADABLE as error:
            raise Malformed("neither messages nor reports") from error
        receipts = (self._receipt(each, business, at) for each in readable(self.account, found))
        return [each for each in receipts if each is not None]

    def _receipt(self, report: Report, business: str, at: datetime) -> Envelope | None:
        ours, state = MESSAGE_ID.fullmatch(report.message_id), state_of(report.status)
        if ours is None or state is None or ours.group(4) != self.account:
            return None
        phone, number, part = ours.group(1), int(ours.group(2)), int(ours.group(3))
        failed = state == "failed"
        reason = f"Play Mobile says {report.status}" if failed else ""
        event = Receipt(state, report.message_id, number, part, "refused" if failed else "", reason)
        key = f"{NAME}:{self.account}:{report.message_id}:{state}"
        return Envelope(business, Contact(NAME, self.account, phone).actor, key, at, event, RELAY)


def readable(account: str, found: Sequence[T | None]) -> list[T]:
    """What could be read, the rest is told of in the log; raises `Malformed` when nothing could."""
    read = [each for each in found if each is not None]
    if found and not read:
        raise Malformed("nothing of it has what it needs")
    if len(read) < len(found):
        log.warning("a part of a delivery cannot be read", account=account, parts=len(found) - len(read))
    return read


def state_of(status: str) -> State | None:
    """The state that a word of theirs means; None for one that says nothing yet."""
    return STATES.get(status.casefold().replace("_", "").replace(" ", ""))


def message_id(contact: Contact, number: int, part: int) -> str:
    """What we call a part of our message; it comes back in reports, which do not say whom they are about."""
    return f"{contact.address}.{number}.{part}.{contact.account}"


def _reports(body: bytes) -> Sequence[msgspec.Raw]:
    """The reports of a delivery, each as it stands."""
    plain = body.decode("utf-8", "replace").strip().encode()
    if plain.startswith(b"["):
        found: Sequence[msgspec.Raw] = msgspec.json.decode(plain, type=list[msgspec.Raw])
    else:
        several = msgspec.json.decode(plain, type=Reports).messages
        found = [msgspec.Raw(plain)] if several is None else several
    if len(found) > REPORTS:
        raise ValueError("too many")
    return found


def _report(raw: msgspec.Raw) -> Report | None:
    try:
        return msgspec.json.decode(raw, type=Report)
    except UNREADABLE:
        return None
