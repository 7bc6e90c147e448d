"""Proofs: phones that a channel has vouched for, and whose they are.

Only a channel can prove a phone (`bot.events.Profile.phone`); what somebody types proves nothing. A phone is one
person's, and the commit decides whose: of two who prove the same phone at the same moment the second is told to look
again, and finds the first.
"""

from dataclasses import dataclass

from bot.ports.store import Conflict, Query, Script, insert


def whose(business: str, phone: str) -> Script[str]:
    """The id of the customer who has proved a phone; empty for nobody."""
    rows = yield Query("SELECT customer FROM proofs WHERE business = ? AND phone = ?", (business, phone))
    return str(rows[0][0]) if rows else ""


def proof_lock(business: str, phone: str) -> str:
    """What the steps contend for that prove a phone."""
    return f"{business}/proof:{phone}"


@dataclass(frozen=True, slots=True)
class Prove:
    """Write down whose a phone is. `Conflict` when somebody else has proved it meanwhile; a repeat changes nothing."""

    business: str
    phone: str
    customer: str
    actor: str
    now: int

    @property
    def locks(self) -> tuple[str, ...]:
        """The phone."""
        return (proof_lock(self.business, self.phone),)

    def apply(self) -> Script[None]:
        """Insert it; raises `Conflict`."""
        made = yield insert(
            "proofs",
            ("business", "phone", "customer", "actor", "at"),
            [(self.business, self.phone, self.customer, self.actor, self.now)],
            "ON CONFLICT DO NOTHING RETURNING phone",
        )
        if not made and (yield from whose(self.business, self.phone)) != self.customer:
            raise Conflict(self.customer)
