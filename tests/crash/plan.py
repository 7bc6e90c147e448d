"""What a run is to be: where, how many ends of which kind, and what goes wrong beneath."""

import random
from dataclasses import dataclass

WAYS = ("sqlite", "postgres", "workers", "telegram-polling", "telegram-webhook", "telegram-workers")
"""Web chat on SQLite, on PostgreSQL, and on PostgreSQL with three processes; Telegram on SQLite in either way that
updates come, and by webhook on PostgreSQL with two processes."""

SIZES = {"workers": 3, "telegram-workers": 2}
ALL_AT_ONCE, AWAY = 20, 12
"""Of so many kills among several processes one is of all at once, and one of a process that stays away."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of what; the same seed kills at the same moments and lets the same people in.

    `born` says that processes are born in a nursery, which is quick, instead of reading the code each time. `times` is how
    often each of `faults` happens, `lives` how many seconds a process works between two kills.
    """

    way: str
    kills: int
    messages: int
    seed: int
    people: int = 24
    stops: int = 3
    faults: tuple[str, ...] = ()
    times: int | None = None
    born: bool = False
    lives: tuple[float, float] | None = None

    @property
    def on_telegram(self) -> bool:
        """Whether people write in Telegram."""
        return self.way.startswith("telegram")

    @property
    def telegram_mode(self) -> str:
        """How updates come."""
        return "polling" if self.way == "telegram-polling" else "webhook"

    @property
    def on_postgres(self) -> bool:
        """Whether the database is a server."""
        return self.way in {"postgres", *SIZES}

    @property
    def size(self) -> int:
        """How many processes there are."""
        return SIZES.get(self.way, 1)

    @property
    def impossible(self) -> str:
        """Why it cannot be carried out; empty when it can."""
        if "database" in self.faults and not self.on_postgres:
            return "a SQLite file cannot be restarted; --faults database goes with the ways on PostgreSQL"
        if "disk" in self.faults and self.on_postgres:
            return "--faults disk goes with the ways on SQLite"
        return ""

    def ends(self, draw: random.Random) -> list[str]:
        """In which order the lives of processes end, and how."""
        kinds = ["kill"] * self.kills
        if self.size > 1:
            kinds[: self.kills // ALL_AT_ONCE] = ["kill all"] * (self.kills // ALL_AT_ONCE)
            away = self.kills // AWAY
            kinds[len(kinds) - away :] = ["kill and stay away"] * away
        kinds += ["stop"] * self.stops
        draw.shuffle(kinds)
        return kinds
