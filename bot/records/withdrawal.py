"""What must not leave any more: news and reminders that still wait when the customer writes STOP."""

from dataclasses import dataclass

from bot.ports.store import Query, Script

UNASKED = ("reminder", "broadcast")
"""The kinds of message that nobody asked for."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take back what a conversation would still be sent unasked.

    What is on its way already cannot be; if it does not arrive, it is not tried again.
    """

    business: str
    actor: str
    now: int

    @property
    def locks(self) -> tuple[str, ...]:
        """The conversation's line."""
        return (f"{self.business}/line/{self.actor}",)

    def apply(self) -> Script[None]:
        """Safe to repeat."""
        yield Query(
            "UPDATE outbox SET state = 'expired', finished_at = ?, error = 'withdrawn: the customer wrote STOP'"
            " WHERE business = ? AND line = ? AND state = 'waiting' AND kind IN (?, ?)",
            (self.now, self.business, self.actor, *UNASKED),
        )
        yield Query(
            "UPDATE outbox SET expires_at = ? WHERE business = ? AND line = ? AND state = 'sending' AND kind IN (?, ?)",
            (self.now, self.business, self.actor, *UNASKED),
        )
