"""What goes wrong in a run, and how often: each seed draws its own weather, so that rare mixtures come up too.

Most faults are off in most seeds. A seed with one fault finds what a seed with all of them hides.
"""

import random
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Weather:
    """Rates are chances a go; counts are how often in a run. Everything is off by default."""

    people: int = 0
    notes: int = 0
    """Events of the ledger, the smallest actor there is."""
    crashes: int = 0
    stops: int = 0
    """Orderly ends."""
    workers: int = 1
    shuffled: bool = False
    slow: float = 0.0
    """A call of the database or of a messenger that takes a while."""
    stalls: float = 0.0
    """One that takes longer than a lease lasts."""
    lost_before: float = 0.0
    lost_after: float = 0.0
    retries: float = 0.0
    refusals: float = 0.0
    bugs: float = 0.0
    """The channel raises something."""
    parts: bool = False
    unacked: float = 0.0
    """Deliveries whose answer the messenger never got."""
    redelivered: float = 0.0
    polling: bool = False
    """One queue for all chats, as in long polling, instead of one a chat."""
    outages: int = 0
    refused_writes: int = 0
    unsure_commits: float = 0.0
    """Commits that were kept but answered with an error."""
    jumps: int = 0
    poison: float = 0.0
    flaky: float = 0.0
    stop_words: float = 0.0
    humans: float = 0.0
    news: int = 0
    """Broadcasts to everybody."""
    age: bool = False
    """Let two weeks and more pass in the end, so that what has served its time goes."""

    def calm(self) -> "Weather":
        """The same world without anything going wrong."""
        quiet = {name: type(getattr(self, name))() for name in FAULTS}
        return replace(self, **quiet)

    def __str__(self) -> str:
        on = [(each.name, getattr(self, each.name)) for each in fields(self)]
        return ", ".join(f"{name}={value:g}" for name, value in on if value)


FAULTS = (
    "crashes", "stops", "slow", "stalls", "lost_before", "lost_after", "retries", "refusals", "bugs", "unacked", "redelivered",
    "outages", "refused_writes", "unsure_commits", "jumps",
)  # fmt: skip
"""What ends when the second half of a run begins, in which all must come to rest."""


def drawn(draw: random.Random) -> Weather:
    """The weather of a seed."""

    def some(rate: float, often: float = 0.5) -> float:
        return rate * draw.choice((0.5, 1.0, 2.0)) if draw.random() < often else 0.0

    def few(most: int, often: float = 0.4) -> int:
        return draw.randint(1, most) if draw.random() < often else 0

    people = draw.choice((0, 1, 1, 2, 2, 3))
    return Weather(
        people=people,
        notes=draw.randint(0 if people else 6, 14),
        crashes=draw.choice((0, 1, 1, 2, 3)),
        stops=few(1, 0.2),
        workers=draw.choice((1, 1, 1, 2)),
        shuffled=draw.random() < 0.5,
        slow=some(0.2),
        stalls=some(0.01, 0.2),
        lost_before=some(0.06),
        lost_after=some(0.06),
        retries=some(0.06),
        refusals=some(0.02, 0.2),
        bugs=some(0.03, 0.2),
        parts=draw.random() < 0.5,
        unacked=some(0.05),
        redelivered=some(0.1),
        polling=draw.random() < 0.4,
        outages=few(2),
        refused_writes=few(2, 0.3),
        unsure_commits=some(0.03, 0.25),
        jumps=few(2, 0.25),
        poison=some(0.03, 0.2),
        flaky=some(0.05, 0.3),
        stop_words=some(0.08, 0.4),
        humans=some(0.05, 0.3),
        news=few(3, 0.4),
        age=draw.random() < 0.1,
    )
