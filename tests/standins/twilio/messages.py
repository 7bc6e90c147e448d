"""`Messages.json`: what Twilio takes for a message, what the customer then sees, and the messages as they are kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from tests.standins.twilio.contents import Content, Filled, Option
from tests.standins.twilio.refusals import Refused

KNOWN = frozenset({
    "To", "From", "MessagingServiceSid", "Body", "MediaUrl", "ContentSid", "ContentVariables", "StatusCallback",
    "PersistentAction", "SmartEncoded", "ValidityPeriod", "SendAt", "ScheduleType",
})  # fmt: skip
PHONE = re.compile(r"\+[1-9]\d{6,14}")
USER = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
PLACE = re.compile(r"geo:-?\d{1,2}(\.\d+)?,-?\d{1,3}(\.\d+)?(\|.*)?", re.DOTALL)
LONGEST = 1600


class Seen(NamedTuple):
    """What stands on the customer's screen."""

    text: str
    options: tuple[Option, ...] = ()
    media: tuple[str, ...] = ()
    place: str = ""
    template: str = ""


@dataclass(slots=True)
class Message:
    """One message that was taken; `status` and `error` change as it goes on."""

    sid: str
    to: str
    sender: str
    form: dict[str, list[str]]
    seen: Seen
    status: str = "queued"
    error: int = 0

    @property
    def callback(self) -> str:
        return self.form.get("StatusCallback", [""])[0]

    def as_json(self) -> dict[str, Any]:
        return {
            "sid": self.sid, "status": self.status, "to": self.to, "from": self.sender, "body": self.seen.text,
            "error_code": self.error or None, "error_message": None, "num_segments": "1", "direction": "outbound-api",
            "num_media": str(len(self.seen.media)), "api_version": "2010-04-01",
        }  # fmt: skip


def read_message(
    pairs: Sequence[tuple[str, str]], contents: dict[str, Content], senders: set[str], sid: str
) -> Message:
    """The message that somebody wants to send; raises `Refused`."""
    form: dict[str, list[str]] = {}
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    if set(form) - KNOWN or any(len(each) > 1 for name, each in form.items() if name != "MediaUrl"):
        raise Refused(20001)
    to, sender = _one(form, "To"), _one(form, "From") or _one(form, "MessagingServiceSid")
    _must_reach(to, sender, senders)
    if (callback := _one(form, "StatusCallback")) and not urlsplit(callback).hostname:
        raise Refused(21609, callback)
    seen = _seen(form, contents, whatsapp=to.startswith("whatsapp:"))
    return Message(sid, to, sender, form, seen)


def _one(form: dict[str, list[str]], name: str) -> str:
    return form.get(name, [""])[0]


def _must_reach(to: str, sender: str, senders: set[str]) -> None:
    if not to:
        raise Refused(21604)
    whatsapp = to.startswith("whatsapp:")
    bare = to.removeprefix("whatsapp:")
    if not PHONE.fullmatch(bare) and not (whatsapp and USER.fullmatch(bare)):
        raise Refused(21211, bare)
    if sender not in senders:
        raise Refused(63007 if whatsapp else 21660)
    if not sender.startswith("MG") and sender.startswith("whatsapp:") != whatsapp:
        raise Refused(21606)


def _seen(form: dict[str, list[str]], contents: dict[str, Content], *, whatsapp: bool) -> Seen:
    body, media, place = _one(form, "Body"), tuple(form.get("MediaUrl", [])), _one(form, "PersistentAction")
    if _units(body) > LONGEST:
        raise Refused(21617)
    if sid := _one(form, "ContentSid"):
        return _content(contents.get(sid), _one(form, "ContentVariables"), sid)
    if "ContentVariables" in form:
        raise Refused(21654)
    if not body.strip() and not media and not place:
        raise Refused(21619)
    if whatsapp and len(media) > 1:
        raise Refused(63005)
    if place and (not whatsapp or not PLACE.fullmatch(place)):
        raise Refused(63005)
    return Seen(body, (), media, place)


def _content(content: Content | None, variables: str, sid: str) -> Seen:
    if content is None:
        raise Refused(21655)
    said: Filled = content.filled(variables)
    return Seen(said.text, said.options, template=sid if content.approval == "approved" else "")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
