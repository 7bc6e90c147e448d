"""A case's thread in a staff room: its topic, its card, and what was said since.

The thread is an actor. It does not queue what it has to show: it remembers up to which message of the conversation
the room has seen it, and shows what has come since, one order at a time. So what arrives while an order is under way
is joined into the next one, a card that changes three times is edited once, and a room that was lost for a day is
brought up to date by one message.
"""

from functools import partial
from hashlib import blake2b

import msgspec

from bot.actor import Actor
from bot.desk.card import card, title
from bot.desk.news import beginning, posted, unseen
from bot.desk.standing import Thread, begin_again, go_over, heal, note_told
from bot.desk.window import TIMER as WINDOW_TIMER
from bot.desk.window import shown_window
from bot.events import CaseChanged, Event, JobFinished, RoomChanged, TimerFired
from bot.ports.clock import micros
from bot.ports.room import MarkTopic, OpenTopic, Order, Post, Revise, port_of
from bot.ports.step import Push
from bot.records import Case, Customer, find_case, load_customer, rooms
from bot.records.links import linked
from bot.records.members import find_member
from bot.replies import Message
from bot.texts import spoken

TOPIC_CHARS = 128  # Telegram, createForumTopic


async def handle(actor: Actor, event: Event) -> None:
    """Take one event of a thread and order what has to be shown next."""
    thread = msgspec.json.decode(actor.state, type=Thread)
    match event:
        case CaseChanged(conversation, note):
            thread.conversation = thread.conversation or conversation
            if note:
                thread.notes = [*thread.notes, note]
        case JobFinished(key=job) if job == thread.job:
            thread.job = ""
            await _finished(actor, thread, job, event)
        case RoomChanged("topic_closed" | "topic_reopened" as what):
            if event.thread == thread.topic:
                thread.marked = what == "topic_closed"
            actor.state = msgspec.json.encode(thread).decode()
            return  # what it means for the case is told by the case
        case RoomChanged():
            thread.flat = thread.held = False  # our rights in the room have changed, for the better perhaps
        case TimerFired(key=key) if key == WINDOW_TIMER:
            pass  # the card reads otherwise by now
        case _:
            thread.held = False  # the timer: try again
    await _advance(actor, thread)
    actor.state = msgspec.json.encode(thread).decode()


async def _advance(actor: Actor, thread: Thread) -> None:
    """Order the next thing that the room does not show yet."""
    if thread.job or thread.held or not actor.rooms or not thread.conversation:
        return
    case = await _case(actor)
    if case is None:
        return
    scope = actor.scope
    if case.actor != thread.conversation:
        go_over(thread, case.actor)
    home = thread.room or actor.rooms[0]
    thread.room = await scope.read("room", partial(rooms.room_now, scope.business, home))
    whole = case.kind != "lead" or bool(case.owner)
    """A lead is a card that is edited; it becomes a talk when somebody takes it."""
    if whole and thread.told < 0:
        thread.told = await beginning(actor, thread)
    if whole and not thread.topic and not thread.flat:
        _order(
            actor, thread, "topic", OpenTopic(title(actor.business, case, await _customer(actor, case))[:TOPIC_CHARS])
        )
    elif (face := await _face(actor, thread, case)) is not None and _digest(face) != thread.card_says:
        order = Revise(thread.card, face) if thread.card else Post(face, thread.topic)
        _order(actor, thread, "card", order, about=_digest(face))
    elif thread.notes:
        _order(actor, thread, "note", Post(actor.message(spoken(thread.notes[0])), thread.topic, silent=True))
    elif whole and await _tell(actor, thread, case):
        return
    elif thread.topic and (case.status == "closed") != thread.marked:
        closed = case.status == "closed"
        _order(actor, thread, "mark", MarkTopic(thread.topic, closed=closed), about="closed" if closed else "")


async def _news(actor: Actor, thread: Thread, case: Case) -> tuple[str, Message, int] | None:
    """What was said since, first where the case was before: the conversation, the message, and up to which number."""
    customer = await _customer(actor, case)
    for conversation, told in thread.others.items():
        before = Thread(conversation, thread.room, told=told)
        heading = title(actor.business, msgspec.structs.replace(case, actor=conversation), customer)
        if (news := await unseen(actor, before, heading)) is not None:
            return conversation, *news
        thread.others[conversation] = before.told
    news = await unseen(actor, thread, title(actor.business, case, customer))
    return (thread.conversation, *news) if news is not None else None


async def _tell(actor: Actor, thread: Thread, case: Case) -> bool:
    """Order what has become of the talk: first what must no longer be read, then what was said since; False for nothing."""
    if (post := await _withdrawn(actor, thread, case)) is not None:
        _order(actor, thread, "gone", Revise(*post))
    elif (news := await _news(actor, thread, case)) is not None:
        thread.of, message, number = news
        reply_to = thread.card if thread.flat else ""
        _order(actor, thread, "told", Post(message, thread.topic, reply_to=reply_to), about=str(number))
    return bool(thread.job)


async def _withdrawn(actor: Actor, thread: Thread, case: Case) -> tuple[str, Message] | None:
    """The next post that shows what the customer has withdrawn since, and how it reads without."""
    while thread.gone:
        heading = title(actor.business, case, await _customer(actor, case))
        if (post := await posted(actor, thread, thread.gone[0], heading)) is not None:
            return post
        thread.gone = thread.gone[1:]
    return None


def _order(actor: Actor, thread: Thread, job: str, order: Order, *, about: str = "") -> None:
    thread.job, thread.about = job, about
    line = f"{thread.room}/{actor.scope.actor.partition('/')[2]}"
    actor.scope.push(Push(port_of(thread.room), line, job, order))


async def _finished(actor: Actor, thread: Thread, job: str, done: JobFinished) -> None:
    if not done.ok:
        heal(actor, thread, job, done)
        return
    thread.failures, thread.lost, made = 0, False, done.result.get("id", "")
    seq = 0
    match job:
        case "topic":
            begin_again(thread)  # what stood in the group itself is shown in the topic
            thread.topic = made
        case "card":
            thread.card, thread.card_says = made or thread.card, thread.about
        case "note":
            thread.notes = thread.notes[1:]
        case "told":
            seq = note_told(thread)
        case "gone":
            thread.gone, made = thread.gone[1:], ""
        case "mark":
            thread.marked = bool(thread.about)
    if made:
        scope = actor.scope
        conversation = (thread.of if job == "told" else "") or thread.conversation
        placed = rooms.Placed(scope.actor.partition("/")[2], conversation)
        topic, message = (made, "") if job == "topic" else ("", made)
        scope.write(rooms.Place(scope.business, thread.room, placed, micros(scope.now), topic, message, seq))


async def _case(actor: Actor) -> Case | None:
    scope = actor.scope
    return await scope.read("case", partial(find_case, scope.business, scope.actor.partition("/")[2]))


async def _customer(actor: Actor, case: Case) -> Customer:
    return await actor.scope.read("customer", partial(load_customer, actor.scope.business, case.actor))


async def _face(actor: Actor, thread: Thread, case: Case) -> Message | None:
    """The card as it should read now."""
    scope = actor.scope
    owner = await scope.read("owner", partial(find_member, scope.business, case.owner)) if case.owner else None
    window = await shown_window(actor, thread, case)
    customer = await _customer(actor, case)
    places = await scope.read("places", partial(linked, scope.business, customer.id)) if customer.version else ()
    return card(actor, case, customer, owner.name if owner else "", window, places)


def _digest(message: Message) -> str:
    return blake2b(msgspec.json.encode(message), digest_size=8).hexdigest()
