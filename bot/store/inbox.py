"""Scripts of the inbox: what happened to an actor, in order, once."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

import msgspec

from bot.events import (
    LIVE,
    Edited,
    Envelope,
    Event,
    HungUp,
    LanguageChosen,
    Opened,
    Pressed,
    Reachable,
    Receipt,
    Said,
    Unreadable,
)
from bot.ports.clock import micros
from bot.ports.store import Conflict, Query, Row, Script
from bot.replies import Message
from bot.store import receipts, turns

encode = msgspec.json.Encoder().encode
decode_event = msgspec.json.Decoder(Event).decode
decode_message = msgspec.json.Decoder(Message).decode

NUMBER = re.compile(r"\s*\d{1,2}\s*[.)]?\s*")
"""A text that may be the number of a choice."""

SPREAD = (
    "SELECT v.column1, v.column2, (SELECT i.seq FROM inbox i WHERE i.business = v.column1 AND i.actor = v.column2"
    " AND i.state = 'waiting' ORDER BY i.seq LIMIT 1) FROM (VALUES {}) v"
)
"""The next event of each of some actors; one look into the index each, however much waits."""

ARRIVAL = (
    "INSERT INTO inbox (business, actor, seq, dedupe_key, body, lane, accepted_at, response, state, starts, error)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Claimed(NamedTuple):
    """An actor with its next event, leased to one worker."""

    business: str
    actor: str
    version: int
    state: str
    seq: int
    event: Event
    lane: int
    attempts: int
    starts: int
    wants_answer: bool
    about: tuple[int, Message] | None
    """Our message that a press, or a typed number, refers to: its number and what it said."""


class Accepted(NamedTuple):
    """An event's place in its actor's inbox. `fresh` is False for a repeat, which has its first one's number.

    `claimed` is set when the step was leased in the same transaction, see `Hands`.
    """

    actor: str
    seq: int
    fresh: bool
    claimed: Claimed | None = None


class Hands(NamedTuple):
    """A worker's offer to take up to `free` of the steps that are being accepted at once, leased until `until`."""

    worker: str
    until: int
    free: int


def accept(envelopes: Sequence[Envelope], now: int, hands: Hands | None = None) -> Script[list[Accepted]]:
    """Put events into their actors' inboxes, and say where each stands; a repeat of a `dedupe_key` changes nothing.

    What the customer said or pressed enters the transcript in the same transaction, under the same number. With `hands`
    the live events of actors that have nothing else to do are leased at once, so nobody has to look for them. Locks: the
    actors.
    """
    places: dict[int, Accepted] = {}
    free = hands.free if hands else 0
    for n, envelope in sorted(enumerate(envelopes), key=lambda each: each[1].actor):
        at_once = free > 0 and envelope.lane == LIVE and envelope.heard
        places[n] = yield from _accept_one(envelope, now, hands if at_once else None)
        free -= places[n].claimed is not None
    return [places[n] for n in range(len(envelopes))]


def _accept_one(envelope: Envelope, now: int, hands: Hands | None = None) -> Script[Accepted]:
    business, actor = envelope.business, envelope.actor
    rows = yield known(envelope)
    first_actor, first, *_, ready_at, lease_until, under = rows[0]
    if first is not None:
        return Accepted(first_actor, first, fresh=False)
    if isinstance(envelope.event, Receipt):
        bounced = yield from receipts.note(envelope, envelope.event)
        envelope = bounced or msgspec.structs.replace(envelope, heard=False)
    shown = readable(under)
    if not envelope.heard:
        return (yield from _put_aside(envelope, now, shown))
    if hands is not None and (ready_at is not None or (lease_until or 0) > now):
        hands = None
    rows = yield _arrive(envelope, now) if hands is None else _arrive_in(hands, envelope, now)
    seq, version, state = rows[0]
    yield arrival(envelope, seq, now, response="" if envelope.answer else None, starts=int(hands is not None))
    yield from _record(envelope, seq, micros(envelope.at), shown)
    if hands is None:
        return Accepted(actor, seq, fresh=True)
    event, about = yield from seen(business, actor, seq, envelope.event, shown)
    claimed = Claimed(business, actor, version, state, seq, event, envelope.lane, 0, 1, envelope.answer, about)
    return Accepted(actor, seq, True, claimed)  # noqa: FBT003  a row of the answer


