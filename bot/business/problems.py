"""What is wrong in a business folder, said to the person who edits it.

Every fault is a line with file, line number and place, and all faults come in one list: an editor who cannot code
should not meet them one start after another.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

Loc = tuple[str | int, ...]
"""The way to a value: keys and list positions (counted from 0) from the top of its file."""

NAMES_SHOWN = 12


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault. `line` counts from 1, 0 is the whole file; `place` is the way to the value, lists counted from 1."""

    file: str
    line: int
    place: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}  {self.place}: {self.message}" if self.place else f"{where}  {self.message}"


class BusinessErrors(Exception):
    """The business folder cannot be used. `errors` holds every fault found, by file and line; `str()` is the list."""

    def __init__(self, errors: Sequence[Problem], folder: str = "") -> None:
        self.errors = tuple(sorted(errors))
        self.folder = folder
        super().__init__(errors, folder)

    def __str__(self) -> str:
        listed = (f"  {each}" for each in self.errors)
        return "\n".join([f"The business folder '{self.folder}' cannot be used:", *listed])


def spell(loc: Loc) -> str:
    """Write the way to a value as an editor reads it: `main.items[3].go`; list positions count from 1."""
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in loc]
    return "".join(parts).removeprefix(".")


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Name the nearest of `known`, or list them when none is near; empty when there is nothing to name."""
    if near := get_close_matches(word, known, n=1):
        return f"; did you mean '{near[0]}'?"
    if not known:
        return ""
    shown = sorted(known)[:NAMES_SHOWN]
    return f"; there are: {', '.join(shown)}" + (", …" if len(known) > len(shown) else "")


def no_such(what: str, word: str, known: Collection[str]) -> str:
    """Say that `word` names nothing, and what was probably meant."""
    return f"there is no {what} '{word}'{did_you_mean(word, known)}"
