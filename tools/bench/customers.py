"""Who talks to the bots: somebody books a visit, cancels it, and another comes after them; for ever.

A booking is nine updates (/start, the menu, seven answers), its cancelling two more. Everybody asks for another day and
time, as people do.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tools.bench.botapi import BotApi, Chat, Shown

TYPED = {"What is your name?": "Ann Smith", "What is your phone number?": "+374 99 123456"}
PRESSED = {
    "What would you like to book?": "Consultation",
    "Which branch suits you?": "Any branch",
    "Which branch?": "Any branch",
    "Whom would you like to see?": "Anyone",
    "Is everything right?": "Yes, that is right",
    "You are booked": "Cancel the visit",
    "Shall I cancel": "Yes",
}
OVER = "The visit is cancelled"
BOOKED = "You are booked"
WISH = "When would you like"
PATTERN = "tpppptttppp"
"""What the updates of a talk are: typed or pressed. The floor is given the same."""


def asks(shown: Shown) -> bool:
    """Whether a message wants an answer."""
    return bool(shown.buttons) or any(words in shown.text for words in TYPED)


class Customer:
    """A place in the crowd; who sits on it changes with every booking. `twice`: every button is pressed twice at once.

    Who hears nothing for so long that `lose` is called goes, and is counted; another comes to the same place.
    """

    def __init__(self, api: BotApi, places: Callable[[], int], *, twice: bool = False) -> None:
        self._api, self._places, self._twice = api, places, twice
        self._chat: Chat | None = None
        self._asked = False
        self.booked = self.lost = 0

    async def next(self) -> None:
        """One update and its answer."""
        while (shown := await self._once()) is None:
            self.lost += 1
            self._chat = None
        if BOOKED in shown.text:
            self.booked += 1

    def lose(self, began_before: float) -> None:
        """Give up an answer that was waited for since before then."""
        chat = self._chat
        if chat is not None and chat.heard is not None and self._began < began_before and not chat.heard.done():
            chat.heard.set_result(None)

    async def _once(self) -> Shown | None:
        chat, self._began = self._chat, time.monotonic()
        if chat is None or chat.last is None or OVER in chat.last.text:
            if chat is not None:
                self._api.leave(chat)
            self._place, self._asked = self._places(), False
            chat = self._chat = self._api.chat(f"Ann {self._place}", asks)
            chat.heard = asyncio.get_running_loop().create_future()
            self._api.say(chat, "/start")
        else:
            chat.heard = asyncio.get_running_loop().create_future()
            self._act(chat, chat.last)
        return await chat.heard

    @property
    def stands_at(self) -> str:
        """The question that is open, for whoever wonders why nothing moves."""
        return "" if self._chat is None or self._chat.last is None else self._chat.last.text

    def _act(self, chat: Chat, shown: Shown) -> None:
        for words, text in TYPED.items():
            if words in shown.text:
                self._api.say(chat, text)
                return
        if WISH in shown.text and not self._asked:
            self._asked = True
            self._api.say(chat, self._wish())
            return
        wanted = next((label for words, label in PRESSED.items() if words in shown.text), "Book a visit")
        button = next((each for each in shown.buttons if each["text"].startswith(wanted)), shown.buttons[0])
        for _ in range(1 + self._twice):
            self._api.press(chat, shown, button["callback_data"])

    def _wish(self) -> str:
        day = datetime.now(UTC) + timedelta(days=2 + self._place % 50)
        return f"{day:%d.%m} {9 + self._place // 50 % 4}:{(0, 15, 30, 45)[self._place % 4]:02d}"


class Bystander:
    """Somebody who talks to the bare bot: types and presses in the same order as who books, and is asked the same."""

    def __init__(self, api: BotApi) -> None:
        self._api, self._said = api, 0
        self._chat = api.chat("Ann", asks)
        self.booked, self.lost, self.stands_at = 0, 0, ""

    def lose(self, began_before: float) -> None:
        """The floor loses nobody."""

    async def next(self) -> None:
        """One update and its answer."""
        if self._said == len(PATTERN):
            self._api.leave(self._chat)
            self._said, self._chat = 0, self._api.chat("Ann", asks)
        self._chat.heard = asyncio.get_running_loop().create_future()
        if PATTERN[self._said] == "t" or self._chat.last is None:
            self._api.say(self._chat, "hello")
        else:
            self._api.press(self._chat, self._chat.last, self._chat.last.buttons[0]["callback_data"])
        self._said += 1
        await self._chat.heard
