"""What a thread keeps between its steps, and how it heals when the room has changed behind its back."""

from datetime import timedelta

import msgspec

from bot.actor import Actor
from bot.events import DeskLost, JobFinished
from bot.ports.room import moved_to
from bot.records import rooms
from bot.texts import t

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
    others: dict[str, int] = {}
    """The newest message that the room shows of each other conversation in which the case was before."""
    of: str = ""
    """The conversation that the job under way tells from."""
    gone: list[int] = []
    """The numbers of messages that the room shows and that the customer has withdrawn since."""
    marked: bool = False
    """The topic is closed."""
    job: str = ""
    about: str = ""
    """What the job under way will have shown: a card's digest, a message's number, a closed topic."""
    failures: int = 0
    held: bool = False
    lost: bool = False
    notes: list[str] = []
    until: int = 0
    """The end of the window that the card shows, see `bot.desk.window`; 0 for none."""
    look: int = 0
    """When the timer looks at that again."""


def begin_again(thread: Thread) -> None:
    """Forget where things stood, so that topic, card and the last of the talk are shown anew, and all not shown yet."""
    thread.topic = thread.card = thread.card_says = ""
    thread.seen = max(thread.seen, thread.told)
    thread.told, thread.marked = -1, False


def go_over(thread: Thread, conversation: str) -> None:
    """The case goes on in another conversation; what the room has not shown yet of this one is still shown."""
    others = dict(thread.others)
    if thread.conversation and thread.told >= 0:
        others[thread.conversation] = thread.told
    thread.conversation = conversation
    thread.told = thread.seen = others.pop(conversation, -1)
    thread.others = others


def note_told(thread: Thread) -> int:
    """The room shows what the job under way was about; gives the number of the newest message of it."""
    number = int(thread.about)
    if thread.of in thread.others:
        thread.others = {**thread.others, thread.of: number}
    elif thread.of in ("", thread.conversation):
        thread.told = number
    return number


def heal(actor: Actor, thread: Thread, job: str, done: JobFinished) -> None:
    """Go around what could not be done: open what is gone anew, follow a group that has moved, do without rights."""
    if job == "gone":  # what was posted cannot be changed, or somebody has deleted it
        thread.gone = thread.gone[1:]
        return
    thread.failures += 1
    match done.error:
        case "thread":
            _lose_topic(thread, job)
        case "rights":
            _do_without_rights(actor, thread, job)
        case "moved":
            _follow(actor, thread, done.result.get("to", ""))
        case "gone":
            _wait_for_the_room(actor, thread)
        case "restored":
            _was_done(thread, job)
        case _ if thread.failures >= PATIENCE and job in ("told", "note"):
            _pass_over(actor, thread, job)
        case _:
            _hold(actor, thread, min(PAUSE * 2**thread.failures, LONGEST_PAUSE))
    if thread.failures > PATIENCE:
        _hold(actor, thread, LONGEST_PAUSE)


def _lose_topic(thread: Thread, job: str) -> None:
    if job == "card" and thread.card:
        thread.card = thread.card_says = ""  # perhaps somebody deleted the card alone: the next one will tell
    else:
        begin_again(thread)


def _do_without_rights(actor: Actor, thread: Thread, job: str) -> None:
    if job == "mark":
        thread.marked = not thread.marked
        return
    begin_again(thread)
    thread.flat = True
    words = t(
        "I may not open topics here, so I write into the group. Answer a customer by replying to a message of mine."
    )
    thread.notes = [*thread.notes, actor.words(words)]


def _follow(actor: Actor, thread: Thread, chat: str) -> None:
    moved = moved_to(thread.room, chat)
    actor.scope.write(rooms.MoveRoom(actor.scope.business, thread.room, moved))
    thread.room = moved
    begin_again(thread)


def _wait_for_the_room(actor: Actor, thread: Thread) -> None:
    _hold(actor, thread, LONGEST_PAUSE)
    if not thread.lost:
        thread.lost = True
        actor.scope.tell(thread.conversation, DeskLost(actor.scope.actor.partition("/")[2]))
    begin_again(thread)


def _was_done(thread: Thread, job: str) -> None:
    """The room had it from the house whose backup this is; what it gave back then (a topic, a card) is opened anew."""
    thread.failures = 0
    match job:
        case "card" if thread.card:
            thread.card_says = thread.about
        case "note":
            thread.notes = thread.notes[1:]
        case "told":
            note_told(thread)
        case "mark":
            thread.marked = bool(thread.about)


def _pass_over(actor: Actor, thread: Thread, job: str) -> None:
    thread.failures = 0
    if job == "note":
        thread.notes = thread.notes[1:]
        return
    note_told(thread)
    words = t("A message could not be shown here; the web desk has it.")
    thread.notes = [*thread.notes, actor.words(words)]


def _hold(actor: Actor, thread: Thread, pause: timedelta) -> None:
    thread.held = True
    actor.scope.schedule("again", actor.scope.now + pause, {})
