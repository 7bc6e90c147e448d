"""Campaigns: what is told to many, to whom exactly, and how far it has come.

A campaign is a draft until somebody presses «Send»; then its contacts are frozen in one commit, one a person, and a
cursor moves over them. Whoever is told commits together with the cursor, so a campaign that was killed goes on where it
stood and tells nobody twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import msgspec

from bot.ports.clock import instant
from bot.ports.store import Conflict, Query, Row, Script, insert

WRITABLE = ("telegram", "webchat")
"""Channels on which a firm may write first; the others take only templates, which campaigns do not have."""

COLUMNS = "id, texts, audience, by_member, state, total, position, made_at"


class Segment(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which contacts are meant: all, or those to whom everything that is set here applies.

    `tag` is of an open case, `language` the one that is spoken with them, `visited_since` (microseconds) the earliest
    visit that counts.
    """

    tag: str = ""
    language: str = ""
    visited_since: int = 0


class Audience(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whom a campaign is for, and where in which room it was ordered; `default` is the language of who chose none."""

    segment: Segment
    default: str
    room: str
    thread: str = ""


class Campaign(msgspec.Struct, frozen=True):
    """One campaign; `state` is draft, dropped, running, done or stopped, `position` how many have been told so far."""

    id: str
    texts: Mapping[str, str]
    audience: Audience
    by: str
    state: str
    total: int
    position: int
    made_at: datetime


class Reach(NamedTuple):
    """How many people a segment reaches, in which languages, and how many of it want nothing or cannot be reached."""

    people: int
    stopped: int
    blocked: int
    languages: Mapping[str, int]


def reach(business: str, segment: Segment, default: str) -> Script[Reach]:
    """Count a segment by people, not by contacts."""
    people, params = _people(business, segment, default)
    rows = yield Query(
        f"{people} SELECT refuses, blocked, language, COUNT(*) FROM people WHERE place = 1"
        " GROUP BY refuses, blocked, language",
        params,
    )
    languages: dict[str, int] = {}
    stopped = blocked = 0
    for refuses, cannot, language, count in rows:
        if refuses:
            stopped += count
        elif cannot:
            blocked += count
        else:
            languages[language] = languages.get(language, 0) + count
    return Reach(sum(languages.values()), stopped, blocked, languages)


def _people(business: str, segment: Segment, default: str) -> tuple[str, tuple[str | int, ...]]:
    """The people of a segment, each with the contact (`place` 1) that we can write to and that was used most.

    `refuses` is set for somebody who has written STOP on any of their contacts. What stands in a conversation's state is
    matched as text: quotes inside a customer's words are escaped there, so no words can look like a field.
    """
    where, params = _conditions(business, segment, default)
    people = (
        "WITH reached AS (SELECT a.actor, a.seq, COALESCE(l.customer, a.actor) AS person,"
        " CASE WHEN a.state LIKE ? THEN 1 ELSE 0 END AS stopped,"
        " CASE WHEN a.state LIKE ? THEN 1 ELSE 0 END AS blocked,"
        " CASE WHEN a.state LIKE ? THEN SUBSTR(a.state, 14, 2) ELSE CAST(? AS TEXT) END AS language"
        " FROM actors a LEFT JOIN contacts l"
        " ON l.business = a.business AND l.actor = a.actor AND l.unlinked_at IS NULL"
        f" WHERE {where}),"
        " people AS (SELECT actor, blocked, language, MAX(stopped) OVER (PARTITION BY person) AS refuses,"
        " ROW_NUMBER() OVER (PARTITION BY person ORDER BY blocked, seq DESC, actor) AS place FROM reached)"
    )
    return people, ('%"stopped":true%', '%"blocked":true%', '{"language":"__"%', default, *params)


def _conditions(business: str, segment: Segment, default: str) -> tuple[str, list[str | int]]:
    channels = " OR ".join(f"a.actor LIKE '{channel}/%'" for channel in WRITABLE)
    where, params = [f"a.business = ? AND ({channels})"], list[str | int]((business,))
    if segment.language:
        other = " OR a.state NOT LIKE '{\"language\":%'" if segment.language == default else ""
        where.append(f"(a.state LIKE ?{other})")
        params.append(f'{{"language":"{segment.language}"%')
    if segment.tag:
        where.append(
            "EXISTS (SELECT 1 FROM cases c WHERE c.business = a.business AND c.actor = a.actor AND c.closed_at IS NULL"
            " AND c.tags LIKE ? ESCAPE '!')"
        )
        params.append(f"%{_plain(msgspec.json.encode(segment.tag).decode())}%")
    if segment.visited_since:
        where.append(
            "EXISTS (SELECT 1 FROM bookings b WHERE b.business = a.business AND b.customer = l.customer"
            " AND b.status IN ('booked', 'done') AND b.starts_at >= ?)"
        )
        params.append(segment.visited_since)
    return " AND ".join(where), params


def _plain(text: str) -> str:
    """A text in which nothing stands for anything else in a LIKE."""
    return "".join(f"!{char}" if char in "!%_" else char for char in text)


def find_campaign(business: str, campaign: str) -> Script[Campaign | None]:
    """The campaign of this id."""
    rows = yield Query(f"SELECT {COLUMNS} FROM campaigns WHERE business = ? AND id = ?", (business, campaign))
    return _read(rows[0]) if rows else None


def latest_campaigns(business: str, limit: int = 5) -> Script[list[Campaign]]:
    """The newest campaigns that were sent, newest first."""
    rows = yield Query(
        f"SELECT {COLUMNS} FROM campaigns WHERE business = ? AND state IN ('running', 'done', 'stopped')"
        " ORDER BY made_at DESC, id LIMIT ?",
        (business, limit),
    )
    return [_read(row) for row in rows]


def _read(row: Row) -> Campaign:
    campaign, texts, audience, by, state, total, position, made_at = row
    return Campaign(
        campaign, msgspec.json.decode(texts, type=dict[str, str]), msgspec.json.decode(audience, type=Audience), by, state,
        total, position, instant(made_at),
    )  # fmt: skip


def contacts(business: str, campaign: str, position: int, limit: int) -> Script[Sequence[str]]:
    """The next contacts to tell, in the order in which they were frozen; the first stands at `position`."""
    rows = yield Query(
        "SELECT actor FROM campaign_contacts WHERE business = ? AND campaign = ? AND n >= ? ORDER BY n LIMIT ?",
        (business, campaign, position, limit),
    )
    return [row[0] for row in rows]


def outcomes(business: str, campaign: str) -> Script[dict[str, int]]:
    """How many contacts met which end: said, stopped, blocked; empty for those of whom it is not known yet."""
    rows = yield Query(
        "SELECT outcome, COUNT(*) FROM campaign_contacts WHERE business = ? AND campaign = ? GROUP BY outcome",
        (business, campaign),
    )
    return {str(outcome): int(count) for outcome, count in rows}


@dataclass(frozen=True, slots=True)
class Draft:
    """Keep a campaign that somebody may send."""

    business: str
    id: str
    texts: Mapping[str, str]
    audience: Audience
    by: str
    total: int
    now: int

    @property
    def locks(self) -> tuple[str, ...]:
        """Nothing that anybody else writes."""
        return ()

    def apply(self) -> Script[None]:
        """Insert it."""
        texts, audience = (msgspec.json.encode(each).decode() for each in (self.texts, self.audience))
        yield insert(
            "campaigns",
            ("business", "id", "texts", "audience", "by_member", "state", "total", "made_at"),
            [(self.business, self.id, texts, audience, self.by, "draft", self.total, self.now)],
        )


@dataclass(frozen=True, slots=True)
class Begin:
    """Send a draft: freeze whom it is for. `Conflict` when it is a draft no more, so that it is sent once."""

    business: str
    campaign: Campaign

    @property
    def locks(self) -> tuple[str, ...]:
        """The campaign."""
        return (f"{self.business}/campaign:{self.campaign.id}",)

    def apply(self) -> Script[None]:
        """Set the state, write the contacts down; raises `Conflict`."""
        where, audience = (self.business, self.campaign.id), self.campaign.audience
        begun = yield Query(
            "UPDATE campaigns SET state = 'running' WHERE business = ? AND id = ? AND state = 'draft' RETURNING id",
            where,
        )
        if not begun:
            raise Conflict(self.campaign.id)
        people, params = _people(self.business, audience.segment, audience.default)
        yield Query(
            f"INSERT INTO campaign_contacts (business, campaign, n, actor) {people} SELECT CAST(? AS TEXT),"
            " CAST(? AS TEXT), ROW_NUMBER() OVER (ORDER BY actor) - 1, actor FROM people"
            " WHERE place = 1 AND refuses = 0 AND blocked = 0",
            (*params, *where),
        )
        yield Query(
            "UPDATE campaigns SET total = (SELECT COUNT(*) FROM campaign_contacts WHERE business = ? AND campaign = ?)"
            " WHERE business = ? AND id = ?",
            (*where, *where),
        )


@dataclass(frozen=True, slots=True)
class Advance:
    """Move a running campaign's cursor on; `Conflict` when it stands elsewhere or runs no more."""

    business: str
    campaign: str
    position: int
    to: int

    @property
    def locks(self) -> tuple[str, ...]:
        """The campaign."""
        return (f"{self.business}/campaign:{self.campaign}",)

    def apply(self) -> Script[None]:
        """Write the position; raises `Conflict`."""
        moved = yield Query(
            "UPDATE campaigns SET position = ? WHERE business = ? AND id = ? AND position = ? AND state = 'running'"
            " RETURNING id",
            (self.to, self.business, self.campaign, self.position),
        )
        if not moved:
            raise Conflict(self.campaign)


@dataclass(frozen=True, slots=True)
class End:
    """Let a draft be dropped, or a running campaign be done or stopped; one that has ended stays as it is."""

    business: str
    campaign: str
    state: str
    now: int

    @property
    def locks(self) -> tuple[str, ...]:
        """The campaign."""
        return (f"{self.business}/campaign:{self.campaign}",)

    def apply(self) -> Script[None]:
        """Set the end."""
        yield Query(
            "UPDATE campaigns SET state = ?, ended_at = ? WHERE business = ? AND id = ? AND ended_at IS NULL",
            (self.state, self.now, self.business, self.campaign),
        )


@dataclass(frozen=True, slots=True)
class Note:
    """Write down what became of one contact; the first note stays."""

    business: str
    campaign: str
    n: int
    outcome: str

    @property
    def locks(self) -> tuple[str, ...]:
        """Nothing that anybody else writes."""
        return ()

    def apply(self) -> Script[None]:
        """Set the outcome."""
        yield Query(
            "UPDATE campaign_contacts SET outcome = ? WHERE business = ? AND campaign = ? AND n = ? AND outcome = ''",
            (self.outcome, self.business, self.campaign, self.n),
        )
