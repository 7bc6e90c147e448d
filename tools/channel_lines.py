"""What a customer's phone shows of a message, read from what the channel's stand-in took for it."""

from collections.abc import Sequence
from typing import Any

from tests.contracts.channels.line import Line as Channel
from tests.contracts.channels.lines.pages import MessengerLine
from tests.contracts.channels.lines.playmobile import PlayMobileLine
from tests.contracts.channels.lines.twilio import TwilioLine
from tests.contracts.channels.lines.viber import ViberLine
from tests.contracts.channels.lines.whatsapp import WhatsAppLine
from tests.standins.meta.whatsapp_people import Shown
from tests.standins.viber.checking import shows
from tools.chat_page import Key, Line, Row

VIBER_COLUMNS = 6


def arrived(channel: Channel) -> list[Line]:
    """All that has come to the customer so far, the oldest first; raises `LookupError` for a channel without a screen."""
    match channel:
        case WhatsAppLine():
            return [_whatsapp(each) for each in channel.person.screen]
        case MessengerLine():
            return [_page(each) for each in channel.person.screen]
        case ViberLine():
            return [viber(fields) for method, fields in channel.api.calls if method == "send_message"]
        case TwilioLine():
            return [Line(text=each.seen.text) for each in channel.api.messages]
        case PlayMobileLine():
            return [Line(text=each.text) for each in channel.api.phones]
    raise LookupError(f"nobody knows how {channel.name} looks")


def remarks(channel: MessengerLine) -> list[Line]:
    """What stands under the post, by everybody."""
    lines: list[Line] = []
    for thread in channel.page.threads.values():
        lines.append(Line(name=thread.author.name, text=thread.text, mine=True, public=True))
        lines += [Line(text=reply, public=True) for reply in thread.replies]
    return lines


def viber(fields: dict[str, Any]) -> Line:
    """A message with the keyboard that stays at the bottom of the screen."""
    keyboard = fields.get("keyboard", {"Buttons": []})
    rows: list[list[Key]] = []
    room = 0
    for button, label in zip(keyboard["Buttons"], shows(keyboard), strict=True):
        columns = button.get("Columns", VIBER_COLUMNS)
        if columns > room:
            rows.append([])
            room = VIBER_COLUMNS
        rows[-1].append(Key(label))
        room -= columns
    return Line(text=fields.get("text", ""), below=rows)


def _whatsapp(seen: Shown) -> Line:
    action = seen.fields.get("interactive", {}).get("action", {})
    line = Line(text=seen.words)
    line.keys = [[Key(each["reply"]["title"])] for each in action.get("buttons", [])]
    if link := action.get("parameters"):
        line.keys = [[Key(link["display_text"], link=True)]]
    if sections := action.get("sections"):
        line.opener = action["button"]
        line.rows = [Row(row["title"], row.get("description", "")) for each in sections for row in each["rows"]]
    return line


def _page(message: dict[str, Any]) -> Line:
    payload = message.get("attachment", {}).get("payload", {})
    lasting = payload.get("buttons", ())
    return Line(
        text=message.get("text") or payload.get("text", ""),
        keys=[[Key(each["title"], link=each["type"] == "web_url")] for each in lasting],
        below=_quick([each["title"] for each in message.get("quick_replies", ()) if "title" in each]),
    )


def _quick(labels: Sequence[str]) -> list[list[Key]]:
    return [[Key(each) for each in labels]] if labels else []
