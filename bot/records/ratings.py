"""What customers thought of how a case was handled: one rating a case."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot.ports.clock import instant, micros
from bot.ports.step import Scope
from bot.ports.store import Query, Script, insert
from bot.records.cases import Case, find_case


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


class Rating(msgspec.Struct, frozen=True):
    """What a customer thought of a case: `value` of `most`; `operator` is the name of who had taken it, or empty."""

    case: str
    operator: str
    value: int
    most: int
    words: str
    at: datetime


RATING_COLUMNS = ("case", "operator", "value", "most", "words", "time")


def rating_row(rating: Rating) -> tuple[object, ...]:
    """A rating under `RATING_COLUMNS`; the time in UTC, as ISO 8601 writes it."""
    return (
        rating.case, rating.operator, rating.value, rating.most, rating.words, rating.at.isoformat(timespec="seconds")
    )  # fmt: skip


def all_ratings(business: str) -> Script[list[Rating]]:
    """Every rating, oldest first."""
    rows = yield Query(
        "SELECT r.case_id, COALESCE(m.name, r.member), r.value, r.most, r.words, r.at FROM ratings r"
        " LEFT JOIN members m ON m.business = r.business AND m.id = r.member"
        " WHERE r.business = ? ORDER BY r.at, r.case_id",
        (business,),
    )
    return [Rating(case, by, value, most, words, instant(at)) for case, by, value, most, words, at in rows]


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

    async def newest(self) -> Case | None:
        """The conversation's case that was closed last, if a human had taken it: the one to be rated."""
        scope = self._scope
        return await scope.read("newest closed case", lambda: _newest(scope.business, scope.actor))

    async def given(self, case: str) -> bool:
        """Whether a case was rated before this step."""
        scope = self._scope
        return await scope.read(f"rating:{case}", lambda: _given(scope.business, case))


def _newest(business: str, actor: str) -> Script[Case | None]:
    rows = yield Query(
        "SELECT id FROM cases WHERE business = ? AND actor = ? AND closed_at IS NOT NULL AND owner <> ''"
        " ORDER BY closed_at DESC, id LIMIT 1",
        (business, actor),
    )
    return (yield from find_case(business, str(rows[0][0]))) if rows else None


def _given(business: str, case: str) -> Script[bool]:
    rows = yield Query("SELECT 1 FROM ratings WHERE business = ? AND case_id = ?", (business, case))
    return bool(rows)
