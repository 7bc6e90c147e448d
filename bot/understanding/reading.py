"""What is made of free words: how sure it is, and what they may mean."""

from dataclasses import dataclass
from enum import Enum


class Band(Enum):
    """How sure a reading is: act on it, ask which of the likeliest is meant, or leave it to the menu and a human."""

    SURE = "sure"
    ASK = "ask"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Guess:
    """One thing that a text may mean: the key of an intent, and a score from 0 to 1."""

    key: str
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text may mean, likeliest first: one guess when sure, up to three to ask about, none when unknown.

    `whole` says that the text is an example phrase, to the letter or spelled in other letters, so that no likeness
    was needed.
    """

    band: Band
    guesses: tuple[Guess, ...] = ()
    whole: bool = False


UNKNOWN = Reading(Band.UNKNOWN)
