"""What customers thought of how a case was handled: one rating a case."""

from dataclasses import dataclass

from bot.ports.clock import micros
from bot.ports.step import Scope
from bot.ports.store import Query, Script, insert
from bot.records.cases import Case


@dataclass(frozen=True, slots=True)
class Rate:
    """Keep a rating; one that was given before is replaced by it, so that a customer may think again."""

    business: str
    case: str
    customer: str
    member: str
    value: int
    most: int
    words: str
    now: int

    @property
    def locks(self) -> tuple[str, ...]:
        """The case's rating."""
        return (f"{self.business}/rating:{self.case}",)

    def apply(self) -> Script[None]:
        """Insert or replace; words stay when none are given."""
        yield insert(
            "ratings",
            ("business", "case_id", "customer", "member", "value", "most", "words", "at"),
            [(self.business, self.case, self.customer, self.member, self.value, self.most, self.words, self.now)],
            "ON CONFLICT (business, case_id) DO UPDATE SET value = excluded.value, most = excluded.most,"
            " words = COALESCE(NULLIF(excluded.words, ''), ratings.words), at = excluded.at",
        )


class Ratings:
    """Ratings, from inside a step."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    @classmethod
    def bind(cls, scope: Scope) -> "Ratings":
        """Ratings as one run of a step may use them."""
        return cls(scope)

    def rate(self, case: Case, value: int, *, most: int, words: str = "") -> None:
        """Keep what the customer thought of a case: `value` of `most`."""
        scope = self._scope
        scope.write(Rate(scope.business, case.id, case.customer, case.owner, value, most, words, micros(scope.now)))

    async def given(self, case: str) -> bool:
        """Whether a case was rated before this step."""
        scope = self._scope
        return await scope.read(f"rating:{case}", lambda: _given(scope.business, case))


def _given(business: str, case: str) -> Script[bool]:
    rows = yield Query("SELECT 1 FROM ratings WHERE business = ? AND case_id = ?", (business, case))
    return bool(rows)
