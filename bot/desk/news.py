"""What was said in a conversation that the room has not seen yet, joined into as few messages as may be."""

from functools import partial

from bot.actor import Actor
from bot.desk.frames import shown, shown_name
from bot.desk.standing import Thread
from bot.events import Media
from bot.records import rooms
from bot.replies import Message
from bot.store import transcript
from bot.store.transcript import Line
from bot.texts import t
from bot.understanding import global_word

JOINED_CHARS = 3500  # of one message in the room; the rest follows in the next
MANY = 40  # messages that are looked at at once
BUTTONS = 4  # of a message of the bot that operators see; the rest they can think
FLOOD = 100  # messages that nobody has handled, beyond which a room sees only the last of them
TALK = "call"  # a recorded talk is heard at the web desk alone, which writes down who hears it
LAST = 20  # of a flood, which operators see
BEFORE = 20  # messages of the talk before the case that operators see


async def unseen(actor: Actor, thread: Thread, heading: str) -> tuple[Message, int] | None:
    """What was said since, joined into one message, and up to which number; None for nothing new."""
    parts: list[str] = []
    if left_out := await _pass_over_a_flood(actor, thread):
        words = t("Left out here, because the customer wrote too much at once: {count}. The web desk shows all.",
                  count=left_out)  # fmt: skip
        parts.append(f"⏩ {actor.words(words)}")
    number = thread.told
    media: tuple[Media, ...] = ()
    for line in await _unseen(actor, thread):
        part = _part(line, thread.room, actor)
        if parts and (line.message.media or sum(map(len, parts)) + len(part) > JOINED_CHARS):
            break
        number = line.seq
        if is_withdrawal(line) and line.message.replaces <= thread.told:
            thread.gone = list(dict.fromkeys([*thread.gone, line.message.replaces]))
        if part:
            parts.append(part)
        if line.message.media and part:
            media = tuple(each for each in line.message.media if each.kind != TALK)
            break
    if not parts:
        return None
    return Message("\n".join(parts), media=media, heading=heading), number


async def posted(actor: Actor, thread: Thread, number: int, heading: str) -> tuple[str, Message] | None:
    """The post of the room that shows a message, and how it reads now; None when nothing shows it."""
    scope = actor.scope
    posts = await scope.read("posts", partial(rooms.shown, scope.business, thread.room, thread.conversation))
    later, earlier = [each for each in posts if each[1] >= number], [each[1] for each in posts if each[1] < number]
    if not later:
        return None
    post, last = later[-1]
    script = partial(transcript.before, scope.business, thread.conversation, last + 1, MANY if earlier else BEFORE)
    lines = await scope.read(f"posted {number}", script)
    parts = [_part(each, thread.room, actor) for each in lines if each.seq > max(earlier, default=0)]
    return post, Message("\n".join(part for part in parts if part), heading=heading)


def is_withdrawal(line: Line) -> bool:
    """Whether the customer takes a message back here."""
    return line.author == "customer" and bool(line.message.replaces) and not line.message.text


async def _pass_over_a_flood(actor: Actor, thread: Thread) -> int:
    """Leave out what would keep every topic of the room waiting for hours; gives how many messages that are."""
    scope = actor.scope
    script = partial(transcript.unheard, scope.business, thread.conversation, thread.told, LAST)
    count, last = await scope.read(f"unheard {thread.conversation}", script)
    if count <= FLOOD:
        return 0
    thread.told = last
    return count - LAST


async def beginning(actor: Actor, thread: Thread) -> int:
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
        lines = await scope.read(f"news {thread.conversation} {thread.told}", script)
        fresh = next((n for n, line in enumerate(lines) if _part(line, thread.room, actor)), None)
        if fresh is not None:
            return lines[fresh:]
        if not lines:
            return []
        thread.told = lines[-1].seq


def _part(line: Line, room: str, actor: Actor) -> str:
    """One message of the conversation for the operators; empty for what stands in the room already."""
    message, at = line.message, f"{line.at.astimezone(actor.business.zone):%H:%M}"
    match line.author:
        case "human" if message.origin.startswith(f"{room}/"):
            return ""
        case "human":
            return f"🧑‍💼 {shown_name(message.author)}\n{shown(message.text)}"
        case "bot":
            labels = [choice.label for choice in message.choices]
            more = " …" if len(labels) > BUTTONS else ""
            return f"🤖 {message.text}{''.join(f' [{label}]' for label in labels[:BUTTONS])}{more}"
    if is_withdrawal(line):
        return f"🗑 {at}\n{actor.words(t('removed'))}"
    word = global_word(message.text)
    mark = "✏️" if message.replaces else "👤"
    where = f" · {actor.words(t('in public'))}" if message.public else ""
    said = shown(message.text) if message.text else "".join(map(_file, message.media))
    return f"{mark} {f'⚑ {word.value.upper()} ' if word else ''}{at}{where}\n{said}"


def _file(media: Media) -> str:
    return {"image": "🖼", "voice": "🎤", "video": "🎬", TALK: "☎", "place": f"📍 {media.alt}"}.get(media.kind, "📎")
