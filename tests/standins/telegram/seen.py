"""A message as somebody sees it on the screen."""

from dataclasses import dataclass
from typing import Any

from tests.standins.telegram.chats import Posted
from tests.standins.telegram.wire import Json

CONTENTS = ("text", "photo", "document", "voice", "video", "audio", "sticker", "location", "contact")


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands there now. `kind` is the content (`text`, `photo`…) or the name of a service message."""

    message_id: int
    name: str
    by_bot: bool
    kind: str
    text: str
    buttons: tuple[tuple[str, ...], ...]
    topic: int
    edited: bool
    body: Json

    @property
    def labels(self) -> tuple[str, ...]:
        """The buttons in one row."""
        return tuple(label for row in self.buttons for label in row)

    def as_json(self) -> dict[str, Any]:
        """The same, for another process."""
        return {name: getattr(self, name) for name in self.__slots__}


def seen(posted: Posted) -> Seen:
    """Look at a message."""
    body = posted.body
    author = body.get("sender_chat") or body.get("from") or {}
    service = next((name for name in body if name.startswith(("forum_topic_", "migrate_", "new_chat", "left_"))), "")
    rows = body.get("reply_markup", {}).get("inline_keyboard", [])
    return Seen(
        message_id=posted.id,
        name=str(author.get("title") or author.get("first_name") or ""),
        by_bot=bool(posted.bot),
        kind=next((name for name in CONTENTS if name in body), service),
        text=str(body.get("text") or body.get("caption") or ""),
        buttons=tuple(tuple(str(button["text"]) for button in row) for row in rows),
        topic=posted.topic,
        edited="edit_date" in body,
        body=body,
    )
