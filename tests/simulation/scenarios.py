"""Short stories told without a fault, and then once more for every moment at which the program may be cut off.

Two cuts between which neither the database nor the world has changed are one and the same to whoever comes after, so
each such moment is tried once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from bot.events import BROADCAST, Announced, CaseChanged, Event, LanguageChosen, Opened, Pressed, Said
from tests.simulation.loop import Crashed
from tests.simulation.outside import Piece
from tests.simulation.post import contact
from tests.simulation.run import Ending, Ground, Run, run_seed
from tests.simulation.weather import Weather

Act = Event | str | float
"""An event of the person, the label of a button that they wait for and press, or seconds to wait."""

NEWS = Announced("news", {"en": "News: we have a new chair."}, 0)


def says(*texts: str) -> list[Act]:
    """The person writes these, one after another, each when the last was answered."""
    return [Said(text, client_id=f"s{n}") for n, text in enumerate(texts)]


BOOKED: list[Act] = [
    *says("Book a visit"), "Consultation", "Kentron", "Anahit Sargsyan", "Monday 23 November, 14:00",
    Said("Anna", client_id="a1"), Said("+374 91 123456", client_id="a2"), "Yes, that is right",
]  # fmt: skip


class Story(NamedTuple):
    """What happens; `notes` are told to a ledger meanwhile."""

    acts: Sequence[Act]
    notes: Sequence[tuple[str, str]] = ()
    weather: Weather = Weather(people=1)


STORIES: Mapping[str, Story] = {
    "a greeting": Story([Opened("en")]),
    "the menu": Story(says("menu", "Services and prices", "menu")),
    "a visit": Story(BOOKED),
    "a visit in parts": Story(BOOKED, weather=Weather(people=1, parts=True)),
    "a visit, and twice the last button": Story([*BOOKED[:-1], "Yes, that is right", "Yes, that is right"]),
    "a visit that is moved": Story([*BOOKED, "Another time", Said("1", client_id="m1"), "Yes, that is right"]),
    "a visit that is cancelled": Story([*BOOKED, "Cancel the visit", "Yes"]),
    "a visit that is left half way": Story([*BOOKED[:6], *says("cancel", "menu")]),
    "a visit and its reminder": Story([*BOOKED, 9000.0]),
    "a request for a person": Story(says("HUMAN", "It hurts.", "Very much.")),
    "STOP and START": Story(says("STOP", "START")),
    "news": Story([Opened("en"), NEWS]),
    "news after STOP": Story([*says("STOP"), NEWS]),
    "another language": Story([Opened("en"), LanguageChosen("en")]),
    "a poisoned event": Story(says("poison", "menu")),
    "an event that fails twice": Story(says("flaky2", "menu")),
    "an order to two systems": Story([], [("push", "w1"), ("push", "w2")]),
    "timers": Story([], [("timer", "w1"), ("timer", "w2"), ("own", "w3"), ("forget", "w4"), ("timer", "w5")]),
    "a word to somebody else": Story([], [("tell", "w1"), ("note", "w2"), ("tell", "w3")]),
    "two at once for one time": Story(BOOKED[:5], weather=Weather(people=2)),
}


class Teller:
    """Lets a story happen in a run, at the person's own pace."""

    def __init__(self, run: Run, story: Story) -> None:
        self.run, self.acts = run, list(story.acts)
        for n, (verb, word) in enumerate(story.notes):
            run.world.after(1.0 + n, run._tell, "ledger/a", CaseChanged(verb, word))
        self.seen: dict[str, list[Piece]] = {name: [] for name in run.people}
        self.left = {name: list(self.acts) for name in run.people}
        for person in run.people.values():
            person.acts = 0
        run.line.hears = self._hears
        for n, name in enumerate(run.people):
            run.world.after(1.0 + n / 10, self._goes_on, name)

    def _hears(self, actor: str, piece: Piece) -> None:
        self.run._hears(actor, piece)
        name = actor.rpartition("/")[2]
        if piece.last:
            self.seen[name].append(piece)
            self.run.world.after(0.5, self._goes_on, name)

    def _goes_on(self, name: str) -> None:
        """Do the next thing; what waits for a button that has not come yet waits on."""
        left = self.left[name]
        if not left:
            return
        act = left[0]
        if isinstance(act, str):
            found = next(
                ((piece.number, choice.id) for piece in reversed(self.seen[name]) for choice in piece.message.choices
                 if choice.label == act), None,
            )  # fmt: skip
            if found is None:
                return
            event: Event = Pressed(*found, client_id=f"p{len(left)}")
        elif isinstance(act, float):
            left.pop(0)
            self.run.world.after(act, self._goes_on, name)
            return
        else:
            event = act
        left.pop(0)
        lane, key = (BROADCAST, f"campaign:{name}") if isinstance(event, Announced) else (0, "")
        self.run.post.send(contact(name).actor, event, lane=lane, key=key)
        same = bool(left) and left[0] == act
        self.run.world.after(0.0 if same else 20.0, self._goes_on, name)


class Told(Run):
    """A run of a story that is cut off once, at a tick; `moments` are the ticks that are worth it."""

    story: Story
    cut_at: int = 0

    def prepare(self) -> None:
        """Nothing but the story happens."""
        Teller(self, self.story)
        self.moments: list[int] = []

    def _trouble(self) -> None:
        life = self.begin()
        state: list[object] = [None]

        def each() -> None:
            now = (life.store.changes, len(self.world.trace), self.post.answers)
            if now != state[0]:
                state[0] = now
                self.moments.append(life.loop.ticks + 1)

        life.loop.each = each
        try:
            life.run(self.cut_at, horizon=timedelta(days=2).total_seconds())
        except Crashed:
            self._end(life, "crash")
        else:
            self._end(life, "stop")


def tell(ground: Ground, name: str, cut_at: int = 0) -> tuple[Ending, list[int]]:
    """Tell a story, cut off at a tick (0: not at all); gives the moments at which it may be cut off, too."""
    story = STORIES[name]
    made: list[Told] = []

    def make(*args: object) -> Run:
        run = Told(*args)  # type: ignore[arg-type]
        run.story, run.cut_at = story, cut_at
        made.append(run)
        return run

    weather = replace(story.weather, notes=0)
    ending = run_seed(ground, f"{name}/{cut_at}".replace(" ", "_"), weather, make=make)
    return ending, made[0].moments


def exhaust(ground: Ground, name: str, each: Callable[[Ending], None], *, step: int = 1, first: int = 0) -> int:
    """Cut a story off at every moment (or every so many, from `first` on); gives how many moments there are."""
    whole, moments = tell(ground, name)
    each(whole)
    for moment in moments[first::step]:
        each(tell(ground, name, moment)[0])
    return len(moments)
