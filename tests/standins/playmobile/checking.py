"""What the broker looks at before it takes messages, with the codes of its description."""

from typing import Any

MOST_CHARACTERS = 640
MOST_MESSAGES = 500
TOP = {"messages", "priority", "timing"}
MESSAGE = {"recipient", "message-id", "sms", "template-id", "variables"}
SMS = {"originator", "content", "ttl"}
DESCRIPTIONS = {
    "100": "Internal server error",
    "101": "Syntax error",
    "102": "Account lock",
    "103": "Empty channel",
    "105": "Too much IDs",
    "202": "Empty recipient",
    "205": "Empty message-id",
    "401": "Empty originator",
    "404": "Empty content",
    "405": "Content error",
    "406": "Invalid content",
}


class Refused(Exception):
    """The broker says no."""

    def __init__(self, code: str) -> None:
        super().__init__(DESCRIPTIONS[code])
        self.code = code


def check(fields: Any) -> list[dict[str, Any]]:
    """The messages of a request; raises `Refused`."""
    messages = fields.get("messages") if isinstance(fields, dict) else None
    if not isinstance(messages, list) or not messages or set(fields) - TOP:
        raise Refused("101")
    if len(messages) > MOST_MESSAGES:
        raise Refused("105")
    for each in messages:
        _check(each)
    return messages


def _check(message: Any) -> None:
    if not isinstance(message, dict) or set(message) - MESSAGE:
        raise Refused("101")
    recipient = message.get("recipient")
    if not (isinstance(recipient, str) and recipient.isdecimal() and recipient.isascii()):
        raise Refused("202")
    if not message.get("message-id"):
        raise Refused("205")
    sms = message.get("sms")
    if not isinstance(sms, dict) or set(sms) - SMS:
        raise Refused("103")
    if not 0 < len(sms.get("originator", "")) <= 11:
        raise Refused("401")
    content = sms.get("content")
    if not isinstance(content, dict) or set(content) != {"text"}:
        raise Refused("405")
    if not content["text"].strip():
        raise Refused("404")
    if len(content["text"].encode("utf-16-le")) // 2 > MOST_CHARACTERS:
        raise Refused("406")
