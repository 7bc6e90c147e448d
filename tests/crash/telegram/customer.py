"""Somebody in a private chat with the bot who wants something, and answers the newest question."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.crash.page import Stuck
from tests.crash.person import BOOKED, CANCELLED, MOVED, NAMES, SERVICES
from tests.crash.telegram.messenger import Messenger, Note

QUIET_SECONDS = 0.3  # without another message, before the newest one is answered
DOUBLE = 0.3  # how often a button is pressed twice at once
PRESSED = 0.6  # how often a button is pressed, and not its number typed
LINES = 8
CONTACTED, CLOSED, RATED = "We will contact you", "How did we do?", "Thank you for your rating"

WANTS: Mapping[str, tuple[str, ...]] = {
    "book": (),
    "book and move": ("Another time", MOVED),
    "book and cancel": ("Cancel the visit", CANCELLED),
}


@dataclass
class Customer:
    """One person; `tag` stands in what they write to operators. `sent` counts what they did."""

    messenger: Messenger
    number: int
    tag: str
    wish: str
    draw: random.Random
    patience: float
    sent: int = 0
    asked: list[str] = field(default_factory=list)
    """What operators must see."""

    def __post_init__(self) -> None:
        self._read = 0
        self._phone = f"+374 99 {self.draw.randrange(100000, 999999)}"

    @property
    def notes(self) -> list[Note]:
        """What the bot has sent so far."""
        return self.messenger.screen(self.number).notes

    async def live(self) -> None:
        """Do what they came for; raises `Stuck` when the bot stops answering."""
        match self.wish:
            case "chat":
                await self._chat()
            case "qualify":
                await self._talk("Request a call", CONTACTED)
            case "human":
                await self._ask_people()
            case _:
                await self._book()

    async def _book(self) -> None:
        booked = await self._talk("Book a visit", BOOKED)
        if WANTS[self.wish]:
            button, goal = WANTS[self.wish]
            await self._press(booked, button)
            await self._on_to(goal)

    async def _chat(self) -> None:
        """Numbered lines, several on their way at once: their order is what counts."""
        for n in range(LINES):
            await self._say(f"xyzzy number {n + 1}")
            if self.draw.random() < 0.3:
                await self._until(lambda: len(self.notes) > self._read, "an answer")
                self._read = len(self.notes)
        await self._until(lambda: len(self.notes) >= LINES, f"{LINES} answers")

    async def _ask_people(self) -> None:
        """Ask for a human, be answered line by line, and say how it was."""
        await self._say("HUMAN")
        await self._until(lambda: self._seen("passed this on"), "the word that people were told")
        for n in range(self.draw.randrange(1, 4)):
            self.asked.append(f"need help {self.tag}-{n}.")
            await self._say(self.asked[-1])
            await self._until(lambda n=n: self._seen(f"answer {self.tag}-{n}."), f"answer {n}")  # type: ignore[misc]
        self.asked.append(f"thanks {self.tag}.")
        await self._say(self.asked[-1])
        await self._until(lambda: self._seen(CLOSED), "the end of it")
        self._read = len(self.notes) - 1
        await self._on_to(RATED)

    def _seen(self, words: str) -> bool:
        return any(words in note.text for note in self.notes)

    async def _talk(self, opening: str, goal: str) -> Note:
        await self._say(opening)
        return await self._on_to(goal)

    async def _on_to(self, goal: str) -> Note:
        """Answer the newest question, again and again, until the goal's words come; gives that message."""
        start = self._read
        while True:
            await self._until(lambda: len(self.notes) > self._read, f"{goal!r}")
            await self._quiet()
            self._read = len(self.notes)
            if found := next((note for note in self.notes[start:] if goal in note.text), None):
                return found
            for note in reversed(self.notes[start:]):
                if (reply := self._reply_to(note.text)) is not None:
                    await self._answer(note, reply)
                    break

    async def _quiet(self) -> None:
        seen = -1
        while seen < len(self.notes):
            seen = len(self.notes)
            await asyncio.sleep(QUIET_SECONDS)

    async def _answer(self, note: Note, reply: str) -> None:
        """Press the button of a number, or type it; anything else is typed."""
        if reply.isdigit() and len(reply) == 1 and int(reply) <= len(note.buttons) and self.draw.random() < PRESSED:
            await self._press(note, note.buttons[int(reply) - 1][0])
        else:
            await self._say(reply)

    async def _say(self, text: str) -> None:
        self.sent += 1
        await self.messenger.act("people", self.number, "says", text=text)

    async def _press(self, note: Note, label: str) -> None:
        data = next(data for text, data in note.buttons if text == label)
        times = 2 if self.draw.random() < DOUBLE else 1
        self.sent += times
        press = ("people", self.number, "presses", {"label": data})
        await self.messenger.acts(*[press] * times)

    async def _until(self, true: Callable[[], bool], what: str) -> None:
        screen = self.messenger.screen(self.number)
        try:
            async with asyncio.timeout(self.patience), screen.changed:
                await screen.changed.wait_for(true)
        except TimeoutError as error:
            last = [note.text[:200] for note in self.notes[-2:]]
            raise Stuck(f"{self.tag} ({self.wish}) waited in vain for {what}; on the screen: {last}") from error

    def _reply_to(self, question: str) -> str | None:
        replies = {
            "What would you like to book?": SERVICES,
            "Which branch suits you?": ("1",),
            "Whom would you like to see?": ("1",),
            "When would you like to come": ("1", "1", "2", "3"),
            "What is your name?": NAMES,
            "What is your phone number?": (self._phone,),
            "Is everything right?": ("1",),
            "Shall I move the visit?": ("1",),
            "Shall I cancel this visit?": ("1",),
            "What are you interested in?": ("1", "2", "3"),
            "When would you like it?": ("1", "2", "3"),
            "Who decides?": ("1", "2"),
            CLOSED: ("4", "5"),
            "What would you like to do?": ("2",),
        }
        return next((self.draw.choice(given) for words, given in replies.items() if words in question), None)
