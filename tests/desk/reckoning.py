"""What must hold after a schedule, whatever happened in it: gives a sentence for each promise that was broken."""

from collections.abc import Iterator

import msgspec

from bot.desk import shown
from bot.desk.standing import Thread
from bot.ports.room import Post
from bot.ports.store import Query
from bot.records import find_case
from bot.records.cases import Case
from bot.replies import Act
from tests.desk.schedule import Schedule

STATUS = {"": "closed", "waiting": "open", "human": "taken"}


def broken(run: Schedule) -> list[str]:
    """Everything that is not as it should be."""
    return [*_relays(run), *_answers(run), *_books(run), *_cases(run), *_threads(run)]


def _relays(run: Schedule) -> Iterator[str]:
    """What the customer said stands in the room, and again at most as often as the room lost something or was silent."""
    room = run.room
    for word in run.owed:
        seen = [(each.turn, each.line) for each in room.shown if shown(word) in each.message.text]
        if not seen:
            yield f"operators never saw {word}"
        for line in {line for _, line in seen}:
            turns = [turn for turn, where in seen if where == line]
            allowed = sum(turn >= turns[0] and where == line for turn, where in room.repeats)
            if len(turns) - 1 > allowed:
                yield f"operators saw {word} {len(turns)} times in {line}, {allowed} repeats were due"


def _answers(run: Schedule) -> Iterator[str]:
    """What operators said reached the customer once, or they were told why it did not."""
    channel, room = run.talk.channel, run.room
    heard = [message.text for _, message in channel.sent]
    told = {order.reply_to for _, order in room.orders if isinstance(order, Post)}
    for number, word in [*run.said.items(), *(("", word) for word in run.web)]:
        times = heard.count(word) - channel.perhaps.count(word)
        lost, refused = word in channel.bounced, number.partition("/")[0] in told
        if times > 1:
            yield f"the customer heard {word} {times} times"
        if not times and not lost and not refused:
            yield f"{word} was lost in silence"
        if word in run.due and not times and not lost:
            yield f"{word} was written in an open case and did not reach the customer"
    notices = sum("blocked" in each.message.text for each in room.shown)
    if set(channel.bounced) & {*run.due, *run.web} and not notices:
        yield "nobody was told that the customer cannot be reached"
    arrived = [word for word in dict.fromkeys(heard) if word in run.due]
    if arrived != sorted(arrived):
        yield f"the customer heard operators out of order: {arrived}"


def _books(run: Schedule) -> Iterator[str]:
    """No event is set aside or waits, nothing is still to leave."""
    for actor, seq, state, error in run.talk.reads(
        Query("SELECT actor, seq, state, error FROM inbox WHERE state <> 'done'")
    ):
        yield f"event {seq} of {actor} is {state}: {error}"
    for key, state in run.talk.reads(Query("SELECT key, state FROM outbox WHERE state IN ('waiting', 'sending')")):
        yield f"row {key} is {state}"


def _cases(run: Schedule) -> Iterator[str]:
    """Who answers is what the case says, and no request is left without somebody it belongs to."""
    state = run.talk.state
    case = _case(run, state.case)
    status = case.status if case else "closed"
    if STATUS[state.charge] != status:
        yield f"in charge is {state.charge or 'the bot'!r}, and the case is {status}"
    for (request,) in run.talk.reads(Query("SELECT id FROM cases WHERE closed_at IS NULL AND kind = 'handoff'")):
        if not state.case:
            yield f"the request {request} is open, and the conversation points to none"


def _threads(run: Schedule) -> Iterator[str]:
    """Every thread has nothing under way, shows all there is, and its card and topic say how the case stands."""
    room = run.room
    newest, current = run.talk.reads(Query("SELECT MAX(seq) FROM messages"))[0][0], run.talk.state.case
    for actor, state in run.talk.reads(Query("SELECT actor, state FROM actors WHERE actor LIKE 'thread/%'")):
        thread, case = msgspec.json.decode(state, type=Thread), _case(run, actor.partition("/")[2])
        assert case is not None
        if thread.job or thread.held or thread.notes:
            yield f"{actor} is not at rest: {thread}"
        if case.status == "closed" or case.id != current:
            continue  # where nothing is to be shown it is not noticed yet that a topic was deleted
        if thread.told != newest:
            yield f"{actor} shows up to {thread.told} of {newest}"
        if not thread.flat and (thread.topic not in room.topics or thread.topic in room.closed):
            yield f"{actor} has no open topic"
        card = room.posts.get(thread.card)
        acts = {choice.means.name for choice in card[1].choices if isinstance(choice.means, Act)} if card else set()
        if card is None or card[0] != thread.topic or ("case.take" in acts) != (case.status == "open"):
            yield f"{actor} is {case.status}, and its card has {sorted(acts)}"


def _case(run: Schedule, case: str) -> Case | None:
    return run.talk.does(run.talk.store.read(lambda: find_case(run.talk.business.slug, case)))