def known(envelope: Envelope) -> Query:
    """Where this event stands if it came before, and how its actor is: one row.

    The event's actor and seq; the actor's seq, version, state, ready_at and lease_until; our message that was pressed
    under. None for what is not there.
    """
    business, actor, event = envelope.business, envelope.actor, envelope.event
    under = event.message if isinstance(event, Pressed) else None
    return Query(
        "SELECT i.actor, i.seq, a.seq, a.version, a.state, a.ready_at, a.lease_until, m.body FROM (SELECT 1 AS one) o"
        " LEFT JOIN inbox i ON i.business = ? AND i.dedupe_key = ? LEFT JOIN actors a ON a.business = ? AND a.actor = ?"
        " LEFT JOIN messages m ON m.business = ? AND m.actor = ? AND m.seq = ? AND m.author <> 'customer'",
        (business, envelope.dedupe_key, business, actor, business, actor, under),
    )


def arrival(
    envelope: Envelope, seq: int, now: int, *,
    response: str | None, state: str = "waiting", starts: int = 0, error: str = "", must: Exception | None = None,
) -> Query:  # fmt: skip
    """Write an event down in its place; with `must`, which is raised when it came before."""
    return Query(
        ARRIVAL if must is None else f"{ARRIVAL} ON CONFLICT (business, dedupe_key) DO NOTHING RETURNING seq",
        (envelope.business, envelope.actor, seq, envelope.dedupe_key, encode(envelope.event).decode(), envelope.lane, now,
         response, state, starts, error),
        must=must,
    )  # fmt: skip


def _put_aside(envelope: Envelope, now: int, shown: Message | None) -> Script[Accepted]:
    """Write an event down in its place as one that is done; nobody is woken for it, and its answer is that there is none."""
    error = "" if isinstance(envelope.event, Receipt) else "unheard"
    rows = yield Query(
        "INSERT INTO actors (business, actor, seq) VALUES (?, ?, 1)"
        " ON CONFLICT (business, actor) DO UPDATE SET seq = actors.seq + 1 RETURNING seq",
        (envelope.business, envelope.actor),
    )
    seq = rows[0][0]
    yield arrival(envelope, seq, now, response="[]" if envelope.answer else None, state="done", error=error)
    yield from _record(envelope, seq, micros(envelope.at), shown)
    return Accepted(envelope.actor, seq, fresh=True)


def _arrive(envelope: Envelope, now: int) -> Query:
    return Query(
        "INSERT INTO actors (business, actor, seq, ready_at, lane) VALUES (?, ?, 1, ?, ?)"
        " ON CONFLICT (business, actor) DO UPDATE SET seq = actors.seq + 1,"
        " ready_at = COALESCE(actors.ready_at, excluded.ready_at),"
        " lane = CASE WHEN actors.ready_at IS NULL OR excluded.lane < actors.lane THEN excluded.lane ELSE actors.lane END"
        " RETURNING seq, version, state",
        (envelope.business, envelope.actor, now, envelope.lane),
    )


def _arrive_in(hands: Hands, envelope: Envelope, now: int) -> Query:
    """The same for an actor that is idle, leased at once."""
    return Query(
        "INSERT INTO actors (business, actor, seq, ready_at, lane, lease_owner, lease_until) VALUES (?, ?, 1, ?, ?, ?, ?)"
        " ON CONFLICT (business, actor) DO UPDATE SET seq = actors.seq + 1, ready_at = excluded.ready_at,"
        " lane = excluded.lane, lease_owner = excluded.lease_owner, lease_until = excluded.lease_until"
        " RETURNING seq, version, state",
        (envelope.business, envelope.actor, now, envelope.lane, hands.worker, hands.until),
    )


def _record(envelope: Envelope, seq: int, at: int, shown: Message | None) -> Script[None]:
    """Write what the customer did into the transcript; a press is written as the words on the button."""
    event = envelope.event
    words = in_words(event, shown)
    if isinstance(event, Edited):
        change = Message(event.text, replaces=(yield from _place_of(envelope, event.client_id)))
        words = (change, event.client_id) if event.text or change.replaces else None
        if not event.text:
            yield _blank(envelope, event.client_id, change)
    if words is not None:
        message, client_id = words
        yield Query(
            "INSERT INTO messages (business, actor, seq, author, body, client_id, at) VALUES (?, ?, ?, 'customer', ?, ?, ?)",
            (envelope.business, envelope.actor, seq, encode(message).decode(), client_id, at),
        )
    yield from came(envelope)


