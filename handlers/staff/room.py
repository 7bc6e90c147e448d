"""A staff room: who writes there, and where it goes.

Only a person who writes under their own name in a room of the firm is heard. Everybody else there (anonymous
administrators, channels, forwarded words, other bots) may look like staff and is told so; groups that are not the
firm's are answered once, when the bot is added.
"""

from functools import partial

from bot.actor import Actor
from bot.events import Event, JobFinished, OperatorSaid, RoomChanged, RoomPressed, RoomSaid
from bot.ports.room import Post, ReadRoles
from bot.ports.step import Push
from bot.records import Member, Role, find_case, rooms, save_member
from bot.records.members import member_id, member_of
from bot.texts import Wording, t
from handlers.staff.commands import obey
from handlers.staff.order import StaffOrder, act_on

ROLES = "roles"
"""The job that asks who runs the group."""


async def handle(actor: Actor, event: Event) -> None:
    """Take one event of a group chat."""
    if not await _ours(actor):
        if isinstance(event, RoomChanged) and event.what == "bot" and event.to in ("member", "admin"):
            say(actor, t("I talk to customers in private chats only, and I do not know this group."))
        return
    match event:
        case RoomSaid():
            await _said(actor, event)
        case RoomPressed():
            await _pressed(actor, event)
        case RoomChanged():
            await _changed(actor, event)
        case JobFinished(key=key, ok=True, result=result) if key == ROLES:
            await _know_roles(actor, dict(result))
        case JobFinished():
            pass  # what was said to the staff and did not arrive is in the log


async def _ours(actor: Actor) -> bool:
    """Whether this group is one of the firm's rooms, or what one of them has become."""
    scope = actor.scope
    for n, room in enumerate(actor.rooms):
        if scope.actor in (room, await scope.read(f"room{n}", partial(rooms.room_now, scope.business, room))):
            return True
    return False


def say(actor: Actor, wording: Wording, *, thread: str = "", reply_to: str = "") -> None:
    """Say something in this room."""
    push(actor, Post(actor.message(wording), thread, reply_to=reply_to))


def push(actor: Actor, order: Post | ReadRoles, job: str = "said") -> None:
    """Have something done in this room."""
    _, channel, account, _ = actor.scope.actor.split("/", 3)
    actor.scope.push(Push(f"{channel}/{account}", actor.scope.actor, job, order))


async def _said(actor: Actor, event: RoomSaid) -> None:
    placed = await _placed(actor, event.thread, event.reply_to)
    command = event.text.startswith("/")
    if event.doubt:
        if command or (placed and event.doubt in ("anonymous", "channel")):
            say(actor, t("I cannot tell who you are, so I did nothing. Write under your own name."), thread=event.thread,
                reply_to=event.id)  # fmt: skip
        return
    member = await _member(actor, event.user, event.name)
    if not member.active:
        if command or placed:
            say(actor, t("You have no access any more."), thread=event.thread, reply_to=event.id)
        return
    order = StaffOrder(actor, member, event.thread, event.id, placed, event.text, event.reply_to)
    if command and not event.edited:
        await obey(order)
    elif placed is not None and not command:
        await _answer(order, event)


async def _answer(order: StaffOrder, event: RoomSaid) -> None:
    """Pass an operator's words on to the customer."""
    scope, placed = order.actor.scope, order.placed
    if placed is None:
        return
    case = await scope.read("case", partial(find_case, scope.business, placed.case))
    if case is None or case.status == "closed":
        order.reply(t("This is closed, so the customer does not see it. /take opens it again."))
        return
    origin = f"{scope.actor}/{event.id}"
    said = OperatorSaid(case.id, order.member.operator, event.text, event.media, origin, origin if event.edited else "")
    scope.tell(placed.conversation, said)


async def _pressed(actor: Actor, event: RoomPressed) -> None:
    member = await _member(actor, event.user, event.name)
    if not member.active:
        return
    name, _, about = event.data.partition(":")
    case = await actor.scope.read("case", partial(find_case, actor.scope.business, about))
    if case is None:
        say(actor, t("This button no longer works."), thread=event.thread)
        return
    placed = rooms.Placed(case.id, case.actor)
    order = StaffOrder(actor, member, event.thread, event.id, placed, "")
    if name in ("case.take", "case.close"):
        await act_on(order, "take" if name == "case.take" else "close")


async def _changed(actor: Actor, event: RoomChanged) -> None:
    scope = actor.scope
    match event.what:
        case "topic_closed" | "topic_reopened":
            member, placed = await _member(actor, event.user, event.name), await _placed(actor, event.thread, "")
            if member.active and placed is not None:
                order = StaffOrder(actor, member, event.thread, "", placed, "")
                await act_on(order, "close" if event.what == "topic_closed" else "take")
        case "migrated":
            channel, account = scope.actor.split("/", 3)[1:3]
            scope.write(rooms.MoveRoom(scope.business, scope.actor, f"staff/{channel}/{account}/{event.to}"))
            await _look_again(actor, event)
        case "member":
            role = "operator" if event.to == "gone" else event.to
            account = _account(actor, event.user)
            save_member(scope, member_id(scope.business, account), account=account, name=event.name, role=role,
                        active=int(event.to != "gone"))  # fmt: skip
        case "bot":
            if event.to == "admin":
                push(actor, ReadRoles(), ROLES)
            await _look_again(actor, event)


async def _look_again(actor: Actor, event: RoomChanged) -> None:
    """Let every case that stands in this room look at it again."""
    scope = actor.scope
    for case in await scope.read("here", partial(rooms.conversations, scope.business, scope.actor)):
        scope.tell(f"thread/{case}", event)


async def _know_roles(actor: Actor, roles: dict[str, str]) -> None:
    """Keep who runs the group; a role that the firm itself gave is not lowered by it."""
    for user, said in roles.items():
        if not user.isdecimal():
            continue
        account = _account(actor, user)
        member = await actor.scope.read(f"member{user}", partial(member_of, actor.scope.business, account))
        role = Role[said.upper()]
        if member is None or (member.active and member.role < role):
            save_member(actor.scope, member_id(actor.scope.business, account), account=account, role=role.key)


async def _member(actor: Actor, user: str, name: str) -> Member:
    """The member who acts; whoever is in the firm's own room is staff from their first word on."""
    scope, account = actor.scope, _account(actor, user)
    member = await scope.read(f"member{user}", partial(member_of, scope.business, account))
    if member is None:
        push(actor, ReadRoles(), ROLES)
        member = Member(member_id(scope.business, account), name, Role.OPERATOR, active=True, account=account)
        save_member(scope, member.id, account=account, name=name)
    elif member.name != name and name:
        save_member(scope, member.id, name=name)
    return member


def _account(actor: Actor, user: str) -> str:
    return f"{actor.scope.actor.split('/', 2)[1]}:{user}"


async def _placed(actor: Actor, thread: str, reply_to: str) -> rooms.Placed | None:
    """The case that a topic, or the message that is replied to, belongs to."""
    scope = actor.scope
    if thread and (found := await scope.read("topic", partial(rooms.topic, scope.business, scope.actor, thread))):
        return found
    if reply_to:
        return await scope.read("replied", partial(rooms.message, scope.business, scope.actor, reply_to))
    return None
