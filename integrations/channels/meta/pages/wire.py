"""Requests as Meta's Send API takes them.

Source: its references of messages, templates, quick replies and private replies.
"""

from typing import Any

from bot.rendering import sound
from integrations.channels.meta.pages.limits import PAYLOAD_BYTES
from integrations.channels.meta.pages.receive import WORDS
from integrations.channels.meta.pages.render import Button, Request

Fields = dict[str, Any]


def fields_of(request: Request, recipient: Fields, *, marked: bool = False, elsewhere: bool = False) -> Fields:
    """The body of a call. `marked` messages bear their place among ours, which comes back with their echo.

    `elsewhere` says that the answer will come in another conversation, where a number of this one means nothing: then
    buttons give back the words that they stand for.
    """
    message: Fields = {}
    if request.attached is not None:
        payload = {"url": request.attached.url}
        message["attachment"] = {"type": request.attached.type, "payload": payload}
    elif request.buttons:
        message["attachment"] = {"type": "template", "payload": _template(request, elsewhere=elsewhere)}
    else:
        message["text"] = sound(request.text)
    replies: list[Fields] = [{"content_type": "user_phone_number"}] if request.phone else []
    replies += (_reply(each, elsewhere=elsewhere) for each in request.replies)
    if replies:
        message["quick_replies"] = replies
    if marked:
        message["metadata"] = request.mark
    if request.tag:
        return {"recipient": recipient, "messaging_type": "MESSAGE_TAG", "tag": request.tag, "message": message}
    return {"recipient": recipient, "messaging_type": "RESPONSE", "message": message}


def _template(request: Request, *, elsewhere: bool) -> Fields:
    buttons = [_button(each, elsewhere=elsewhere) for each in request.buttons]
    return {"template_type": "button", "text": sound(request.text), "buttons": buttons}


def _button(button: Button, *, elsewhere: bool) -> Fields:
    if button.url:
        return {"type": "web_url", "title": sound(button.label), "url": sound(button.url)}
    return {"type": "postback", "title": sound(button.label), "payload": _data(button, elsewhere=elsewhere)}


def _reply(button: Button, *, elsewhere: bool) -> Fields:
    return {"content_type": "text", "title": sound(button.label), "payload": _data(button, elsewhere=elsewhere)}


def _data(button: Button, *, elsewhere: bool) -> str:
    if not elsewhere:
        return button.data
    words = f"{WORDS}{sound(button.words)}"
    return words if len(words.encode()) <= PAYLOAD_BYTES else f"{WORDS}{sound(button.label)}"
