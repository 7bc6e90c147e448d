"""The labelled cases leave no kind of delivery out: the lists of kinds come from the providers' own libraries.

Where a provider has no library with a list (Messenger, Instagram, the fields of a form), the list is that of its
documentation: Meta's pages «Webhooks for Messenger» and «Webhooks for Instagram messaging», Twilio's «Webhook request for
messaging», «Dial» and «Answering machine detection».
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiogram.enums import ContentType, UpdateType
from pywa.types.message_status import MessageStatusType
from pywa.types.others import MessageType
from twilio.rest.api.v2010.account.call import CallInstance  # type: ignore[import-untyped]  # it has none
from twilio.rest.api.v2010.account.message import MessageInstance  # type: ignore[import-untyped]
from viberbot.api.event_type import EventType  # type: ignore[import-untyped]  # it has none
from viberbot.api.messages.message_type import MessageType as Note  # type: ignore[import-untyped]

from bot.events import Envelope
from bot.ports.channel import Malformed
from tests.contracts.channels.line import Line, Still
from tests.contracts.channels.lines.telegram import TelegramLine

SHELF = Path("tests/integrations")
FORM = {
    "From", "To", "Body", "NumMedia", "MediaUrl0", "MediaContentType0", "ProfileName", "WaId",
    "ExternalUserId", "Forwarded", "MessageType", "ButtonText", "ButtonPayload", "ListId", "ListTitle", "InteractiveData",
    "Latitude", "Longitude", "Address", "Label", "ReferralSourceId", "OriginalRepliedMessageSid", "OptOutType",
}  # fmt: skip
DIALLED = {"completed", "answered", "busy", "no-answer", "failed", "canceled"}
ANSWERED_BY = {
    "human", "machine_start", "machine_end_beep", "machine_end_silence", "machine_end_other", "fax", "unknown",
}  # fmt: skip
ITEMS = {
    "message", "postback", "delivery", "read", "referral", "optin", "reaction", "message_edit", "pass_thread_control",
    "take_thread_control", "request_thread_control", "app_roles", "account_linking",
}  # fmt: skip
ATTACHED = {
    "image", "video", "audio", "file", "location", "fallback", "template", "story_mention", "ig_reel", "share",
    "like_heart",
}  # fmt: skip
SENT = (
    ContentType.TEXT, ContentType.PHOTO, ContentType.DOCUMENT, ContentType.VOICE, ContentType.VIDEO, ContentType.AUDIO,
    ContentType.ANIMATION, ContentType.VIDEO_NOTE, ContentType.STICKER, ContentType.CONTACT, ContentType.LOCATION,
    ContentType.VENUE, ContentType.WEB_APP_DATA, ContentType.POLL, ContentType.DICE, ContentType.GAME, ContentType.STORY,
    ContentType.CHECKLIST, ContentType.PAID_MEDIA, ContentType.GIVEAWAY, ContentType.RICH_MESSAGE,
)  # fmt: skip
"""What a person sends; the other contents of the Bot API are service messages."""
MARKS = {"is_echo", "is_deleted", "quick_reply", "reply_to", "sticker_id", "is_unsupported"}


def cases(path: str) -> list[dict[str, Any]]:
    """The labelled cases of a file."""
    found: list[dict[str, Any]] = yaml.safe_load((SHELF / path).read_text("utf-8"))
    return found


def keys(value: Any) -> Iterator[str]:
    """Every name in a tree."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


def values(tree: Any, name: str) -> Iterator[str]:
    """Every value that a name has in a tree."""
    if isinstance(tree, Mapping):
        if isinstance(tree.get(name), str):
            yield tree[name]
        for inner in tree.values():
            yield from values(inner, name)
    elif isinstance(tree, list):
        for inner in tree:
            yield from values(inner, name)


def named(oracle: type) -> set[str]:
    """The values of a class of constants."""
    return {value for name, value in vars(oracle).items() if isinstance(value, str) and not name.startswith("_")}


