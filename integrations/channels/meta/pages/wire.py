"""Requests as Meta's Send API takes them.

Source: its references of messages, templates, quick replies and private replies.
"""

from typing import Any

from bot.rendering import sound
from integrations.channels.meta.pages.render import Button, Request

Fields = dict[str, Any]


def fields_of(request: Request, recipient: Fields, *, marked: bool = False) -> Fields:
    """The body of a call. `marked` messages bear their place among ours, which comes back with their echo."""
    message: Fields = {}
    if request.attached is not None:
        payload = {"url": request.attached.url}
        message["attachment"] = {"type": request.attached.type, "payload": payload}
    elif request.buttons:
        message["attachment"] = {"type": "template", "payload": _template(request)}
    else:
        message["text"] = sound(request.text)
    replies: list[Fields] = [{"content_type": "user_phone_number"}] if request.phone else []
    replies += map(_reply, request.replies)
    if replies:
        message["quick_replies"] = replies
    if marked:
        message["metadata"] = request.mark
    if request.tag:
        return {"recipient": recipient, "messaging_type": "MESSAGE_TAG", "tag": request.tag, "message": message}
    return {"recipient": recipient, "messaging_type": "RESPONSE", "message": message}


def _template(request: Request) -> Fields:
    return {"template_type": "button", "text": sound(request.text), "buttons": [*map(_button, request.buttons)]}


def _button(button: Button) -> Fields:
    if button.url:
        return {"type": "web_url", "title": sound(button.label), "url": sound(button.url)}
    return {"type": "postback", "title": sound(button.label), "payload": button.data}


def _reply(button: Button) -> Fields:
    return {"content_type": "text", "title": sound(button.label), "payload": button.data}
