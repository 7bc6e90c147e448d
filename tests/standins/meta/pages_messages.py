"""What the Send API takes as a message, for Messenger and for Instagram, and how it refuses the rest."""

from dataclasses import dataclass
from mimetypes import guess_type

from tests.standins.meta.refusals import Refused, wrong_parameter
from tests.standins.meta.wire import Json

MESSENGER, INSTAGRAM = "messenger", "instagram"
QUICK_REPLIES, BUTTONS = 13, 3
TITLE, PAYLOAD, TEMPLATE_TEXT, METADATA = 20, 1000, 640, 1000
REPLY_KINDS = {MESSENGER: {"text", "user_phone_number", "user_email"}, INSTAGRAM: {"text"}}
BUTTON_KINDS = {MESSENGER: {"web_url", "postback", "phone_number"}, INSTAGRAM: {"web_url", "postback"}}
KEYS = {
    MESSENGER: {"text", "quick_replies", "attachment", "metadata"},
    INSTAGRAM: {"text", "quick_replies", "attachment"},
}
MOST_BYTES = 25_000_000
IMAGE_BYTES = {MESSENGER: MOST_BYTES, INSTAGRAM: 8_000_000}
IMAGES = {MESSENGER: {"image/jpeg", "image/png", "image/gif"}, INSTAGRAM: {"image/jpeg", "image/png"}}


@dataclass(frozen=True, slots=True)
class WebFile:
    """A file that lies somewhere in the web, as Meta finds it when it fetches it."""

    mime: str
    size: int = 1000


def check_message(message: Json, network: str, web: dict[str, WebFile]) -> None:
    """Raise `Refused` for a message that is none; `web` are the files that can be fetched, by address."""
    if unknown := set(message) - KEYS[network]:
        raise wrong_parameter(f"Unexpected key {min(unknown)!r} on param 'message'.")
    if ("text" in message) == ("attachment" in message):
        raise wrong_parameter("Message cannot be empty, must provide valid attachment or text")
    if "text" in message:
        _check_text(message["text"], network)
    else:
        _check_attachment(message["attachment"], network, web)
    if len(str(message.get("metadata", ""))) > METADATA:
        raise wrong_parameter("Length of param message[metadata] must be less than or equal to 1000")
    if "quick_replies" in message:
        if network == INSTAGRAM and "text" not in message:
            raise wrong_parameter("Quick replies need a text")
        _check_replies(message["quick_replies"], network)


def _check_text(text: str, network: str) -> None:
    if not isinstance(text, str) or not text.strip():
        raise wrong_parameter("Message cannot be empty, must provide valid attachment or text")
    if network == MESSENGER and len(text) > 2000:
        raise wrong_parameter("Length of param message[text] must be less than or equal to 2000")
    if network == INSTAGRAM and len(text.encode()) > 1000:
        raise wrong_parameter("Length of param message[text] must be less than or equal to 1000 bytes")


def _check_replies(replies: list[Json], network: str) -> None:
    if not 0 < len(replies) <= QUICK_REPLIES:
        raise wrong_parameter("param message[quick_replies] must have 1 to 13 elements")
    for each in replies:
        if each.get("content_type") not in REPLY_KINDS[network]:
            raise wrong_parameter("Param message[quick_replies][content_type] is none of the kinds")
        if each["content_type"] == "text":
            _check_title(each)
            _check_payload(each)
        elif set(each) != {"content_type"}:
            raise wrong_parameter("Unexpected key on param 'quick_replies'")


def _check_attachment(attachment: Json, network: str, web: dict[str, WebFile]) -> None:
    kind, payload = attachment.get("type"), attachment.get("payload", {})
    if kind == "template":
        _check_template(payload, network)
    elif kind in {"image", "audio", "video", "file"}:
        _check_file(str(kind), payload, network, web)
    else:
        raise wrong_parameter("param message[attachment][type] is none of the types")


def _check_template(payload: Json, network: str) -> None:
    if set(payload) != {"template_type", "text", "buttons"} or payload["template_type"] != "button":
        raise wrong_parameter("Unexpected template")
    if not payload["text"].strip() or len(payload["text"]) > TEMPLATE_TEXT:
        raise wrong_parameter("Length of param name_placeholder[text] must be 1 to 640")
    if not 0 < len(payload["buttons"]) <= BUTTONS:
        raise wrong_parameter("param name_placeholder[buttons] must have 1 to 3 elements")
    for each in payload["buttons"]:
        if each.get("type") not in BUTTON_KINDS[network]:
            raise wrong_parameter("Button type is none of the types")
        _check_title(each)
        if each["type"] == "postback":
            _check_payload(each)
        elif not str(each.get("url", "")).startswith(("http://", "https://")):
            raise wrong_parameter("Button URL is no address")


def _check_title(each: Json) -> None:
    if not str(each.get("title", "")).strip() or len(each["title"]) > TITLE:
        raise wrong_parameter("Length of param title must be 1 to 20")


def _check_payload(each: Json) -> None:
    if not 0 < len(str(each.get("payload", ""))) <= PAYLOAD:
        raise wrong_parameter("Length of param payload must be 1 to 1000")


def _check_file(kind: str, payload: Json, network: str, web: dict[str, WebFile]) -> None:
    url = str(payload.get("url", ""))
    if not url.startswith(("http://", "https://")):
        raise wrong_parameter("param message[attachment][payload][url] is no address")
    file = web.get(url) or WebFile(guess_type(url)[0] or "application/octet-stream")
    if not file.mime:
        raise Refused(400, 100, "(#100) Failed to fetch the file from the url", subcode=2018008)
    if file.size > (IMAGE_BYTES[network] if kind == "image" else MOST_BYTES):
        raise Refused(400, 100, "(#100) Attachment size exceeds allowable limit", subcode=2018047)
    fits = {
        "image": file.mime in IMAGES[network],
        "audio": file.mime.startswith("audio/"),
        "video": file.mime.startswith("video/"),
        "file": network == MESSENGER or file.mime == "application/pdf",
    }
    if not fits[kind]:
        raise Refused(400, 100, "(#100) Upload attachment failure", subcode=2018047)
