"""How an account stands with its provider, and setting it up there."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol, runtime_checkable


class Finding(NamedTuple):
    """One thing that was looked at: `what`, and when it is not `fine`, `how` to mend it. Without secrets."""

    fine: bool
    what: str
    how: str = ""


@runtime_checkable
class Doctored(Protocol):
    """A channel that can look at its account at the provider, and set it up."""

    async def examine(self) -> Sequence[Finding]:
        """Look, and change nothing; a provider that cannot be reached is a finding."""

    async def connect(self) -> Sequence[Finding]:
        """Set up what can be set up from here (where to deliver, commands, templates), and say how it went."""
