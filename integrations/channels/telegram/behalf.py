"""Chats in which the bot speaks for the firm's own account: a person of Telegram Business who has connected it.

The customer writes to that person, not to the bot. Such a chat has an address of its own, `<chat>@<connection>`, so it never
mixes with the same customer's chat with the bot, and every call in it names the connection.
"""

import re
from datetime import timedelta
from typing import Any, NamedTuple

import msgspec

from integrations.channels.telegram.limits import CALLBACK_BYTES
from integrations.channels.telegram.render import Call

WINDOW = timedelta(hours=24)
"""For how long after an incoming message the bot may send and edit there (Bot API, BusinessBotRights, `can_reply`)."""
CONNECTION = re.compile(r"[A-Za-z0-9_-]{1,128}")
MARK = "@"
"""What a button there gives back begins with it: a press under an old message bears no connection any more, and must not
be taken for one in the same customer's chat with the bot."""


class Address(NamedTuple):
    """A private chat, and the business connection that it is held over; none for one with the bot itself."""

    chat: int
    connection: str = ""

    def __str__(self) -> str:
        """As it stands in a contact."""
        return f"{self.chat}@{self.connection}" if self.connection else str(self.chat)


def read_address(address: str) -> Address:
    """Read a contact's address back; raises `ValueError` for what is none."""
    chat, _, connection = address.partition("@")
    return Address(int(chat), connection)


def on_behalf(call: Call, connection: str) -> Call:
    """The same call for the firm's own account.

    A reply keyboard is not supported there (Bot API, ReplyKeyboardMarkup), so the choices become buttons; nobody can
    be asked for their phone by a key and types it. A message is taken away by another method (deleteBusinessMessages).
    """
    fields = {**call.fields, "business_connection_id": connection}
    if call.method == "deleteMessage":
        message = fields.pop("message_id")
        return msgspec.structs.replace(
            call, method="deleteBusinessMessages", fields={**fields, "message_ids": [message]}
        )
    if "keyboard" in fields.get("reply_markup", {}):
        del fields["reply_markup"]
        if call.inline is not None:
            fields["reply_markup"] = call.inline
    if "inline_keyboard" in fields.get("reply_markup", {}):
        rows = fields["reply_markup"]["inline_keyboard"]
        fields["reply_markup"] = {"inline_keyboard": [list(map(marked, row)) for row in rows]}
    return msgspec.structs.replace(call, fields=fields)


def marked(button: dict[str, Any]) -> dict[str, Any]:
    """A button that says that it stands in such a chat."""
    data = button.get("callback_data", "")
    fits = data and len(f"{MARK}{data}".encode()) <= CALLBACK_BYTES
    return {**button, "callback_data": f"{MARK}{data}"} if fits else button
