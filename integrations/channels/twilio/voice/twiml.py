"""Writes TwiML, the XML in which Twilio is told what to do with a call.

Verbs and attributes: Twilio, «TwiML for Programmable Voice».
"""

import re
from collections.abc import Iterable
from html import escape

from bot.ports.channel import Answer

KIND = "text/xml"
FOREIGN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML 1.0 cannot hold


def verb(name: str, inside: str = "", /, **attributes: str | int | None) -> str:
    """One element around what is XML already; an attribute that is None is left out."""
    given = {key: value for key, value in attributes.items() if value is not None}
    written = "".join(f' {key}="{plain(str(value))}"' for key, value in given.items())
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"


def plain(text: str) -> str:
    """Text as it stands between tags or in an attribute."""
    return escape(FOREIGN.sub("", text))


def answer(verbs: Iterable[str]) -> Answer:
    """The whole document."""
    body = "".join(verbs)
    return Answer(f'<?xml version="1.0" encoding="UTF-8"?><Response>{body}</Response>'.encode(), KIND)
