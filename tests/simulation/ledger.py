"""The smallest actor there is: it writes down what happens to it, and does a little of everything that a step can do.

Because its state is a plain record of its events, whatever is lost, doubled or put out of order stands there to be read.
"""

from datetime import timedelta

import msgspec

from bot.actor import Actor
from bot.events import CaseChanged, Event, JobFinished, TimerFired
from bot.ports.step import Push

KEYED, UNKEYED = "crm", "pager"
"""A system that does an order once a key, and one that knows no keys."""

VERBS = ("note", "note", "push", "push", "timer", "timer", "forget", "own", "tell")
"""What a ledger may be told, by how often."""

SPANS = tuple(timedelta(seconds=seconds) for seconds in (0.02, 0.3, 2.0, 9.0, 45.0))

SHARED = "t"
"""The timer that is set again and again."""


class Book(msgspec.Struct, omit_defaults=True):
    """What a ledger keeps. `timers` is which word each timer stands for now."""

    seen: list[str] = []
    timers: dict[str, str] = {}
    fired: list[str] = []
    jobs: dict[str, int] = {}
    wrong: list[str] = []


class Order(msgspec.Struct):
    """An order for one of the systems; `key` is what it may recognise a repeat by."""

    key: str
    word: str


order_of = msgspec.json.Decoder(Order).decode


async def handle(actor: Actor, event: Event) -> None:
    """Write it down, and do what it says."""
    book = msgspec.json.decode(actor.state, type=Book)
    match event:
        case CaseChanged(verb, word):
            book.seen = [*book.seen, word]
            _obey(actor, book, verb, word)
        case TimerFired(key, data=data):
            word = data.get("word", "")
            if book.timers.get(key) != word:
                book.wrong = [*book.wrong, f"timer {key} fired for {word!r} and stood for {book.timers.get(key)!r}"]
            book.timers = {name: each for name, each in book.timers.items() if name != key}
            book.fired = [*book.fired, word]
        case JobFinished(key, port):
            name = f"{key}/{port}"
            book.jobs = {**book.jobs, name: book.jobs.get(name, 0) + 1}
    actor.state = msgspec.json.encode(book).decode()


def _obey(actor: Actor, book: Book, verb: str, word: str) -> None:
    scope = actor.scope
    match verb:
        case "push":
            for port in (KEYED, UNKEYED):
                order = Order(scope.new_id("order"), word)
                scope.push(Push(port, f"{port}/{scope.actor.rpartition('/')[2]}", word, order))
        case "timer" | "own":
            key = SHARED if verb == "timer" else f"t:{word}"
            scope.schedule(key, scope.now + SPANS[sum(map(ord, word)) % len(SPANS)], {"word": word})
            book.timers = {**book.timers, key: word}
        case "forget":
            scope.unschedule(SHARED)
            book.timers = {name: each for name, each in book.timers.items() if name != SHARED}
        case "tell":
            scope.tell("ledger/echo", CaseChanged("note", f"{word}@{scope.actor.rpartition('/')[2]}"))
