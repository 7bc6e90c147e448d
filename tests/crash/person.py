"""People who write to the demo clinic: what each of them wants, and what they answer to each question."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.crash.page import Page

NAMES = ("Ann Smith", "Jo March", "Mary Poppins", "Peter Pan", "Emma Woodhouse")
SERVICES = ("1", "1", "1", "2", "3")  # most want a consultation, so they race for the same few times
BOOKED, MOVED, CANCELLED = "You are booked.", "Your visit has been moved.", "The visit is cancelled."
NUMBERED = 8  # lines that a chatterer writes without waiting for an answer

WANTS: Mapping[str, tuple[str, ...]] = {
    "book": (),
    "book and move": ("Another time", MOVED),
    "book and cancel": ("Cancel the visit", CANCELLED),
}


@dataclass(frozen=True, slots=True)
class Person:
    """One visitor and their wish: a key of `WANTS`, or `chat`."""

    page: Page
    wish: str
    draw: random.Random

    async def live(self) -> None:
        """Do what they came for; raises `Stuck` when the bot stops answering."""
        await self.page.open()
        if self.wish == "chat":
            await self._chat()
            return
        end = await self._talk("Book a visit", BOOKED)
        if WANTS[self.wish]:
            button, goal = WANTS[self.wish]
            choice = next(each["id"] for each in end["choices"] if each["label"] == button)
            await self._answer(self.page.press(end["seq"], choice), goal)

    async def _chat(self) -> None:
        """Numbered lines, several on their way at once: their order is what counts."""
        for n in range(NUMBERED):
            frame = self.page.say(f"xyzzy number {n + 1}")
            if self.draw.random() < 0.3:
                await self.page.answer_to(frame, lambda _: True)
            if self.draw.random() < 0.1:
                self.page.drop()
        await self.page.answer_to(self.page.frames[-1], lambda _: True)

    async def _talk(self, opening: str, goal: str) -> dict[str, Any]:
        return await self._answer(self.page.say(opening), goal)

    async def _answer(self, frame: Any, goal: str) -> dict[str, Any]:
        """Answer question after question until the goal's words come; gives that message."""
        while True:
            message = await self.page.answer_to(frame, lambda text: goal in text or self.reply_to(text) is not None)
            if goal in message["text"]:
                return message
            reply = self.reply_to(message["text"])
            assert reply is not None
            frame = self.page.say(reply)
            if self.draw.random() < 0.03:
                self.page.drop()

    def reply_to(self, question: str) -> str | None:
        """What this person types; None for a message that asks nothing."""
        for words, replies in self._replies.items():
            if words in question:
                return self.draw.choice(replies)
        return None

    @property
    def _replies(self) -> Mapping[str, tuple[str, ...]]:
        return {
            "What would you like to book?": SERVICES,
            "Which branch suits you?": ("1",),
            "Whom would you like to see?": ("1",),
            "When would you like to come": ("1", "1", "2", "3"),
            "What is your name?": NAMES,
            "What is your phone number?": (f"+374 99 {self.draw.randrange(100000, 999999)}",),
            "Is everything right?": ("1",),
            "Shall I move the visit?": ("1",),
            "Shall I cancel this visit?": ("1",),
        }
