"""Customers: they answer what they see, mostly sensibly, and now and then they do what people do.

They press twice, type numbers, write something else in between, ask for a person, want no more messages, go back and leave.
What they know is what arrived on their screen, so a person never answers what the program only believes to have said.
"""

from dataclasses import dataclass, field

from bot.events import Opened, Pressed, Said
from tests.simulation.outside import Piece
from tests.simulation.post import Post, contact
from tests.simulation.world import World

ENDINGS = ("Cancel the visit", "Another time", "Yes", "Yes, that is right")
OTHERS = ("menu", "back", "cancel", "help", "My visits", "Book a visit", "START", "What does it cost?", "zq")
PATIENCE = 90.0


@dataclass
class Person:
    """Somebody with a phone; `acts` is how much they will still do by themselves."""

    name: str
    world: World
    post: Post
    acts: int = 12
    words: int = 0
    _seen: list[Piece] = field(default_factory=list)
    _thinking: bool = False

    @property
    def actor(self) -> str:
        """The conversation with them."""
        return contact(self.name).actor

    def comes(self) -> None:
        """Open the chat and say what they want."""
        self._does(Opened("en"))
        self._does(Said("Book a visit", client_id=self._word()))
        self.world.after(PATIENCE, self._gets_impatient, self.words)

    def hears(self, piece: Piece) -> None:
        """Something new stands on the screen; an answer follows after a while."""
        if not piece.last:
            return
        self._seen.append(piece)
        if not self._thinking and self.acts > 0:
            self._thinking = True
            self.world.after(self.world.draw.uniform(0.2, 6.0), self._reacts)

    def _gets_impatient(self, words: int) -> None:
        """Nothing has come for a while: write again."""
        if self.acts <= 0:
            return
        if self.words == words:
            self._answers(self._seen[-1] if self._seen else None)
        self.world.after(PATIENCE, self._gets_impatient, self.words)

    def _reacts(self) -> None:
        self._thinking = False
        if self.acts > 0:
            self._answers(self._seen[-1])

    def _answers(self, piece: Piece | None) -> None:
        self.acts -= 1
        world, draw, weather = self.world, self.world.draw, self.world.weather
        roll = draw.random()
        if piece is not None and piece.text.startswith("News") and world.chance(4 * weather.stop_words):
            self._says("STOP")
        elif world.chance(weather.poison):
            self._says(f"poison {self.words}")
        elif world.chance(weather.flaky):
            self._says(f"flaky{draw.randint(1, 4)} {self.words}")
        elif world.chance(weather.stop_words):
            self._says(draw.choice(("STOP", "STOP", "START")))
        elif world.chance(weather.humans):
            self._says("HUMAN")
        elif piece is None or roll < 0.08:
            self._says(draw.choice(OTHERS))
        elif piece.message.choices:
            self._chooses(piece, roll)
        elif piece.message.hint == "tel":
            self._says("+374 91 123456")
        else:
            self._says("Anna")

    def _chooses(self, piece: Piece, roll: float) -> None:
        draw, choices = self.world.draw, piece.message.choices
        place = 0 if draw.random() < 0.75 else draw.randrange(len(choices))
        place = next((n for n, choice in enumerate(choices) if choice.label in ENDINGS and draw.random() < 0.5), place)
        if piece.message.numbered and roll > 0.75:
            self._says(str(place + 1))
            return
        for _ in range(2 if roll < 0.2 else 1):
            self._does(Pressed(piece.number, choices[place].id, self._word()))

    def _says(self, text: str) -> None:
        self._does(Said(text, client_id=self._word()))

    def _word(self) -> str:
        self.words += 1
        return f"{self.name}{self.words:03}"

    def _does(self, event: Opened | Pressed | Said) -> None:
        self.post.send(self.actor, event)
