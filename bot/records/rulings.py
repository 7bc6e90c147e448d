"""What the firm itself has decided about a member of the staff.

A group's own administrators say who is in a room and who runs it, and mostly that is enough. What an owner has decided by
a command stands above it: a role is not raised or lowered by the group, and who was removed does not come back by an
invitation.
"""

from dataclasses import dataclass

from bot.ports.store import Query, Script, insert


def ruling(business: str, member: str) -> Script[str]:
    """What was decided: `role`, `removed`, or nothing."""
    rows = yield Query("SELECT value FROM settings WHERE business = ? AND name = ?", (business, f"ruling:{member}"))
    return str(rows[0][0]) if rows else ""


@dataclass(frozen=True, slots=True)
class Rule:
    """Keep a decision; a later one takes its place."""

    business: str
    member: str
    value: str

    @property
    def locks(self) -> tuple[str, ...]:
        """The member's row."""
        return (f"{self.business}/member:{self.member}",)

    def apply(self) -> Script[None]:
        """Write it down."""
        yield insert(
            "settings",
            ("business", "name", "value"),
            [(self.business, f"ruling:{self.member}", self.value)],
            "ON CONFLICT (business, name) DO UPDATE SET value = excluded.value",
        )
