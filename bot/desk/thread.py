"""A case's thread in a staff room: its topic, its card, and what was said since.

The thread is an actor. It does not queue what it has to show: it remembers up to which message of the conversation
the room has seen it, and shows what has come since, one order at a time. So what arrives while an order is under way
is joined into the next one, a card that changes three times is edited once, and a room that was lost for a day is
brought up to date by one message.
"""

from datetime import timedelta, tzinfo
from functools import partial
from hashlib import blake2b

import msgspec

from bot.actor import Actor
from bot.desk.card import card, title
from bot.desk.frames import shown, shown_name
from bot.events import CaseChanged, DeskLost, Event, JobFinished, Media, RoomChanged
from bot.ports.clock import micros
from bot.ports.room import MarkTopic, OpenTopic, Order, Post, Revise
from bot.ports.step import Push
from bot.records import Case, Customer, find_case, load_customer, rooms
from bot.records.members import find_member
from bot.replies import Message
from bot.store import transcript
from bot.store.transcript import Line
from bot.texts import spoken, t
from bot.understanding import global_word

TOPIC_CHARS = 128  # Telegram, createForumTopic
JOINED_CHARS = 3500  # of one message in the room; the rest follows in the next
MANY = 40  # messages that are looked at at once
BUTTONS = 4  # of a message of the bot that operators see; the rest they can think
BEFORE = 20  # messages of the talk before the case that operators see
PAUSE = timedelta(seconds=30)  # before an order that failed is tried in another way; doubles
LONGEST_PAUSE = timedelta(minutes=10)
PATIENCE = 3  # failures of one and the same thing before it is passed over


class Thread(msgspec.Struct, omit_defaults=True):
    """What a thread keeps. `job` is the order under way; nothing else is ordered until it has come back."""

    conversation: str = ""
    room: str = ""
    topic: str = ""
    flat: bool = False
    """The room has no topics: everything stands in the group itself, and operators answer by replying."""
    card: str = ""
    card_says: str = ""
    told: int = -1
    """The newest message of the conversation that the room shows; -1: it is not known yet where to begin."""
    seen: int = -1
    """Up to which message the room has shown everything, here or in a topic that is no more; -1: nothing yet."""
    marked: bool = False
    """The topic is closed."""
    job: str = ""
    about: str = ""
    """What the job under way will have shown: a card's digest, a message's number, a closed topic."""
    failures: int = 0
    held: bool = False
    lost: bool = False
    notes: list[str] = []


async def handle(actor: Actor, event: Event) -> None:
    """Take one event of a thread and order what has to be shown next."""
    thread = msgspec.json.decode(actor.state, type=Thread)
    match event:
        case CaseChanged(conversation, note):
            thread.conversation = conversation
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
    home = thread.room or actor.rooms[0]
    thread.room = await scope.read("room", partial(rooms.room_now, scope.business, home))
    whole = case.kind != "lead" or bool(case.owner)
    """A lead is a card that is edited; it becomes a talk when somebody takes it."""
    if whole and thread.told < 0:
        thread.told = await _beginning(actor, thread)
    if whole and not thread.topic and not thread.flat:
        _order(actor, thread, "topic", OpenTopic(title(case, await _customer(actor, case))[:TOPIC_CHARS]))
    elif (face := await _face(actor, case)) is not None and _digest(face) != thread.card_says:
        order = Revise(thread.card, face) if thread.card else Post(face, thread.topic)
        _order(actor, thread, "card", order, about=_digest(face))
    elif thread.notes:
        _order(actor, thread, "note", Post(actor.message(spoken(thread.notes[0])), thread.topic, silent=True))
    elif whole and (news := await _news(actor, thread, case)) is not None:
        message, number = news
        reply_to = thread.card if thread.flat else ""
        _order(actor, thread, "told", Post(message, thread.topic, reply_to=reply_to), about=str(number))
    elif thread.topic and (case.status == "closed") != thread.marked:
        closed = case.status == "closed"
        _order(actor, thread, "mark", MarkTopic(thread.topic, closed=closed), about="closed" if closed else "")


def _order(actor: Actor, thread: Thread, job: str, order: Order, *, about: str = "") -> None:
    thread.job, thread.about = job, about
    _, channel, account, _ = thread.room.split("/", 3)
    line = f"{thread.room}/{actor.scope.actor.partition('/')[2]}"
    actor.scope.push(Push(f"{channel}/{account}", line, job, order))


async def _finished(actor: Actor, thread: Thread, job: str, done: JobFinished) -> None:
    if not done.ok:
        await _failed(actor, thread, job, done)
        return
    thread.failures, thread.lost, made = 0, False, done.result.get("id", "")
    seq = 0
    match job:
        case "topic":
            _begin_again(thread)  # what stood in the group itself is shown in the topic
            thread.topic = made
        case "card":
            thread.card, thread.card_says = made or thread.card, thread.about
        case "note":
            thread.notes = thread.notes[1:]
        case "told":
            seq = thread.told = int(thread.about)
        case "mark":
            thread.marked = bool(thread.about)
    if made:
        scope = actor.scope
        placed = rooms.Placed(scope.actor.partition("/")[2], thread.conversation)
        topic, message = (made, "") if job == "topic" else ("", made)
        scope.write(rooms.Place(scope.business, thread.room, placed, micros(scope.now), topic, message, seq))


