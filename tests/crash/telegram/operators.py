"""Two operators in the staff's forum group: each request is answered once, in its topic, and closed when it is done with."""

import asyncio
import random
import re
from dataclasses import dataclass, field

from tests.crash.telegram.messenger import Messenger, Note

HELP = re.compile(r"need help ([\d-]+)\.")
THANKS = re.compile(r"thanks ([\d-]+)\.")
CASE = re.compile(r"#([A-Z2-9]{8})")


@dataclass
class Operators:
    """`answered` are the words that were written for customers, by the request that they answer."""

    messenger: Messenger
    group: int
    people: list[int]
    draw: random.Random
    answered: dict[str, str] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)

    async def work(self) -> None:
        """Read everything that comes into the group and do what it asks for."""
        screen, read = self.messenger.screen(self.group), 0
        while True:
            async with screen.changed:
                await screen.changed.wait_for(lambda n=read: len(screen.notes) > n)  # type: ignore[misc]
            for note in screen.notes[read:]:
                await self._serve(note)
                read += 1

    async def _serve(self, note: Note) -> None:
        for tag in HELP.findall(note.text):
            if tag not in self.answered:
                self.answered[tag] = f"answer {tag}."
                await asyncio.sleep(self.draw.uniform(0, 0.2))
                await self._say(note, self.answered[tag])
        for tag in THANKS.findall(note.text):
            if tag not in self.closed:
                self.closed.add(tag)
                await self._close(note)

    async def _close(self, note: Note) -> None:
        """By the command, or by the button under the card, perhaps twice at once."""
        case = CASE.search(note.text)
        if case is None or self.draw.random() < 0.5:
            await self._say(note, "/close")
            return
        who = self.draw.choice(self.people)
        press = ("groups", self.group, "presses", {"who": who, "label": f"case.close:{case.group(1)}"})
        await self.messenger.acts(*[press] * self.draw.choice((1, 1, 2)))

    async def _say(self, note: Note, text: str) -> None:
        who = self.draw.choice(self.people)
        await self.messenger.act("groups", self.group, "says", who=who, text=text, topic=note.topic)