def _blank(envelope: Envelope, client_id: str, change: Message) -> Query:
    """Let nothing stand any more of what the customer has withdrawn, as it was written and as it was corrected."""
    return Query(
        "UPDATE messages SET body = CASE WHEN seq <> ? THEN CAST(? AS TEXT) WHEN body LIKE ? THEN CAST(? AS TEXT)"
        " ELSE CAST(? AS TEXT) END WHERE business = ? AND actor = ? AND client_id = ? AND author = 'customer'",
        (
            change.replaces,
            encode(change).decode(),
            '%"public":true%',
            encode(Message("", public=True)).decode(),
            encode(Message("")).decode(),
            envelope.business,
            envelope.actor,
            client_id,
        ),
    )


def came(envelope: Envelope) -> Script[None]:
    """Note when the customer did something that is no line of the transcript: it too says when they were last there."""
    match envelope.event:
        case LanguageChosen() | HungUp() | Reachable(ok=True):
            there = True
        case Opened(via=via):
            there = not via
        case _:
            there = False
    if there:
        at = micros(envelope.at)
        yield Query(
            "UPDATE actors SET came_at = ? WHERE business = ? AND actor = ? AND came_at < ?",
            (at, envelope.business, envelope.actor, at),
        )


def in_words(event: Event, shown: Message | None) -> tuple[Message, str] | None:
    """What a customer did as it stands in the transcript, with their id for it; `shown` is what was pressed under."""
    match event:
        case Said(text, media, client_id, via=via):
            return Message(text, media=media, public=bool(via)), client_id
        case Pressed(_, choice_id, client_id):
            choice = shown.choice(choice_id) if shown else None
            return Message(choice.label if choice else "…"), client_id
    return None


def readable(body: str | None) -> Message | None:
    """A message of ours as it was kept; None also for one that this release cannot read."""
    try:
        return None if body is None else decode_message(body)
    except msgspec.ValidationError:
        return None


def _place_of(envelope: Envelope, client_id: str) -> Script[int]:
    """The number of the customer's message with this id of theirs; 0 when it is not known any more."""
    rows = yield Query(
        "SELECT MIN(seq) FROM messages WHERE business = ? AND actor = ? AND client_id = ? AND author = 'customer'",
        (envelope.business, envelope.actor, client_id),
    )
    return rows[0][0] or 0


def response(business: str, actor: str, seq: int) -> Script[str | None]:
    """What a step answered to an event that wanted an answer; None before it has."""
    rows = yield Query(
        "SELECT response FROM inbox WHERE business = ? AND actor = ? AND seq = ?", (business, actor, seq)
    )
    return (rows[0][0] or None) if rows else None


def said(business: str, actor: str, seq: int) -> Script[Message | None]:
    """Our own message with this number in the conversation, or None."""
    rows = yield Query(
        "SELECT body FROM messages WHERE business = ? AND actor = ? AND seq = ? AND author <> 'customer'",
        (business, actor, seq),
    )
    return decode_message(rows[0][0]) if rows else None


def claim(
    worker: str,
    now: int,
    lease: timedelta,
    limit: int,
    firms: Sequence[str] | None = None,
    *,
    newest: int = 0,
    turn: int = 0,
) -> Script[list[Claimed]]:
    """Lease up to `limit` actors whose next event is due, most urgent lane first, each with that event.

    Of `firms` only, if they are given: what belongs to others waits for a process that runs them. See `turns.lease`.
    """
    until = now + lease // timedelta(microseconds=1)
    to = turns.Lease(worker, now, until)
    leased = yield from turns.lease(turns.ACTORS, to, limit, firms, newest=newest, turn=turn)
    if not leased:
        return []
    actors = {(business, actor): (version, state) for business, actor, version, state in leased}
    heads = yield Query(
        "UPDATE inbox SET starts = starts + 1 WHERE (business, actor, seq) IN ("
        + SPREAD.format(", ".join(["(?, ?)"] * len(actors)))
        + ") RETURNING business, actor, seq, body, lane, attempts, starts, response",
        tuple(part for key in actors for part in key),
    )
    claimed = []
    for head in heads:
        version, state = actors.pop((head[0], head[1]))
        claimed.append((yield from _claimed(head, version, state)))
    for business, actor in actors:  # nothing waits: the mark was left by a repeat
        yield Query(
            "UPDATE actors SET ready_at = NULL, lease_until = 0 WHERE business = ? AND actor = ?", (business, actor)
        )
    return sorted(claimed, key=lambda each: each.lane)