@pytest.mark.req("F1")
def test_every_kind_of_whatsapp_has_a_case() -> None:
    """All that pywa can read has a labelled case, and a kind that it does not know has one too."""
    found = cases("meta/whatsapp/cases/deliveries.yaml")
    messages, states = [each.get("message", {}) for each in found], [each.get("status", {}) for each in found]

    assert {each.value for each in MessageType} - {"unknown"} - set(values(messages, "type")) == set()
    assert {each.value for each in MessageStatusType} - {"UNKNOWN"} - set(values(states, "status")) == set()


@pytest.mark.req("F1")
def test_every_kind_of_viber_has_a_case() -> None:
    """All that Viber's own library can read has a labelled case."""
    found = cases("viber/cases/events.yaml")  # a message stands there without what is around it

    assert named(EventType) - {"message"} - set(values([each.get("event") for each in found], "event")) == set()
    assert named(Note) - {"keyboard"} - set(values(found, "type")) == set()  # a keyboard is only ever sent


@pytest.mark.req("F1")
def test_every_kind_of_twilio_has_a_case() -> None:
    """Every field of a form that means something, every state of a message, a call, a rung phone, and who took it."""
    found = [*cases("twilio/cases/whatsapp.yaml"), *cases("twilio/cases/sms.yaml")]
    calls = yaml.load((SHELF / "twilio/voice/cases.yaml").read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  strings only

    assert FORM - set(keys(found)) == set()
    assert named(MessageInstance.Status) - set(values(found, "MessageStatus")) - {"receiving", "received"} == set()
    assert named(CallInstance.Status) - set(values(calls, "CallStatus")) - {"in-progress"} == set()  # in each form
    assert DIALLED - set(values(calls, "DialCallStatus")) == set()
    assert ANSWERED_BY - set(values(calls, "AnsweredBy")) == set()


@pytest.mark.req("F1")
@pytest.mark.parametrize("network", ["messenger", "instagram"])
def test_every_kind_of_a_page_has_a_case(network: str) -> None:
    """Every item, every attachment and every mark of a message that Meta describes, on the network that has it."""
    found = [each for each in cases("meta/pages/cases/events.yaml") if network in each.get("networks", [network])]
    own = {"messenger": {"story_mention", "ig_reel", "share", "like_heart", "is_unsupported", "message_edit"},
           "instagram": {"template", "location", "sticker_id", "account_linking", "app_roles", "delivery", "optin",
                         "fallback"}}  # fmt: skip

    assert (ITEMS | MARKS) - set(keys(found)) - own[network] == set()
    assert ATTACHED - set(values(found, "type")) - own[network] == set()


@pytest.mark.req("F1")
def test_every_kind_of_update_has_a_case() -> None:
    """All that the Bot API delivers has a labelled case, by its list in aiogram, and all that a person can send."""
    found = [each["update"] for each in cases("telegram/cases/updates.yaml")]

    contents = {content for each in found for note in each.values() for content in note}

    assert {each.value for each in UpdateType} - {kind for each in found for kind in each} == set()
    assert {each.value for each in SENT} - contents == set()


@pytest.mark.parametrize("kind", [each.value for each in ContentType])
async def test_no_content_of_telegram_breaks_the_reading(clock: Still, kind: str) -> None:
    """A message of any content that aiogram knows is at most one event, or set aside where it lacks what it must have."""
    async with TelegramLine(clock) as line:
        try:
            found = envelopes(line, {kind: [] if kind.endswith("s") else {}})
        except Malformed as malformed:
            assert malformed.sentence  # noqa: PT017  one of two ways
            found = []

    assert len(found) <= 1


def envelopes(line: Line, content: dict[str, Any]) -> list[Envelope]:
    """What a message with this content becomes."""
    person = {"id": 5, "is_bot": False, "first_name": "Ani"}
    chat = {"id": 5, "type": "private"}
    note = {"message_id": 1, "from": person, "chat": chat, "date": 1, **content}
    return list(line.channel.receive(line.proved(json.dumps({"update_id": 1, "message": note}).encode())).envelopes)