async def _failed(actor: Actor, thread: Thread, job: str, done: JobFinished) -> None:
    """Heal: a topic that is gone is opened anew, a group that has moved is followed, what cannot be done is gone around."""
    thread.failures += 1
    match done.error:
        case "thread" if job == "card" and thread.card:
            thread.card = thread.card_says = ""  # perhaps somebody deleted the card alone: the next one will tell
        case "thread":
            _begin_again(thread)
        case "rights" if job == "mark":
            thread.marked = bool(thread.about)
        case "rights":
            _begin_again(thread)
            thread.flat = True
            thread.notes = [*thread.notes, actor.words(t("I may not open topics here, so I write into the group. "
                                                         "Answer a customer by replying to a message of mine."))]  # fmt: skip
        case "moved":
            _, channel, account, _ = thread.room.split("/", 3)
            moved = f"staff/{channel}/{account}/{done.result.get('to', '')}"
            actor.scope.write(rooms.MoveRoom(actor.scope.business, thread.room, moved))
            thread.room = moved
            _begin_again(thread)
        case "gone":
            _lose_room(actor, thread)
        case _ if job == "told" and thread.failures >= PATIENCE:
            thread.told, thread.failures = int(thread.about), 0
            note = t("A message could not be shown here; the web desk has it.")
            thread.notes = [*thread.notes, actor.words(note)]
        case _ if job == "note" and thread.failures >= PATIENCE:
            thread.notes, thread.failures = thread.notes[1:], 0
        case _:
            _hold(actor, thread, min(PAUSE * 2**thread.failures, LONGEST_PAUSE))
    if thread.failures > PATIENCE:
        _hold(actor, thread, LONGEST_PAUSE)


def _lose_room(actor: Actor, thread: Thread) -> None:
    """We are not in the group any more: keep everything until we are, and let the customer know once."""
    _hold(actor, thread, LONGEST_PAUSE)
    if not thread.lost:
        thread.lost = True
        actor.scope.tell(thread.conversation, DeskLost(actor.scope.actor.partition("/")[2]))
    _begin_again(thread)


def _begin_again(thread: Thread) -> None:
    """Forget where things stood, so that topic, card and the last of the talk are shown anew, and all not shown yet."""
    thread.topic = thread.card = thread.card_says = ""
    thread.seen = max(thread.seen, thread.told)
    thread.told, thread.marked = -1, False


def _hold(actor: Actor, thread: Thread, pause: timedelta) -> None:
    thread.held = True
    actor.scope.schedule("again", actor.scope.now + pause, {})


async def _case(actor: Actor) -> Case | None:
    scope = actor.scope
    return await scope.read("case", partial(find_case, scope.business, scope.actor.partition("/")[2]))


async def _customer(actor: Actor, case: Case) -> Customer:
    return await actor.scope.read("customer", partial(load_customer, actor.scope.business, case.actor))


async def _face(actor: Actor, case: Case) -> Message | None:
    """The card as it should read now."""
    scope = actor.scope
    owner = await scope.read("owner", partial(find_member, scope.business, case.owner)) if case.owner else None
    return card(actor, case, await _customer(actor, case), owner.name if owner else "")


def _digest(message: Message) -> str:
    return blake2b(msgspec.json.encode(message), digest_size=8).hexdigest()


async def _news(actor: Actor, thread: Thread, case: Case) -> tuple[Message, int] | None:
    """What was said since, joined into one message, and up to which number; None for nothing new."""
    number = thread.told
    parts: list[str] = []
    media: tuple[Media, ...] = ()
    for line in await _unseen(actor, thread):
        part = _part(line, thread.room, actor.business.zone)
        if parts and (line.message.media or sum(map(len, parts)) + len(part) > JOINED_CHARS):
            break
        number = line.seq
        if part:
            parts.append(part)
        if line.message.media and part:
            media = line.message.media
            break
    if not parts:
        return None
    return Message("\n".join(parts), media=media, heading=title(case, await _customer(actor, case))), number


async def _beginning(actor: Actor, thread: Thread) -> int:
    """The number before the first message that is to be shown: the last of the talk, and all that was never shown."""
    scope = actor.scope
    old = await scope.read("before", partial(transcript.before, scope.business, thread.conversation, None, BEFORE))
    first = old[0].seq - 1 if old else 0
    return first if thread.seen < 0 else min(first, thread.seen)


async def _unseen(actor: Actor, thread: Thread) -> list[Line]:
    """The next messages, beginning with one that has something to show; what stands in the room already is passed over."""
    scope = actor.scope
    while True:
        script = partial(transcript.after, scope.business, thread.conversation, thread.told, MANY)
        lines = await scope.read(f"news{thread.told}", script)
        fresh = next((n for n, line in enumerate(lines) if _part(line, thread.room, actor.business.zone)), None)
        if fresh is not None:
            return lines[fresh:]
        if not lines:
            return []
        thread.told = lines[-1].seq


def _part(line: Line, room: str, zone: tzinfo) -> str:
    """One message of the conversation for the operators; empty for what stands in the room already."""
    message, at = line.message, f"{line.at.astimezone(zone):%H:%M}"
    match line.author:
        case "human" if message.origin.startswith(f"{room}/"):
            return ""
        case "human":
            return f"🧑‍💼 {shown_name(message.author)}\n{shown(message.text)}"
        case "bot":
            labels = [choice.label for choice in message.choices]
            more = " …" if len(labels) > BUTTONS else ""
            return f"🤖 {message.text}{''.join(f' [{label}]' for label in labels[:BUTTONS])}{more}"
    word = global_word(message.text)
    mark = "✏️" if message.replaces else "👤"
    said = shown(message.text) if message.text else "".join(map(_file, message.media))
    return f"{mark} {f'⚑ {word.value.upper()} ' if word else ''}{at}\n{said}"


def _file(media: Media) -> str:
    return {"image": "🖼", "voice": "🎤", "video": "🎬", "place": f"📍 {media.alt}"}.get(media.kind, "📎")
