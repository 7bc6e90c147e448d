"""Scripts of a step that is taken before its event is on disk, and is written together with it.

The event is looked at as if it stood in its inbox already; what it would have found there is checked again by the
commit. So nothing has happened until all of it has, and whoever delivered the event is answered after that.
"""

from bot.events import Envelope, Opened, Pressed, Said, Unreadable
from bot.ports.clock import micros
from bot.ports.store import Conflict, Query, Script
from bot.store.inbox import Claimed, arrival, came, in_words, known, readable, seen
from bot.store.steps import Committed, Step, effects

KINDS = (Said, Pressed, Opened)
"""Events that are taken at once; others are no answer that somebody waits for."""


def foresee(envelope: Envelope, now: int) -> Script[Claimed | None]:
    """The event as it would be claimed; None for a repeat, and for an actor that has something else to do."""
    business, actor = envelope.business, envelope.actor
    rows = yield known(envelope)
    _, first, last, version, state, ready_at, lease_until, under = rows[0]
    if first is not None or ready_at is not None or (lease_until or 0) > now:
        return None
    seq = (last or 0) + 1
    event, about = yield from seen(business, actor, seq, envelope.event, readable(under))
    if isinstance(event, Unreadable):
        return None
    return Claimed(
        business, actor, version or 0, state or "{}", seq, event, envelope.lane, 0, 1, envelope.answer, about
    )


def commit(envelope: Envelope, step: Step, worker: str, now: int, send_until: int = 0) -> Script[Committed]:
    """Write an event and its whole step; see `bot.store.steps.commit`.

    Raises `Conflict` when the event came before or something else has happened to its actor since `foresee`.
    """
    claimed = step.claimed
    business, actor, seq = claimed.business, claimed.actor, claimed.seq
    moved_on = Conflict(actor)
    yield Query(
        "INSERT INTO actors (business, actor, seq, version, state) VALUES (?, ?, ?, 1, ?)"
        " ON CONFLICT (business, actor) DO UPDATE SET seq = excluded.seq, version = actors.version + 1,"
        " state = excluded.state WHERE actors.version = ? AND actors.seq = ? AND actors.ready_at IS NULL"
        " AND actors.lease_until <= ? RETURNING seq",
        (business, actor, seq + len(step.outgoing), step.state, claimed.version, seq - 1, now),
        must=moved_on,
    )
    yield arrival(envelope, seq, now, response=step.response, state="done", starts=1, must=moved_on)
    yield from came(envelope)
    words = in_words(envelope.event, claimed.about[1] if claimed.about else None)
    said = [(seq, *words, micros(envelope.at))] if words else []
    parcels, left = yield from effects(step, seq + 1, worker, now, send_until, said)
    return Committed(list(range(seq + 1, seq + 1 + len(step.outgoing))), more=False, parcels=parcels, left=left)
