"""A line between the processes of one deployment, for words that may be lost."""

from collections.abc import Callable
from typing import Protocol


class Wire(Protocol):
    """Carries short words to every process that hangs on it, the speaker among them.

    What it loses costs time, no message: whoever waits for a word also looks by itself now and then. Nothing of it is
    ever waited for on the way of a commit.
    """

    @property
    def up(self) -> bool:
        """Whether words come through at present."""

    @property
    def longest(self) -> int:
        """How many bytes one word may have."""

    async def run(self, hear: Callable[[bytes], None]) -> None:
        """Carry until cancelled, whatever happens to the line; raises nothing for a line that is down."""

    def send(self, word: bytes) -> None:
        """Put a word on the line, without waiting; while it is down, or too much waits, the word is dropped."""
