"""What must hold when all has come to rest: the tables against what people did and what stood on their screens."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from bot.desk.standing import Thread
from bot.events import CaseChanged, Edited, OperatorSaid, Pressed, RoomSaid, Said
from bot.ports.clock import micros
from bot.replies import Act, Message
from bot.runtime.sender import PATIENCE
from tests.simulation import ledger

if TYPE_CHECKING:
    from tests.simulation.run import Run

NUMBER = re.compile(r"Number of the booking: ([A-Z0-9]+)")
WHEN = re.compile(r"(?m)^(\w+ \d+ \w+, \d\d:\d\d)$")
CANCELLED = "The visit is cancelled."
SORRY = "Sorry, something went wrong on our side"
POISON = "poison"
HOUR = 3_600_000_000
TRIES = 7
"""Five, and some that were counted twice because their counting was kept and answered with an error."""

Sentences = Iterator[tuple[str, str]]


class Audit:
    """One look at a run that is at rest."""

    def __init__(self, run: "Run") -> None:
        self.run, self.world = run, run.world
        self.rows = run.rows
        self.outbox = self.rows(
            "SELECT key, line, actor, message, port, body, kind, lane, created_at, expires_at, state, attempts,"
            " finished_at, error FROM outbox ORDER BY actor, position"
        )
        self.messages: dict[str, list[tuple[int, str, str, str]]] = defaultdict(list)
        for actor, seq, author, client_id, body in self.rows(
            "SELECT actor, seq, author, client_id, body FROM messages ORDER BY actor, seq"
        ):
            self.messages[actor].append((seq, author, client_id, msgspec.json.decode(body)["text"]))

    def everything(self) -> None:
        """Look at every promise."""
        for look in (
            self.inboxes, self.steps, self.order, self.ledgers, self.leases, self.leaving, self.screens,
            self.pushes, self.visits, self.reminders, self.apologies, self.cases, self.desk,
        ):  # fmt: skip
            for promise, sentence in look():
                self.world.blame(promise, sentence)

    def inboxes(self) -> Sentences:
        """Everything that was done has been handled; only what cannot be is set aside."""
        stored = {key: (actor, seq, state, error) for key, actor, seq, state, error in self.rows(
            "SELECT dedupe_key, actor, seq, state, error FROM inbox")}  # fmt: skip
        for actor, envelopes in self.run.post.sent.items():
            for envelope in envelopes:
                if envelope.dedupe_key not in stored:
                    yield "lost", f"{envelope.dedupe_key} of {actor}: {envelope.event}"
        poisoned = {
            each.dedupe_key for envelopes in self.run.post.sent.values() for each in envelopes
            if isinstance(each.event, Said) and each.event.text.startswith(POISON)
        }  # fmt: skip
        for key, (actor, seq, state, error) in stored.items():
            if state == "waiting":
                yield "stuck", f"event {seq} of {actor} waits"
            elif (state == "parked") != (key in poisoned):
                yield "parked", f"event {seq} of {actor} is {state}: {error}"

    def steps(self) -> Sentences:
        """Each event was handled by one step; one that cannot be is not tried for ever."""
        for actor, seq, attempts in self.rows("SELECT actor, seq, attempts FROM inbox WHERE state = 'parked'"):
            if attempts > TRIES:
                yield "parked", f"event {seq} of {actor} was set aside after {attempts} tries only"
        handled = "SELECT actor, COUNT(*) FROM inbox WHERE state = 'done' GROUP BY actor"
        done = dict(self.rows(handled))
        for actor, version in self.rows("SELECT actor, version FROM actors"):
            if version != done.get(actor, 0):
                yield "handled twice", f"{actor} took {version} steps for {done.get(actor, 0)} events"

    def order(self) -> Sentences:
        """What a person did stands in the order in which they did it, once."""
        for actor, envelopes in self.run.post.sent.items():
            did = [each.event.client_id for each in envelopes if isinstance(each.event, Said | Pressed | Edited)]
            stands = [client_id for _, author, client_id, _ in self.messages[actor] if author == "customer"]
            if did != stands:
                yield "order", f"{actor} did {did}, and {stands} stands there"

    def ledgers(self) -> Sentences:
        """A ledger has seen what it was told in order, its timers fired once and only when they were due."""
        books = {
            actor: msgspec.json.decode(state, type=ledger.Book)
            for actor, state in self.rows("SELECT actor, state FROM actors WHERE actor LIKE 'ledger/%'")
        }
        for actor, book in books.items():
            told = [each.event for each in self.run.post.sent.get(actor, ()) if isinstance(each.event, CaseChanged)]
            if actor != "ledger/echo" and book.seen != [each.note for each in told]:
                yield "ledger", f"{actor} was told {[each.note for each in told]} and saw {book.seen}"
            for word in book.wrong:
                yield "void timer", f"{actor}: {word}"
            for word, times in Counter(book.fired).items():
                if times > 1:
                    yield "timer twice", f"{word} of {actor} fired {times} times"
            if book.timers:
                yield "timer lost", f"{book.timers} of {actor} never fired"
            jobs = {f"{each.note}/{port}" for each in told if each.conversation == "push"
                    for port in (ledger.KEYED, ledger.UNKEYED)}  # fmt: skip
            if book.jobs != dict.fromkeys(jobs, 1):
                yield "results", f"{actor} heard of {book.jobs}, and ordered {sorted(jobs)}"
        echoes = Counter(
            f"{each.event.note}@{actor.rpartition('/')[2]}"
            for actor, envelopes in self.run.post.sent.items() for each in envelopes
            if isinstance(each.event, CaseChanged) and each.event.conversation == "tell"
        )  # fmt: skip
        heard = Counter(books["ledger/echo"].seen) if "ledger/echo" in books else Counter()
        if heard != echoes:
            yield "ledger", f"told on {sorted(echoes.items())}, heard {sorted(heard.items())}"

    def leases(self) -> Sentences:
        """Nobody holds anything, and nothing is marked as waiting."""
        now = micros(self.world.now())
        for table, name in (("actors", "actor"), ("lines", "line")):
            for held, ready_at, until in self.rows(f"SELECT {name}, ready_at, lease_until FROM {table}"):
                if until > now:
                    yield "half done", f"{table} {held} is still leased"
                if ready_at is not None:
                    yield "stuck", f"{table} {held} is still wanted"

    def leaving(self) -> Sentences:
        """Every message and order has left, or was given up for a reason that there was."""
        refused = self.run.line.refused
        for (
            key,
            line,
            actor,
            message,
            port,
            body,
            kind,
            _,
            created_at,
            expires_at,
            state,
            _,
            finished_at,
            error,
        ) in self.outbox:
            ends = expires_at or created_at + PATIENCE // timedelta(microseconds=1)
            match state:
                case "sent":
                    continue
                case "failed" if message is not None and (actor, message) in refused:
                    continue
                case "failed" if message is None and (line, order_of(body)) in self.run.sinks[port].refused:
                    continue
                case "expired" if finished_at >= ends or error.startswith("withdrawn"):
                    continue
                case "perhaps" if kind == "broadcast":
                    continue
            yield "unsent", f"{key} ({kind}) is {state}"

    def screens(self) -> Sentences:
        """What was sent stands on the screen whole, in order, and again only where nobody could know that it did."""
        rows = {(actor, message): (kind, lane, state, tries) for _, _, actor, message, _, _, kind, lane, _, _, state, tries, *_
                in self.outbox if message is not None}  # fmt: skip
        stood: dict[tuple[str, int, int], list[Any]] = defaultdict(list)
        last: dict[tuple[str, int], tuple[int, int]] = {}
        for heard in self.run.line.heard:
            actor, piece = heard.actor, heard.piece
            if (actor, piece.number) not in rows:
                yield "invented", f"{actor} heard {piece.number}, which stands nowhere: {piece.text[:40]!r}"
                continue
            kind, lane, _, tries = rows[actor, piece.number]
            before = stood[actor, piece.number, piece.n]
            if not before:
                place = (piece.number, piece.n)
                if place < last.get((actor, lane), (0, 0)):
                    yield "screen order", f"{actor} heard {place} after {last[actor, lane]}"
                last[actor, lane] = max(place, last.get((actor, lane), (0, 0)))
            elif not self._again(kind, heard, len(before) < tries):
                yield "doubled", f"{actor} heard {piece.number}.{piece.n} ({kind}) {len(before) + 1} times"
            before.append(heard)
        for (actor, message), (_, _, state, _) in rows.items():
            text = next((text for seq, _, _, text in self.messages[actor] if seq == message), "")
            parts = len(text.split("\n\n")) if self.world.weather.parts else 1
            missing = [n for n in range(parts) if not stood[actor, message, n]]
            if state == "sent" and missing:
                yield "unheard", f"{actor} never heard {missing} of {parts} of {message}, which was sent"

    def _again(self, kind: str, heard: Any, tried: bool) -> bool:
        """Whether a part may stand there once more; `tried` says that the row was taken up so often."""
        if kind == "broadcast":
            return False
        key = (heard.actor, heard.piece.number, heard.piece.n)
        if self.run.line.allowed[key] > 0:
            self.run.line.allowed[key] -= 1
            return True
        return self.run.lapses and tried

    def pushes(self) -> Sentences:
        """A system that knows keys did each order once; another at most once more for each doubt."""
        ordered: Counter[tuple[str, str, bytes]] = Counter()
        for _, line, _, message, port, body, _, _, _, _, state, *_ in self.outbox:
            if message is None:
                ordered[port, line, order_of(body)] += 1
                if state == "sent" and (line, order_of(body)) not in self.run.sinks[port].taken:
                    yield "unheard", f"{port} never got {order_of(body)!r}, which was sent"
        for name, sink in self.run.sinks.items():
            for (line, order), times in Counter(sink.taken).items():
                due = ordered[name, line, order]
                if not due:
                    yield "invented", f"{name} got {order!r}, which stands nowhere"
                elif times > due + sink.allowed[line, order] and not self.run.lapses:
                    yield "doubled", f"{name} got {order!r} {times} times, {due + sink.allowed[line, order]} were due"
        for key, times in Counter(self.run.effects).items():
            if times > 1:
                yield "doubled effect", f"{key} was done {times} times by a system that knows keys"

    def visits(self) -> Sentences:
        """Whoever was told of a visit has it at that time, and nobody else has one."""
        told: dict[str, str] = {}
        for lines in self.messages.values():
            for _, author, _, text in lines:
                if author == "bot" and (named := NUMBER.search(text)):
                    found = WHEN.search(text)
                    told[named[1]] = found[1] if found else ""
        stands = {row[0]: row[1:] for row in self.rows("SELECT id, local_start, status FROM bookings")}
        if told.keys() != stands.keys():
            yield "word and booking", f"{sorted(told)} were told, {sorted(stands)} stand there"
        for number in told.keys() & stands.keys():
            start = datetime.fromisoformat(stands[number][0])
            words = f"{start:%A} {start.day} {start:%B}, {start:%H:%M}"
            if told[number] != words:
                yield "word and booking", f"{number} was told for {told[number]} and is {words}"
        cancelled = sum(text.startswith(CANCELLED) for lines in self.messages.values() for _, _, _, text in lines)
        off = sum(status == "cancelled" for _, status in stands.values())
        if cancelled != off:
            yield "word and booking", f"{cancelled} were told that theirs is off, {off} are"

    def reminders(self) -> Sentences:
        """Who has a visit is reminded of it at each due time once; who has not, or wants no messages, is not."""
        said: Counter[tuple[str, str]] = Counter()
        for text, body in self.rows(
            "SELECT json_extract(m.body, '$.text'), m.body FROM messages m JOIN outbox o ON o.actor = m.actor"
            " AND o.message = m.seq WHERE o.kind = 'reminder'"
        ):
            about = msgspec.json.decode(body, type=Message).choices[0].means
            if isinstance(about, Act) and (found := WHEN.search(text)):
                said[about.about, found[1]] += 1
        now = micros(self.world.now())
        for number, actor, local, starts_at, changed_at, status in self.rows(
            "SELECT id, actor, local_start, starts_at, changed_at, status FROM bookings"
        ):
            start = datetime.fromisoformat(local)
            times = said[number, f"{start:%A} {start.day} {start:%B}, {start:%H:%M}"]
            due = sum(changed_at < starts_at - hours * HOUR <= now for hours in (24, 2))
            wrong = times > due if actor in self.run.stopped_once else times != due
            if status == "booked" and wrong:
                yield "reminders", f"{actor} was reminded {times} times of {number} at {local}, {due} were due"
        for made, local in self._after_the_end():
            yield "reminders", f"a reminder of {local} was made at {made}, after the visit was cancelled"

    def _after_the_end(self) -> Iterator[tuple[int, str]]:
        """Reminders of visits that were cancelled before."""
        cancelled = dict(self.rows("SELECT id, changed_at FROM bookings WHERE status = 'cancelled'"))
        jumped = self.run.began.jumps > 0
        for made, body in self.rows(
            "SELECT o.created_at, m.body FROM messages m JOIN outbox o ON o.actor = m.actor AND o.message = m.seq"
            " WHERE o.kind = 'reminder'"
        ):
            message = msgspec.json.decode(body, type=Message)
            about = message.choices[0].means
            if isinstance(about, Act) and not jumped and cancelled.get(about.about, made) < made:
                yield made, message.text

    def apologies(self) -> Sentences:
        """Whoever's words were set aside is told so once, each time."""
        parked = Counter(actor for (actor,) in self.rows("SELECT actor FROM inbox WHERE state = 'parked'"))
        for actor, lines in self.messages.items():
            sorry = sum(author == "bot" and text.startswith(SORRY) for _, author, _, text in lines)
            if sorry != parked[actor]:
                yield "apologies", f"{actor} heard {sorry} apologies for {parked[actor]} events that were set aside"

    def cases(self) -> Sentences:
        """Nobody has two open matters of one kind, and who asked for a person has one."""
        for actor, kind, times in self.rows(
            "SELECT actor, kind, COUNT(*) FROM cases WHERE closed_at IS NULL GROUP BY actor, kind"
        ):
            if times > 1:
                yield "doubled cases", f"{actor} has {times} open cases of {kind}"
        having = {actor for (actor,) in self.rows("SELECT actor FROM cases")}
        for actor, envelopes in self.run.post.sent.items():
            if actor not in having and any(
                isinstance(each.event, Said) and each.event.text == "HUMAN" for each in envelopes
            ):
                yield "lost", f"{actor} asked for a person and has no case"

    def desk(self) -> Sentences:
        """Operators see all there is, nothing is under way, and what they answered was said once."""
        for actor, state in self.rows("SELECT actor, state FROM actors WHERE actor LIKE 'thread/%'"):
            thread = msgspec.json.decode(state, type=Thread)
            if thread.job or thread.notes:
                yield "desk", f"{actor} is not at rest: {thread}"
        said = Counter(text for lines in self.messages.values() for _, author, _, text in lines if author == "human")
        for word, times in said.items():
            if times > 1:
                yield "desk", f"{word} was relayed {times} times"
        kinds = [body for (body,) in self.rows("SELECT body FROM inbox WHERE body LIKE '%\"operator_said\"%'")]
        words = Counter(msgspec.json.decode(body, type=OperatorSaid).text for body in kinds)
        if words.keys() != said.keys():
            yield "desk", f"operators said {sorted(words)}, customers heard {sorted(said)}"
        wrote = {each.event.text for each in self.run.post.sent.get(self.run.room_key, ())
                 if isinstance(each.event, RoomSaid) and not each.event.text.startswith("/")}  # fmt: skip
        if not words.keys() <= wrote:
            yield "desk", f"{sorted(words.keys() - wrote)} was written by nobody"


def order_of(body: str) -> bytes:
    """The order in the body of a push, as its provider gets it."""
    return bytes(msgspec.json.decode(body, type=Pushed).order)


class Pushed(msgspec.Struct):
    """The body of a push, as the sender reads it."""

    job: str
    order: msgspec.Raw
