"""Who is logged in at the web desk.

The cookie is a random token; only its hash is kept. A session is asked for at every request together with the member
behind it, so whoever is removed is out at the next one.
"""

import hashlib
from datetime import timedelta

from bot.ports.store import Query, Script, insert
from bot.records.members import Member, find_member

VALID = timedelta(days=30)


def hashed(token: str) -> str:
    """A token as it is stored."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def begin(business: str, token: str, member: str, now: int) -> Script[None]:
    """Let a member in with a token for `VALID`; sessions that are over are taken away."""
    yield Query("DELETE FROM desk_sessions WHERE business = ? AND until <= ?", (business, now))
    until = now + VALID // timedelta(microseconds=1)
    row = (business, hashed(token), member, until)
    yield insert("desk_sessions", ("business", "token", "member", "until"), [row])


def member_in(business: str, token: str, now: int) -> Script[Member | None]:
    """The member whom a token lets in; None when it is over or unknown, or they are no longer of the staff."""
    rows = yield Query(
        "SELECT member FROM desk_sessions WHERE business = ? AND token = ? AND until > ?",
        (business, hashed(token), now),
    )
    member = (yield from find_member(business, rows[0][0])) if rows else None
    return member if member is not None and member.active else None


def end(business: str, token: str) -> Script[None]:
    """Log out."""
    yield Query("DELETE FROM desk_sessions WHERE business = ? AND token = ?", (business, hashed(token)))


def end_all(business: str, member: str) -> Script[None]:
    """Log a member out everywhere."""
    yield Query("DELETE FROM desk_sessions WHERE business = ? AND member = ?", (business, member))


def anybody(business: str) -> Script[bool]:
    """Whether any member has a login, also one who was removed."""
    rows = yield Query("SELECT 1 FROM members WHERE business = ? AND login <> '' LIMIT 1", (business,))
    return bool(rows)