def _claimed(head: Row, version: int, state: str) -> Script[Claimed]:
    business, actor, seq, body, lane, attempts, starts, response = head
    try:
        event = decode_event(body)
    except msgspec.ValidationError as error:
        event = _unreadable(body, str(error))
    event, about = yield from seen(business, actor, seq, event, None)
    return Claimed(business, actor, version, state, seq, event, lane, attempts, starts, response is not None, about)


def seen(
    business: str, actor: str, seq: int, event: Event, shown: Message | None
) -> Script[tuple[Event, tuple[int, Message] | None]]:
    """An event with the message that it is about; `Unreadable` when that one was written by another release."""
    try:
        if isinstance(event, Pressed) and shown is None:
            shown = yield from said(business, actor, event.message)
        return event, (yield from _about(business, actor, seq, event, shown))
    except msgspec.ValidationError as error:
        return Unreadable("", str(error)), None


def _unreadable(body: str, reason: str) -> Unreadable:
    """An event that another release has written."""
    return Unreadable(str(msgspec.json.decode(body, type=dict[str, object]).get("type", "")), reason)


def _about(
    business: str, actor: str, seq: int, event: Event, shown: Message | None
) -> Script[tuple[int, Message] | None]:
    """What an event refers to; `shown` is the message that was pressed under."""
    match event:
        case Pressed(message):
            return (message, shown) if shown else None
        case Said(text, via="") if NUMBER.fullmatch(text):
            return (yield from last_said(business, actor, seq))
    return None


def last_said(business: str, actor: str, before: int) -> Script[tuple[int, Message] | None]:
    """Our last message before number `before` (so the one that the customer saw) with its number, or None."""
    rows = yield Query(
        "SELECT seq, body FROM messages WHERE business = ? AND actor = ? AND author <> 'customer' AND seq < ?"
        " ORDER BY seq DESC LIMIT 1",
        (business, actor, before),
    )
    return (rows[0][0], decode_message(rows[0][1])) if rows else None


def let_go(claimed: Claimed, worker: str, retry_at: int) -> Script[None]:
    """Give an actor back without a step; its event waits until `retry_at`. Nothing happens when it has moved on."""
    yield Query(
        "UPDATE actors SET ready_at = ?, lease_until = 0"
        " WHERE business = ? AND actor = ? AND version = ? AND lease_owner = ?",
        (retry_at, claimed.business, claimed.actor, claimed.version, worker),
    )


def fail(claimed: Claimed, worker: str, error: str, retry_at: int) -> Script[None]:
    """Note a failed step; its event is tried again at `retry_at`, and those after it wait for it."""
    yield Query(
        "UPDATE inbox SET attempts = attempts + 1, error = ? WHERE business = ? AND actor = ? AND seq = ?",
        (error, claimed.business, claimed.actor, claimed.seq),
    )
    yield from let_go(claimed, worker, retry_at)


def park(claimed: Claimed, worker: str, error: str, now: int, apology: Envelope | None) -> Script[None]:
    """Set an event aside for a human and let the conversation go on; `apology` is owed to the customer next.

    Raises `Conflict` when the event is no longer this worker's to park.
    """
    rows = yield Query(
        "UPDATE inbox SET state = 'parked', attempts = attempts + 1, error = ?"
        " WHERE business = ? AND actor = ? AND seq = ? AND state = 'waiting' RETURNING seq",
        (error, claimed.business, claimed.actor, claimed.seq),
    )
    if not rows:
        raise Conflict(claimed.actor)
    if apology is not None:
        yield from _accept_one(apology, now)
    yield from let_go(claimed, worker, now)


def parked(business: str | None = None, limit: int = 100) -> Script[list[Row]]:
    """Parked events, oldest first: business, actor, seq, body, accepted_at, attempts, error."""
    where, params = ("AND business = ?", (business,)) if business else ("", ())
    rows = yield Query(
        "SELECT business, actor, seq, body, accepted_at, attempts, error FROM inbox"
        f" WHERE state = 'parked' {where} ORDER BY accepted_at, actor, seq LIMIT ?",
        (*params, limit),
    )
    return list(rows)


def replay(business: str, actor: str, seq: int, now: int) -> Script[bool]:
    """Put a parked event back into its inbox, ahead of what came after it; False when it is not parked."""
    rows = yield Query(
        "UPDATE inbox SET state = 'waiting', attempts = 0, starts = 0, error = ''"
        " WHERE business = ? AND actor = ? AND seq = ? AND state = 'parked' RETURNING seq",
        (business, actor, seq),
    )
    if not rows:
        return False
    yield Query("UPDATE actors SET ready_at = ? WHERE business = ? AND actor = ?", (now, business, actor))
    return True
