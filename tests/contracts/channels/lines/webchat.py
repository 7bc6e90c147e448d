"""A page of the web chat. Its way in has proved who writes before the channel reads, and its page reads the transcript."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from bot.ports.channel import Inbound
from bot.replies import Message
from integrations.channels.webchat import WebChat
from integrations.channels.webchat.limits import LIMITS
from tests.contracts.channels.line import Ability, Line, Option, Shown


class WebChatLine(Line):
    """A visitor."""

    name = "webchat"
    can: ClassVar[frozenset[Ability]] = frozenset({"press", "picture", "buttons"})
    covers = False
    address = "visitor"

    async def start(self) -> None:
        self.woken: list[str] = []
        self.limits = LIMITS
        self.channel = WebChat(lambda contact: self.woken.append(contact.address))

    async def stop(self) -> None:
        """Nothing is held."""

    def proved(self, body: bytes, *, url: str = "") -> Inbound:
        return self.inbound(body, {}, url=url, address=self.address)

    def _frame(self, **fields: Any) -> Inbound:
        return self.proved(json.dumps(fields).encode())

    def write(self, text: str, number: int) -> Inbound:
        return self._frame(type="say", id=f"c{number}", text=text)

    def opens(self, number: int, language: str) -> Inbound:
        return self._frame(type="open", id=f"c{number}", language=language, page="https://example.com/")

    def press(self, gives: str, number: int, *, label: str = "") -> Inbound:
        message, _, choice = gives.partition(".")
        return self._frame(type="press", id=f"c{number}", message=int(message), choice=choice)

    def picture(self, number: int) -> Inbound:
        media = {"kind": "image", "name": "ab.jpg", "mime": "image/jpeg"}
        return self._frame(type="picture", id=f"c{number}", media=media)

    def samples(self) -> Sequence[Inbound]:
        return [
            self.write("Բարև, мир 😀", 1), self.press("5.0", 2), self.picture(3),
            self._frame(type="language", id="c4", language="hy"),
            self._frame(type="open", id="c5", language="ka", page="https://example.com/prices"),
        ]  # fmt: skip


def shown(number: int, message: Message) -> Shown:
    """A message as the page lays it out."""
    options = tuple(Option(each.label, f"{number}.{each.id}") for each in message.choices)
    return Shown("\n".join([message.text, *(each.label for each in options)]), options)
